"""What a form knows of one setting: its name and kind, its range or its choices, and how to speak of it.

An `Item` is data only. Reading and writing its numbers is done by two plain functions, which a caller may
replace by its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from widgets.base.words import _
from widgets.controls.number_field import Reading, read_number, show_number
from widgets.controls.span import Span

__all__ = ["Item", "parse_item", "show_item"]


@dataclass(frozen=True, slots=True)
class Item:
    """One setting: `kind` is 'float', 'int', 'bool', 'choice', 'text' or 'many' (a set of choices)."""

    name: str
    kind: str
    label: str
    tip: str = ""
    lo: float = 0.0
    hi: float = 1.0
    log: bool = False
    step: float | None = None
    choices: tuple[Any, ...] = ()
    choice_labels: tuple[str, ...] = ()
    unit: str = ""
    restarts: bool = False  # a change starts the run over
    more: bool = False  # shown only when the form is opened further
    default: Any = None
    hint: str = ""
    placeholder: str = ""  # what a text field says while it is empty

    @property
    def span(self) -> Span:
        """The range of a number."""
        return Span(self.lo, self.hi, self.log, self.step, self.kind == "int")

    @property
    def keys(self) -> tuple[str, ...]:
        """The choices as text."""
        return tuple(str(choice) for choice in self.choices)


def parse_item(item: Item, text: str) -> Reading:
    """The number in `text`; raises ValueError if it is none, not whole or out of the item's range."""
    read = read_number(text)
    if item.kind == "int" and read.value != round(read.value):
        raise ValueError(_("{label} must be a whole number.").format(label=item.label))
    if not item.lo <= read.value <= item.hi:
        lo, hi = show_item(item, item.lo), show_item(item, item.hi)
        raise ValueError(_("{label} goes from {lo} to {hi}.").format(label=item.label, lo=lo, hi=hi))
    return read


def show_item(item: Item, value: float) -> str:
    """`value` with the digits that the item's steps have."""
    return show_number(value, item.span.decimals)
