"""The tables: two features, a number to predict and a class, row by row. Each is drawn to show one thing that
the size of a column's numbers does to descent or to distance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.records import dataclass
from lab.core.text import N_, _
from lab.engine.basics.table import bundled
from lab.kit.arrays import read_only
from lab.kit.exchange import newest

__all__ = ["LARGEST", "MAX_ROWS", "Sheet", "make_sheet", "own_sheet"]

Array = NDArray[np.float64]
MAX_ROWS, NAME_LENGTH, LARGEST = 600, 30, 1e9
SQUARE_METRES = 0.09290304  # of a square foot
FACTORS = {"given": 0, "milli": 1, "kilo": -1}  # powers of a thousand
SQUARES, PLAIN = ("m²", "mm²", "km²"), ("", "·10⁻³", "·10³")


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """x: [N, 2], nan where a cell is missing.  y: [N], to be predicted.  label: [N], 0 or 1.  names: of both
    columns and of y.  units: of the first column as given, in milli and in kilo.  second_unit: of the second.
    power: how often the unit's length enters, 2 for areas.  label_name: what class 1 is."""

    x: Array
    y: Array
    label: NDArray[np.int64]
    title: str
    names: tuple[str, str, str]
    units: tuple[str, str, str] = PLAIN
    second_unit: str = ""
    power: int = 1
    label_name: str = N_("y above its median")
    left_out: int = 0  # rows of the table that could not be used

    def __post_init__(self) -> None:
        if self.x.shape != (len(self.y), 2) or self.label.shape != self.y.shape:
            raise ValueError(f"x {self.x.shape}, y {self.y.shape}, label {self.label.shape} do not fit together")

    def factor(self, unit: str) -> float:
        """By how much the numbers of the first column grow in another unit."""
        return float(1000.0 ** (FACTORS[unit] * self.power))

    def unit(self, column: int, chosen: str) -> str:
        """The unit of a column's numbers."""
        return self.second_unit if column else self.units[tuple(FACTORS).index(chosen)]

    @property
    def test(self) -> Any:
        """Which rows are kept for the test, [N]: every third, from nine rows on."""
        return (np.arange(len(self.y)) % 3 == 2) & (len(self.y) >= 9)

    def with_row(self, number: int, first: float, second: float) -> Sheet:
        """The same table with one row changed."""
        x = self.x.copy()
        x[number] = first, second
        return replace(self, x=read_only(x))


def _sheet(x: Any, y: Any, title: str, names: tuple[str, str, str], label: Any = None, **rest: Any) -> Sheet:
    values = np.asarray(y, np.float64)
    above = values > np.median(values) if label is None else label
    return Sheet(read_only(x), read_only(values), read_only(above, np.int64), title, names, **rest)


def _course(_rng: Generator) -> Sheet:
    rows, names = [[1500, 3], [2000, 4], [1200, 2]], (N_("floor area"), N_("bedrooms"), N_("price"))
    return _sheet(rows, [300, 410, 235], N_("Three flats, two features"), names, units=SQUARES, power=2)


def _flats(rng: Generator) -> Sheet:
    n = 300
    area, rooms = np.round(rng.uniform(400, 4000, n)), rng.integers(1, 6, n).astype(float)
    price = 0.1 * area + 20 * rooms + 50 + rng.normal(0, 10, n)
    names, label = (N_("floor area"), N_("bedrooms"), N_("price")), rooms > 3
    rest = {"units": SQUARES, "power": 2, "label_name": N_("more than 3 bedrooms")}
    return _sheet(np.stack([area, rooms], 1), price, N_("Flats: area and bedrooms"), names, label, **rest)


def _houses(_rng: Generator) -> Sheet:
    rows = bundled("houses").numbers("sqft", "beds", "price")
    rows = rows[~np.isnan(rows).any(axis=1)][:450]
    x = np.stack([rows[:, 0] * SQUARE_METRES, rows[:, 1]], 1)
    names = (N_("floor area"), N_("bedrooms"), N_("price"))
    return _sheet(x, rows[:, 2] / 1000, N_("Houses sold in Sacramento"), names, units=SQUARES, power=2)


def _people(rng: Generator) -> Sheet:
    n = 150
    age = np.round(rng.uniform(18, 70, n))
    income = np.round(30000 + 250 * (age - 40) + rng.normal(0, 9000, n), -2)
    y = income / 1000 + 0.8 * age + rng.normal(0, 4, n)
    holes = rng.permutation(n)[:18]
    income[holes] = np.nan
    names = (N_("income"), N_("age"), N_("spending"))
    rest = {"units": ("€", "m€", "k€"), "second_unit": N_("years"), "label_name": N_("older than 44")}
    return _sheet(np.stack([income, age], 1), y, N_("Income and age, with gaps"), names, age > 44, **rest)


def _prices(rng: Generator) -> Sheet:
    n = 240
    price, stars = np.exp(rng.normal(4, 1.3, n)), rng.uniform(0, 5, n)
    y = 2 * np.log(price) + stars + rng.normal(0, 0.5, n)
    names = (N_("price"), N_("stars"), N_("sold"))
    rest = {"units": ("€", "m€", "k€"), "label_name": N_("sells above the median")}
    return _sheet(np.stack([price, stars], 1), y, N_("Prices with a long tail"), names, **rest)


