"""What a hand can do here: change the neuron, feed it an input, and rewrite the table it is to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lab.core.numbers import show_number
from lab.core.text import _

__all__ = ["ACTIONS", "Feed", "Flip", "SetNeuron"]


@dataclass(frozen=True, slots=True)
class SetNeuron:
    """Give the neuron other weights and another bias.

    data: the table it is tried on.  number: of the try; all places of one drag carry the same, and 0 is none.
    start: the controls' weights and bias at the start, where the hand came before the first step. Such a
    change is where learning begins from now on, so starting over keeps it, unless the controls have said
    otherwise.
    """

    data: str
    weights: tuple[float, ...]
    bias: float
    number: int = 0
    start: tuple[float, ...] = ()

    @property
    def is_data(self) -> bool:
        """Whether starting over keeps it."""
        return bool(self.start)

    def sentence(self) -> str:
        shown = ", ".join(show_number(weight, 3) for weight in self.weights)
        return _("Set the weights to ({weights}), the bias to {bias}").format(
            weights=shown, bias=show_number(self.bias, 3)
        )


@dataclass(frozen=True, slots=True)
class Feed:
    """Feed the neuron an input: a row of the table by its number, or, with −1, any numbers."""

    x: tuple[float, ...]
    row: int = -1
    is_data: ClassVar[bool] = True  # starting over does not forget it

    def sentence(self) -> str:
        if self.row >= 0:
            return _("Feed row {n}").format(n=self.row + 1)
        return _("Feed ({x})").format(x=", ".join(show_number(value, 3) for value in self.x))


@dataclass(frozen=True, slots=True)
class Flip:
    """Ask for the other answer in one row of a data set; twice is as before."""

    data: str
    row: int
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Ask for the other answer in row {n}").format(n=self.row + 1)


ACTIONS = (SetNeuron, Feed, Flip)
