"""Numbers in lessons: the same digits, whether prose claims them, code prints them or a frame has them."""

from __future__ import annotations

import math
import re

from lab.core.metric import Value
from lab.core.numbers import show_number
from lab.core.records import dataclass

__all__ = ["Printed", "agrees", "last_number", "significant", "written_like"]

_NUMBER = re.compile(r"[+\-−]?(?:\d+\.?\d*|\.\d+)(?:[eE][+\-]?\d+)?|[+\-−]?\b(?:inf|nan)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Printed:
    """A number as a program printed it."""

    value: float
    text: str

    @property
    def half_digit(self) -> float:
        """Half a unit of the last digit that was printed."""
        head, _e, power = self.text.lower().partition("e")
        decimals = len(head.partition(".")[2])
        return 0.5 * 10.0 ** ((int(power) if power else 0) - decimals)


def last_number(output: str) -> Printed | None:
    """The last number in what a program printed, or None."""
    found = _NUMBER.findall(output)
    if not found:
        return None
    text = found[-1].replace("−", "-")
    return Printed(float(text), text)


def agrees(printed: Printed, value: Value, tolerance: float) -> bool:
    """Whether a printed number is the metric: within `tolerance` of its size, or rounded to what was printed."""
    if not isinstance(value, (int, float)):
        return False
    if not math.isfinite(value) or not math.isfinite(printed.value):
        return str(float(value)) == str(printed.value)
    gap = abs(printed.value - value)
    rounded = printed.half_digit * 1.0001 if significant(printed.text) >= 3 else 0.0
    return gap <= max(tolerance * abs(value), rounded)


def significant(text: str) -> int:
    """The significant digits of a written number; trailing zeros count: "0.50" has 2, "100" has 3."""
    head = re.split(r"[·eE×]", text)[0]
    digits = re.sub(r"\D", "", head)
    return len(digits.lstrip("0")) or 1


def written_like(value: Value, text: str) -> str:
    """A metric written with as many digits as `text` has; as a percentage where `text` ends in %."""
    if isinstance(value, str) or value is None:
        return show_number(value)
    if text.endswith("%"):
        return show_number(100.0 * value, significant(text)) + text[len(text.rstrip("%").rstrip()) :]
    return show_number(value, significant(text))
