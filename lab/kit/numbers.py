"""Numbers that people type, that gestures carry, and that are shown in a line of text."""

from __future__ import annotations

from collections.abc import Iterable

from lab.core.numbers import Parsed, parse_number, show_number
from lab.core.text import N_, _

__all__ = [
    "LARGEST",
    "checked_number",
    "checked_numbers",
    "percent",
    "show_short",
    "signed",
    "subscript",
    "typed_number",
]

LARGEST = 1e12  # what can be typed or dragged, in either direction
_LIMITS = {1e6: "10⁶", 1e9: "10⁹", 1e12: "10¹²"}
_TYPE_LESS = {
    1e6: N_("Type a number between −10⁶ and 10⁶."),
    1e9: N_("Type a number between −10⁹ and 10⁹."),
    1e12: N_("Type a number between −10¹² and 10¹²."),
}
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def checked_number(value: float, name: str = "value", largest: float = LARGEST) -> float:
    """The number of a gesture as a float. largest: 1e6, 1e9 or 1e12.

    Raises ValueError naming it when it is not a number or lies beyond ±largest.
    """
    if not abs(value) <= largest:  # also refuses what is not a number
        raise ValueError(f"{name}: {value}, needs a number between −{_LIMITS[largest]} and {_LIMITS[largest]}")
    return float(value)


def checked_numbers(values: Iterable[float], name: str = "value", largest: float = LARGEST) -> tuple[float, ...]:
    """The same for several numbers."""
    return tuple(checked_number(value, name, largest) for value in values)


def typed_number(text: str, largest: float = LARGEST) -> Parsed:
    """A number that was typed. largest: 1e6, 1e9 or 1e12.

    Raises ValueError with a sentence for the person who typed it.
    """
    parsed = parse_number(text)
    if abs(parsed.value) > largest:
        raise ValueError(_(_TYPE_LESS[largest]))
    return parsed


def show_short(value: float | None, digits: int = 4) -> str:
    """A number with at most so many significant digits, without zeros at its end: 1, 0.5, −0.333; a dash for None."""
    text = show_number(value if value is None else float(value), digits)
    head, dot, power = text.partition("·")
    mark = next((mark for mark in ".," if mark in head), "")
    return (head.rstrip("0").removesuffix(mark) if mark else head) + dot + power


def subscript(number: int) -> str:
    """A count, from 0, below the line: 12 becomes ₁₂."""
    return str(number).translate(_SUBSCRIPTS)


def percent(share: float) -> str:
    """A share with one digit behind the point, as it stands beside a bar: 12.5 %; <0.1 % for what is nearly nothing."""
    return "<0.1 %" if 0 < share < 0.0005 else f"{100 * share:.1f} %"


def signed(value: float, decimals: int = 2) -> str:
    """A number with its sign, also in front of what is not below 0, and so many decimals: +0.50, −1.25."""
    return f"{value + 0.0:+.{decimals}f}".replace("-", "−")
