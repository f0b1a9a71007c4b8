"""Curves and points of a plot, as plain values, and questions about them: the nearest step, a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from widgets.base.figures import grouped
from widgets.canvas.ticks import number

__all__ = ["Line", "Points", "Reading", "Series", "nearest", "read", "scaled", "table"]


@dataclass(frozen=True, eq=False, slots=True)
class Series:
    """A named curve. x, y [N], x never falling; nan leaves a gap.

    `color` is '#RRGGBB' or a name of the palette; `dash` in line widths; `marker` (one of
    `widgets.base.colors.MARKERS`) stands at its end beside the name; `faint` for a curve in the background,
    without marker and label; `points` marks every point as well.
    """

    name: str
    x: np.ndarray
    y: np.ndarray
    color: str = "text"
    dash: tuple[float, ...] = ()
    marker: str = "o"
    width: float = 2.0
    faint: bool = False
    points: bool = False

    def __post_init__(self) -> None:
        if self.x.ndim != 1 or self.x.shape != self.y.shape:
            raise ValueError(
                f"x and y of series {self.name!r} must be two rows of numbers of equal length, "
                f"got shapes {self.x.shape} and {self.y.shape}"
            )

    def is_like(self, other: Series) -> bool:
        """Whether it runs through the same points as another."""
        return (
            len(self.x) == len(other.x)
            and np.array_equal(self.x, other.x)
            and np.array_equal(self.y, other.y, equal_nan=True)
        )

    def looks_like(self, other: Series) -> bool:
        """Whether the same would be painted for another."""
        return _style(self) == _style(other) and self.is_like(other)


@dataclass(frozen=True, eq=False, slots=True)
class Points:
    """A cloud of one category: x, y [N], with its own marker as well as colour; `size` in pixels across."""

    name: str
    x: np.ndarray
    y: np.ndarray
    color: str = "text"
    marker: str = "o"
    size: float = 9.0

    def __post_init__(self) -> None:
        if self.x.ndim != 1 or self.x.shape != self.y.shape:
            raise ValueError(
                f"x and y of points {self.name!r} must be two rows of numbers of equal length, "
                f"got shapes {self.x.shape} and {self.y.shape}"
            )

    def looks_like(self, other: Points) -> bool:
        """Whether the same would be painted for another."""
        return (
            _style(self) == _style(other)
            and np.array_equal(self.x, other.x, equal_nan=True)
            and np.array_equal(self.y, other.y, equal_nan=True)
        )


def _style(one: Series | Points) -> list[object]:
    """All but the numbers."""
    return [getattr(one, name) for name in one.__slots__ if name not in ("x", "y")]


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line across the plot: vertical at x = `value`, or horizontal at y = `value`.

    `movable` ones can be dragged, and nudged by the arrow keys; `step`: by how much, None for a share of the picture.
    """

    name: str
    value: float
    vertical: bool = True
    color: str = "text2"
    dash: tuple[float, ...] = (4, 3)
    label: str = ""
    movable: bool = False
    step: float | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a read-out says: a head such as "step 12", and per curve its index in the list and the point's."""

    head: str
    x: float
    rows: tuple[tuple[int, int], ...]


def scaled(y: np.ndarray, log: bool) -> np.ndarray:
    """`y` in units of the axis: itself, or its power of ten, nan where there is none (zero and below)."""
    if not log:
        return y
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(y > 0, np.log10(y), np.nan)


def nearest(series: Series, x: float) -> int | None:
    """Index of the point of `series` nearest to `x` along the axis; None without points."""
    if len(series.x) == 0:
        return None
    after = int(np.searchsorted(series.x, x))
    if after == 0:
        return 0
    if after == len(series.x) or x - series.x[after - 1] <= series.x[after] - x:
        return after - 1
    return after


def read(series: Sequence[Series], x: float, name: str, powers: bool = False) -> Reading | None:
    """Every curve that has a point at the step nearest to `x`; `name` is what the axis calls a step.

    powers: steps are given as powers of ten, and said as what they are.
    """
    found = [(k, nearest(one, x)) for k, one in enumerate(series) if not one.faint]
    rows = [(k, i, float(series[k].x[i])) for k, i in found if i is not None]
    if not rows:
        return None
    step = min((at for _, _, at in rows), key=lambda at: abs(at - x))
    near = 1e-9 * max(1.0, abs(step))
    shown = tuple((k, i) for k, i, at in rows if abs(at - step) <= near)
    said = float(f"{10.0**step:.6g}") if powers else step
    text = number(said, 4) if said % 1 else grouped(f"{said:.0f}".replace("-", "−"))
    return Reading(f"{name} {text}".strip(), step, shown)


def table(series: Sequence[Series], x_name: str) -> tuple[list[str], list[list[float | None]]]:
    """Every curve as a table: (header, rows), a row per x that occurs, None where a curve has no point."""
    steps = np.unique(np.concatenate([s.x for s in series])) if series else np.array([])
    rows: list[list[float | None]] = [[float(x)] + [None] * len(series) for x in steps]
    for column, one in enumerate(series, start=1):
        for row, value in zip(np.searchsorted(steps, one.x).tolist(), one.y.tolist()):
            rows[row][column] = value
    return [x_name, *(one.name for one in series)], rows
