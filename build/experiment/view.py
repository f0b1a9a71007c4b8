"""How Example looks. It draws the frame it is given, in any order, and starts nothing."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e00_example.metrics import describe
from lab.experiments.e00_example.simulation import Frame, PutGoal
from lab.kit_qt.view import ExperimentView
from widgets.base.look import look
from widgets.canvas.layers import Handle, Trail
from widgets.canvas.stage import Stage

__all__ = ["View"]


class View(ExperimentView[Frame, None]):
    """The way of the number, with its goal to drag."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(None, parent)
        self.stage = Stage()
        self.stage.set_titles(_("step"), _("place"), _("The way to the goal"))
        self.stage.dragged.connect(self._goal_dragged)
        self.stage.dropped.connect(self.end_drag)
        self._column.addWidget(self.stage, 1)
        self.relook()

    def draw(self, frame: Frame, before: Frame | None) -> None:
        finite = frame.places[np.isfinite(frame.places)]
        low, high = min(finite.min(), frame.goal), max(finite.max(), frame.goal)
        room = 0.1 * (high - low) + 0.5
        self.stage.set_range(-0.5, max(10.0, frame.step + 1.0), low - room, high + room)
        way = np.column_stack((np.arange(len(finite)), finite))
        self.stage.set_layers(
            (Trail(way, look().palette.accent, label=_("place")), Handle("goal", 0.0, frame.goal, _("goal")))
        )

    def write(self, frame: Frame) -> None:
        self.stage.set_description(describe(frame))

    def _goal_dragged(self, handle: str, _step: float, place: float) -> None:
        if math.isfinite(place):
            self.drag(handle, PutGoal(max(-100.0, min(100.0, place))))

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.stage,)

    def pictures(self) -> list[Stage]:
        return [self.stage]
