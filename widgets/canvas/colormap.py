"""Colour maps: from a table of numbers to a picture, with one look-up per number.

A map is a table of 256 colours made once from the stops of the palette. Sequential maps run from low to
high (loss, height), diverging maps are symmetric about zero (weights, gradients), one-sided maps start at
the paper (attention, probability). Hill-shade lights a map from the north-west, as atlases do.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtGui import QImage

from widgets.base.colors import SEQUENTIAL, Palette, mix, rgb

__all__ = [
    "as_image",
    "classes_lut",
    "colorize",
    "diverging_lut",
    "hillshade",
    "lut",
    "one_sided_lut",
    "sequential_lut",
    "shade",
    "symmetric_range",
]

_LIGHT_FROM = (-0.55, 0.6, 0.75)  # x to the right, y up, z towards the eye: the north-west


@lru_cache(maxsize=32)
def lut(stops: tuple[str, ...]) -> np.ndarray:
    """256 opaque colours, evenly spread over `stops` ('#RRGGBB', two or more). Read-only [256, 4] uint8."""
    if len(stops) < 2:
        raise ValueError(f"stops must hold two colours or more, got {len(stops)}")
    anchors = np.array([rgb(stop) for stop in stops], dtype=float)  # [S, 3]
    place = np.linspace(0, len(stops) - 1, 256)
    table = np.full((256, 4), 255, dtype=np.uint8)
    for channel in range(3):
        table[:, channel] = np.interp(place, np.arange(len(stops)), anchors[:, channel]).round()
    table.setflags(write=False)
    return table


def sequential_lut() -> np.ndarray:
    """Low (deep water) to high (sand), the same in both themes. [256, 4] uint8."""
    return lut(SEQUENTIAL)


def diverging_lut(palette: Palette) -> np.ndarray:
    """Negative, zero, positive; give `colorize` a range that is symmetric about 0. [256, 4] uint8."""
    return lut(palette.diverging)


def one_sided_lut(palette: Palette) -> np.ndarray:
    """From the paper (zero) to full colour (one). [256, 4] uint8."""
    return lut(palette.one_sided)


def classes_lut(palette: Palette) -> np.ndarray:
    """From the tint of class 0 over the paper to that of class 1: dots of full colour show on it. [256, 4] uint8."""
    zero, one = palette.categories[:2]
    shares = (0.46, 0.24, 0.06)
    left = tuple(mix(palette.surface, zero, share) for share in shares)
    right = tuple(mix(palette.surface, one, share) for share in reversed(shares))
    return lut(left + right)


def symmetric_range(values: np.ndarray) -> tuple[float, float]:
    """(-m, m) with m the largest finite magnitude in `values`, or 1 where there is none."""
    finite = np.abs(values[np.isfinite(values)])
    most = float(finite.max()) if finite.size else 0.0
    return (-most, most) if most > 0 else (-1.0, 1.0)


def colorize(values: np.ndarray, lut: np.ndarray, lo: float, hi: float, out: np.ndarray | None = None) -> np.ndarray:
    """The colour of every value: `lo` and below take the first colour of `lut`, `hi` and above the last.

    values [H, W] of any real type -> RGBA [H, W, 4] uint8, written into `out` if given (C-contiguous).
    nan takes the first colour. Raises ValueError for a range that is empty or not finite, or wrong shapes.
    """
    if values.ndim != 2:
        raise ValueError(f"values must have two dimensions, got shape {values.shape}")
    if not (np.isfinite(lo) and np.isfinite(hi) and lo < hi):
        raise ValueError(f"lo and hi must be finite with lo < hi, got {lo!r} and {hi!r}")
    if lut.shape != (256, 4) or lut.dtype != np.uint8:
        raise ValueError(f"lut must be [256, 4] uint8, got {lut.shape} {lut.dtype}")
    if out is None:
        out = np.empty((*values.shape, 4), dtype=np.uint8)
    elif out.shape != (*values.shape, 4) or out.dtype != np.uint8 or not out.flags.c_contiguous:
        raise ValueError(f"out must be contiguous {(*values.shape, 4)} uint8, got {out.shape} {out.dtype}")
    with np.errstate(over="ignore", invalid="ignore"):
        place = np.subtract(values, lo, dtype=np.result_type(values, np.float32))
        place *= 255.999 / (hi - lo)
        np.fmax(place, 0, out=place)  # fmax, not maximum: it also turns nan into 0
        np.fmin(place, 255, out=place)
    # One 32-bit word per colour: a look-up moves a pixel in one go, whatever the byte order.
    lut.view(np.uint32).ravel().take(place.astype(np.uint8), out=out.view(np.uint32)[..., 0], mode="clip")
    return out


def hillshade(heights: np.ndarray, dx: float, dy: float) -> np.ndarray:
    """Brightness of a lit surface: 1.01 where it is flat, brighter towards the light, darker away from it.

    heights [H, W] with rows from south to north, spaced `dx` east and `dy` north in units of the height
    -> [H, W] in 0.70..1.035. Lambert's law: the cosine between the normal and the light.
    """
    south_north, west_east = np.gradient(heights)  # per row, per column
    gx, gy = west_east / dx, south_north / dy
    cosine = (-gx * _LIGHT_FROM[0] - gy * _LIGHT_FROM[1] + _LIGHT_FROM[2]) / np.sqrt(gx * gx + gy * gy + 1)
    brightness: np.ndarray = np.clip(0.82 + 0.19 / _LIGHT_FROM[2] * cosine, 0.70, 1.035)
    return brightness


def shade(rgba: np.ndarray, brightness: np.ndarray) -> np.ndarray:
    """`rgba` [H, W, 4] uint8 times `brightness` [H, W], in place; alpha is left alone. Returns `rgba`."""
    highlighted = rgba[..., :3] * brightness[..., None]
    np.minimum(highlighted, 250, out=highlighted)
    rgba[..., :3] = highlighted
    return rgba


def as_image(rgba: np.ndarray, opaque: bool = False) -> QImage:
    """A QImage that looks at `rgba` [H, W, 4] uint8 without copying it: use it while the array lives.

    `opaque` says that alpha is 255 throughout, so that Qt may copy instead of blend. Call `.copy()` on the
    result to keep it longer. Raises ValueError for another shape or an array that is not contiguous.
    """
    if rgba.ndim != 3 or rgba.shape[2] != 4 or rgba.dtype != np.uint8 or not rgba.flags.c_contiguous:
        raise ValueError(f"rgba must be contiguous [H, W, 4] uint8, got {rgba.shape} {rgba.dtype}")
    height, width, _ = rgba.shape
    kind = QImage.Format.Format_RGBX8888 if opaque else QImage.Format.Format_RGBA8888
    return QImage(rgba.data, width, height, 4 * width, kind)
