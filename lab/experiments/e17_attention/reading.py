"""A text as a source reads it: its tokens, the attention of every head, and what comes next. Behind each reading are
its internals, from which the queries, keys and values of any one head can be had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.lm.lenses import ScoreParts

__all__ = ["MOST_NEXT", "Floats", "Head", "Internals", "Next", "Reading", "Split", "likeliest", "query_row"]

Floats = NDArray[np.floating[Any]]
MOST_NEXT = 6
Head = tuple[int, int]  # layer and head, from 0


@dataclass(frozen=True, slots=True, eq=False)
class Next:
    """What a language model expects after the text. labels: K tokens, the likeliest first; p: [K], now; before: [K],
    of the model with nothing silenced or patched."""

    labels: tuple[str, ...]
    p: Floats
    before: Floats

    @property
    def likeliest(self) -> int:
        """The place of what is expected now."""
        return int(np.argmax(self.p))

    @property
    def usual(self) -> int:
        """The place of what the model expects with nothing silenced or patched."""
        return int(np.argmax(self.before))

    @property
    def before_and_now(self) -> tuple[float, float]:
        """The probability of the usual token with nothing silenced or patched, and now."""
        return float(self.before[self.usual]), float(self.p[self.usual])


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """One token on its way through the heads of one layer, for the picture of splitting and joining.

    x: [C] what comes in; q: [H, D] its queries; found: [H, D] what each head found for it; out: [C] joined by W_o.
    """

    x: Floats
    q: Floats
    found: Floats
    out: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """source: who reads.  tokens: the T pieces as shown.  ids: [T].  weights: [L, H, T, T], rows look at columns.

    roles: [L, H] by role.  pictures: [2, L, H, S, S] shades, all and without the first column.
    causal: whether no token sees a later one.  cut: tokens that were left out at the end.
    unknown: characters that the source does not know.  next: None where the source predicts nothing.
    changed: how far the answer moved by silencing and patching, from 0 (not at all), None where not known.
    """

    source: str
    tokens: tuple[str, ...]
    ids: NDArray[np.int64]
    weights: Floats
    roles: Mapping[str, Floats]
    pictures: NDArray[np.uint8]
    causal: bool
    cut: int = 0
    unknown: str = ""
    next: Next | None = None
    changed: float | None = None

    @property
    def layers(self) -> int:
        return int(self.weights.shape[0])

    @property
    def heads(self) -> int:
        return int(self.weights.shape[1])

    @property
    def first_share(self) -> float:
        """The share of all attention that goes to the first token."""
        return float(self.weights[..., 0].mean())

    def best(self, role: str) -> tuple[Head, float]:
        """The head that does a thing most, and how much."""
        scores = self.roles[role]
        layer, head = np.unravel_index(int(np.argmax(scores)), scores.shape)
        return (int(layer), int(head)), float(scores[layer, head])


class Internals(Protocol):
    """What a reading was computed from; stays with the simulation."""

    def head(self, layer: int, head: int) -> tuple[Floats, Floats, Floats]:
        """Queries, keys and values of one head, [T, D] each in float64."""

    def split(self, layer: int, token: int) -> Split | None:
        """One token on its way through a layer; None where there is only one head."""

    def score_parts(self, head: Head, query: int, key: int) -> ScoreParts | None:
        """A score taken apart by what query and key were made of; None where the stream cannot be followed."""

    def by_distance(self, head: Head, query: int, key: int) -> Floats | None:
        """The score if the key stood 0, 1, … tokens back, [T]; None where the distance changes nothing."""

    def value_lengths(self, head: Head) -> Floats:
        """How long what a head writes is, with all its weight on one token, for each of them: [T]."""

    def pushed(self, head: Head, token: int) -> tuple[Floats, Floats] | None:
        """How far a head with all its weight on one token moves each logit behind `token`, [T, V], and all logits
        there, [V]; None where no next token is expected."""

    def token(self, number: int) -> str:
        """A token of the vocabulary, as it is shown."""


def likeliest(p: Floats, before: Floats) -> NDArray[np.intp]:
    """The places of the likeliest next tokens, the likeliest first, by what is expected now or was before, [V] each."""
    return np.argsort(-np.maximum(p, before), kind="stable")[:MOST_NEXT]


def query_row(tokens: Sequence[str], chosen: int) -> int:
    """The token that looks, from 0: the one of that number, from 1; for 0 the last "it", or else the last token."""
    if chosen:
        return min(chosen, len(tokens)) - 1
    words = [token.lower() for token in tokens]
    return max((i for i, word in enumerate(words) if word == "it"), default=len(words) - 1)
