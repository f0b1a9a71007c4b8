"""The points to begin with: real tables, famous ones, and some drawn by the seed to show one thing each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from lab.core.artifact import Artifact
from lab.core.text import N_
from lab.engine.basics.data import QUARTET, collinear, fan, quadratic, simpson, split
from lab.engine.basics.table import bundled
from lab.experiments.e03_linear_regression.received import received_sheet
from lab.experiments.e03_linear_regression.settings import DATA_NAMES, Params
from lab.experiments.e03_linear_regression.sheet import Sheet, Window, sheet_of
from lab.kit.arrays import read_only
from lab.kit.exchange import newest

__all__ = ["original", "with_test"]

Generator = np.random.Generator
QUARTET_WINDOW: Window = (2.0, 21.0, 1.0, 14.5)


def original(name: str, params: Params, rng: Generator, artifacts: Sequence[Artifact] = ()) -> Sheet:
    """The points of a data set before a hand has touched them. Raises ParamError when there are none."""
    if name == "received":
        sheet = received_sheet(newest(artifacts, "table", "data"))
    elif name == "own":
        sheet = replace(sheet_of([], []), title=DATA_NAMES["own"])
    elif name.startswith("quartet-"):
        pairs = QUARTET[int(name[-1]) - 1]
        sheet = replace(sheet_of(pairs.x, pairs.y, title=DATA_NAMES[name]), window=QUARTET_WINDOW)
    elif name in _TABLES:
        sheet = _TABLES[name]()
    else:
        sheet = _DRAWN[name](params, rng)
    return with_test(sheet, params.test, rng)


def with_test(sheet: Sheet, which: str, rng: Generator) -> Sheet:
    """A fifth of the points locked away, at least one of them, as long as there are five."""
    if which == "none" or len(sheet) < 5:
        return sheet
    test = np.zeros(len(sheet), dtype=bool)
    if which == "random":
        test[split(len(sheet), (0.8, 0.2), rng)[1]] = True
    else:
        test[np.argsort(sheet.x, kind="stable")[-(len(sheet) // 5) :]] = True
    return replace(sheet, test=read_only(test, np.bool_))


# ------------------------------------------------------------------------------------------ real tables


def _crickets() -> Sheet:
    table = bundled("crickets")
    species = table.column("species").codes().astype(np.float64)
    names = (N_("temperature in °C"), N_("species (0 or 1)"), N_("pulses a second"))
    x, y = table.numbers("temp", "rate").T
    return sheet_of(x, y, species, names, DATA_NAMES["crickets"], group=species)


def _houses() -> Sheet:
    area, rooms, price = bundled("houses").numbers("sqft", "beds", "price").T
    names = (N_("area in square feet"), N_("bedrooms"), N_("price in dollars"))
    return sheet_of(area, price, rooms, names, DATA_NAMES["houses"])


def _diabetes() -> Sheet:
    mass, blood, progression = bundled("diabetes").numbers("bmi", "s5", "progression").T
    names = (N_("body mass index"), N_("log triglycerides"), N_("progression of diabetes"))
    return sheet_of(mass, progression, blood, names, DATA_NAMES["diabetes"])


def _course() -> Sheet:
    x = np.arange(1.0, 6.0)
    made = sheet_of(x, 2.0 * x + 1.0, title=DATA_NAMES["course"])
    return replace(made, window=(0.0, 8.0, 0.0, 16.0))


def _leverage() -> Sheet:
    """Nine points that rise, and one far to the right that does not."""
    x = [1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 14.0]
    y = [2.6, 2.9, 4.1, 4.0, 5.2, 5.3, 6.6, 6.7, 7.9, 3.0]
    return replace(sheet_of(x, y, title=DATA_NAMES["leverage"]), window=(0.0, 18.0, 0.0, 12.0))


_TABLES: dict[str, Callable[[], Sheet]] = {
    "crickets": _crickets,
    "houses": _houses,
    "diabetes": _diabetes,
    "course": _course,
    "leverage": _leverage,
}


# ------------------------------------------------------------------------------------ drawn by the seed

FAN_NOISE = 3.0


def _fan(_params: Params, rng: Generator) -> Sheet:
    """The error bars are the true standard deviations, which grow with x."""
    x, y = fan(60, FAN_NOISE, rng)
    made = sheet_of(x, y, title=DATA_NAMES["fan"], bar=FAN_NOISE * x / 5.0)
    return replace(made, usual=FAN_NOISE / 2.0)


def _simpson(_params: Params, rng: Generator) -> Sheet:
    x, y, group = simpson(60, 0.35, rng)
    names = ("x", N_("group (0, 1, 2)"), "y")
    return sheet_of(x, y, group.astype(np.float64), names, DATA_NAMES["simpson"], group=group)


def _curve(_params: Params, rng: Generator) -> Sheet:
    x, y = quadratic(30, 0.5, rng)
    return sheet_of(x, y, title=DATA_NAMES["curve"])


def _collinear(params: Params, rng: Generator) -> Sheet:
    x, y = collinear(40, 0.5, rng, params.apart)
    return sheet_of(x[:, 0], y, x[:, 1], ("x₁", "x₂", "y"), DATA_NAMES["collinear"])


_DRAWN: dict[str, Callable[[Params, Generator], Sheet]] = {
    "fan": _fan,
    "simpson": _simpson,
    "curve": _curve,
    "collinear": _collinear,
}
