"""What a learner can do with the hand: draw on the pad, move what is drawn, and bring a list of names. Signals and
kernels are controls, so a change of one of their numbers is a change of a control."""

from __future__ import annotations

from typing import ClassVar, get_args

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.core.text import _, n_
from lab.experiments.e14_convolution_recurrence.pictures import PAD, drawn_digit
from lab.kit.arrays import freeze

__all__ = ["ACTIONS", "MOST_NAMES", "Move", "Paint", "SlideTo", "TakeDigit", "TakeNames", "drawn", "names_in"]

Array = NDArray[np.float64]
WAYS = ("left", "right", "up", "down", "turn", "clear")
MOST_NAMES, LONGEST_NAME = 2000, 20


@dataclass(frozen=True, slots=True)
class Paint:
    """Pixels of the pad were painted. how: "ink" never makes one lighter, "set" puts just these values.

    cells: numbered row by row.  values: one a cell, 0 paper to 1 ink.  piece: which piece of a stroke it is, so that
    none takes the place of another where all of a stroke is kept.
    """

    how: str
    cells: tuple[int, ...]
    values: tuple[float, ...]
    piece: int = 0
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Draw") if self.how == "ink" else _("Change the drawing")


@dataclass(frozen=True, slots=True)
class Move:
    """What is drawn goes one pixel left, right, up or down, a quarter turn round, or away ("clear")."""

    way: str
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Clear the drawing") if self.way == "clear" else _("Move the drawing")


@dataclass(frozen=True, slots=True)
class TakeDigit:
    """A handwritten digit of the data on the pad."""

    label: int
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Take a handwritten {digit}").format(digit=self.label)


@dataclass(frozen=True, slots=True)
class SlideTo:
    """The kernel was put on another place, counted from 0."""

    place: int
    is_look: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Put the kernel on place {n}").format(n=self.place + 1)


@dataclass(frozen=True, slots=True)
class TakeNames:
    """The learner's own list."""

    names: tuple[str, ...]
    title: str = ""
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return n_("Take a list of {n} name", "Take a list of {n} names", len(self.names))


Action = Paint | Move | TakeDigit | SlideTo | TakeNames
ACTIONS = get_args(Action)


def drawn(pad: Array, action: Paint | Move | TakeDigit) -> tuple[Array, Paint]:
    """The pad after a gesture, read-only, and the gesture that takes it back. Raises ValueError where there is none."""
    flat = pad.reshape(-1).copy()
    if isinstance(action, Paint):
        cells = np.array(action.cells, np.int64)
        values = np.array(action.values, np.float64)
        fits = cells.shape == values.shape and action.how in ("ink", "set") and len(cells) <= flat.size
        if not fits or not ((cells >= 0) & (cells < flat.size)).all() or not ((values >= 0) & (values <= 1)).all():
            raise ValueError(f"{action.how}: needs cells from 0 to {flat.size - 1} with values from 0 to 1")
        if action.how == "ink":
            np.maximum.at(flat, cells, values)
        else:
            flat[cells] = values
    elif isinstance(action, TakeDigit):
        if not 0 <= action.label <= 9:
            raise ValueError(f"label: {action.label}, needs a digit from 0 to 9")
        flat = drawn_digit(action.label).reshape(-1).copy()
    elif action.way in WAYS:
        flat = _moved(pad, action.way).reshape(-1)
    else:
        raise ValueError(f"way: {action.way!r}, needs one of {', '.join(WAYS)}")
    other = np.flatnonzero(flat != pad.reshape(-1))
    back = Paint("set", tuple(other.tolist()), tuple(pad.reshape(-1)[other].tolist()))
    return freeze(flat.reshape(PAD, PAD)), back


def _moved(pad: Array, way: str) -> Array:
    if way == "clear":
        return np.zeros_like(pad)
    if way == "turn":
        return np.ascontiguousarray(np.rot90(pad, -1))
    down, across = {"left": (0, -1), "right": (0, 1), "up": (-1, 0), "down": (1, 0)}[way]
    wide = np.pad(pad, 1)
    return wide[1 - down : 1 - down + PAD, 1 - across : 1 - across + PAD].copy()


def names_in(text: str) -> tuple[str, ...]:
    """The names of a list: one a line, or with commas between them; letters only, in small ones.

    Raises ValueError where fewer than 3 are left, or there are too many.
    """
    parts = text.replace(",", "\n").replace(";", "\n").split("\n")
    letters = ("".join(letter for letter in part.strip().lower() if letter.isalpha())[:LONGEST_NAME] for part in parts)
    found = tuple(dict.fromkeys(name for name in letters if name))
    if len(found) < 3:
        raise ValueError(_("Type at least 3 names, one a line."))
    if len(found) > MOST_NAMES:
        raise ValueError(_("{n} names are more than {most}.").format(n=len(found), most=MOST_NAMES))
    if len({letter for name in found for letter in name}) > 60:
        raise ValueError(_("These names have more than 60 different letters."))
    return found
