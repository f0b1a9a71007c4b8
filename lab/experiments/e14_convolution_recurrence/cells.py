"""Kernels and signals as they are typed: numbers with blanks between them, and a semicolon between the rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lab.core.numbers import parse_number
from lab.core.text import _
from lab.kit.arrays import read_only
from lab.kit.numbers import show_short

__all__ = [
    "KERNELS",
    "MOST_SIDE",
    "MOST_SIGNAL",
    "MOST_TAPS",
    "check_kernel",
    "check_signal",
    "check_taps",
    "kernel_of",
    "kernel_text",
    "numbers_text",
    "signal_of",
]  # fmt: skip

Array = NDArray[np.float64]
MOST_SIDE, MOST_SIGNAL, MOST_TAPS = 7, 16, 9
LARGEST = 100.0

KERNELS = {
    "edge-x": "-1 0 1; -1 0 1; -1 0 1",
    "edge-y": "-1 -1 -1; 0 0 0; 1 1 1",
    "blur": "1/9 1/9 1/9; 1/9 1/9 1/9; 1/9 1/9 1/9",
    "sharpen": "0 -1 0; -1 5 -1; 0 -1 0",
    "copy": "0 0 0; 0 1 0; 0 0 0",
}
"""Kernels with a name."""


def _row(text: str, most: int) -> tuple[float, ...]:
    values = tuple(parse_number(part).value for part in text.split())
    if not 1 <= len(values) <= most:
        raise ValueError(_("Type 1 to {most} numbers, with blanks between them.").format(most=most))
    if not all(abs(value) <= LARGEST for value in values):
        raise ValueError(_("Type numbers between −100 and 100."))
    return values


def signal_of(text: str, most: int = MOST_SIGNAL) -> Array:
    """The numbers of a signal, read-only [n]. Raises ValueError with a sentence for who typed them."""
    return np.asarray(read_only(_row(text, most)))


def kernel_of(text: str) -> Array:
    """The cells of a kernel, read-only [rows, columns]. Raises ValueError with a sentence for who typed them."""
    rows = [_row(part, MOST_SIDE) for part in text.split(";")]
    if len(rows) > MOST_SIDE or len({len(row) for row in rows}) != 1:
        raise ValueError(
            _("Type 1 to {most} rows of equal length, with a semicolon between them.").format(most=MOST_SIDE)
        )
    return np.asarray(read_only(rows))


def numbers_text(values: Sequence[float] | Array) -> str:
    """Numbers as one would type them, to four digits."""
    return " ".join(show_short(float(value)).replace("\N{MINUS SIGN}", "-") for value in values)


def kernel_text(kernel: Array) -> str:
    """A kernel as one would type it."""
    return "; ".join(numbers_text(row) for row in kernel)


def check_signal(text: str) -> None:
    """Raises ValueError where a text is no signal."""
    signal_of(text)


def check_taps(text: str) -> None:
    """Raises ValueError where a text is no kernel of one row."""
    signal_of(text, MOST_TAPS)


def check_kernel(text: str) -> None:
    """Raises ValueError where a text is no kernel."""
    kernel_of(text)
