"""RoPE's clocks: one for each pair of dimensions, with the hand of the query and that of the key. Below them a ruler
with both places: the bar between the two handles moves both, and keeps their distance."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.records import dataclass
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e22_context_window.positions import PositionsPage
from lab.experiments.e22_context_window.settings import FARTHEST
from lab.kit.numbers import show_short
from lab.kit_qt.view import Acting
from widgets.base.look import Look, look
from widgets.canvas.markers import marker_path
from widgets.canvas.painted import HELD, Painted

__all__ = ["Clocks", "Places", "turn_words"]

PARTS = ("bar", "query", "key")
TICK = 200
_ALONG = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageDown: -100, Qt.Key.Key_PageUp: 100}


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything stands, in pixels. cell: of one clock.  ruler: the line, with room above and below."""

    faces: QRectF
    columns: int
    cell: float
    label: float
    ruler: QRectF

    @staticmethod
    def within(room: QRectF, count: int, now: Look) -> Places:
        """The clocks as large as they can be, the ruler below them."""
        high = float(now.px(74))
        side = now.px(22)
        faces = QRectF(room.left(), room.top(), room.width(), max(1.0, room.height() - high))
        label = float(now.px(16))
        columns, cell = 1, 0.0
        for tried in range(1, count + 1):
            rows = math.ceil(count / tried)
            fits = min(faces.width() / tried, faces.height() / rows - label)
            if fits > cell:
                columns, cell = tried, fits
        ruler = QRectF(room.left() + side, faces.bottom(), max(1.0, room.width() - 2 * side), high)
        return Places(faces, columns, cell, label, ruler)

    def centre(self, number: int, count: int) -> QPointF:
        """The middle of a clock; the grid stands in the middle of its room."""
        rows = math.ceil(count / self.columns)
        left = self.faces.center().x() - self.columns * self.cell / 2
        top = self.faces.center().y() - rows * (self.cell + self.label) / 2
        row, column = divmod(number, self.columns)
        return QPointF(left + (column + 0.5) * self.cell, top + row * (self.cell + self.label) + self.cell / 2)

    def x_of(self, place: float) -> float:
        return self.ruler.left() + min(place, FARTHEST) / FARTHEST * self.ruler.width()

    def place_at(self, x: float) -> float:
        return (x - self.ruler.left()) / self.ruler.width() * FARTHEST

    @property
    def line(self) -> float:
        """The height of the ruler's line."""
        return self.ruler.top() + 0.46 * self.ruler.height()


