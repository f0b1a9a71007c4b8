"""The actions: put the cards of the loop into another order, move the line, and edit the samples.

Samples belong to a data set, named in the gesture: an edit of another set changes nothing."""

from __future__ import annotations

from typing import ClassVar, get_args

from lab.core.numbers import show_number
from lab.core.records import dataclass
from lab.core.text import N_, _, n_

__all__ = [
    "ACTIONS",
    "CARD_NAMES",
    "AddSample",
    "Gesture",
    "MoveSample",
    "Order",
    "Place",
    "RemoveSample",
    "SetSamples",
]

CARD_NAMES = {
    "start": N_("start"),
    "epoch": N_("epoch"),
    "fetch": N_("fetch"),
    "forward": N_("forward"),
    "loss": N_("loss"),
    "zero": N_("zero the gradient"),
    "backward": N_("backward"),
    "update": N_("update"),
}
"""What each line of the loop is called."""


@dataclass(frozen=True, slots=True)
class Order:
    """Run the five cards in this order, beginning with the next batch."""

    cards: tuple[str, ...]
    is_data: ClassVar[bool] = True  # starting over keeps the program

    def sentence(self) -> str:
        return _("Order the loop: {cards}").format(
            cards=", ".join(_(CARD_NAMES.get(card, card)) for card in self.cards)
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Give the line another slope and intercept, in the middle of training."""

    w: float
    b: float

    def sentence(self) -> str:
        return _("Move the line to w = {w}, b = {b}").format(w=show_number(self.w, 3), b=show_number(self.b, 3))


@dataclass(frozen=True, slots=True)
class AddSample:
    """One more sample, at the end or before the one numbered `at`."""

    data: str
    x: float
    y: float
    at: int = -1
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Add the sample ({x}, {y})").format(x=show_number(self.x, 3), y=show_number(self.y, 3))


@dataclass(frozen=True, slots=True)
class MoveSample:
    """Put a sample somewhere else; samples are numbered from 0, as in the program."""

    data: str
    number: int
    x: float
    y: float
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Move sample {n} to ({x}, {y})").format(
            n=self.number, x=show_number(self.x, 3), y=show_number(self.y, 3)
        )


@dataclass(frozen=True, slots=True)
class RemoveSample:
    """Take a sample away."""

    data: str
    number: int
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Remove sample {n}").format(n=self.number)


@dataclass(frozen=True, slots=True)
class SetSamples:
    """The learner's own table: rows with a missing cell are left out, and x, where spread is not 0, is scaled to
    (x − center) / spread."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    x_name: str = "x"
    y_name: str = "y"
    title: str = ""
    left_out: int = 0
    center: float = 0.0
    spread: float = 0.0
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return n_("Take a table of {n} row", "Take a table of {n} rows", len(self.x))


Gesture = Order | Place | AddSample | MoveSample | RemoveSample | SetSamples
ACTIONS: tuple[type[Gesture], ...] = get_args(Gesture)
