"""Logarithms of probabilities as they are typed."""

from __future__ import annotations

from lab.core.numbers import parse_number
from lab.core.text import _

__all__ = ["check_logs", "typed"]

MOST_LOGS = 40


def typed(text: str) -> tuple[float, ...]:
    """Natural logarithms of probabilities, as they were typed, between spaces or semicolons.

    Raises ValueError with a sentence for the person who typed them.
    """
    words = text.replace(";", " ").split()
    if not 1 <= len(words) <= MOST_LOGS:
        raise ValueError(_("Type 1 to {n} numbers with spaces between them.").format(n=MOST_LOGS))
    values = tuple(float(parse_number(word).value) for word in words)
    if any(not -1000 <= value <= 0 for value in values):
        raise ValueError(_("The logarithm of a probability is 0 or less: type numbers from −1000 to 0."))
    return values


def check_logs(text: str) -> None:
    """Whether these are logarithms of probabilities. Raises ValueError with a sentence."""
    typed(text)
