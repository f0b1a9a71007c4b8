"""The points: those the curve is fitted to, those held out to check it, and those under the lid. Of a drawn data set
the true curve is known too, so that fresh points can be drawn as often as one likes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.records import dataclass
from lab.engine.basics.data import split as split_rows
from lab.experiments.e12_overfitting.gestures import AddPoint, MovePoint, RemovePoint, SetTable
from lab.experiments.e12_overfitting.settings import DATA_NAMES, MOST_POINTS, Params
from lab.kit.arrays import read_only
from lab.kit.editing import edited, round_range
from lab.kit.exchange import column_names, entry_name, latest, newest, numbers_in
from lab.kit.numbers import LARGEST

__all__ = ["HELD", "HIDDEN", "Edit", "Sheet", "edited_sheet", "fresh_points", "make_sheet", "own_sheet", "truth"]

Array = NDArray[np.float64]
Box = tuple[float, float, float, float]
Edit = AddPoint | MovePoint | RemovePoint

HELD, HIDDEN = 20, 40  # points held out, and under the lid, of a drawn data set
MYSTERY = 22, 0.2, 9  # points, noise and seed of the mystery wave, the same for every run
WORLDS = ("sine", "line", "mystery")
NAME_LENGTH = 60
WINDOW: Box = (-0.05, 1.05, -2.0, 2.0)


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """x, y: [N], held-out ones included.  held: [N], which those are.  hidden_x, hidden_y: [T], under the lid.

    first_x, first_y, first_held: as they came, before any edit.  span: the x that become −1 and 1 for the blocks.
    world: the true curve, "" where nobody knows it.  noise: of that world, a standard deviation.
    """

    x: Array
    y: Array
    held: NDArray[np.bool_]
    hidden_x: Array
    hidden_y: Array
    first_x: Array
    first_y: Array
    first_held: NDArray[np.bool_]
    title: str
    extent: Box
    span: tuple[float, float]
    world: str = ""
    noise: float = 0.0
    names: tuple[str, str] = ("x", "y")
    left_out: int = 0

    def __post_init__(self) -> None:
        for name in ("extent", "span"):
            object.__setattr__(self, name, tuple(float(value) for value in getattr(self, name)))
        if not self.x.shape == self.y.shape == self.held.shape or self.hidden_x.shape != self.hidden_y.shape:
            raise ValueError(f"x {self.x.shape}, y {self.y.shape} and held {self.held.shape} do not fit together")

    @property
    def seen_x(self) -> Array:
        return self.x[~self.held]

    @property
    def seen_y(self) -> Array:
        return self.y[~self.held]

    @property
    def edited(self) -> bool:
        """Whether a point is not where it was."""
        return not (np.array_equal(self.x, self.first_x) and np.array_equal(self.y, self.first_y))

    def unit(self, x: Array) -> Array:
        """Places as the building blocks see them: the span is −1 … 1."""
        low, high = self.span
        return (x - low) / (high - low) * 2 - 1


def truth(world: str, x: Array) -> Array:
    """The true curve of a drawn data set."""
    if world == "line":
        return 1.6 * x - 0.8
    wave = np.sin(2 * np.pi * x)
    return wave if world == "sine" else 0.8 * wave + 0.5 * np.cos(5 * np.pi * x)


def fresh_points(world: str, n: int, noise: float, rng: Generator) -> tuple[Array, Array]:
    """Points of a world at random places between 0 and 1, in rising order: x, y [n]."""
    x = np.sort(rng.uniform(0, 1, n))
    return x, truth(world, x) + noise * rng.normal(size=n)


def make_sheet(params: Params, rng: Generator, artifacts: Sequence[Artifact] = ()) -> Sheet:
    """The points before a hand has touched them. Raises ParamError when they are to be received and nothing was.

    Where something else than a table was received, for the networks, the points are those of a wave.
    """
    if params.data == "received" and artifacts and latest(artifacts, "table") is None:
        params = replace(params, data="sine")
    title = DATA_NAMES[params.data]
    if params.data == "received":
        return _received(newest(artifacts, "table", "data"), params.split)
    if params.data == "own":
        return _sheet(np.zeros(0), np.zeros(0), np.zeros(0, bool), (np.zeros(0), np.zeros(0)), title, WINDOW)
    n, noise, world = params.n, params.noise, params.data if params.data in WORLDS else "sine"
    if params.data == "mystery":
        n, noise, seed = MYSTERY
        rng = np.random.default_rng(seed)
    x, y = fresh_points(world, n, noise, rng)
    held_x, held_y = fresh_points(world, HELD, noise, rng)
    hidden = fresh_points(world, HIDDEN, noise, rng)
    if params.data == "twins":
        held_x, held_y = x.copy(), y.copy()
    held = np.arange(n + len(held_x)) >= n
    points = np.concatenate((x, held_x)), np.concatenate((y, held_y))
    return replace(_sheet(*points, held, hidden, title, WINDOW), world=world, noise=noise, span=(0.0, 1.0))


def _sheet(x: Array, y: Array, held: NDArray[np.bool_], hidden: tuple[Array, Array], title: str, extent: Box) -> Sheet:
    points = read_only(x), read_only(y), read_only(held, np.bool_)
    low, high = (float(x.min()), float(x.max())) if len(x) else (0.0, 1.0)
    span = (low, high) if high > low else (low - 0.5, low + 0.5)
    return Sheet(*points, read_only(hidden[0]), read_only(hidden[1]), *points, title, extent, span)


def own_sheet(action: SetTable, split: int) -> Sheet:
    """A table of the learner's: of ten rows and more a fifth is held out and a fifth goes under the lid.

    Raises ValueError for columns of different length, too many rows, and for what is no number.
    """
    x, y = (np.array(column, np.float64) for column in (action.x, action.y))
    names = (action.x_name[:NAME_LENGTH] or "x", action.y_name[:NAME_LENGTH] or "y")
    made = _dealt(x, y, split, action.title[:NAME_LENGTH] or DATA_NAMES["own"])
    return replace(made, names=names, left_out=max(0, int(action.left_out)))


def _dealt(x: Array, y: Array, split: int, title: str) -> Sheet:
    """Rows of the learner's or of another experiment, dealt by the split number."""
    if x.shape != y.shape or x.ndim != 1 or len(x) > MOST_POINTS:
        raise ValueError(f"x and y: {x.shape} and {y.shape}, need one length, at most {MOST_POINTS} rows")
    if not (np.abs(x) <= LARGEST).all() or not (np.abs(y) <= LARGEST).all():
        raise ValueError("x and y: need finite numbers between −10¹² and 10¹²")
    nothing = np.zeros(0, np.int64)
    parts: tuple[NDArray[np.int64], ...] = (np.arange(len(x)), nothing, nothing)
    if len(x) >= 10:
        parts = split_rows(len(x), (0.6, 0.2, 0.2), np.random.default_rng(split))
    rows = np.concatenate((np.sort(parts[0]), np.sort(parts[1])))
    held = np.arange(len(rows)) >= len(parts[0])
    extent = (*round_range(x, 0.08), *round_range(y, 0.3)) if len(x) else WINDOW
    return _sheet(x[rows], y[rows], held, (x[parts[2]], y[parts[2]]), title, extent)


