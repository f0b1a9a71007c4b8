"""Steering: the difference between what two lists of texts leave in the stream, added while a model reads something
else, pushes it from one list towards the other.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

import numpy as np

from lab.core.pieces import part_of, result_of
from lab.engine.inside.bench import Bench, Floats, Keep
from lab.engine.transformer.edits import Edits

__all__ = ["mean_difference", "mean_stream", "measuring_difference", "steered"]


def mean_stream(bench: Bench, texts: Sequence[Sequence[int]], stream: int) -> Floats:
    """The mean of a stream over the tokens of each text, and then over the texts, [C].

    Raises ValueError when there is no text, or no such stream.
    """
    return result_of(_measuring_mean(bench, texts, stream))


def _measuring_mean(bench: Bench, texts: Sequence[Sequence[int]], stream: int) -> Generator[float, None, Floats]:
    if not texts or not 0 <= stream <= bench.sizes.n_layers:
        raise ValueError(f"{len(texts)} texts, stream {stream}: needs a text, and a stream 0 … {bench.sizes.n_layers}")
    means = []
    for n, ids in enumerate(texts):
        seen = yield from part_of(bench.passing(ids, keep=Keep(last=True)), n / len(texts), (n + 1) / len(texts))
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
    return result_of(measuring_difference(bench, wanted, other, stream))


def measuring_difference(
    bench: Bench, wanted: Sequence[Sequence[int]], other: Sequence[Sequence[int]], stream: int
) -> Generator[float, None, Floats]:
    """`mean_difference` with a rest after each layer of each text."""
    one = yield from part_of(_measuring_mean(bench, wanted, stream), 0.0, 0.5)
    two = yield from part_of(_measuring_mean(bench, other, stream), 0.5, 1.0)
    return np.asarray(one - two)


def steered(vector: Floats, stream: int, strength: float) -> Edits:
    """The direction, so many times, added to the stream of every token; strength 0 changes nothing."""
    return Edits(added={stream: strength * vector}) if strength else Edits()
