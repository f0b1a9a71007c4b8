"""How numbers are written in cells and read-outs."""

from __future__ import annotations

from lab.core.metric import Value
from lab.core.numbers import show_number

__all__ = ["brief", "two", "written"]


def written(value: Value) -> str | None:
    """A read-out: words as they are, whole numbers whole, others with three digits that count."""
    if value is None or isinstance(value, str):
        return value
    return str(value).replace("-", "−") if isinstance(value, int) else show_number(value, 3)


def two(value: float) -> str:
    """A number for a cell: two digits behind the point, fewer where it is large, a minus where one is."""
    size = abs(value)
    digits = 2 if size < 10 else 1 if size < 100 else 0
    text = f"{value:.{digits}f}" if size < 1e5 else show_number(value, 1)
    return ("0.00" if text == "-0.00" else text).replace("-", "−")


def brief(value: float) -> str:
    """A number for a narrow cell: as few digits as possible."""
    text = f"{value:.2f}" if 0 < value < 1 else f"{value:.1f}" if abs(value) < 100 else f"{value:.0f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return ("0" if text in ("-0", "") else text).replace("-", "−")
