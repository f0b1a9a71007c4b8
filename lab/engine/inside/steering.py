"""Steering: the difference between what two lists of texts leave in the stream, added while a model reads something
else, pushes it from one list towards the other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lab.engine.inside.bench import Bench, Floats, Keep, look
from lab.engine.transformer.edits import Edits

__all__ = ["mean_difference", "mean_stream", "steered"]


def mean_stream(bench: Bench, texts: Sequence[Sequence[int]], stream: int) -> Floats:
    """The mean of a stream over the tokens of each text, and then over the texts, [C].

    Raises ValueError when there is no text, or no such stream.
    """
    if not texts or not 0 <= stream <= bench.sizes.n_layers:
        raise ValueError(f"{len(texts)} texts, stream {stream}: needs a text, and a stream 0 … {bench.sizes.n_layers}")
    means = []
    for ids in texts:
        seen = look(bench, ids, keep=Keep(last=True))
        assert seen.stream is not None
        means.append(seen.stream[stream].mean(axis=0))
    return np.asarray(np.mean(means, axis=0))


def mean_difference(
    bench: Bench, wanted: Sequence[Sequence[int]], other: Sequence[Sequence[int]], stream: int
) -> Floats:
    """The direction from one list of texts to the other, [C]: the difference of their means.

    Raises ValueError as `mean_stream` does.
    Source: Turner et al., Activation Addition (2023); Rimsky et al., Contrastive Activation Addition (2024).
    """
    return np.asarray(mean_stream(bench, wanted, stream) - mean_stream(bench, other, stream))


def steered(vector: Floats, stream: int, strength: float) -> Edits:
    """The direction, so many times, added to the stream of every token; strength 0 changes nothing."""
    return Edits(added={stream: strength * vector}) if strength else Edits()
