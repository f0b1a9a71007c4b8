"""The page of the error: train and validation error of every degree, and under it where the error comes from."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lab.core.text import N_
from lab.experiments.e12_overfitting.error_plot import ErrorPlot
from lab.experiments.e12_overfitting.frame import FitFrame
from lab.experiments.e12_overfitting.parts_bars import PartsBars
from lab.experiments.e12_overfitting.settings import Display
from lab.experiments.e12_overfitting.side_page import SidePage

__all__ = ["ErrorsPage"]

READOUTS = {
    "best_degree": N_("best degree"),
    "bias2": N_("bias²"),
    "variance": N_("variance"),
    "noise2": "σ²",
    "expected": N_("expected"),
    "redrawn": N_("samples"),
}


class ErrorsPage(SidePage):
    """Error curve and bars."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.main = self.errors = ErrorPlot()
        self.parts = PartsBars(self.errors)
        self.lay_out(READOUTS, (self.parts,), below=True)
        self.errors.degree_chosen.connect(self.choose_degree)
        self.errors.dropped.connect(self.end_drag)

    def show_parts(self, frame: FitFrame, display: Display) -> None:
        if frame.curve is not None:
            self.errors.show_errors(frame.curve.by_degree, frame.params.degree)
            self.parts.show_parts(frame.curve.parts, frame.params.degree)