class Clocks(Acting, Painted):
    """Painted clocks that send actions."""

    acted = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: PositionsPage | None = None
        self._part, self._grip = "bar", 0.0
        self._held = False
        self.make_interactive()
        self.setAccessibleName(_("Clocks of RoPE, and where query and key stand"))

    def show_clocks(self, page: PositionsPage) -> None:
        """Draw this."""
        self._page = page
        self.update()

    def places(self) -> Places:
        """Where everything stands now."""
        return Places.within(QRectF(self.rect()), self._page.pairs if self._page else 1, look())

    # ---- painting

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        if self._page is None:
            return
        places = Places.within(room, self._page.pairs, now)
        for pair in range(self._page.pairs):
            self._paint_clock(p, places, pair, now)
        self._paint_ruler(p, places, now, live)

    def _paint_clock(self, p: QPainter, places: Places, pair: int, now: Look) -> None:
        page = self._page
        assert page is not None
        centre, radius = places.centre(pair, page.pairs), 0.44 * places.cell
        if radius < 2:
            return
        face = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
        p.setPen(QPen(now.color("edge"), 1))
        p.setBrush(now.color("surface"))
        p.drawEllipse(face)
        hands = [(float(v[2 * pair]), float(v[2 * pair + 1])) for v in (page.q_turned, page.k_turned)]
        angles = [math.degrees(math.atan2(y, x)) for x, y in hands]
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(now.color("ball", 60))
        p.drawPie(face, round(16 * angles[1]), round(16 * ((angles[0] - angles[1] + 180) % 360 - 180)))
        longest = max(math.hypot(float(v[2 * i]), float(v[2 * i + 1])) for v in (page.q, page.k)
                      for i in range(page.pairs)) or 1.0  # fmt: skip
        for number, (x, y) in reversed(list(enumerate(hands))):
            tip = QPointF(centre.x() + radius * x / longest, centre.y() - radius * y / longest)
            line = Qt.PenStyle.SolidLine if number == 0 else Qt.PenStyle.DashLine
            long = math.hypot(x, y) or 1.0
            rim = QPointF(centre.x() + radius * x / long, centre.y() - radius * y / long)
            p.setPen(QPen(QColor(now.palette.categories[number]), 1))
            p.drawLine(centre, rim)
            p.setPen(QPen(QColor(now.palette.categories[number]), max(2.2, 0.1 * radius) * now.line_weight, line))
            p.drawLine(centre, tip)
        if places.cell >= now.px(34):
            p.setFont(now.font("caption", 500))
            p.setPen(now.color("text2"))
            label = QRectF(centre.x() - places.cell / 2, face.bottom(), places.cell, places.label)
            p.drawText(label, Qt.AlignmentFlag.AlignCenter, turn_words(float(page.periods[pair])))

    def _paint_ruler(self, p: QPainter, places: Places, now: Look, live: bool) -> None:
        page = self._page
        assert page is not None
        y, ruler = places.line, places.ruler
        p.setPen(QPen(now.color("edge"), 1.2))
        p.drawLine(QPointF(ruler.left(), y), QPointF(ruler.right(), y))
        p.setFont(now.font("caption"))
        for tick in range(0, FARTHEST + 1, TICK):
            x = places.x_of(tick)
            p.setPen(QPen(now.color("edge"), 1))
            p.drawLine(QPointF(x, y - 3), QPointF(x, y + 3))
            p.setPen(now.color("text3"))
            box = QRectF(x - now.px(30), ruler.bottom() - now.px(16), now.px(60), now.px(16))
            p.drawText(box, Qt.AlignmentFlag.AlignCenter, show_short(float(tick)))
        self._paint_bar(p, places, now, live)
        for part, place, color, marker, up in (
            ("query", page.m, 0, "o", True),
            ("key", page.n, 1, "t1", False),
        ):
            self._paint_handle(p, places, now, live, part, place, color, marker, up)

    def _paint_bar(self, p: QPainter, places: Places, now: Look, live: bool) -> None:
        bar = self.bar(places)
        ring = live and self.hasFocus() and self._part == "bar"
        p.setPen(QPen(now.color("focus"), 2) if ring else QPen(now.color("edge"), 1))
        p.setBrush(now.color("ball"))
        p.drawRoundedRect(bar, bar.height() / 2, bar.height() / 2)

    def _paint_handle(
        self, p: QPainter, places: Places, now: Look, live: bool, part: str, place: int, color: int, marker: str,
        up: bool,
    ) -> None:  # fmt: skip
        x, lift = places.x_of(place), now.px(17)
        y = places.line - lift if up else places.line + lift
        p.setPen(QPen(QColor(now.palette.categories[color]), 1.4))
        p.drawLine(QPointF(x, places.line), QPointF(x, y))
        ring = live and self.hasFocus() and self._part == part
        p.setPen(QPen(now.color("focus"), 2) if ring else QPen(now.color("surface"), 1))
        p.setBrush(QColor(now.palette.categories[color]))
        p.translate(x, y)
        p.drawPath(marker_path(marker, now.px(6)))
        p.translate(-x, -y)
        text = (_("query {n}") if part == "query" else _("key {n}")).format(n=show_short(float(place), 7))
        p.setFont(now.font("caption", 600))
        p.setPen(now.color("text"))
        wide, high = now.px(110), now.px(16)
        left = x + now.px(11) if x + now.px(11) + wide < places.ruler.right() + now.px(20) else x - now.px(11) - wide
        side = Qt.AlignmentFlag.AlignLeft if left > x else Qt.AlignmentFlag.AlignRight
        p.drawText(QRectF(left, y - high / 2, wide, high), side | Qt.AlignmentFlag.AlignVCenter, text)

    def bar(self, places: Places) -> QRectF:
        """The grip between both handles."""
        assert self._page is not None
        m, n = places.x_of(self._page.m), places.x_of(self._page.n)
        wide, high = max(abs(m - n), float(look().px(30))), float(look().px(12))
        return QRectF((m + n - wide) / 2, places.line - high / 2, wide, high)

    # ---- the hand

    def part_at(self, at: QPointF) -> str:
        """ "bar", "query" or "key", or "" beside the ruler: above its line the query, below it the key."""
        places = self.places()
        if self._page is None or at.y() < places.ruler.top():
            return ""
        reach = look().px(7)
        if abs(at.y() - places.line) <= reach:
            return "bar"
        return "query" if at.y() < places.line else "key"

    def mousePressEvent(self, event: QMouseEvent) -> None:
        part = self.part_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or not part:
            event.ignore()
            return
        self._part, self._held = part, True
        if part == "bar":
            assert self._page is not None
            places = self.places()
            inside = self.bar(places).contains(event.position())
            self._grip = places.place_at(event.position().x()) - self._page.n if inside else 0.0
        else:
            self._grip = 0.0
        self._pull(event.position())
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held:
            self._pull(event.position())
        else:
            part = self.part_at(event.position())
            self.setCursor(Qt.CursorShape.SizeHorCursor) if part else self.unsetCursor()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = False
        self.end_drag()

    def _pull(self, at: QPointF) -> None:
        place = round(self.places().place_at(at.x()) - self._grip)
        assert self._page is not None
        now = self._page.m if self._part == "query" else self._page.n
        self._move(self._part, place - now)

    def _move(self, part: str, by: int) -> None:
        """Move the query, the key, or both by so many places, as far as there are any."""
        assert self._page is not None
        m, n = self._page.m, self._page.n
        moved = {"query": (m,), "key": (n,), "bar": (m, n)}[part]
        by = max(by, -min(moved))
        by = min(by, max(0, FARTHEST - max(moved)))
        if by:
            self.drag(part, Set({"m": m + by * (part != "key"), "n": n + by * (part != "query")}))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if event.modifiers() & HELD or self._page is None:
            event.ignore()
        elif key in _ALONG:
            self._move(self._part, _ALONG[key] * (10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1))
            self.end_drag()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = -1 if key == Qt.Key.Key_Up else 1
            self._part = PARTS[(PARTS.index(self._part) + step) % len(PARTS)]
            self.tell(part_words()[self._part])
            self.update()
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()


def part_words() -> dict[str, str]:
    """What the parts of the ruler are called."""
    return {"bar": _("Both, the distance kept"), "query": _("Query"), "key": _("Key")}


def turn_words(period: float) -> str:
    """Tokens a turn in three digits, as short as they stand below a small clock: 6.28, 47.1k, 2.08M."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if period >= 0.9995 * size:
            return show_number(period / size, 3) + letter
    return show_number(period, 3)
