"""What a learner can do here: move the line, edit the points, and buy one look at a hidden landscape.

Points belong to a data set, named in the gesture: an edit of another data set changes nothing."""

from __future__ import annotations

from typing import ClassVar, get_args

from lab.core.numbers import show_number
from lab.core.records import dataclass
from lab.core.text import _, n_
from lab.kit.gestures import MoveLine, MovePoint, RemovePoint

__all__ = ["ACTIONS", "Action", "AddPoint", "Forget", "MoveLine", "MovePoint", "Probe", "RemovePoint", "SetTable"]


def _n(value: float) -> str:
    return show_number(float(value), 3)


@dataclass(frozen=True, slots=True)
class AddPoint:
    """One more point, at the end or before the point number `at`."""

    data: str
    x: float
    y: float
    at: int = -1
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Add the point ({x}, {y})").format(x=_n(self.x), y=_n(self.y))


@dataclass(frozen=True, slots=True)
class SetTable:
    """The learner's own table in place of whatever the own board held."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    x_name: str = "x"
    y_name: str = "y"
    title: str = ""
    left_out: int = 0  # rows of the table that missed a cell
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return n_("Take a table of {n} row", "Take a table of {n} rows", len(self.x))


@dataclass(frozen=True, slots=True)
class Probe:
    """Buy one evaluation of the hidden loss, at a slope and an intercept."""

    slope: float
    intercept: float

    def sentence(self) -> str:
        return _("Ask for the loss at w = {w}, b = {b}").format(w=_n(self.slope), b=_n(self.intercept))


@dataclass(frozen=True, slots=True)
class Forget:
    """Take the last evaluation back."""

    def sentence(self) -> str:
        return _("Forget the last evaluation")


Action = MoveLine | AddPoint | MovePoint | RemovePoint | SetTable | Probe | Forget
ACTIONS = get_args(Action)
