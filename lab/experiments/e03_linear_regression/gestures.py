"""What a learner can do to the points. Every gesture names the data set it belongs to, so that starting over,
which does them all again, touches no other."""

from __future__ import annotations

from typing import ClassVar, get_args

from lab.core.numbers import show_number
from lab.core.records import dataclass
from lab.core.text import _

__all__ = [
    "ACTIONS",
    "Action",
    "AddPoint",
    "Look",
    "MovePoint",
    "OpenTest",
    "RemovePoint",
    "Restore",
    "SetBar",
    "SetSecond",
    "SetTable",
]


@dataclass(frozen=True, slots=True)
class MovePoint:
    """Put a point somewhere else."""

    data: str
    index: int
    x: float
    y: float
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        where = {"x": show_number(self.x, 3), "y": show_number(self.y, 3)}
        return _("Move point {number} to ({x}, {y})").format(number=self.index + 1, **where)


@dataclass(frozen=True, slots=True)
class SetSecond:
    """Give a point another second feature."""

    data: str
    index: int
    second: float
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        text = _("Set the second feature of point {number} to {value}")
        return text.format(number=self.index + 1, value=show_number(self.second, 3))


@dataclass(frozen=True, slots=True)
class SetBar:
    """Give a point another error bar: a point of which one is surer counts more."""

    data: str
    index: int
    bar: float
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        text = _("Set the error bar of point {number} to {bar}")
        return text.format(number=self.index + 1, bar=show_number(self.bar, 3))


@dataclass(frozen=True, slots=True)
class AddPoint:
    """Add a point before the one at `index`; −1: at the end. bar 0: the usual error bar."""

    data: str
    x: float
    y: float
    second: float = 0.0
    bar: float = 0.0
    group: int = 0
    index: int = -1
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Add a point at ({x}, {y})").format(x=show_number(self.x, 3), y=show_number(self.y, 3))


@dataclass(frozen=True, slots=True)
class RemovePoint:
    """Take a point away."""

    data: str
    index: int
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Remove point {number}").format(number=self.index + 1)


@dataclass(frozen=True, slots=True)
class SetTable:
    """Put a whole table in the place of the points. second: as long as x, or empty."""

    data: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    second: tuple[float, ...] = ()
    names: tuple[str, str, str] = ("x", "x₂", "y")
    title: str = ""
    left_out: int = 0  # rows of the table that missed a cell
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Use a table of {count} points").format(count=len(self.x))


@dataclass(frozen=True, slots=True)
class Restore:
    """Put every point back to where it was at first."""

    data: str
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Put all points back")


@dataclass(frozen=True, slots=True)
class Look:
    """Choose the point whose numbers are shown; −1: none."""

    data: str
    index: int
    is_data: ClassVar[bool] = True
    is_look: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Look at point {number}").format(number=self.index + 1) if self.index >= 0 else _("Look at no point")


@dataclass(frozen=True, slots=True)
class OpenTest:
    """Open the drawer with the test points: the score of the lines as they are now is written down."""

    data: str
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Open the test drawer")


Action = MovePoint | SetSecond | SetBar | AddPoint | RemovePoint | SetTable | Restore | Look | OpenTest
ACTIONS = get_args(Action)
