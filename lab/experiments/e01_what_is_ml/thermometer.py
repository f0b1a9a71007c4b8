"""A thermometer of the error: the worse the line, the higher it stands. Its scale is that of the typical
miss, the square root of the mean squared error, so that small errors can still be seen; a press asks for
the sum."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from lab.core.numbers import show_number
from lab.core.records import dataclass
from lab.experiments.e01_what_is_ml.board_paint import tint
from lab.kit.numbers import show_short
from widgets.base.look import Look, look
from widgets.canvas.markers import marker_path
from widgets.controls.buttons import Pressable

__all__ = ["Thermometer", "Tick"]

QUARTERS = 4  # parts of the scale, between hairlines
_MIDDLE = Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter  # a scale is never mirrored


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the scale: an error, its name, and a colour of the palette."""

    value: float
    name: str
    color: str


class Thermometer(Pressable, QPushButton):
    """One error. `color` and `marker` are those of the points it is about; `hidden` says it may not be seen
    yet."""

    def __init__(self, label: str, color: str, marker: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label, self._color, self._marker = label, color, marker
        self._value: float | None = None
        self._ticks: tuple[Tick, ...] = ()
        self._top, self._hidden_word, self._shown = 1.0, "", ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        self._say()

    def set_reading(
        self, value: float | None, top: float, ticks: tuple[Tick, ...] = (), hidden: str = "", shown: str = ""
    ) -> None:
        """Show an error on a scale from 0 to `top`, written as `shown` or else with three digits.

        hidden: what stands in its place while it is a secret.
        """
        new = (value, top, ticks, hidden, shown)
        if new != (self._value, self._top, self._ticks, self._hidden_word, self._shown):
            self._value, self._top, self._ticks, self._hidden_word, self._shown = new
            self._say()
            self.update()

    def reading(self) -> str:
        """The number as it stands below the tube."""
        return self._hidden_word or self._shown or show_number(self._value, 3)

    def share(self, value: float) -> float:
        """How high an error stands, 0 to 1."""
        return min(1.0, math.sqrt(max(0.0, value) / self._top)) if math.isfinite(value) else 1.0

    def numbers(self, digits: int = 3) -> tuple[str, ...]:
        """The errors at the hairlines, from the foot of the scale to its top."""
        return tuple(show_short(self._top * (quarter / QUARTERS) ** 2, digits) for quarter in range(QUARTERS + 1))

    def numbers_within(self, wide: Callable[[str], float], room: float) -> tuple[str, ...]:
        """The same with as many digits, up to three, as there is room for. wide: how wide a text is."""
        fitting = (self.numbers(digits) for digits in (3, 2))
        return next((found for found in fitting if max(map(wide, found)) <= room), self.numbers(1))

    def _say(self) -> None:
        ticks = ", ".join(f"{tick.name} {show_number(tick.value, 3)}" for tick in self._ticks)
        self.setAccessibleName(f"{self._label}: {self.reading()}" + (f" ({ticks})" if ticks else ""))
        self.setToolTip(self.accessibleName())

    def sizeHint(self) -> QSize:
        return QSize(look().px(72), look().px(240))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(64), look().px(120))

    # ---- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.render_on(painter, QRectF(self.rect()), look())
        painter.end()

    def render_on(self, p: QPainter, room: QRectF, now: Look) -> None:
        """Paint it into `room`."""
        if self.isDown() or self.underMouse():
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(now.color("press" if self.isDown() else "hover"))
            p.drawRoundedRect(room, now.px(8), now.px(8))
        foot = room.bottom() - now.px(46)
        tube = QRectF(0, 0, now.px(17), foot - now.px(18) - room.top() - now.px(8))
        tube.moveTopLeft(QPointF(room.left() + now.px(22), room.top() + now.px(8)))
        bulb = QPointF(tube.center().x(), tube.bottom() + now.px(1))
        outline = QPainterPath()
        outline.addRoundedRect(tube.adjusted(0, 0, 0, now.px(6)), tube.width() / 2, tube.width() / 2)
        ball = QPainterPath()
        ball.addEllipse(bulb, now.px(13), now.px(13))
        outline = outline.united(ball)
        p.setPen(QPen(now.color("edge"), 1.3, Qt.PenStyle.DashLine if self._hidden_word else Qt.PenStyle.SolidLine))
        p.setBrush(now.color("sunken"))
        p.drawPath(outline)
        scale = QRectF(tube.left(), tube.top() + now.px(4), tube.width(), tube.height() - now.px(14))
        if not self._hidden_word and self._value is not None:
            self._fill(p, outline, scale, now)
        self._scale(p, scale, now, room.right())
        self._words(p, room, tube.center().x(), foot, now)

    def _fill(self, p: QPainter, outline: QPainterPath, scale: QRectF, now: Look) -> None:
        value = self._value if self._value is not None else 0.0
        up = scale.bottom() - self.share(value) * scale.height()
        p.save()
        p.setClipPath(outline)
        p.fillRect(
            QRectF(scale.left() - 20, up, scale.width() + 40, scale.bottom() - up + 60),
            tint(now, self._color),
        )
        p.restore()
        p.setPen(QPen(now.color("edge"), 1.3))
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.drawPath(outline)
        if value > self._top:
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(now.color("surface"))
            p.translate(scale.center().x(), scale.top() + now.px(8))
            p.drawPath(marker_path("t1", now.px(4)))
            p.translate(-scale.center().x(), -scale.top() - now.px(8))

    def _scale(self, p: QPainter, scale: QRectF, now: Look, edge: float) -> None:
        """Hairlines at quarters of the typical miss with their errors, and the named marks with their names beside;
        where both would stand at one place, the name. edge: where the room for them ends."""
        right = scale.right() + now.px(3)
        p.setPen(QPen(now.color("edge"), 1))
        for quarter in range(QUARTERS + 1):
            y = scale.bottom() - quarter / QUARTERS * scale.height()
            p.drawLine(QLineF(right, y, right + now.px(4), y))
        p.setFont(now.font("caption", 600))
        metrics, last = QFontMetricsF(p.font()), math.inf
        left, taken = right + now.px(8), list[float]()
        for tick in sorted(self._ticks, key=lambda tick: tick.value):
            y = scale.bottom() - self.share(tick.value) * scale.height()
            p.setPen(QPen(now.color(tick.color), 2.4))
            p.drawLine(QLineF(scale.left() - now.px(4), y, right + now.px(5), y))
            down = min(y, last - metrics.height())  # names never lie on each other
            last = down
            taken.append(down)
            spot = QRectF(left, down - metrics.height() / 2, now.px(60), metrics.height())
            p.drawText(spot, Qt.AlignmentFlag.AlignLeft | _MIDDLE, tick.name)
        p.setFont(now.font("caption", 450))
        p.setPen(now.color("text3"))
        numbers = self.numbers_within(QFontMetricsF(p.font()).horizontalAdvance, edge - left)
        for quarter, number in enumerate(numbers):
            y = scale.bottom() - quarter / QUARTERS * scale.height()
            if all(abs(y - other) >= metrics.height() for other in taken):
                spot = QRectF(left, y - metrics.height() / 2, now.px(60), metrics.height())
                p.drawText(spot, Qt.AlignmentFlag.AlignLeft | _MIDDLE, number)

    def _words(self, p: QPainter, room: QRectF, middle: float, foot: float, now: Look) -> None:
        """Below: the number, and whose error it is, with the marker of those points."""
        p.setFont(now.font("h3" if not self._hidden_word else "body", 600))
        p.setPen(now.color("text" if not self._hidden_word else "text3"))
        number = self._row_about(middle, QFontMetricsF(p.font()).horizontalAdvance(self.reading()) + 4, room)
        p.drawText(number.translated(0, foot).toRect(), Qt.AlignmentFlag.AlignCenter, self.reading())
        p.setFont(now.font("small", 500))
        p.setPen(now.color("text2"))
        wide = QFontMetricsF(p.font()).horizontalAdvance(self._label) + now.px(16)
        row = self._row_about(middle, wide, room).translated(0, foot + now.px(22))
        p.drawText(row, Qt.AlignmentFlag.AlignRight | _MIDDLE, self._label)
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(tint(now, self._color))
        p.translate(row.left() + now.px(5), row.center().y())
        p.drawPath(marker_path(self._marker, now.px(4.5)))
        p.translate(-row.left() - now.px(5), -row.center().y())

    @staticmethod
    def _row_about(middle: float, wide: float, room: QRectF) -> QRectF:
        """A line of text centred on the tube, but within the room."""
        left = min(max(middle - wide / 2, room.left()), max(room.left(), room.right() - wide))
        return QRectF(left, 0, wide, look().px(22))
