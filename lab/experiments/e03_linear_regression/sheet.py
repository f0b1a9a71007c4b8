"""The points of a fit as one value: what was measured, how sure each point is, and which are locked away.
A gesture never changes a sheet, it makes another one, so that undo is keeping the one before."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.core.records import dataclass
from lab.core.text import _
from lab.kit.arrays import freeze, read_only
from lab.kit.state import from_state, to_state

__all__ = ["MAX_POINTS", "Sheet", "sheet_of"]

Array = NDArray[np.float64]
Window = tuple[float, float, float, float]
MAX_POINTS = 5_000
REACH = 1e9  # how far from 0 a point may be put by hand


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """Points and what belongs to them.

    x, y: [N].  second: [N], the second feature, or None.  bar: [N], half the error bar, in the units of y.
    group: [N], whole numbers from 0.  test: [N], which points are locked away.
    names: of x, of the second feature, of y.  title: what it is.
    usual: the error bar that counts once.  window: x from, x to, y from, y to of the picture.
    """

    x: Array
    y: Array
    second: Array | None
    bar: Array
    group: NDArray[np.int64]
    test: NDArray[np.bool_]
    names: tuple[str, str, str]
    title: str
    usual: float
    window: Window
    left_out: int = 0  # rows of the table that could not be used

    def __len__(self) -> int:
        return len(self.x)

    @property
    def sight(self) -> Window:
        """The window, made wider where a point lies outside it."""
        (x0, x1), (y0, y1) = (
            (low, high)
            if not len(column) or (column.min() >= low and column.max() <= high)
            else _padded(np.append(column, (low, high)), 0.06)
            for column, (low, high) in ((self.x, self.window[:2]), (self.y, self.window[2:]))
        )
        return x0, x1, y0, y1

    @property
    def seen(self) -> NDArray[np.bool_]:
        """The points a fit may look at, [N]."""
        return ~self.test

    def features(self, two: bool) -> Array:
        """The columns of the features, [N, 1], or [N, 2] where a second one is wanted and there."""
        columns = [self.x] if not two or self.second is None else [self.x, self.second]
        return np.stack(columns, axis=1)

    def weights(self) -> Array:
        """How often each point counts by its error bar: (usual bar / bar)², [N]."""
        return np.asarray((self.usual / self.bar) ** 2)

    # ------------------------------------------------------------------------------------- another one

    def checked(self, index: int) -> int:
        """The index of a point. Raises ValueError where there is none."""
        if not 0 <= index < len(self):
            raise ValueError(_("There is no point {number} here.").format(number=index + 1))
        return index

    def moved(self, index: int, x: float, y: float) -> Sheet:
        """One point elsewhere."""
        return replace(self, x=_put(self.x, index, _placed(x)), y=_put(self.y, index, _placed(y)))

    def tilted(self, index: int, second: float) -> Sheet:
        """One point with another second feature; a sheet without one gets a column of zeros."""
        column = np.zeros(len(self)) if self.second is None else self.second
        return replace(self, second=_put(column, index, _placed(second)))

    def barred(self, index: int, bar: float) -> Sheet:
        """One point with another error bar. Raises ValueError unless it is above 0."""
        if not 0 < bar < REACH:
            raise ValueError(_("An error bar must be longer than 0; {bar} is not.").format(bar=bar))
        return replace(self, bar=_put(self.bar, index, bar))

    def inserted(self, index: int, x: float, y: float, second: float = 0.0, bar: float = 0.0, group: int = 0) -> Sheet:
        """One point more, before the one that stood at `index`. bar 0: the usual one."""
        if len(self) >= MAX_POINTS:
            raise ValueError(_("There is room for {most} points.").format(most=MAX_POINTS))
        if not 0 <= index <= len(self):
            raise ValueError(_("There is no place {number} here.").format(number=index + 1))
        own = {"x": _placed(x), "y": _placed(y), "bar": bar if bar > 0 else self.usual}
        own |= {"group": group, "test": False}
        columns = {
            name: read_only(np.insert(getattr(self, name), index, value), getattr(self, name).dtype)
            for name, value in own.items()
        }
        if self.second is not None:
            columns["second"] = read_only(np.insert(self.second, index, _placed(second)))
        return replace(self, **columns)

    def without(self, index: int) -> Sheet:
        """One point less."""
        columns = {
            name: read_only(np.delete(column, index), column.dtype)
            for name in ("x", "y", "second", "bar", "group", "test")
            if (column := getattr(self, name)) is not None
        }
        return replace(self, **columns)

    # ------------------------------------------------------------------------------------------- kept

    def save(self) -> dict[str, Any]:
        """Everything, as numbers, texts and arrays."""
        saved: dict[str, Any] = to_state(self)
        return saved | {"test": self.test.astype(np.int64)}

    @classmethod
    def load(cls, saved: Any) -> Sheet:
        """What was saved. Raises ValueError when it does not fit together."""
        sheet = from_state(cls, saved)
        sheet_of(sheet.x, sheet.y, sheet.second, bar=sheet.bar)  # refuses what cannot be
        (x0, x1, y0, y1), shape = sheet.window, sheet.x.shape
        if sheet.group.shape != shape or sheet.test.shape != shape or not (x0 < x1 and y0 < y1):
            raise ValueError(f"state: group {sheet.group.shape}, test {sheet.test.shape}, window {sheet.window}")
        return sheet


def _put(column: Array, index: int, value: float) -> Array:
    changed = column.copy()
    changed[index] = value
    return freeze(changed)


def _placed(value: float) -> float:
    """A coordinate that a hand can give."""
    return min(max(float(value), -REACH), REACH)


def sheet_of(
    x: ArrayLike,
    y: ArrayLike,
    second: ArrayLike | None = None,
    names: tuple[str, str, str] = ("x", "x₂", "y"),
    title: str = "",
    bar: ArrayLike | None = None,
    group: ArrayLike | None = None,
) -> Sheet:
    """A sheet of these points, with a window around them; error bars of a tenth of y's range if none given.

    x, y, second, bar: [N].  group: [N].
    Raises ValueError when the columns differ in length, hold more than MAX_POINTS, or are not finite.
    """
    columns = [read_only(column) for column in (x, y, *(() if second is None else (second,)))]
    if any(column.ndim != 1 or column.shape != columns[0].shape for column in columns):
        raise ValueError(f"x, y, second: shapes {[c.shape for c in columns]}, need columns of one length")
    if len(columns[0]) > MAX_POINTS or not all(np.isfinite(column).all() for column in columns):
        raise ValueError(f"x, y, second: {len(columns[0])} rows, need at most {MAX_POINTS} of finite numbers")
    usual = _rounded(0.1 * np.ptp(columns[1])) if len(columns[0]) and np.ptp(columns[1]) else 1.0
    bars = read_only(np.full(len(columns[0]), usual) if bar is None else bar)
    if bars.shape != columns[0].shape or not (bars > 0).all():
        raise ValueError(f"bar: shape {bars.shape}, needs {columns[0].shape} of more than 0")
    groups = read_only(np.zeros(len(columns[0])) if group is None else group, np.int64)
    return Sheet(
        columns[0],
        columns[1],
        columns[2] if second is not None else None,
        bars,
        groups,
        read_only(np.zeros(len(columns[0])), np.bool_),
        names,
        title,
        usual,
        _window(columns[0], columns[1]),
    )


def _window(x: Array, y: Array) -> Window:
    """A picture's range around points, with air on every side."""
    if len(x) == 0:
        return 0.0, 10.0, 0.0, 10.0
    return *_padded(x, 0.12), *_padded(y, 0.18)


def _padded(values: Array, share: float) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    air = share * (high - low) or max(1.0, 0.5 * abs(high))
    return low - air, high + air


def _rounded(value: float) -> float:
    return float(f"{value:.1g}")
