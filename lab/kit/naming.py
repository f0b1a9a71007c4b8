"""What the data are called, in place of letters: "size" for x in formulas and arithmetic, "pony" for class C."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lab.core.text import _

__all__ = ["letters", "named_line", "short"]

LONGEST = 24  # characters of a name in a formula
SCALED = re.compile(r"\s*[(\[].*$")  # a unit behind a name: "height (cm)"


def short(name: str, most: int = LONGEST) -> str:
    """A column's name without its unit, cut to so many characters: "height (cm)" is "height"."""
    words = _(name) if name else ""
    words = SCALED.sub("", words) or words
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def letters(names: Mapping[str, str], scaled: frozenset[str] = frozenset()) -> dict[str, str]:
    """What stands for each letter where the data have a name for it, by letter.

    names: of the columns, by letter; "" or the letter itself for none.  scaled: the letters of columns whose numbers
    are not those of the data.
    """
    found = {}
    for letter, name in names.items():
        called = short(name)
        if called and called not in (letter, letter.rstrip("₁₂")):
            found[letter] = _("{name}, scaled").format(name=called) if letter in scaled else called
    return found


def named_line(x_name: str, y_name: str, most: int = 14) -> tuple[str, str]:
    """x and ŷ in the formula of a line, by the names of the columns where they are short enough to be read there."""
    x, y = (letters({letter: name}).get(letter, "") for letter, name in (("x", x_name), ("y", y_name)))
    return (x, y) if x and y and max(len(x), len(y)) <= most else ("x", "ŷ")
