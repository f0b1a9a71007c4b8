"""A tour of MiniLM's heads: those whose pattern was measured on other sentences than the one on screen, with the share
of their weight that followed the pattern there, and how much of it does so in the text that is read now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lab.core.paths import asset
from lab.core.records import dataclass
from lab.core.text import N_
from lab.experiments.e17_attention.reading import Head, Reading
from lab.experiments.e17_attention.roles import SIGNS, cells

__all__ = ["NOTHING", "PATTERNS", "Seen", "Stop", "seen", "stop_at", "stops"]

Mask = NDArray[np.bool_]
PATTERNS = {
    "previous token": (N_("the word before"), N_("Every word looks at the word before it.")),
    "next token": (N_("the word after"), N_("Most words look at the word that comes after them.")),
    "same word": (N_("the same word"), N_("A word that comes twice looks at its other self.")),
    "punctuation": (N_("commas, full stops"), N_("Words look at the commas and the full stop.")),
    "rest on [CLS]": (N_("rests on [CLS]"), N_("A head with nothing to do puts its weight on the first token.")),
    "pronoun to noun": (
        N_("pronoun to noun"),
        N_("A pronoun leans towards its noun: a tendency, not understanding."),
    ),
}
"""What each pattern is called, short and in a sentence."""

NOTHING = {
    "same word": N_("In this text no word comes twice: type one that does."),
    "punctuation": N_("In this text there is no comma and no full stop: type one."),
    "pronoun to noun": N_("In this text there is no “it”, “he”, “she” or “they”: type one."),
}
"""The message where a text has nothing to show a pattern on."""

ROLE_OF = {
    "previous token": "previous",
    "next token": "next",
    "same word": "same",
    "punctuation": "punctuation",
    "rest on [CLS]": "first",
}
PRONOUNS = frozenset(("it", "he", "she", "they", "him", "her", "them"))
SPECIAL = frozenset(("[CLS]", "[SEP]"))


@dataclass(frozen=True, slots=True)
class Stop:
    """One head of the tour, counted from 0. mass: the share of its weight that followed the pattern, as measured.
    hits: in how many of the tested places it was the strongest, "" where that was not counted."""

    layer: int
    head: int
    pattern: str
    mass: float
    hits: str

    @property
    def name(self) -> str:
        """As it is spoken of: layer and head from 1."""
        return f"{self.layer + 1}·{self.head + 1}"


@dataclass(frozen=True, slots=True)
class Seen:
    """Where a pattern shows best in a text, row and column from 0, and the share of the weight that follows it there:
    of the whole head, or for a pronoun of that one row."""

    row: int
    column: int
    share: float


@lru_cache(maxsize=1)
def stops() -> tuple[Stop, ...]:
    """The tour, in its order."""
    found = json.loads(asset("data/minilm_head_tour.json").read_text("utf-8"))
    return tuple(
        Stop(row["layer"] - 1, row["head"] - 1, row["pattern"], float(row["mass"]), row["hits"]) for row in found
    )


@lru_cache(maxsize=1)
def _by_head() -> Mapping[Head, Stop]:
    return {(stop.layer, stop.head): stop for stop in stops()}


def stop_at(head: Head) -> Stop | None:
    """The stop at a head; None where the tour does not stop."""
    return _by_head().get(head)


def seen(stop: Stop, reading: Reading) -> Seen | None:
    """Where the pattern of a stop shows best in a text; None where the text has nothing to show it on."""
    weights, where = reading.weights[stop.layer, stop.head], _expected(stop.pattern, reading)
    if not where.any():
        return None
    expected = np.where(where, weights, -1.0)
    if stop.pattern == "pronoun to noun":
        expected[: np.flatnonzero(where.any(axis=1))[-1]] = -1.0  # the last one, as at the start
    row, column = (int(n) for n in np.unravel_index(int(np.argmax(expected)), expected.shape))
    role = ROLE_OF.get(stop.pattern)
    share = reading.roles[role][stop.layer, stop.head] if role else weights[row, column]
    return Seen(row, column, float(share))


def _expected(pattern: str, reading: Reading) -> Mask:
    """The cells where the weight of such a head is expected, among the words: [T, T]. A pronoun may lean anywhere."""
    tokens, role = reading.tokens, ROLE_OF.get(pattern)
    words: Mask = np.array([token not in SPECIAL for token in tokens])
    if role is not None:
        where = words[:, None] & cells(role, reading.ids, tokens)
        return where if role == "first" else where & words[None, :]
    signs: Mask = np.array([token in SIGNS for token in tokens])
    pronouns: Mask = np.array([token in PRONOUNS for token in tokens])
    return pronouns[:, None] & ~pronouns[None, :] & ~signs[None, :] & words[None, :]
