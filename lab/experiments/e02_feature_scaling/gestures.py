"""What a learner can do here: drag the query, drag the start of both races, move a row, bring a table.

Rows belong to a table, named in the gesture: an edit of another table changes nothing."""

from __future__ import annotations

from typing import ClassVar, get_args

from lab.core.numbers import show_number
from lab.core.records import dataclass
from lab.core.text import _, n_

__all__ = ["ACTIONS", "Action", "MoveQuery", "MoveRow", "MoveStart", "SetTable"]


def _n(value: float) -> str:
    return show_number(float(value), 3)


@dataclass(frozen=True, slots=True)
class MoveQuery:
    """Ask for the neighbours of another place, in the table's own units."""

    first: float
    second: float
    is_look: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Move the query to ({x}, {y})").format(x=_n(self.first), y=_n(self.second))


@dataclass(frozen=True, slots=True)
class MoveStart:
    """Start both races at the same place of their maps: 0, 0 is the middle, 1 the edge.

    `zero`: at the model that knows nothing, all weights 0.
    """

    across: float = 0.0
    up: float = 0.0
    zero: bool = False

    def sentence(self) -> str:
        if self.zero:
            return _("Start both races with all weights 0")
        return _("Start both races at ({x}, {y}) of the map").format(x=_n(self.across), y=_n(self.up))


@dataclass(frozen=True, slots=True)
class MoveRow:
    """Give a row other values, in the table's own units; rows are numbered from 0, None is a missing cell."""

    data: str
    number: int
    first: float | None
    second: float | None
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        if self.first is None or self.second is None:
            return _("Change row {n}").format(n=self.number + 1)
        return _("Move row {n} to ({x}, {y})").format(n=self.number + 1, x=_n(self.first), y=_n(self.second))


@dataclass(frozen=True, slots=True)
class SetTable:
    """The learner's own table: two features and what is to be predicted. None is a missing cell."""

    first: tuple[float | None, ...]
    second: tuple[float | None, ...]
    y: tuple[float, ...]
    names: tuple[str, str, str] = ("x₁", "x₂", "y")
    title: str = ""
    left_out: int = 0  # rows of the table without a y
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return n_("Take a table of {n} row", "Take a table of {n} rows", len(self.y))


Action = MoveQuery | MoveStart | MoveRow | SetTable
ACTIONS = get_args(Action)
