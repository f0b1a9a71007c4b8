"""Gestures that more than one experiment knows. Their names and fields are those in files."""

from __future__ import annotations

from dataclasses import dataclass

from lab.core.numbers import show_number
from lab.core.text import _

__all__ = ["MoveLine"]


@dataclass(frozen=True, slots=True)
class MoveLine:
    """Give the line another slope and intercept."""

    slope: float
    intercept: float

    def sentence(self) -> str:
        """What was done, in a sentence."""
        w, b = show_number(float(self.slope), 3), show_number(float(self.intercept), 3)
        return _("Move the line to slope {w}, intercept {b}").format(w=w, b=b)
