"""What lies on the board, as plain values: groups of points, lines, and pins that move up and down."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lab.core.records import dataclass

__all__ = ["Dots", "Pin", "Ruled", "Things", "on_paper"]


@dataclass(frozen=True, eq=False, slots=True)
class Dots:
    """A group of points: x, y [N]. `movable` ones can be dragged; `sticks` joins them to the line, "" for
    none.

    Colours here are '#RRGGBB', a name of the palette, or "category 0" for the first of the categories.
    """

    name: str
    x: np.ndarray
    y: np.ndarray
    color: str = "category 0"
    marker: str = "o"
    movable: bool = False
    sticks: str = ""
    dash: tuple[float, ...] = ()
    size: float = 5.5  # radius

    def __post_init__(self) -> None:
        if self.x.ndim != 1 or self.x.shape != self.y.shape:
            raise ValueError(f"x and y must be two rows of equal length, got shapes {self.x.shape} and {self.y.shape}")


@dataclass(frozen=True, eq=False, slots=True)
class Ruled:
    """A line that only lies there: points [N, 2]."""

    points: np.ndarray
    color: str = "text3"
    dash: tuple[float, ...] = (4, 3)
    width: float = 2.0
    label: str = ""


@dataclass(frozen=True, slots=True)
class Pin:
    """A mark that can be moved up and down at its x, e.g. a guess; `fixed` ones cannot. hint: what to do with it."""

    name: str
    x: float
    y: float
    label: str = ""
    color: str = "category 2"
    marker: str = "d"
    fixed: bool = False
    hint: str = ""

    @property
    def words(self) -> str:
        """The label with the hint, as they stand beside the mark."""
        return f"{self.label}: {self.hint}" if self.hint else self.label


@dataclass(frozen=True, eq=False, slots=True)
class Things:
    """All that is shown. line: (slope, intercept), None for no line. hint: a word beside its right dot."""

    line: tuple[float, float] | None = None
    dots: tuple[Dots, ...] = ()
    ruled: tuple[Ruled, ...] = ()
    pins: tuple[Pin, ...] = ()
    hint: str = ""
    empty: str = ""  # what a board without points says
    adding: bool = True


def on_paper(things: Things) -> Things:
    """The same for a picture in a file, where nothing can be dragged or clicked: without the words that ask for it."""
    return replace(things, hint="", empty="", pins=tuple(replace(pin, hint="") for pin in things.pins))
