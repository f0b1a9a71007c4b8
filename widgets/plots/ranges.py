"""Which part of the data a plot shows: round ends, standing still while curves grow, moving in steps."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from widgets.canvas.ticks import step_size
from widgets.plots.series import Line, Points, Series, scaled

__all__ = ["Ranges", "bounds", "grown", "step_up"]

Range = tuple[float, float]


def bounds(values: Sequence[np.ndarray]) -> Range | None:
    """The least and the greatest finite number of several arrays; None where there is none."""
    lows, highs = [], []
    for one in values:
        finite = one[np.isfinite(one)]
        if finite.size:
            lows.append(float(finite.min()))
            highs.append(float(finite.max()))
    return (min(lows), max(highs)) if lows else None


def grown(now: Range | None, lo: float, hi: float) -> Range:
    """A range with round ends around lo..hi: the one of `now` as long as that fits.

    So the axes stand still while a curve grows, and move in steps: when it leaves the range, or fills less
    than a third of it.
    """
    lo, hi = min(max(lo, -1e290), 1e290), max(min(hi, 1e290), -1e290)  # room for the rounding
    if hi - lo < 1e-9 * max(abs(lo), abs(hi), 1e-12):
        pad = max(abs(lo) * 0.1, 1e-6 if lo else 1.0)
        lo, hi = lo - pad, hi + pad
    if now is not None and now[0] <= lo and hi <= now[1] and (hi - lo) * 3 >= now[1] - now[0]:
        return now
    step = step_size(hi - lo, 4)
    start, end = math.floor(lo / step + 1e-9) * step, math.ceil(hi / step - 1e-9) * step
    return min(start, lo), max(end, hi)  # 3 * 0.1 is more than 0.3


def step_up(now: float | None, most: float) -> float:
    """The end of a step axis: 1, 1.5, 2, 3, 5 or 7.5 × 10ᵏ at or above `most`, 10 at least; as `grown`."""
    if now is not None and most <= now <= 4 * max(most, 2.5):
        return now
    if most <= 10:
        return 10.0
    power = 10.0 ** math.floor(math.log10(most))
    return next(n * power for n in (1, 1.5, 2, 3, 5, 7.5, 10) if n * power >= most * (1 - 1e-9))


class Ranges:
    """The ranges of one plot, fixed by the caller or following the data."""

    def __init__(self) -> None:
        self._fixed_x: Range | None = None
        self._fixed_y: Range | None = None
        self._x: Range | None = None
        self._y: Range | None = None

    def fix(self, x: Range | None, y: Range | None) -> None:
        """Fix a range, or let it follow the data (None)."""
        for name, limits in (("x", x), ("y", y)):
            if limits is not None and not (limits[0] < limits[1] and np.isfinite(limits).all()):
                raise ValueError(f"{name} must be (low, high), finite, with low < high, got {limits!r}")
        self._fixed_x, self._fixed_y = x, y

    @property
    def fixed(self) -> tuple[Range | None, Range | None]:
        """What `fix` was told last."""
        return self._fixed_x, self._fixed_y

    def forget(self) -> None:
        """Start again from the data, as tight as they are."""
        self._x = self._y = None

    def x(self, series: Sequence[Series], clouds: Sequence[Points]) -> Range:
        """The range of x: from the first step, in generous steps; around clouds of points, with round ends."""
        if self._fixed_x is not None:
            return self._fixed_x
        found = bounds([*(one.x for one in series), *(one.x for one in clouds)])
        if found is None:
            return (0.0, 10.0)
        if clouds:
            self._x = grown(self._x, *_padded(found))
        else:
            start = found[0]
            now = self._x[1] - start if self._x is not None and self._x[0] == start else None
            self._x = (start, start + step_up(now, found[1] - start))
        return self._x

    def y(self, series: Sequence[Series], clouds: Sequence[Points], lines: Sequence[Line], log: bool) -> Range:
        """The range of y, in powers of ten if `log`; horizontal lines are kept in sight."""
        if self._fixed_y is not None:
            low, high = scaled(np.array(self._fixed_y, dtype=float), log).tolist()
            if math.isfinite(low) and math.isfinite(high):
                return low, high
        heights = [*(one.y for one in series), *(one.y for one in clouds)]
        data = [scaled(y.astype(float), log) for y in heights]
        data += [scaled(np.array([float(line.value)]), log) for line in lines if not line.vertical]
        found = bounds(data)
        if found is None:
            return (0.0, 1.0)
        self._y = grown(self._y, *(_padded(found) if clouds else found))
        return self._y


def _padded(found: Range) -> Range:
    """With room for markers at the border."""
    pad = 0.04 * (min(found[1], 1e290) - max(found[0], -1e290))
    return found[0] - pad, found[1] + pad
