"""A height field made fit to be looked at: cleaned, scaled, coloured, lit.

Loss surfaces are steep: a few corners tower over everything. The colour scale therefore ends at a high
percentile, and heights enter it with a power below one (or as a logarithm), so that the valley floor, where
everything happens, has colours of its own. A map and a 3-D view of the same field share one `Relief`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from widgets.canvas.colormap import colorize, hillshade, sequential_lut, shade
from widgets.canvas.contours import isoline, levels
from widgets.canvas.ticks import step_size

__all__ = ["Extent", "Relief", "relief", "resample"]

Extent = tuple[float, float, float, float]
"""x0, x1, y0, y1 of a field: the places of its first and last columns and rows."""

_POWER, _TOP = 0.72, 99.5  # exponent of the colour scale; percentile where it ends
_STEEP = 0.62  # height of the whole scale in widths of the picture, for the light only
_SMALL = 1e-3  # share of the range where the logarithmic scale turns linear


@dataclass(frozen=True, eq=False, slots=True)
class Relief:
    """A height field [H, W] with rows from y0 upwards, finite, and the scale lo..hi of its colours."""

    heights: np.ndarray
    extent: Extent
    lo: float
    hi: float
    log: bool

    def share(self, heights: np.ndarray) -> np.ndarray:
        """Where heights lie on the colour scale: 0 at the lowest, 1 at `hi` and a little above beyond it."""
        part: np.ndarray = np.maximum((heights - self.lo) / (self.hi - self.lo), 0)
        share: np.ndarray = np.log1p(part / _SMALL) / np.log1p(1 / _SMALL) if self.log else part**_POWER
        return share

    def lift(self, heights: np.ndarray) -> np.ndarray:
        """How high heights stand in a 3-D view, 0..1 and a little above: true to shape, or logarithmic."""
        lift: np.ndarray = (
            np.minimum(self.share(heights), 1.06)
            if self.log
            else np.clip((heights - self.lo) / (self.hi - self.lo), 0, 1.06)
        )
        return lift

    def height(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """The surface over points of the data, bilinear; beyond the border, as at the border."""
        rows, columns = self.heights.shape
        x0, x1, y0, y1 = self.extent
        with np.errstate(over="ignore", invalid="ignore"):
            u = np.fmin(np.fmax((x - x0) / (x1 - x0), 0), 1) * (columns - 1)  # fmax turns nan into 0
            v = np.fmin(np.fmax((y - y0) / (y1 - y0), 0), 1) * (rows - 1)
        i, j = np.minimum(v.astype(int), rows - 2), np.minimum(u.astype(int), columns - 2)
        s, t = u - j, v - i
        z = self.heights
        low = z[i, j] * (1 - s) + z[i, j + 1] * s
        height: np.ndarray = low * (1 - t) + (z[i + 1, j] * (1 - s) + z[i + 1, j + 1] * s) * t
        return height

    def picture(self, part: Extent, width: int, height: int) -> np.ndarray:
        """Coloured and lit, for the part x0, x1, y0, y1 of the field. -> RGBA [height, width, 4], y upwards."""
        share = self.share(resample(self.heights, self.extent, part, width, height))
        rgba = colorize(share, sequential_lut(), 0.0, 1.0)
        x0, x1, y0, y1 = self.extent
        wide = 1.55 * (part[1] - part[0]) / (x1 - x0) / _STEEP  # of the part, in heights of the scale
        high = (part[3] - part[2]) / (y1 - y0) / _STEEP
        return shade(rgba, hillshade(share, wide / max(width - 1, 1), high / max(height - 1, 1)))

    def isolines(self, part: Extent, width: int, height: int) -> list[tuple[np.ndarray, bool]]:
        """(segments [S, 2, 2] in units of the data, whether it is a fifth one), for a part of the field."""
        fine = resample(self.heights, self.extent, part, width, height)
        scale = np.array([(part[1] - part[0]) / (width - 1), (part[3] - part[2]) / (height - 1)])
        corner = np.array([part[0], part[2]])
        return [(isoline(fine, level) * scale + corner, strong) for level, strong in self.levels()]

    def levels(self) -> list[tuple[float, bool]]:
        """Heights worth a line, every fifth of them strong: round ones, or evenly spaced logarithms."""
        if self.log:
            shares = np.linspace(0, 1, 16)[1:-1]
            parts = np.expm1(shares * np.log1p(1 / _SMALL)) * _SMALL
            return [(self.lo + (self.hi - self.lo) * p, k % 5 == 4) for k, p in enumerate(parts.tolist())]
        step = step_size(self.hi - self.lo, 20)
        return [(v, round(v / step) % 5 == 0) for v in levels(self.lo, self.hi, 20).tolist()]


def relief(heights: np.ndarray, extent: Extent, log: bool = False) -> Relief:
    """Clean a height field [H, W] (rows from y0 upwards) for display.

    nan counts as high; what towers far above the scale is cut off. Raises ValueError for a field smaller
    than 2 by 2, an empty extent, or no finite height at all.
    """
    if heights.ndim != 2 or min(heights.shape) < 2:
        raise ValueError(f"heights must be at least 2 by 2, got shape {heights.shape}")
    if not (extent[0] < extent[1] and extent[2] < extent[3] and np.isfinite(extent).all()):
        raise ValueError(f"extent must be x0 < x1, y0 < y1, finite, got {extent!r}")
    finite = heights[np.isfinite(heights)].astype(float)
    if finite.size == 0:
        raise ValueError(f"heights must hold a finite number, got none in shape {heights.shape}")
    lo, hi = float(finite.min()), float(np.percentile(finite, _TOP))
    lo, hi = max(lo, -1e150), min(hi, 1e150)  # squares of differences stay finite
    if not hi - lo > 1e-12 * max(abs(lo), abs(hi), 1e-12):
        lo, hi = lo - 0.5, lo + 0.5  # a plain: one colour in the middle of the scale
    ceiling = lo + (hi - lo) * 2  # with room above, so that no false edge shows at the cut
    clean = np.nan_to_num(heights.astype(float), nan=ceiling, posinf=ceiling, neginf=lo)
    return Relief(np.clip(clean, lo, ceiling), extent, lo, hi, log)


def resample(heights: np.ndarray, extent: Extent, part: Extent, width: int, height: int) -> np.ndarray:
    """`heights` over `part` of its `extent` on a grid of height × width, smooth. -> [height, width]

    Cubic convolution (Keys 1981) along each axis, as two small matrix products; the grid includes both ends.
    """
    across = _weights(heights.shape[1], extent[0], extent[1], part[0], part[1], width)  # [width, W]
    up = _weights(heights.shape[0], extent[2], extent[3], part[2], part[3], height)  # [height, H]
    resampled: np.ndarray = np.dot(up, np.dot(heights, across.T))
    return resampled


def _weights(count: int, start: float, stop: float, first: float, last: float, wanted: int) -> np.ndarray:
    """How much each of `count` samples on start..stop adds to each of `wanted` places on first..last."""
    place = (np.linspace(first, last, wanted) - start) / (stop - start) * (count - 1)
    place = np.clip(place, 0, count - 1)
    base = np.minimum(place.astype(int), count - 2)
    t = place - base
    table = np.zeros((wanted, count))
    rows = np.arange(wanted)
    cubic = (
        -0.5 * t + t**2 - 0.5 * t**3,
        1 - 2.5 * t**2 + 1.5 * t**3,
        0.5 * t + 2 * t**2 - 1.5 * t**3,
        -0.5 * t**2 + 0.5 * t**3,
    )
    for offset, weight in zip((-1, 0, 1, 2), cubic):
        at = base + offset
        low, high = at < 0, at >= count  # beyond the border the samples go on in a straight line
        np.add.at(table, (rows, np.clip(at, 0, count - 1)), np.where(low | high, 2 * weight, weight))
        np.add.at(table, (rows[low], np.full(low.sum(), 1)), -weight[low])
        np.add.at(table, (rows[high], np.full(high.sum(), count - 2)), -weight[high])
    return table