def _received(artifact: Artifact, split: int) -> Sheet:
    """The points of a table: x and y, or the first and the last column of values. Rows with a hole are left out.

    Raises ValueError naming the entry that is missing or does not fit.
    """
    data = artifact.data
    if "x" in data and "y" in data:
        columns = [numbers_in(data, key, 1, "table") for key in ("x", "y")]
        names = [entry_name(data, f"{key}_name", key) for key in ("x", "y")]
    else:
        values = numbers_in(data, "values", 2, "table")
        if values.shape[1] < 2:
            raise ValueError(f"values: shape {values.shape}, needs at least two columns")
        columns, given = [values[:, 0], values[:, -1]], column_names(data.get("names"), values.shape[1])
        names = [given[0], given[values.shape[1] - 1]]
    if len(columns[0]) != len(columns[1]):
        raise ValueError(f"table: columns of {[len(c) for c in columns]} rows, need one length")
    rows = np.stack(columns, axis=1)
    kept = rows[np.isfinite(rows).all(axis=1)]
    made = _dealt(kept[:MOST_POINTS, 0], kept[:MOST_POINTS, 1], split, artifact.title)
    return replace(made, names=(names[0], names[1]), left_out=len(rows) - len(made.x) - len(made.hidden_x))


def edited_sheet(sheet: Sheet, action: Edit) -> tuple[Sheet, Edit] | None:
    """The points after an edit, and the edit that takes it back; None where there is no such point.

    Raises ValueError for too many points, and for what is no number.
    """
    found = edited(sheet.x, sheet.y, action, AddPoint, MovePoint, RemovePoint, 2 * MOST_POINTS)
    if found is None:
        return None
    x, y, back = found
    held = sheet.held
    if isinstance(action, AddPoint):
        held = np.insert(held, back.number, action.held)
    elif isinstance(action, RemovePoint):
        back = replace(back, held=bool(held[action.number]))
        held = np.delete(held, action.number)
    return replace(sheet, x=read_only(x), y=read_only(y), held=read_only(held, np.bool_)), back
