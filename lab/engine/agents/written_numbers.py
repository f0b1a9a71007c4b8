"""Numbers in texts, as English passages write them: 377,915 or 3.5 or −28."""

from __future__ import annotations

import re

__all__ = ["first_number", "read_number"]

NUMBER = re.compile(r"(?<![\w.,])[-−]?[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?")


def first_number(text: str) -> tuple[int, int] | None:
    """Where the first number stands, its sign included, or None."""
    match = NUMBER.search(text)
    return None if match is None else match.span()


def read_number(text: str) -> float | None:
    """The first number in a text, or None.  read_number("Its area is 377,915 sq km.") == 377915.0."""
    span = first_number(text)
    return None if span is None else float(text[slice(*span)].replace(",", "").replace("−", "-"))
