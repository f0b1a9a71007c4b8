"""A model on the bench: a text goes in, and every tensor on its way can be kept, or changed (`Edits`). House models
and pretrained ones are looked at through the same small protocol, so that a lens, a patch or a steering vector is
written once. What an edit leaves as it was gives identical bits.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.transformer.edits import Edits

__all__ = ["EVERYTHING", "Bench", "Keep", "Seen", "Sizes", "look"]

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Sizes:
    """L layers of H heads, each D wide, on a stream of C numbers; F neurons in each feed-forward layer (0: none);
    V tokens in the vocabulary; length: the longest text a pass takes."""

    n_layers: int
    n_heads: int
    d_head: int
    d_model: int
    d_ff: int
    vocab_size: int
    length: int


@dataclass(frozen=True, slots=True)
class Keep:
    """What of a pass is kept beside its scores.

    stream, weights (attention), heads (what each found), added (by each half of a block), inner (activations of the
    feed-forward layers): as in `Seen`.  last: only the scores after the last token.
    """

    stream: bool = True
    weights: bool = False
    heads: bool = False
    added: bool = False
    inner: bool = False
    last: bool = False


EVERYTHING = Keep(True, True, True, True, True)


@dataclass(frozen=True, slots=True)
class Seen:
    """One text of T tokens, seen from inside; what was not kept is None.

    ids [T]; logits [T, V], or [1, V] of the last token alone.
    stream [L+1, T, C]: before the first block and behind each, as it was changed there.
    weights [L, H, T, T]: attention; a row sums to 1.
    heads [L, H, T, D]: what each head found, as it was changed.
    added [L, 2, T, C]: what attention and feed-forward layer of each block added.
    inner [L, T, F]: the activations of the feed-forward layers.
    A part that is switched off has zeros.
    edits: what was changed.
    """

    ids: NDArray[np.intp]
    logits: Floats
    stream: Floats | None
    weights: Floats | None
    heads: Floats | None
    added: Floats | None
    inner: Floats | None
    edits: Edits


class Bench(Protocol):
    """A causal language model that can be looked into."""

    @property
    def sizes(self) -> Sizes:
        """How large its parts are."""
        ...

    def passing(
        self, ids: Sequence[int], edits: Edits | None = None, keep: Keep = ..., base: Seen | None = None
    ) -> Generator[float, None, Seen]:
        """One pass with a rest after each layer; yields the share that is done, its value is what was seen.

        base: an unchanged pass over the same text with its stream kept; layers before the first edit need not be
        computed again.
        Raises ValueError when the text is empty or too long, a token unknown, or an edit names what is not there.
        """
        ...

    def read_out(self, stream: Floats) -> Floats:
        """The scores that the last norm and the head read from any stream, [..., C] -> [..., V]: the logit lens.

        Source: nostalgebraist, interpreting GPT: the logit lens (2020).
        """
        ...

    def directions(self, tokens: Sequence[int], stream: Floats) -> Floats:
        """The directions of the stream that make up the scores of tokens, [n, C]: with the last norm held as it is for
        one stream [C], the score is its product with that stream, exactly.

        Raises ValueError when the model is not a sum: without residuals, or with norms behind the sums.
        """
        ...

    def head_writes(self, layer: int) -> Floats:
        """What a layer writes into the stream for a unit of each number its heads found, [H, D, C]."""
        ...

    def neuron_writes(self, layer: int) -> Floats:
        """What a layer writes into the stream for a unit of each feed-forward activation, [F, C]."""
        ...


def look(bench: Bench, ids: Sequence[int], edits: Edits | None = None, keep: Keep = EVERYTHING) -> Seen:
    """`Bench.passing` without a rest."""
    steps = bench.passing(ids, edits, keep)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            seen: Seen = end.value
            return seen
