"""The heights of a loss over its weights, as they are drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["drawable", "is_steep"]

Array = NDArray[np.floating[Any]]


def is_steep(heights: Array, share: float) -> bool:
    """Whether a few heights tower so far over the rest that only logarithms show the valley floor.

    heights: of any shape; those that are not finite are passed over.  share: of the whole height; a map is steep
    where half of the heights lie below it.
    """
    low, middle, high = np.percentile(heights[np.isfinite(heights)], [0, 50, 99.5])
    return bool(high > low and (middle - low) < share * (high - low))


def drawable(heights: Array) -> Array:
    """The heights, or zeros in their place where none is finite."""
    return heights if np.isfinite(heights).any() else np.zeros_like(heights)
