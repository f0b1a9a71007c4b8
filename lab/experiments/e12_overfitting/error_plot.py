"""The error against the degree, with the degree as a line to drag; and the weights against their price, with λ."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e12_overfitting.fitting import ByDegree, ByPrice
from widgets.base.colors import DASHES, MARKERS
from widgets.base.look import look
from widgets.plots.plot import Plot
from widgets.plots.series import Line, Series

__all__ = ["ErrorPlot", "PricePlot"]

NEAR, ALL = 15, 100  # the degrees in sight, as long as the present one is among the first
LOWEST, HIGHEST = 1e-4, 1e3  # errors in sight at most
WORTH = 1e-3  # a price from which on the weights are in sight
NAMED = 6  # weights that have a colour each


class ErrorPlot(Plot):
    """Train and validation error of every degree. `degree_chosen` while the line is dragged, `dropped` at the end."""

    degree_chosen = Signal(int)
    dropped = Signal()

    def __init__(self, small: bool = False, parent: QWidget | None = None) -> None:
        """small: beside another picture, which has the names and the marks of both curves."""
        super().__init__(parent)
        self._degree, self._small = 0, small
        self.set_titles(_("degree"), _("error") if small else _("mean squared error"), _("The error of every degree"))
        self.set_log(True, "" if small else _("errors of 0, not shown: {count}"))
        self.line_dragged.connect(self._dragged)
        self.line_dropped.connect(self._dropped)

    def show_errors(self, found: ByDegree, degree: int) -> None:
        """Show this."""
        palette = look().palette
        self._degree = degree
        most = NEAR if degree <= NEAR else ALL
        inside = found.degrees <= most
        x = found.degrees[inside]
        train, held = found.train[inside], found.validation[inside]
        self.set_limits((-0.4, most + 0.4), _limits(np.concatenate((train, held))))
        names = ("", "") if self._small else (_("train"), _("validation"))
        self.set_series(
            [
                Series(name, x, values, palette.categories[k], DASHES[k], MARKERS[k], 2.2, points=most == NEAR)
                for k, (name, values) in enumerate(zip(names, (train, held)))
            ]
        )
        self._set_line()

    def _set_line(self) -> None:
        name = "" if self._small else _("degree {d}").format(d=self._degree)
        self.set_lines([Line("degree", float(self._degree), True, look().palette.ball, (), name, True, 1.0)])

    def _dragged(self, _name: str, value: float) -> None:
        degree = min(max(round(value), 0), ALL)
        if degree != self._degree:
            self._degree = degree
            self.degree_chosen.emit(degree)

    def _dropped(self, _name: str, _value: float) -> None:
        self._set_line()  # on a whole number
        self.dropped.emit()


class PricePlot(Plot):
    """What every price does, over log₁₀ λ: to the weights, or to the errors. `price_chosen` while λ is dragged."""

    price_chosen = Signal(float)
    dropped = Signal()

    def __init__(self, errors: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._errors, self._price = errors, 0.0
        title = _("The error at every price") if errors else _("The weights at every price")
        self.set_titles("log₁₀ λ", _("error") if errors else _("weight"), title)
        self.set_log(errors)
        self.line_dragged.connect(self._dragged)
        self.line_dropped.connect(self._dropped)

    def show_prices(self, found: ByPrice, price: float, movable: bool) -> None:
        """Show this; `movable`: whether there is a price."""
        self._price = price
        if not self._errors:
            self.set_limits((-6.0, 2.0), _weight_limits(found))
        self.set_series(self._errors_of(found) if self._errors else _weights_of(found))
        self.set_lines(self._price_line(movable))

    def _errors_of(self, found: ByPrice) -> list[Series]:
        palette, x = look().palette, np.log10(found.prices)
        self.set_limits((-6.0, 2.0), _limits(np.concatenate((found.train, found.validation))))
        return [  # without names: the colours and dashes are those of the error curve
            Series("", x, values, palette.categories[place], DASHES[place], MARKERS[place])
            for place, values in enumerate((found.train, found.validation))
        ]

    def _price_line(self, movable: bool) -> list[Line]:
        if not movable:
            return []
        at = min(max(math.log10(max(self._price, 1e-12)), -6.0), 2.0)
        name = "" if self._errors else _("λ = {price}").format(price=show_number(self._price, 3))
        return [Line("price", at, True, look().palette.ball, (), name, True, 0.125)]

    def _dragged(self, _name: str, value: float) -> None:
        self.price_chosen.emit(float(f"{10.0 ** min(max(value, -6.0), 2.0):.3g}"))

    def _dropped(self, _name: str, _value: float) -> None:
        self.dropped.emit()


def _weights_of(found: ByPrice) -> list[Series]:
    """A line for each weight: the first six in colours, the others pale."""
    x, palette = np.log10(found.prices), look().palette
    series = []
    for place, row in enumerate(found.weights.T):
        named = place < NAMED
        color = palette.categories[place] if named else "text3"
        mark, dash = (MARKERS[place], DASHES[place]) if named else ("", (2.0, 3.0))
        series.append(Series(f"w{place + 1}" if named else "", x, row.copy(), color, dash, mark, 2.0, not named))
    return series


def _weight_limits(found: ByPrice) -> tuple[float, float]:
    """Even about 0, and high enough for the weights at prices that are worth paying."""
    worth = found.weights[found.prices >= WORTH]
    top = 1.2 * float(np.abs(worth).max(initial=0.1))
    return -top, top


def _limits(errors: np.ndarray) -> tuple[float, float]:
    """Powers of ten about the errors, as far as they are worth seeing."""
    shown = errors[np.isfinite(errors) & (errors > 0)]
    if not len(shown):
        return 1e-2, 1.0
    low, high = max(float(shown.min()), LOWEST), min(float(shown.max()), HIGHEST)
    return 10.0 ** math.floor(math.log10(low)), 10.0 ** max(
        math.ceil(math.log10(high)), math.floor(math.log10(low)) + 1
    )
