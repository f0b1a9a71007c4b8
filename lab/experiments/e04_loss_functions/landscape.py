"""The loss of every line there could be: a map over w and b, and a slice along w. The orange dot is the line
on the board; dragging the one moves the other. In a blind search both are dark, and every press buys a look."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QStackedWidget, QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e04_loss_functions.frame import Ground, LossFrame
from lab.experiments.e04_loss_functions.loss import Array
from lab.experiments.e04_loss_functions.words import describe
from lab.kit.heights import drawable, is_steep
from lab.kit_qt.quiet_stage import QuietStage
from widgets.base.look import Look
from widgets.canvas.axes import rounded
from widgets.canvas.layers import Ball, Handle, Layer, Mark
from widgets.canvas.paths import polygon
from widgets.canvas.stage import Stage
from widgets.canvas.viewport import Viewport
from widgets.surfaces.terrain import Terrain

__all__ = ["Landscape", "Slice", "WeightMap"]


DRAWN = 1e290  # heights beyond are not drawn
STEEP = 0.4  # where half of the ground lies below this share of its height, heights are shown as logarithms


class Asking(QuietStage):
    """A picture that can be dark: then Enter or Space asks for the loss under the cross-hair."""

    dark = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        requested = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if self.dark and requested and self._cross is not None:
            self.clicked.emit(*self._cross)
        elif self.dark and requested:
            self.nudge(0, 0, False)
        else:
            super().keyPressEvent(event)

    def paint_ground(self, painter: QPainter, view: Viewport, look: Look) -> None:
        """The dark picture."""
        painter.save()
        painter.setClipPath(rounded(view, look))
        painter.fillRect(QRectF(view.left, view.top, view.width, view.height), look.color("#0A2342"))
        painter.restore()


class WeightMap(Asking, Terrain):
    """The map."""

    def paint_picture(self, painter: QPainter, view: Viewport, look: Look, ratio: float) -> None:
        if self.dark:
            self.paint_ground(painter, view, look)
        else:
            super().paint_picture(painter, view, look, ratio)


class Slice(Asking):
    """The loss along w, at the line's own b."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curve: tuple[Array, Array] = (np.zeros(0), np.zeros(0))

    def set_curve(self, w: Array, losses: Array) -> None:
        """The curve to draw. w, losses: [K]."""
        self._curve = (w, losses)
        self.update()

    def paint_picture(self, painter: QPainter, view: Viewport, look: Look, ratio: float) -> None:
        self.paint_ground(painter, view, look)

    def paint_moving(self, painter: QPainter, view: Viewport, look: Look, live: bool) -> None:
        if not self.dark and self._curve[0].size:
            painter.save()
            painter.setClipPath(rounded(view, look))
            across, down = view.screen(*self._curve)
            good = np.isfinite(down)
            painter.setPen(QPen(look.color("#F3E7C0"), 2.4 * look.line_weight))
            painter.drawPolyline(polygon(across[good], np.clip(down[good], -4000, 4000)))
            if not good.any():
                painter.setFont(look.font("small", 550))
                room = QRectF(view.left, view.top, view.width, view.height)
                painter.drawText(room, Qt.AlignmentFlag.AlignCenter, _("Infinite for every w at this b."))
            painter.restore()
        super().paint_moving(painter, view, look, live)


