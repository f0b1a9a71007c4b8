"""Kinds of letters, and what a set of places in a text has most in common: so experts and features get their names."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.core.text import N_

__all__ = ["COLUMNS", "KINDS", "NOTHING", "Name", "column_of", "kinds_of", "named_by"]

VOWELS, PUNCTUATION = "aeiou", "!,-.:;?'&$"
KINDS = {
    "blank": N_("blanks"),
    "line": N_("line ends"),
    "gap": N_("blanks and line ends"),
    "vowel": N_("vowels"),
    "consonant": N_("consonants"),
    "capital": N_("capitals"),
    "mark": N_("punctuation"),
    "first": N_("first letters"),
    "second": N_("second letters"),
    "later": N_("third letters and later"),
}
"""What places in a text can have in common. The last three count within a word."""
NOTHING = ""
LEAST, HALF = 0.4, 0.5  # how well a kind must fit to be a name, and how much of what was taken it must be
COLUMNS = ("a", "e", "i", "o", "u", *"bcdfghjklmnpqrstvwxyz", "A…Z", *",.;:'!?-", "␠", "⏎")
"""Letters side by side, as a picture shows them: capitals are one, and so are rare signs, with the hyphen."""


@dataclass(frozen=True, slots=True)
class Name:
    """The kind that fits best, `NOTHING` when none fits.

    share: how much of what was taken is of that kind.  found: how much of that kind was taken.
    """

    kind: str
    share: float
    found: float


def column_of(letter: str) -> int:
    """Where a letter stands in `COLUMNS`."""
    if letter.isupper():
        return COLUMNS.index("A…Z")
    shown = {" ": "␠", "\n": "⏎"}.get(letter, letter)
    return COLUMNS.index(shown if shown in COLUMNS else "-")


def kinds_of(text: str) -> dict[str, NDArray[np.bool_]]:
    """For each kind, which of the N letters of a text are of it: [N]."""
    letters = np.array(list(text))
    alphabetic = np.char.isalpha(letters)
    lower = np.char.lower(letters)
    place, run = np.zeros(len(letters), int), 0
    for i, inside in enumerate(alphabetic.tolist()):
        run = run + 1 if inside else 0
        place[i] = run
    found = {"blank": letters == " ", "line": letters == "\n"}
    vowel, capital = np.isin(lower, list(VOWELS)), np.char.isupper(letters)
    return found | {
        "gap": found["blank"] | found["line"], "vowel": vowel, "consonant": alphabetic & ~vowel, "capital": capital,
        "mark": np.isin(letters, list(PUNCTUATION)), "first": place == 1, "second": place == 2, "later": place > 2,
    }  # fmt: skip


def named_by(taken: NDArray[np.bool_], kinds: dict[str, NDArray[np.bool_]]) -> Name:
    """What places taken out of a text, [N], have in common: the kind with the highest F₁, if it reaches
    `LEAST` and is `HALF` of them."""
    best, name = 0.0, Name(NOTHING, 0.0, 0.0)
    for kind, members in kinds.items():
        both, all_taken, all_members = (float(row.sum()) for row in (taken & members, taken, members))
        f1 = 2.0 * both / max(1.0, all_taken + all_members)
        if f1 >= LEAST and f1 > best and both >= HALF * all_taken:
            best, name = f1, Name(kind, both / all_taken, both / all_members)
    return name
