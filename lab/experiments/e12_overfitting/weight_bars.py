"""The weights of the curve as bars: how they grow with the degree, shrink under ridge and vanish under lasso."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e12_overfitting.fitting import Fit
from widgets.base.look import look
from widgets.plots.draggable_bars import Bar, DragBars

__all__ = ["WeightBars"]

MOST = 15  # bars
NEGATIVE, POSITIVE = 1, 5  # places in the diverging scale


class WeightBars(DragBars):
    """Bars of the first weights."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(movable=False, parent=parent)
        self.set_titles("", _("The weights of the curve"))

    def show_fit(self, fit: Fit | None) -> None:
        """Show these."""
        weights = fit.weights[:MOST] if fit is not None else np.zeros(0)
        many, colors = len(weights) > 5, look().palette.diverging
        self.set_range(*_range(weights))
        self.set_bars(
            [
                Bar(str(place), value, _written(value, many), colors[POSITIVE if value > 0 else NEGATIVE])
                for place, value in enumerate(weights.tolist(), 1)
            ]
        )


def _written(value: float, many: bool) -> str:
    """The number over a bar; with many of them only what is exactly 0 says so."""
    if many:
        return "0" if value == 0 else " "
    return show_number(value, 2)


def _range(weights: np.ndarray) -> tuple[float, float]:
    """Even about 0, in steps of 1, 2 and 5."""
    largest = float(np.abs(weights).max(initial=0.5))
    power = 10.0 ** np.floor(np.log10(largest))
    top = float(next(step * power for step in (1, 2, 5, 10) if step * power >= largest * 0.999))
    return -1.15 * top, 1.15 * top
