"""Gestures that more than one experiment knows. Their names and fields are those in files."""

from __future__ import annotations

from typing import ClassVar

from lab.core.numbers import show_number
from lab.core.records import dataclass
from lab.core.text import _

__all__ = ["Choose", "Cut", "Measure", "MoveLine", "MovePoint", "RemovePoint"]


@dataclass(frozen=True, slots=True)
class Choose:
    """Write this token, whatever chance it has."""

    token: int

    def sentence(self) -> str:
        """What was done, in a sentence."""
        return _("Choose the token yourself")


@dataclass(frozen=True, slots=True)
class Cut:
    """Go back: only the first so many tokens stay in the text."""

    length: int

    def sentence(self) -> str:
        """What was done, in a sentence."""
        return _("Go back to token {n}").format(n=self.length)


@dataclass(frozen=True, slots=True)
class Measure:
    """Measure how long a model takes, on this computer and now: the one thing that a seed does not decide."""

    def sentence(self) -> str:
        """What was done, in a sentence."""
        return _("Measure this computer")


@dataclass(frozen=True, slots=True)
class MoveLine:
    """Give the line another slope and intercept."""

    slope: float
    intercept: float

    def sentence(self) -> str:
        """What was done, in a sentence."""
        w, b = show_number(float(self.slope), 3), show_number(float(self.intercept), 3)
        return _("Move the line to slope {w}, intercept {b}").format(w=w, b=b)


@dataclass(frozen=True, slots=True)
class MovePoint:
    """Put a point of a data set somewhere else; points are numbered from 0."""

    data: str
    number: int
    x: float
    y: float
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        """What was done, in a sentence."""
        x, y = show_number(float(self.x), 3), show_number(float(self.y), 3)
        return _("Move point {n} to ({x}, {y})").format(n=self.number + 1, x=x, y=y)


@dataclass(frozen=True, slots=True)
class RemovePoint:
    """Take a point of a data set away."""

    data: str
    number: int
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        """What was done, in a sentence."""
        return _("Remove point {n}").format(n=self.number + 1)
