"""What a learner can do here: move the line, edit the points, lock in a line or a guess, and write a rule.

Points and rules belong to a data set, named in the gesture: chosen again, it has them still."""

from __future__ import annotations

from typing import ClassVar, get_args

from lab.core.numbers import show_number
from lab.core.records import dataclass
from lab.core.text import _
from lab.kit.gestures import MoveLine

__all__ = [
    "ACTIONS",
    "Action",
    "AddPoint",
    "Guess",
    "LockIn",
    "MoveLine",
    "MovePoint",
    "RemovePoint",
    "SetTable",
    "WriteRule",
]

Numbers = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class AddPoint:
    """One more seen point, at the end or before the point number `at`."""

    table: str
    x: float
    y: float
    at: int = -1
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Add the point ({x}, {y})").format(x=show_number(self.x, 3), y=show_number(self.y, 3))


@dataclass(frozen=True, slots=True)
class MovePoint:
    """Put a seen point somewhere else; points are numbered from 0."""

    table: str
    number: int
    x: float
    y: float
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Move point {n} to ({x}, {y})").format(
            n=self.number + 1, x=show_number(self.x, 3), y=show_number(self.y, 3)
        )


@dataclass(frozen=True, slots=True)
class RemovePoint:
    """Take a seen point away."""

    table: str
    number: int
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Remove point {n}").format(n=self.number + 1)


@dataclass(frozen=True, slots=True)
class SetTable:
    """The learner's own table in place of whatever the board of own points held. new_x, new_y are kept
    back."""

    x: Numbers
    y: Numbers
    new_x: Numbers = ()
    new_y: Numbers = ()
    x_name: str = "x"
    y_name: str = "y"
    title: str = ""
    left_out: int = 0  # rows of the table that missed a cell
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Take a table of {n} rows").format(n=len(self.x) + len(self.new_x))


@dataclass(frozen=True, slots=True)
class LockIn:
    """Lock in a line as the learner's own, which shows the best possible error; without numbers, take it
    back."""

    slope: float | None = None
    intercept: float | None = None

    def sentence(self) -> str:
        return _("Lock in my line") if self.slope is not None else _("Take back the locked line")


@dataclass(frozen=True, slots=True)
class Guess:
    """Lock in a guess for the point that is asked for; without a number, take it back."""

    y: float | None = None

    def sentence(self) -> str:
        return (
            _("Lock in the guess {y}").format(y=show_number(self.y, 3))
            if self.y is not None
            else _("Take back the guess")
        )


@dataclass(frozen=True, slots=True)
class WriteRule:
    """Write the rule of a data set: limits, and one more answer than limits; empty, the rule is erased."""

    table: str
    limits: Numbers = ()
    answers: Numbers = ()
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Write the rule") if self.answers else _("Erase the rule")


Action = MoveLine | AddPoint | MovePoint | RemovePoint | SetTable | LockIn | Guess | WriteRule
ACTIONS = get_args(Action)
