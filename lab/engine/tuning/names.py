"""First names, letter by letter: texts so short that a small model writes them well, and about which everybody has an
opinion. What people prefer can be learned on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.engine.lm.parameters import LMConfig
from lab.engine.text.tokenizer import CharTokenizer

__all__ = ["ALPHABET", "CONFIG", "END", "LETTERS", "LONGEST", "letter_features", "name_batch", "names_of", "tokenizer"]

Floats = NDArray[np.floating[Any]]
Ids = NDArray[np.integer[Any]]

LETTERS = "abcdefghijklmnopqrstuvwxyz"
ALPHABET = "\n" + LETTERS
END = 0  # the line end, before a name and behind it
LONGEST = 13
CONFIG = LMConfig(len(ALPHABET), LONGEST, 32, 2, 2, 128, positions="rope")


def tokenizer() -> CharTokenizer:
    """The line end and 26 letters."""
    return CharTokenizer(ALPHABET)


def name_batch(names: Sequence[str]) -> tuple[Ids, Ids, NDArray[np.bool_]]:
    """ids and targets as a language model reads them, [N, 13] each, and which targets belong to the name: its letters
    and the line end behind it, for which a name of 13 letters has no room.

    Raises ValueError for a name that is empty, too long, or has another character than a … z.
    """
    lines = np.full((len(names), LONGEST + 1), END)
    counts = np.zeros((len(names), LONGEST), bool)
    for row, name in enumerate(names):
        if not 1 <= len(name) <= LONGEST or not set(name) <= set(LETTERS):
            raise ValueError(f"name must have 1 … {LONGEST} letters from a to z, got {name!r}")
        lines[row, 1 : 1 + len(name)] = [ALPHABET.index(letter) for letter in name]
        counts[row, : len(name) + 1] = True
    return lines[:, :-1], lines[:, 1:], counts


def names_of(ids: Ids) -> tuple[str, ...]:
    """Tokens as names, [N, T]: each up to its first line end."""
    return tuple("".join(ALPHABET[token] for token in row).partition("\n")[0] for row in ids)


def letter_features(names: Sequence[str]) -> Floats:
    """How often each letter is in a name, and then which is its last, [N, 52]."""
    found = np.zeros((len(names), 2 * len(LETTERS)))
    for row, name in enumerate(names):
        for letter in name:
            found[row, LETTERS.index(letter)] += 1.0
        if name:
            found[row, len(LETTERS) + LETTERS.index(name[-1])] = 1.0
    return found
