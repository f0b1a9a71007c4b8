"""The error of every pair of weights, for one version of the table, drawn to one scale in both directions: a
round valley is round and a ravine is a ravine. Both maps show the same step of the same race."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e02_feature_scaling.frame import ScalingFrame
from lab.experiments.e02_feature_scaling.race import Lane
from lab.kit_qt.quiet_stage import QuietStage
from widgets.canvas.layers import Ball, Handle, Layer, Mark, Trail
from widgets.surfaces.terrain import Terrain

__all__ = ["RaceMap"]


class RaceMap(QuietStage, Terrain):
    """`started` carries a place of the map, 0, 0 being its middle and 1 its edge."""

    started = Signal(float, float)
    typing_requested = Signal(int)  # the ball was double-clicked, or F2 pressed: of the raw (0) or the scaled race (1)

    def __init__(self, scaled: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent, equal=True)
        self._scaled = scaled
        self._lane: Lane | None = None
        self._tight: bool | None = None
        self.set_tight(False)
        self.dragged.connect(self._dragged)
        self.clicked.connect(self._clicked)
        self.hovered.connect(self._hovered)
        self.unhovered.connect(self._unhovered)

    def set_tight(self, tight: bool) -> None:
        """Without words at the axes, where there is little room."""
        if tight != self._tight:
            self._tight = tight
            title = _("Error, scaled columns") if self._scaled else _("Error, raw columns")
            self.set_titles("" if tight else "w₁", "" if tight else "w₂", title)

    def show_frame(self, frame: ScalingFrame) -> None:
        """The race of this frame."""
        i = int(self._scaled)
        on, run = frame.prepared.lanes[i], frame.runs[i]
        if on is not self._lane:
            self._lane = on
            flat = np.ptp(on.heights) == 0
            self.set_heights(on.heights + (np.eye(*on.heights.shape) * 1e-9 if flat else 0), on.extent)
        w1, w2 = run.theta[:2].tolist()
        least_w1, least_w2 = on.best[:2].tolist()
        trail = np.vstack([run.path[:, 1:3], run.theta[:2]])
        layers: list[Layer] = [Mark(least_w1, least_w2, "minimum", _("least") if run.steps else "")]
        layers += [Trail(trail, "#FFFFFF", (), "o"), Ball(w1, w2), Handle("ball", w1, w2)]
        self.set_layers(layers)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._under(event.position()):
            self.typing_requested.emit(int(self._scaled))
        else:
            super().mouseDoubleClickEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F2:
            self.typing_requested.emit(int(self._scaled))
        else:
            super().keyPressEvent(event)

    def _dragged(self, _name: str, w1: float, w2: float) -> None:
        self._clicked(w1, w2)

    def _clicked(self, w1: float, w2: float) -> None:
        if self._lane is not None:
            place = (np.array([w1, w2]) - self._lane.best[:2]) / self._lane.reach
            across, up = np.clip(np.round(place, 3), -3, 3).tolist()
            self.started.emit(across, up)

    def _hovered(self, w1: float, w2: float) -> None:
        self.set_readout(f"w₁ {show_number(w1, 3)}, w₂ {show_number(w2, 3)}")

    def _unhovered(self) -> None:
        self.set_readout("")
