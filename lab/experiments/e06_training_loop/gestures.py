"""What a hand can do to the loop: put its cards into another order, and move the line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lab.core.numbers import show_number
from lab.core.text import N_, _

__all__ = ["ACTIONS", "CARD_NAMES", "Order", "Place"]

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
        return _("Move the line to w = {w}, b = {b}").format(
            w=show_number(self.w, 3), b=show_number(self.b, 3)
        )


ACTIONS = (Order, Place)
