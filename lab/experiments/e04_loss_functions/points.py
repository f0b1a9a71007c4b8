"""The points that are fitted, and all that belongs to them: names, a picture to lie in, the part of the loss
landscape worth seeing, and a line to begin with. Every set is drawn to show one thing about losses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.random import Generator

from lab.core.artifact import Artifact
from lab.core.records import dataclass
from lab.core.text import N_
from lab.engine.basics.regression import fit_least_squares
from lab.experiments.e04_loss_functions.loss import Array
from lab.kit.arrays import read_only
from lab.kit.editing import round_range
from lab.kit.exchange import newest, numbers_in
from lab.kit.numbers import LARGEST

__all__ = ["MAX_POINTS", "Box", "Points", "make_points", "received_points", "table_points"]

MAX_POINTS = 200
NAME_LENGTH = 60
AIR = 0.1  # of the span of the points, on either side of them
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """x, y: [N].  names: of x and y.  unit: of y, for the unit of the loss.  extent: x0, x1, y0, y1 of the
    picture.  weights: w0, w1, b0, b1 of the landscape.  start: slope and intercept.  labels: y is 0 or 1."""

    x: Array
    y: Array
    title: str
    extent: Box
    weights: Box
    start: tuple[float, float]
    names: tuple[str, str] = ("x", "y")
    unit: str = ""
    labels: bool = False
    left_out: int = 0  # rows of the table that could not be used

    def __post_init__(self) -> None:
        for name in ("extent", "weights", "start"):  # whole numbers would not survive being saved as such
            object.__setattr__(self, name, tuple(float(value) for value in getattr(self, name)))
        if self.x.ndim != 1 or self.x.shape != self.y.shape:
            raise ValueError(f"x {self.x.shape} and y {self.y.shape} do not fit together")

    def with_points(self, x: Any, y: Any) -> Points:
        """The same board with other points on it."""
        return replace(self, x=read_only(x), y=read_only(y))


def _clean(rng: Generator) -> Points:
    x = np.arange(10.0)
    y = np.round(2 * x + 1 + rng.normal(0, 1.2, 10), 2)
    names = (N_("weeks"), N_("height in cm"))
    return Points(
        read_only(x), read_only(y), N_("A plant grows"), (-0.8, 9.8, -4, 28), (-1, 5, -12, 14), (0.8, 9.0), names, "cm"
    )


def _outlier(_rng: Generator) -> Points:
    y = [*range(9), 40]
    box = (-0.8, 9.8, -6, 44), (-1, 5, -14, 12), (0.2, 3.0)
    return Points(read_only(range(10)), read_only(y), N_("Ten points on y = x, the last pulled to 40"), *box)


def _skewed(rng: Generator) -> Points:
    x = np.linspace(0, 9, 21)
    y = np.round(x + rng.exponential(2.5, 21), 2)
    names, box = (N_("distance in km"), N_("minutes")), ((-0.8, 9.8, -1, 23), (-1, 3, -6, 12), (0.3, 8.0))
    return Points(read_only(x), read_only(y), N_("A bus is late, never early"), *box, names, N_("min"))


def _offset(_rng: Generator) -> Points:
    x = np.arange(8.0)
    names, box = (N_("true °C"), N_("shown °C")), ((-0.8, 7.8, -3, 15), (-1, 3, -8, 14), (1.0, 0.0))
    return Points(read_only(x), read_only(x + 5), N_("A thermometer shows 5 too much"), *box, names, "°C")


def _labels(_rng: Generator) -> Points:
    x = [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6]
    y = [0, 0, 0, 0, 1, 0, 0, 1, 1, 0, 1, 1]
    names, box = (N_("hours of practice"), N_("passed")), ((0, 6.5, -0.25, 1.25), (-2, 6, -16, 6), (0.4, -0.4))
    return Points(read_only(x), read_only(y), N_("Passed (1) or not (0)"), *box, names, "", True)


def _course(_rng: Generator) -> Points:
    names, box = (N_("prediction"), N_("truth")), ((2, 10.4, 0, 12), (0, 2, -4, 4), (1.0, 0.0))
    return Points(read_only([2.8, 5.2, 6.5, 9.1]), read_only([3, 5, 7, 9]), N_("Four predictions"), *box, names)


def _three(_rng: Generator) -> Points:
    names, box = (N_("prediction"), N_("truth")), ((2, 8.4, 0, 10), (0, 2, -4, 4), (1.0, 0.0))
    return Points(read_only([2.8, 5.1, 7.3]), read_only([3, 5, 7]), N_("Three predictions"), *box, names)


def _five(_rng: Generator) -> Points:
    box = (0.2, 5.8, -2, 18), (-1, 5, -10, 8), (1.0, 0.0)
    return Points(read_only(range(1, 6)), read_only([2, 3, 4, 5, 15]), N_("Misses of 1, 1, 1, 1 and 10"), *box)


def _secret(_rng: Generator) -> Points:
    x = np.arange(8.0)
    y = 1.7 * x - 2 + np.array([0.6, -0.4, 0.2, -0.9, 0.8, -0.1, 0.5, -0.7])
    return Points(read_only(x), read_only(y), N_("Secret points"), (-0.8, 7.8, -6, 14), (-4, 6, -12, 10), (-2.0, 0.0))


def _own(_rng: Generator) -> Points:
    return Points(read_only([]), read_only([]), N_("Your own points"), (0, 10, 0, 10), (-4, 4, -10, 15), (0.5, 2.0))


MADE: dict[str, Callable[[Generator], Points]] = {
    "clean": _clean,
    "outlier": _outlier,
    "skewed": _skewed,
    "offset": _offset,
    "labels": _labels,
    "course": _course,
    "three": _three,
    "five": _five,
    "secret": _secret,
    "own": _own,
}


def make_points(data: str, rng: Generator, artifacts: Sequence[Artifact] = ()) -> Points:
    """The points of that name. Raises ParamError when they are to be received and none were."""
    if data == "received":
        return received_points(newest(artifacts, "table", "data"))
    return MADE[data](rng)


def received_points(artifact: Artifact) -> Points:
    """The points in a table: columns x and y, perhaps with x_name and y_name. Rows with a hole are left out.

    Raises ValueError naming the entry that is missing or does not fit.
    """
    data = artifact.data
    x, y = (numbers_in(data, key, 1, "table") for key in ("x", "y"))
    if x.shape != y.shape:
        raise ValueError(f"y: {y.size} rows, needs as many as x has, {x.size}")
    whole = np.isfinite(x) & np.isfinite(y)
    names = str(data.get("x_name", "x")), str(data.get("y_name", "y"))
    used = x[whole][:MAX_POINTS], y[whole][:MAX_POINTS]
    return table_points(*used, names, artifact.title, x.size - used[0].size)


def table_points(x: Any, y: Any, names: tuple[str, str], title: str, left_out: int = 0) -> Points:
    """A table as points with a picture and a landscape around them.

    Raises ValueError for columns of different length, too many rows, or numbers that are not finite.
    """
    xs, ys = read_only(x), read_only(y)
    if xs.shape != ys.shape or xs.ndim != 1 or xs.size > MAX_POINTS:
        raise ValueError(f"x, y: {xs.shape} and {ys.shape} rows, need as many of both, at most {MAX_POINTS}")
    for name, column in (("x", xs), ("y", ys)):
        if not np.all(np.abs(column) <= LARGEST):  # also refuses what is not a number
            raise ValueError(f"{name}: needs finite numbers between −10¹² and 10¹²")
    labels = bool(ys.size) and bool(np.isin(ys, (0, 1)).all())
    short = (names[0][:NAME_LENGTH] or "x", names[1][:NAME_LENGTH] or "y")
    shown = replace(_own(np.random.default_rng(0)), x=xs, y=ys, names=short, labels=labels)
    shown = replace(shown, title=title[:NAME_LENGTH] or shown.title, left_out=max(0, int(left_out)))
    return replace(shown, **_surroundings(xs, ys, labels)) if xs.size else shown


def _surroundings(x: Array, y: Array, labels: bool) -> dict[str, Any]:
    """Extent, landscape and first line for points that nobody has drawn a picture for."""
    x0, x1, y0, y1 = (*round_range(x, AIR), *((-0.25, 1.25) if labels else round_range(y, AIR)))
    tilt, tall = (y1 - y0) / (x1 - x0), y1 - y0
    w, b = 0.0, float(y.mean())
    if x.size > 1 and np.ptp(x) > 0:
        fit = fit_least_squares(x, y)
        w, b = float(fit.weights[0]), float(fit.bias)
    if labels:
        tilt, tall, w, b = 8 / (x1 - x0), 16.0, 4 / (x1 - x0), -4 * float(x.mean()) / (x1 - x0)
    reach = 1.5 * tilt * max(abs(x0), abs(x1))
    box = (w - 1.5 * tilt, w + 1.5 * tilt, b - max(tall, reach), b + max(tall, reach))
    return {"extent": (x0, x1, y0, y1), "weights": box, "start": (0.0, 0.0 if labels else float(y.mean()))}
