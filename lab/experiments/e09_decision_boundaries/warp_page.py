"""The bent space on screen: the points and the squared paper where a hidden layer takes them, with a slider for
the way there."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QLabel, QWidget

from lab.core.text import _
from lab.experiments.e09_decision_boundaries.frame import BoundaryFrame
from lab.experiments.e09_decision_boundaries.settings import MAX_LAYERS, Display
from lab.experiments.e09_decision_boundaries.warp import Warp, warp_of
from lab.experiments.e09_decision_boundaries.words import describe
from widgets.base.layouts import hbox, heading, vbox
from widgets.base.look import Look, Refreshing, look
from widgets.base.stylesheet import kind
from widgets.canvas.axes import Margins, rounded
from widgets.canvas.canvas import Canvas
from widgets.canvas.dots import Dots
from widgets.canvas.paths import segments_path
from widgets.canvas.viewport import Viewport
from widgets.controls.animated_slider import AnimatedSlider
from widgets.controls.chips import Segmented
from widgets.plots.class_regions import class_tint
from widgets.plots.painter_paint import dot_size

__all__ = ["WarpedSpace"]

SMALLER = 0.85  # than on the canvas a point is here
ROOM = 1.06  # of the window about the points, as a share of what they need


class WarpCanvas(Canvas):
    """A square window onto the bent space; it only looks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, equal=True)
        self._warp: Warp | None = None
        self._dots = Dots()

    def set_warp(self, warp: Warp) -> None:
        """Draw this."""
        self._warp = warp
        reach, (x, y) = ROOM * warp.reach, warp.middle
        home = (x - reach, x + reach, y - reach, y + reach)
        if not np.allclose(home, self._home):
            self.set_range(*(float(v) for v in home))
        self.update()

    def margins(self, look: Look) -> Margins:
        edge = look.px(2)
        return Margins(edge, edge, edge, edge)

    def paint_frame(self, painter: QPainter, view: Viewport, look: Look) -> None:
        """No numbers: the axes are directions of the layer."""

    def paint_moving(self, painter: QPainter, view: Viewport, look: Look, live: bool) -> None:
        warp = self._warp
        if warp is None:
            return
        painter.save()
        painter.setClipPath(rounded(view, look))
        painter.fillPath(rounded(view, look), look.color("sunken"))
        if warp.cut is not None:
            _paint_halves(painter, warp.cut, view, look)
        painter.setPen(QPen(look.color("text3", 120), 1.0))
        places = view.points(warp.lines.reshape(-1, 2)).reshape(warp.lines.shape)
        painter.drawPath(segments_path(np.stack((places[:, :-1], places[:, 1:]), axis=2).reshape(-1, 2, 2)))
        if warp.cut is not None:
            _paint_cut(painter, warp.cut, view, look)
        ratio = self.devicePixelRatioF() if live else None
        size = SMALLER * dot_size(len(warp.points))
        self._dots.draw(painter, view.points(warp.points), warp.labels, warp.hollow, size, look, ratio)
        painter.restore()


def _ends(cut: tuple[float, float, float], view: Viewport) -> tuple[QPointF, QPointF, QPointF] | None:
    """Two pixels of the line far outside, and a step of pixels towards where the sum is positive."""
    a, b, c = cut
    size = float(np.hypot(a, b))
    if not 0 < size < np.inf:
        return None
    x, y = (view.x0 + view.x1) / 2, (view.y0 + view.y1) / 2
    off = (a * x + b * y + c) / size
    foot = x - off * a / size, y - off * b / size
    far = 4 * (view.x1 - view.x0)
    one = QPointF(*view.screen(foot[0] - far * b / size, foot[1] + far * a / size))
    two = QPointF(*view.screen(foot[0] + far * b / size, foot[1] - far * a / size))
    there = QPointF(*view.screen(foot[0] + far * a / size, foot[1] + far * b / size))
    return one, two, there - QPointF(*view.screen(*foot))


def _paint_halves(painter: QPainter, cut: tuple[float, float, float], view: Viewport, look: Look) -> None:
    found = _ends(cut, view)
    if found is None:
        return
    one, two, step = found
    painter.setPen(Qt.PenStyle.NoPen)
    for side, number in ((step, 1), (-step, 0)):
        painter.setBrush(look.color(class_tint(look.palette, number, 0.2)))
        painter.drawPolygon(QPolygonF([one, two, two + side, one + side]))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _paint_cut(painter: QPainter, cut: tuple[float, float, float], view: Viewport, look: Look) -> None:
    found = _ends(cut, view)
    if found is not None:
        for color, width in ((look.color("surface", 190), 4.6), (look.color("text"), 2.0)):
            painter.setPen(QPen(color, width * look.line_weight))
            painter.drawLine(found[0], found[1])


class WarpedSpace(Refreshing, QWidget):
    """`display_changed` carries an option and its value."""

    display_changed = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._depth = -1
        self.layers = Segmented(("1",), ("1",))
        self.layers.setAccessibleName(_("Bent by layer"))
        self.layer_label = kind(QLabel(_("Layer")), "small")
        self.canvas = WarpCanvas()
        self.canvas.set_titles("", "", _("The bent space"))
        words = _("From the canvas to the layer"), _("canvas"), _("layer"), _("Watch it bend")
        self.morph = AnimatedSlider(*words)
        self.sentence = heading(style="small")
        self.sentence.setWordWrap(True)
        self._lay_out()
        self.layers.chosen.connect(self._choose)
        self.morph.changed.connect(self._move)
        self.relook()

    def _lay_out(self) -> None:
        head = hbox(self.layer_label, self.layers, None)
        self._column = vbox(head, (self.canvas, 1), self.morph, self.sentence, on=self)

    def show_frame(self, frame: BoundaryFrame, display: Display) -> None:
        """Draw a frame."""
        depth = len(frame.hidden_layers)
        if depth != self._depth:
            self._depth = depth
            numbers = tuple(str(i) for i in range(1, depth + 1)) or ("1",)
            self.layers.set_chips(numbers, numbers)
            self.layers.setEnabled(depth > 0)
        warp = warp_of(frame, display.layer, display.morph, display.test_points)
        if depth:
            self.layers.set_chosen(str(warp.layer))
        self.morph.set_value(display.morph)
        self.canvas.set_warp(warp)
        self._warp = warp

    _warp: Warp | None = None

    def show_words(self, frame: BoundaryFrame) -> None:
        """What is seen, in a sentence."""
        warp = self._warp
        if warp is None or not warp.layer:
            message = _("Without a hidden layer nothing is bent.")
        elif warp.cut is not None:
            message = _("The boundary is a straight line here.")
            if not warp.whole:
                message += " " + _("Two of {n} directions are shown.").format(n=frame.hidden_layers[warp.layer - 1])
        else:
            message = _("Squared paper and points, on the way to layer {n}.").format(n=warp.layer)
        if message != self.sentence.text():
            self.sentence.setText(message)
        self.canvas.set_description(f"{message} {describe(frame)}")

    def _choose(self, number: str) -> None:
        layer = min(int(number), MAX_LAYERS)
        self.display_changed.emit("layer", 0 if layer == self._depth else layer)

    def _move(self, share: float) -> None:
        self.display_changed.emit("morph", share)

    def relook(self) -> None:
        self._column.setSpacing(look().px(4))
