"""Where the error of each degree comes from: bias², variance and noise, one on top of the other, under the degrees of
the error curve above. They add up to the error that a new sample would have on average."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e12_overfitting.redraws import Parts
from widgets.base.look import Look
from widgets.canvas.painted import Painted
from widgets.canvas.ticks import linear_ticks, tick_texts
from widgets.plots.plot import Plot

__all__ = ["PartsBars"]

CAP = 6.0  # times the noise, or the least sum, is the height of the picture
PATTERNS = (Qt.BrushStyle.SolidPattern, Qt.BrushStyle.BDiagPattern, Qt.BrushStyle.Dense5Pattern)


class PartsBars(Painted):
    """The bars; `above` lends them its degrees."""

    def __init__(self, above: Plot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._above, self._degree = above, 0
        self._parts: Parts | None = None
        self.setAccessibleName(_("Bias, variance and noise of every degree"))

    def show_parts(self, parts: Parts | None, degree: int) -> None:
        """Show these."""
        self._parts, self._degree = parts, degree
        self.update()

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        parts, view = self._parts, self._above.chart().view
        scale = room.width() / max(1.0, float(self._above.width()))
        left, wide = room.left() + view.left * scale, view.width * scale
        body = QRectF(left, room.top() + now.px(20), wide, max(10.0, room.height() - now.px(26)))
        self._paint_key(p, QRectF(left, room.top(), wide, now.px(18)), now)
        p.fillRect(body, now.color("sunken"))
        if parts is None:
            p.setPen(now.color("text2"))
            p.setFont(now.font("body", 500))
            p.drawText(body, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._empty())
            return
        top = _height(parts)
        self._paint_ticks(p, body, now, top)
        step = wide / (view.x1 - view.x0)
        half = min(now.px(13), 0.4 * step) if step > now.px(8) else now.px(3)
        for degree, bias, variance in zip(parts.degrees.tolist(), parts.bias_squared.tolist(), parts.variance.tolist()):
            middle = left + (degree - view.x0) * step
            if left <= middle <= left + wide:
                self._paint_bar(p, body, now, (middle, half), (bias, variance, parts.noise), top)
                if degree == self._degree:
                    p.setPen(QPen(now.color("ball"), 2))
                    p.drawLine(QLineF(middle - half, body.bottom() + 3, middle + half, body.bottom() + 3))

    def _empty(self) -> str:
        return _("Press Run: other samples are drawn, and show how much of the error is bias and how much variance.")

    def _paint_bar(
        self, p: QPainter, body: QRectF, now: Look, at: tuple[float, float], values: tuple[float, ...], top: float
    ) -> None:
        middle, half = at
        down, floor = body.bottom(), 0.0
        for place, value in enumerate(values):
            high = min((floor + value) / top, 1.0) * body.height()
            y = body.bottom() - high
            color = _color(now, place)
            p.setPen(QPen(color, 1))
            p.setBrush(QBrush(color, PATTERNS[place]))
            if down - y > 0.4:
                p.drawRect(QRectF(middle - half, y, 2 * half, down - y))
            down, floor = y, floor + value
        if floor > top:  # an arrow: it goes on
            p.setBrush(now.color("text"))
            p.setPen(Qt.PenStyle.NoPen)
            tip, y = now.px(5), body.top() + 1
            p.drawPolygon(
                QPolygonF([QPointF(middle, y - 1), QPointF(middle - tip, y + tip), QPointF(middle + tip, y + tip)])
            )

    @staticmethod
    def _paint_ticks(p: QPainter, body: QRectF, now: Look, top: float) -> None:
        ticks = linear_ticks(0.0, top, max(2, int(body.height() / now.px(30))))
        p.setFont(now.font("caption", 450))
        for value, text in zip(ticks.tolist(), tick_texts(ticks)):
            y = round(body.bottom() - value / top * body.height()) + 0.5
            p.setPen(QPen(now.color("grid" if value else "axis"), 1))
            p.drawLine(QLineF(body.left(), y, body.right(), y))
            p.setPen(now.color("axis"))
            spot = QRectF(body.left() - now.px(70), y - now.px(9), now.px(63), now.px(18))
            p.drawText(spot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_key(self, p: QPainter, room: QRectF, now: Look) -> None:
        known = self._parts is None or self._parts.known
        names = [_("bias²") if known else _("bias² and noise"), _("variance"), *([_("noise σ²")] if known else [])]
        p.setFont(now.font("caption", 600))
        x, metrics = room.left(), QFontMetricsF(p.font())
        for place, name in enumerate(names):
            color = _color(now, place)
            p.setPen(QPen(color, 1))
            p.setBrush(QBrush(color, PATTERNS[place]))
            p.drawRect(QRectF(x, room.center().y() - now.px(5), now.px(14), now.px(10)))
            p.setPen(now.color("text2"))
            p.drawText(QPointF(x + now.px(19), room.center().y() + now.px(4)), name)
            x += now.px(34) + metrics.horizontalAdvance(name)
        if self._parts is not None and (found := self._parts.at(self._degree)) is not None:
            text = _("degree {d}: {bias} + {variance} + {noise} = {sum}").format(
                d=self._degree,
                bias=show_number(found.bias_squared, 3),
                variance=show_number(found.variance, 3),
                noise=show_number(found.noise, 3),
                sum=show_number(found.expected, 3),
            )
            spot = QRectF(x, room.top(), max(0.0, room.right() - x), room.height())
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, spot.width())
            p.drawText(spot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)


def _height(parts: Parts) -> float:
    sums = parts.bias_squared + parts.variance + parts.noise
    return float(max(CAP * max(parts.noise, float(sums.min())), 1e-9))


def _color(now: Look, place: int) -> QColor:
    return now.color(now.palette.categories[(0, 1, 3)[place]])
