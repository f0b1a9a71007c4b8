"""A view for the toy: one plot, enough to stand in a box."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets.plots.plot import Plot
from widgets.plots.series import Series


class View(QWidget):
    acted = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot = Plot()
        self.plot.set_titles("step", "place", "Where it is")
        self.frames: list[Any] = []
        QVBoxLayout(self).addWidget(self.plot)

    def show_frame(self, frame: Any) -> None:
        self.frames.append(frame)
        x = list(range(len(frame.trail)))
        self.plot.set_series([Series("walker", x, frame.trail, "#1767C2")])

    def show_display(self, display: Any) -> None:
        return None

    def pictures(self) -> list[Any]:
        return [self.plot]
