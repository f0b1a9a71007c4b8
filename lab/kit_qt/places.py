"""Places that are put by hand."""

from __future__ import annotations

import math

__all__ = ["rounded_place"]


def rounded_place(x: float, y: float, extent: tuple[float, float, float, float]) -> tuple[float, float]:
    """A place to a thousandth of the picture, so that it has no digits that nobody chose.

    extent: (left, right, bottom, top), what the picture shows
    """
    x0, x1, y0, y1 = extent
    return _rounded(x, x1 - x0), _rounded(y, y1 - y0)


def _rounded(value: float, span: float) -> float:
    """To the power of ten at or below a thousandth of the span."""
    return round(value, -math.floor(math.log10(span / 1000)))
