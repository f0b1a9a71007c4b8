"""How numbers are written in lines and cells."""

from __future__ import annotations

import math

from lab.core.numbers import show_number

__all__ = ["small", "two"]


def small(value: float) -> str:
    """A number for a line of arithmetic: three digits that count."""
    return "−∞" if value == -math.inf else show_number(value, 3)


def two(value: float) -> str:
    """A number for a cell: two digits behind the point, a minus where one is."""
    if value == -math.inf:
        return "−∞"
    text = f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"
    return ("0.00" if text == "-0.00" else text).replace("-", "−")