class Landscape(QStackedWidget):
    """Both pictures. `moved` carries w and b, `requested_for` a place that is to be evaluated."""

    moved = Signal(float, float)
    dropped = Signal()
    requested_for = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: LossFrame | None = None
        self._ground: Ground | None = None
        self._slice_range: object = None
        self.map, self.slice = WeightMap(), Slice()
        for stage in (self.map, self.slice):
            self.addWidget(stage)
            stage.dragged.connect(self._dragged)
            stage.dropped.connect(self._dropped)
            stage.clicked.connect(self._clicked)
            stage.hovered.connect(self._hovered)
            stage.unhovered.connect(self._unhovered)

    def choose(self, which: str) -> None:
        """Show "map" or "slice"."""
        self.setCurrentWidget(self.map if which == "map" else self.slice)
        if self._frame is not None:
            self.show_frame(self._frame, False)

    def show_frame(self, frame: LossFrame, best: bool) -> None:
        """Show this frame in the picture in sight; `best`: mark the lowest place."""
        self._frame = frame
        stage = self.map if self.currentWidget() is self.map else self.slice
        if stage.dark != frame.blind:
            stage.dark = frame.blind
            stage.refresh()
        stage.set_description(describe(frame))
        if stage is self.map:
            self._show_map(frame, best)
        else:
            self._show_slice(frame, best)

    def _show_map(self, frame: LossFrame, best: bool) -> None:
        if frame.ground is not self._ground:
            same = self._ground is not None and self._ground.extent == frame.ground.extent
            self._ground = frame.ground
            heights = drawable(frame.ground.heights)
            self.map.set_heights(heights, frame.ground.extent, log=is_steep(heights, STEEP), keep_view=same)
            self.map.set_titles(_("slope w"), _("intercept b"), _("Loss of every line"))
        w, b = frame.line
        layers: list[Layer] = [Mark(p[0], p[1], "point", show_number(p[2], 3)) for p in frame.probes if frame.blind]
        if not frame.blind:
            if best and frame.best is not None:
                layers.append(Mark(*frame.best, "minimum", _("lowest")))
            layers += [Handle("line", w, b), Ball(w, b)]
        self.map.set_layers(layers)

    def _show_slice(self, frame: LossFrame, best: bool) -> None:
        w, losses = frame.slice()
        finite = losses[losses < DRAWN]
        top = float(finite.max()) if finite.size and finite.max() > 0 else 1.0
        bottom = float(finite.min()) if finite.size else 0.0
        air = max(0.12 * (top - bottom), 1e-6 * top)
        place = (float(w[0]), float(w[-1]), bottom - air, top + air)
        if frame.blind:  # no height is given away but those that were bought
            bought = [probe[2] for probe in frame.probes] or [0.0, 1.0]
            air = 0.2 * (max(bought) - min(bought)) or max(1.0, 0.2 * max(bought))
            place = (float(w[0]), float(w[-1]), min(bought) - 2 * air, max(bought) + air)
        key = (place, frame.blind)
        if key != self._slice_range:
            self._slice_range = key
            b = show_number(frame.line[1], 3)
            self.slice.set_titles(_("slope w, at b = {b}").format(b=b), "", _("Loss along w"))
            self.slice.set_range(*place)
        self.slice.set_curve(w, losses)
        layers: list[Layer] = [Mark(p[0], p[2], "point", show_number(p[2], 3)) for p in frame.probes if frame.blind]
        total = frame.judged.total
        if not frame.blind and total is not None:
            lowest = int(np.argmin(np.where(np.isfinite(losses), losses, np.inf)))
            if best:
                layers.append(Mark(float(w[lowest]), float(losses[lowest]), "minimum", _("lowest here")))
            layers += [Handle("line", frame.line[0], total), Ball(frame.line[0], total)]
        self.slice.set_layers(layers)

    def pictures(self) -> list[Stage]:
        """The picture in sight, for a file."""
        return [self.map if self.currentWidget() is self.map else self.slice]

    # ---- mouse and keys

    def _dragged(self, _name: str, w: float, b: float) -> None:
        if self._frame is not None:
            self.moved.emit(w, b if self.sender() is self.map else self._frame.line[1])

    def _dropped(self, _name: str, _w: float, _b: float) -> None:
        self.dropped.emit()

    def _clicked(self, w: float, b: float) -> None:
        """A press: in the dark it buys an evaluation, by day it takes the line there."""
        frame = self._frame
        if frame is None:
            return
        b = b if self.currentWidget() is self.map else frame.line[1]
        if frame.blind:
            self.requested_for.emit(w, b)
        else:
            self.moved.emit(w, b)
            self.dropped.emit()

    def _hovered(self, x: float, y: float) -> None:
        stage = self.map if self.currentWidget() is self.map else self.slice
        place = {"w": show_number(x, 3), "b": show_number(y, 3)}
        words = _("w {w}, b {b}") if stage is self.map else _("w {w}")
        stage.set_readout(words.format(**place))

    def _unhovered(self) -> None:
        for stage in (self.map, self.slice):
            stage.set_readout("")
