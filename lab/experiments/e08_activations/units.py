"""Every unit of the chain as a square, a column for each layer: the bluer, the more slope it lets through on average.
A skull stands on a unit that is dead, a lock on one that is locked, and above each layer how many there are."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e08_activations.badges import paint_lock, paint_skull
from lab.experiments.e08_activations.chain_report import Health
from lab.kit.numbers import show_short
from widgets.base.look import Look
from widgets.canvas.axes import Margins
from widgets.canvas.heatmap import Heatmap
from widgets.canvas.viewport import Viewport

__all__ = ["FEWEST", "Units"]

_CENTRE = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
FEWEST = 4  # columns there is room for, also where there are fewer layers
SIGN = 9.0  # pixels, below which a sign would be a blot


class Units(Heatmap):
    """A field of slopes [n, L] with signs on it. The pointer or the arrow keys read a unit."""

    keys_take_handle = False

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, scale="one-sided", smooth=False)
        self._health: Health | None = None
        self._edges = (40.0, 20.0)
        self.set_titles("", "", _("How much slope each unit lets through"))
        self.hovered.connect(self._read)
        self.unhovered.connect(self._leave)

    def show_health(self, health: Health, steepest: float) -> None:
        """Show a chain; colours reach up to the steepest slope there is."""
        self._health = health
        layers, units = health.slopes.shape
        extent = (0.5, layers + 0.5, 0.5, units + 0.5)
        self.set_field(np.ascontiguousarray(health.slopes.T), extent, 0.0, max(steepest, 0.25))
        if layers < FEWEST:
            self.set_range(0.5, FEWEST + 0.5, *extent[2:])

    def align(self, left: float, right: float) -> None:
        """Leave as much room at the sides as the picture below does, so that layers stand above each other."""
        if (left, right) != self._edges:
            self._edges = (left, right)
            self._view_for = None
            self.refresh()

    def margins(self, look: Look) -> Margins:
        return Margins(self._edges[0], look.px(22), self._edges[1], look.px(4))

    def paint_frame(self, painter: QPainter, view: Viewport, look: Look) -> None:
        """Units have no order, so they have no numbers; only what they are called."""
        painter.save()
        painter.setPen(look.color("text2"))
        painter.setFont(look.font("small", 500))
        painter.translate(view.left - look.px(12), view.top + view.height / 2)
        painter.rotate(-90)
        painter.drawText(QRectF(-view.height, -look.px(10), 2 * view.height, look.px(20)), _CENTRE, _("units"))
        painter.restore()
        self._paint_key(painter, view, look)

    def _paint_key(self, p: QPainter, view: Viewport, look: Look) -> None:
        """Which colour is which slope, where there is room for it at the right."""
        if self._edges[1] < look.px(48) or view.height < look.px(60):
            return
        bar = QRectF(view.left + view.width + look.px(14), view.top + look.px(4), look.px(12), view.height - look.px(8))
        fade = QLinearGradient(bar.bottomLeft(), bar.topLeft())
        colors = look.palette.one_sided
        for place, color in enumerate(colors):
            fade.setColorAt(place / (len(colors) - 1), QColor(color))
        p.setPen(QPen(look.color("edge"), 1))
        p.setBrush(fade)
        p.drawRoundedRect(bar, look.px(3), look.px(3))
        p.setPen(look.color("text2"))
        p.setFont(look.font("caption", 500))
        right = _LEFT | Qt.AlignmentFlag.AlignAbsolute
        top = show_short(self.limits[1], 3)
        for height, text in ((bar.top(), top), (bar.center().y(), _("slope")), (bar.bottom(), "0")):
            spot = QRectF(bar.right() + look.px(6), height - look.px(9), self._edges[1], look.px(18))
            p.drawText(spot, right, text)

    def paint_moving(self, painter: QPainter, view: Viewport, look: Look, live: bool) -> None:
        super().paint_moving(painter, view, look, live)
        if self._health is None:
            return
        layers, units = self._health.slopes.shape
        wide, high = view.width / (view.x1 - view.x0), view.height / (view.y1 - view.y0)
        painter.save()
        painter.setClipRect(QRectF(view.left - 1, view.top - look.px(22), view.width + 2, view.height + look.px(24)))
        self._paint_lines(painter, view, look, layers, units, wide, high)
        size = min(wide * 0.8, high * 0.9, look.px(16))
        for dead, marks in ((True, self._health.dead), (False, self._health.locked)):
            for layer, unit in zip(*np.nonzero(marks)):
                middle = QPointF(*view.screen(layer + 1.0, unit + 1.0))
                self._sign(painter, look, middle, size, dead, wide, high)
        self._count(painter, view, look, wide)
        painter.restore()

    def _paint_lines(
        self, p: QPainter, view: Viewport, look: Look, layers: int, units: int, wide: float, high: float
    ) -> None:
        """Gaps between the layers, and, where there is room, between the units."""
        top, bottom = view.screen(0.0, units + 0.5)[1], view.screen(0.0, 0.5)[1]
        p.setPen(QPen(look.color("surface"), 3.0 if wide > 14 else 1.0))
        for line in range(layers + 1):
            x = view.screen(line + 0.5, 0.0)[0]
            p.drawLine(QPointF(x, top), QPointF(x, bottom))
        p.setPen(QPen(look.color("surface"), 1.0))
        if high > 6:
            left, right = view.screen(0.5, 0.0)[0], view.screen(layers + 0.5, 0.0)[0]
            for line in range(units + 1):
                y = view.screen(0.0, line + 0.5)[1]
                p.drawLine(QPointF(left, y), QPointF(right, y))

    def _sign(
        self, p: QPainter, look: Look, middle: QPointF, size: float, dead: bool, wide: float, high: float
    ) -> None:
        tone = look.color("bad" if dead else "warn")
        ground = look.color("bad_soft" if dead else "warn_soft")
        box = QRectF(middle.x() - wide / 2 + 1, middle.y() - high / 2 + 0.5, wide - 2, high - 1)
        p.fillRect(box, ground)
        if size < SIGN:  # too small for a picture: a cross for the dead, a bar for the locked
            p.setPen(QPen(tone, 1.4))
            reach = max(1.5, size * 0.35)
            p.drawLine(middle + QPointF(-reach, -reach if dead else 0), middle + QPointF(reach, reach if dead else 0))
            if dead:
                p.drawLine(middle + QPointF(-reach, reach), middle + QPointF(reach, -reach))
        elif dead:
            paint_skull(p, middle, size, tone, ground)
        else:
            paint_lock(p, middle, size * 0.9, tone)

    def _count(self, p: QPainter, view: Viewport, look: Look, wide: float) -> None:
        """Above each layer the number of its dead and locked units."""
        assert self._health is not None
        if wide < look.px(15):
            return
        p.setFont(look.font("caption", 600))
        for layer, (dead, locked) in enumerate(zip(self._health.dead.sum(axis=1), self._health.locked.sum(axis=1))):
            x = view.screen(layer + 1.0, 0.0)[0]
            if not view.left <= x <= view.left + view.width:
                continue
            spot = QRectF(x - wide / 2, view.top - look.px(21), wide, look.px(19))
            if dead + locked == 0:
                continue
            tone = look.color("bad" if dead else "warn")
            text = str(int(dead or locked))
            roomy = wide > look.px(34)
            p.setPen(tone)
            p.drawText(spot.adjusted(look.px(14) if roomy else 0, 0, 0, 0), _CENTRE, text)
            if roomy:
                middle = QPointF(x - look.px(9), spot.center().y())
                if dead:
                    paint_skull(p, middle, look.px(14), tone, look.color("surface"))
                else:
                    paint_lock(p, middle, look.px(13), tone)

    # ---- reading

    def _read(self, x: float, y: float) -> None:
        health = self._health
        if health is None:
            return
        layer = min(max(round(x), 1), len(health.slopes)) - 1
        unit = min(max(round(y), 1), health.slopes.shape[1]) - 1
        state = _("dead") if health.dead[layer, unit] else _("locked") if health.locked[layer, unit] else ""
        slope = show_number(float(health.slopes[layer, unit]), 3)
        text = _("layer {layer}, unit {unit}: mean slope {slope}").format(layer=layer + 1, unit=unit + 1, slope=slope)
        self.set_readout(f"{text}, {state}" if state else text)

    def _leave(self) -> None:
        self.set_readout("")
