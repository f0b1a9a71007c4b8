"""What a learner can do here: edit points, take a table, and look under the lid of the test set.

Points belong to a data set, named in the gesture: an edit of another data set changes nothing."""

from __future__ import annotations

from typing import ClassVar, get_args

from lab.core.numbers import show_number
from lab.core.records import dataclass
from lab.core.text import _
from lab.kit.gestures import MovePoint, RemovePoint

__all__ = ["ACTIONS", "Action", "AddPoint", "Look", "MovePoint", "RemovePoint", "SetTable"]


def _n(value: float) -> str:
    return show_number(float(value), 3)


@dataclass(frozen=True, slots=True)
class AddPoint:
    """One more point, at the end or before the point number `at`. held: out of the fit, for validation."""

    data: str
    x: float
    y: float
    at: int = -1
    held: bool = False
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Add the point ({x}, {y})").format(x=_n(self.x), y=_n(self.y))


@dataclass(frozen=True, slots=True)
class SetTable:
    """The learner's own table. left_out: rows that could not be used."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    x_name: str = "x"
    y_name: str = "y"
    title: str = ""
    left_out: int = 0
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Take a table of {n} rows").format(n=len(self.x))


@dataclass(frozen=True, slots=True)
class Look:
    """Look under the lid: the error of the curve as it is on the test points. It is counted, and not taken back."""

    def sentence(self) -> str:
        return _("Look under the lid")


Action = AddPoint | MovePoint | RemovePoint | SetTable | Look
ACTIONS = get_args(Action)
