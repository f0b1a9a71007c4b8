"""Gestures on the graph: give a leaf another value, look at a node, choose where its paths end, fill in a gradient,
and accuse a rule."""

from __future__ import annotations

from typing import ClassVar

from lab.core.numbers import show_number
from lab.core.records import dataclass
from lab.core.text import _

__all__ = ["ACTIONS", "Accuse", "Aim", "Fill", "Gesture", "Look", "SetLeaf"]


@dataclass(frozen=True, slots=True)
class SetLeaf:
    """Give a leaf, or one entry of a matrix such as W1[2,1], another value.

    graph: the computation it belongs to; in another one the gesture does nothing.
    start: made before the first update, so that starting over keeps it.
    """

    graph: str
    name: str
    value: float
    start: bool = False

    @property
    def is_data(self) -> bool:
        """Whether starting over keeps it."""
        return self.start

    def sentence(self) -> str:
        return _("Set {name} to {value}").format(name=self.name, value=show_number(self.value, 4))


@dataclass(frozen=True, slots=True)
class Look:
    """Choose the node whose paths and check are shown."""

    name: str
    is_data: ClassVar[bool] = True
    is_look: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Look at {name}").format(name=self.name)


@dataclass(frozen=True, slots=True)
class Aim:
    """Choose the node at which paths end; the output is where they end at first."""

    name: str
    is_data: ClassVar[bool] = True
    is_look: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Follow paths to {name}").format(name=self.name)


@dataclass(frozen=True, slots=True)
class Fill:
    """Write a gradient into its blank; None empties it again."""

    name: str
    value: float | None

    def sentence(self) -> str:
        if self.value is None:
            return _("Empty the gradient of {name}").format(name=self.name)
        return _("Fill in {value} for {name}").format(name=self.name, value=show_number(self.value, 4))


@dataclass(frozen=True, slots=True)
class Accuse:
    """Say that the rule of a node is wrong. A wrong rule is repaired at once, a right one counts as a miss.

    back: take that back.
    """

    name: str
    back: bool = False

    def sentence(self) -> str:
        return _("Accuse the rule of {name}").format(name=self.name)


ACTIONS = (SetLeaf, Look, Aim, Fill, Accuse)
Gesture = SetLeaf | Look | Aim | Fill | Accuse
