"""Pictures to slide a kernel over, and the digits of the drawing pad. Values are brightness from 0 to 1; on the pad 1
is ink."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lab.core.paths import assets
from lab.kit.arrays import freeze

__all__ = ["PAD", "SIDE", "bars", "digits", "drawn_digit", "photo", "shrunk"]

Array = NDArray[np.float64]
PAD, SIDE = 28, 8  # sides of the pad, and of the pictures in the data
BLOCK, MARGIN = 4, 2  # the pad with its margin is 32 wide: 8 blocks of 4, as the data were made
SHRINK = {"camera": 4, "astronaut": 2, "cat": 3, "coins": 3, "brick": 2}
BARS = 16


@lru_cache(maxsize=8)
def photo(name: str) -> Array:
    """A photo in grey, at most 75 pixels wide: read-only [H, W]."""
    if name == "black":
        return freeze(np.zeros((PAD, PAD)))
    if name == "bars":
        return freeze(np.concatenate([bars(True), bars(False)], axis=1))
    with np.load(assets() / "data" / "pictures.npz") as found:
        pixels = np.asarray(found[name], np.float64) / 255
    grey = pixels if pixels.ndim == 2 else pixels @ (0.299, 0.587, 0.114)
    by = SHRINK[name]
    rows, columns = (size // by for size in grey.shape)
    return freeze(grey[: rows * by, : columns * by].reshape(rows, by, columns, by).mean(axis=(1, 3)))


def bars(upright: bool) -> Array:
    """Stripes two wide, black and white in turn: [16, 16]."""
    stripes = np.tile(np.repeat([0.0, 1.0], 2), BARS // 4)
    return np.tile(stripes, (BARS, 1)) if upright else np.tile(stripes[:, None], (1, BARS))


@lru_cache(maxsize=1)
def digits() -> tuple[Array, NDArray[np.int64]]:
    """The handwritten digits: [1797, 8, 8] from 0 to 1, and what they are."""
    with np.load(assets() / "data" / "digits_8x8.npz") as found:
        x, y = np.asarray(found["x"], np.float64) / 16, np.asarray(found["y"], np.int64)
    return freeze(x.reshape(-1, SIDE, SIDE)), freeze(y)


@lru_cache(maxsize=10)
def drawn_digit(label: int) -> Array:
    """A digit of the data on the pad: read-only [28, 28], smoothly enlarged."""
    x, y = digits()
    small = np.pad(x[np.flatnonzero(y == label)[0]], 1)
    wide = PAD + 2 * MARGIN
    places = (np.arange(wide) + 0.5) / BLOCK + 0.5  # in the small picture with its border
    low = np.floor(places).astype(int)
    mix = np.zeros((wide, SIDE + 2))
    mix[np.arange(wide), low] = 1 - (places - low)
    mix[np.arange(wide), low + 1] += places - low
    return freeze((mix @ small @ mix.T)[MARGIN:-MARGIN, MARGIN:-MARGIN])


def shrunk(pad: Array) -> Array:
    """The pad as the data are: the mean of every block of 4 × 4, [28, 28] -> [8, 8]."""
    return np.asarray(np.pad(pad, MARGIN).reshape(SIDE, BLOCK, SIDE, BLOCK).mean(axis=(1, 3)))