def _outlier(rng: Generator) -> Sheet:
    n = 60
    x = rng.uniform(0, 1, (n, 2))
    x[0, 0], x[1, 0], x[5, 0] = 0.0, 1.0, 100.0  # the sixth row is a test row
    y = 2 * np.minimum(x[:, 0], 1) + x[:, 1] + rng.normal(0, 0.1, n)
    names, rest = (N_("moisture"), N_("light"), N_("growth")), {"label_name": N_("moisture above ½")}
    return _sheet(x, y, N_("One value of 100 in a column from 0 to 1"), names, x[:, 0] > 0.5, **rest)


def _scaled(rng: Generator) -> Sheet:
    n = 240
    x = rng.normal(0, 1, (n, 2))
    y = x @ np.array([1.0, -1.0]) + 3 + rng.normal(0, 0.5, n)
    names, rest = (N_("height"), N_("weight"), "y"), {"label_name": N_("second column above 0")}
    return _sheet(x, y, N_("Both columns already around 1"), names, x[:, 1] > 0, **rest)


def _sunflowers(rng: Generator) -> Sheet:
    """In metres and decimetres both columns have one size, and who is in proportion is seen in both of them alone."""
    n = 300
    height = np.round(rng.uniform(0.5, 3.5, n), 2)
    width = np.round(rng.uniform(0.5, 3.5, n), 2)
    seeds = np.round(200 * height + 300 * width + rng.normal(0, 40, n))
    names, label = (N_("height"), N_("flower width"), N_("seeds")), np.abs(height - width) < 0.8
    rest = {"units": ("m", "mm", "km"), "second_unit": "dm", "label_name": N_("in proportion")}
    return _sheet(np.stack([height, width], 1), seeds, N_("Sunflowers: height and flower"), names, label, **rest)


def _constant(rng: Generator) -> Sheet:
    n = 60
    x = np.stack([rng.uniform(2, 20, n), np.full(n, 4.0)], 1)
    names = (N_("length"), N_("wheels"), N_("weight"))
    y = 3 * x[:, 0] + 8 + rng.normal(0, 2, n)
    return _sheet(x, y, N_("Every vehicle has 4 wheels"), names, units=("m", "mm", "km"))


def _own(_rng: Generator) -> Sheet:
    return replace(_course(_rng), title=N_("Your own table: press “Own data…” or Ctrl+V"))


MADE: dict[str, Callable[[Generator], Sheet]] = {
    "course": _course,
    "flats": _flats,
    "houses": _houses,
    "people": _people,
    "prices": _prices,
    "outlier": _outlier,
    "scaled": _scaled,
    "sunflowers": _sunflowers,
    "constant": _constant,
    "own": _own,
}


def make_sheet(data: str, rng: Generator, artifacts: Sequence[Artifact] = ()) -> Sheet:
    """The table of that name. Raises ParamError when it is to be received and none was."""
    if data != "received":
        return MADE[data](rng)
    return _received(newest(artifacts, "table", "data"))


def _received(artifact: Artifact) -> Sheet:
    """A table of values and names (the last column is predicted), or of x and y (x and its row number).

    Raises ValueError naming the entry that is missing or does not fit.
    """
    data = artifact.data
    if "values" in data:
        values = np.asarray(data["values"], np.float64)
        names = [str(name) for name in data.get("names", ())]
    elif "x" in data and "y" in data:
        x, y = np.asarray(data["x"], np.float64).ravel(), np.asarray(data["y"], np.float64).ravel()
        if x.shape != y.shape:
            raise ValueError(f"y: {y.size} rows, needs as many as x has, {x.size}")
        values = np.stack([x, y], 1)
        names = [str(data.get("x_name", "x")), str(data.get("y_name", "y"))]
    else:
        raise ValueError(_("The table lacks “{key}”.").format(key="values"))
    if values.ndim != 2 or values.shape[1] < 2:
        raise ValueError(f"values: shape {values.shape}, needs rows and at least two columns")
    names += [f"x{i + 1}" for i in range(len(names), values.shape[1])]
    target = values[:, 2] if values.shape[1] > 2 else values[:, 1]
    keep = np.isfinite(target)
    title = (names[0], names[1], names[2] if len(names) > 2 else names[1])
    used = values[keep][:MAX_ROWS, :2], target[keep][:MAX_ROWS]
    return own_sheet(*used, title, artifact.title, len(target) - len(used[1]))


def own_sheet(x: Any, y: Any, names: tuple[str, str, str], title: str, left_out: int = 0) -> Sheet:
    """A learner's table. x: [N, 2], nan where missing.  y: [N].

    Raises ValueError for fewer than 3 or too many rows, numbers out of reach, or a column without any.
    """
    rows, target = np.asarray(x, np.float64), np.asarray(y, np.float64)
    if rows.shape != (len(target), 2) or not 3 <= len(target) <= MAX_ROWS:
        raise ValueError(f"x: shape {rows.shape}, needs two columns and from 3 to {MAX_ROWS} rows")
    if not np.all(np.isnan(rows) | (np.abs(rows) <= LARGEST)) or not np.all(np.abs(target) <= LARGEST):
        raise ValueError("x, y: need numbers between −10⁹ and 10⁹")
    train = ~((np.arange(len(target)) % 3 == 2) & (len(target) >= 9))
    empty = np.isnan(rows[train]).all(axis=0)
    if empty.any():
        name = names[int(empty.argmax())]
        raise ValueError(_("Column “{name}” has no number in its train rows.").format(name=name))
    first, second, third = (name[:NAME_LENGTH] or "?" for name in names)
    named = title[:60] or N_("Your own table")
    return _sheet(rows, target, named, (first, second, third), left_out=max(0, int(left_out)))
