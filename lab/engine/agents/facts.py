"""A table out of passages: the country passages all say the capital, the area and the highest point in the
same words, the element passages symbol, number and weight, so that the look-up tool and the search tool know
the same world.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Protocol

__all__ = ["facts_table"]

FACTS = {
    "capital": re.compile(r"Its capital is ([^.]+)\."),
    "area": re.compile(r"Its total area is ([\d.,]+(?: million)? sq km)"),
    "highest point": re.compile(r"The highest point is (.+?) -?[\d,.]+ m\b"),
    "height": re.compile(r"The highest point is .+? (-?[\d,.]+ m)\b"),
    "symbol": re.compile(r"\(symbol (\w+),"),
    "atomic number": re.compile(r"atomic number (\d+)"),
    "atomic weight": re.compile(r"atomic weight \(?([\d.]+)"),
}


class Titled(Protocol):
    """Anything with a title and a text."""

    @property
    def title(self) -> str:
        """What it is about."""
        ...

    @property
    def text(self) -> str:
        """What it says."""
        ...


def facts_table(passages: Iterable[Titled]) -> Mapping[str, Mapping[str, str]]:
    """title -> fact -> value, for what the passages say in words that are understood; others have no row."""
    table = {}
    for passage in passages:
        matches = ((name, fact.search(passage.text)) for name, fact in FACTS.items())
        found = {name: _written_out(match.group(1)) for name, match in matches if match is not None}
        if found:
            table[passage.title] = found
    return table


def _written_out(value: str) -> str:
    """Millions in digits, "1.284 million sq km" as "1,284,000 sq km", to be reckoned with."""
    number, million, unit = value.partition(" million")
    return f"{1_000_000 * float(number.replace(',', '')):,.0f}{unit}" if million else value
