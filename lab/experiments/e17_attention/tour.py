"""A tour of MiniLM's heads: those whose pattern was measured on other sentences than the one on screen, with the share
of their weight that followed the pattern there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache

from lab.core.paths import asset
from lab.core.text import N_

__all__ = ["PATTERNS", "Stop", "stops"]

PATTERNS = {
    "previous token": (N_("the word before"), N_("Every word looks at the word before it.")),
    "next token": (N_("the word after"), N_("Most words look at the word that comes after them.")),
    "same word": (N_("the same word"), N_("A word that comes twice looks at its other self.")),
    "punctuation": (N_("commas, full stops"), N_("Words look at the commas and the full stop.")),
    "rest on [CLS]": (N_("rests on [CLS]"), N_("A head with nothing to do puts its weight on the first token.")),
    "pronoun to noun": (
        N_("pronoun to noun"),
        N_("A pronoun leans towards the noun it stands for. It is a tendency, not understanding."),
    ),
}
"""What each pattern is called, short and in a sentence."""


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


@lru_cache(maxsize=1)
def stops() -> tuple[Stop, ...]:
    """The tour, in its order."""
    found = json.loads(asset("data/minilm_head_tour.json").read_text("utf-8"))
    return tuple(
        Stop(row["layer"] - 1, row["head"] - 1, row["pattern"], float(row["mass"]), row["hits"]) for row in found
    )
