"""The actions: paint and erase points, ask the network about a place, change a weight, and take own data.

A stroke is reported while it is being made, in pieces. Every piece says which of the stroke's dabs it begins
with, so that pieces may overlap and a log of them can be replayed; and a stroke is undone as a whole, by its
number. Points belong to a data set, named in the gesture: a stroke on another data set changes nothing."""

from __future__ import annotations

from typing import ClassVar, get_args

from lab.core.numbers import show_number
from lab.core.records import dataclass
from lab.core.text import _, n_

__all__ = ["ACTIONS", "Ask", "Erase", "Gesture", "Paint", "Resize", "Restore", "SetPoints", "SetWeight", "Withdraw"]


@dataclass(frozen=True, slots=True)
class Paint:
    """A piece of a painted stroke: points of class `label`, from its dab number `start` on."""

    data: str
    stroke: int
    start: int
    label: int
    x: tuple[float, ...]
    y: tuple[float, ...]
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Paint points of class {name}").format(name="ABCD"[self.label])


@dataclass(frozen=True, slots=True)
class Erase:
    """A piece of a stroke with the eraser: what lies within `radius` of these places goes."""

    data: str
    stroke: int
    start: int
    radius: float
    x: tuple[float, ...]
    y: tuple[float, ...]
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Rub points out")


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Take a whole stroke back."""

    data: str
    stroke: int
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Take a stroke back")


@dataclass(frozen=True, slots=True)
class Restore:
    """Make a stroke again that was taken back."""

    data: str
    stroke: int
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Make the stroke again")


@dataclass(frozen=True, slots=True)
class SetPoints:
    """The learner's own points in the data set called own. labels: 0 to 3, one to a point."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    labels: tuple[int, ...]
    names: tuple[str, ...] = ("x₁", "x₂")
    classes: tuple[str, ...] = ()
    title: str = ""
    left_out: int = 0
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return n_("Take {n} point", "Take {n} points", len(self.x))


@dataclass(frozen=True, slots=True)
class Ask:
    """Put the ball somewhere: what does the network predict there?"""

    x: float
    y: float
    is_data: ClassVar[bool] = True
    is_look: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Ask at ({x}, {y})").format(x=show_number(self.x, 3), y=show_number(self.y, 3))


@dataclass(frozen=True, slots=True)
class SetWeight:
    """Give one link another weight. layer, unit, source: counted from 0; source −1 is the bias."""

    layer: int
    unit: int
    source: int
    value: float

    def sentence(self) -> str:
        return _("Set a weight to {value}").format(value=show_number(self.value, 3))


@dataclass(frozen=True, slots=True)
class Resize:
    """Other hidden layers for a received network that is not what the control says. sizes: units per layer."""

    sizes: tuple[int, ...]

    def sentence(self) -> str:
        return _("Change the hidden layers")


Gesture = Paint | Erase | Withdraw | Restore | SetPoints | Ask | SetWeight | Resize
ACTIONS: tuple[type[Gesture], ...] = get_args(Gesture)
