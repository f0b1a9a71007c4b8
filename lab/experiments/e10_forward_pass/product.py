"""All layers multiplied into one, as matrices: W₁ @ W₂ @ W₃ = W."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from lab.experiments.e10_forward_pass.frame import ForwardFrame
from lab.experiments.e10_forward_pass.matrices import shape_text
from lab.experiments.e10_forward_pass.numbers import brief, two
from lab.kit.numbers import subscript
from widgets.base.layouts import hbox
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.plots.matrix import Matrix

__all__ = ["MOST_FACTORS", "Product"]

MOST_FACTORS = 4


class Product(Refreshing, QWidget):
    """A row of factors and what they come to. It runs from left to right in every language, as the formula does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.factors = tuple(Matrix(scale="diverging") for _n in range(MOST_FACTORS))
        self.result = Matrix(scale="diverging")
        self._signs = tuple(kind(QLabel("@"), "strong") for _n in range(MOST_FACTORS - 1))
        for matrix in (*self.factors, self.result):
            matrix.set_writing(two, brief)
        first, *others = self.factors
        further = (part for sign, factor in zip(self._signs, others) for part in (sign, (factor, 1)))
        self._row = hbox((first, 1), *further, kind(QLabel("="), "strong"), (self.result, 1), on=self)
        self.relook()

    def show_frame(self, frame: ForwardFrame) -> None:
        """The factors of a network that was multiplied through; hidden where there is nothing to multiply."""
        deep = frame.deep.weights
        there = frame.params.flat and 1 < len(deep) <= MOST_FACTORS and frame.run.failed < 0
        if self.isHidden() == there:
            self.setVisible(there)
        if not there:
            return
        for place, matrix in enumerate(self.factors):
            used = place < len(deep)
            matrix.setVisible(used)
            if place:
                self._signs[place - 1].setVisible(used)
            if used:
                matrix.set_titles(f"W{subscript(place + 1)} {shape_text(deep[place])}")
                matrix.set_values(deep[place])
        self.result.set_titles(f"W {shape_text(frame.net.weights[0])}")
        self.result.set_values(frame.net.weights[0])

    def set_description(self, text: str) -> None:
        """What a screen reader says of each matrix."""
        for matrix in (*self.factors, self.result):
            matrix.set_description(text)

    def relook(self) -> None:
        self._row.setSpacing(look().px(3))
        for matrix in (*self.factors, self.result):
            matrix.setMinimumWidth(look().px(56))
            matrix.setMinimumHeight(look().px(60))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(200), look().px(64))
