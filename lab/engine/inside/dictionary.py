"""A sparse dictionary: streams written as a few of many directions. A sparse autoencoder learns the directions; of its
features only the k strongest may speak for a token, so that each comes to stand for something of its own.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.inside.bench import Floats

__all__ = ["Dictionary", "DictionaryTrainer", "dictionary_gradients", "explained", "start_dictionary"]


@dataclass(frozen=True, slots=True)
class Dictionary:
    """M features of streams of width C.

    reads [M, C] and thresholds [M]: how strongly a feature answers to a stream; writes [M, C]: its direction, of length
    1; centre [C]: taken off first; active: k, how many features speak for a token.
    Source: Gao et al., Scaling and evaluating sparse autoencoders (2024); Bricken et al., Towards Monosemanticity
    (2023).
    """

    reads: Floats
    thresholds: Floats
    writes: Floats
    centre: Floats
    active: int

    def features(self, stream: Floats) -> Floats:
        """How strongly each feature speaks, [N, M]: the k largest, if above 0; all others are 0."""
        return _strongest((stream - self.centre) @ self.reads.T + self.thresholds, self.active)

    def rebuilt(self, features: Floats) -> Floats:
        """The streams that features stand for, [N, C]."""
        return np.asarray(features @ self.writes + self.centre)


def start_dictionary(stream: Floats, n_features: int, active: int, rng: np.random.Generator) -> Dictionary:
    """A fresh dictionary for streams [N, C]: random directions, read as they are written, about the mean stream.

    Raises ValueError when active is not in 1 … n_features.
    """
    if not 1 <= active <= n_features:
        raise ValueError(f"active must be in 1 … {n_features}, got {active}")
    writes = rng.normal(size=(n_features, stream.shape[1])).astype(stream.dtype)
    writes /= np.linalg.norm(writes, axis=1, keepdims=True)
    return Dictionary(writes.copy(), np.zeros(n_features, stream.dtype), writes, stream.mean(axis=0), active)


def dictionary_gradients(dictionary: Dictionary, stream: Floats) -> tuple[float, tuple[Floats, Floats, Floats]]:
    """The mean squared error of rebuilding streams [N, C], and its gradients: of reads, thresholds and writes.

    Which features speak has no slope; those that do not speak get none.
    """
    d = dictionary
    features = d.features(stream)
    wrong = d.rebuilt(features) - stream
    scale = 2.0 / wrong.size
    d_features = np.where(features > 0.0, scale * wrong @ d.writes.T, 0.0)
    d_reads = d_features.T @ (stream - d.centre)
    return float(np.mean(wrong * wrong)), (d_reads, d_features.sum(axis=0), scale * features.T @ wrong)


def explained(dictionary: Dictionary, stream: Floats) -> float:
    """The share of the variance of streams [N, C] that is rebuilt; 1 is all of it."""
    wrong = dictionary.rebuilt(dictionary.features(stream)) - stream
    return float(1.0 - (wrong * wrong).sum() / ((stream - stream.mean(axis=0)) ** 2).sum())


class DictionaryTrainer:
    """Adam on batches of streams; the directions written keep length 1.

    stream: [N, C], all there is to learn from.  batch: how many at a time.
    `steps` made so far and `moments`, the running means of the slopes of reads, thresholds and writes and of their
    squares, are with the dictionary all that a training needs to go on.
    """

    def __init__(
        self, dictionary: Dictionary, stream: Floats, rate: float = 3e-3, batch: int = 256, beta: float = 0.9
    ) -> None:
        self.dictionary, self.steps = dictionary, 0
        self._stream, self._rate, self._batch, self._beta = stream, rate, batch, beta
        shapes = (dictionary.reads, dictionary.thresholds, dictionary.writes)
        self.moments = [(np.zeros_like(values), np.zeros_like(values)) for values in shapes]

    def step(self, rng: np.random.Generator) -> float:
        """One step; the mean squared error of its batch before it."""
        batch = self._stream[rng.integers(0, len(self._stream), self._batch)]
        loss, gradients = dictionary_gradients(self.dictionary, batch)
        self.steps += 1
        d = self.dictionary
        changed = [
            values - self._change(moments, gradient)
            for values, moments, gradient in zip(
                (d.reads, d.thresholds, d.writes), self.moments, gradients, strict=True
            )
        ]
        writes = changed[2] / np.linalg.norm(changed[2], axis=1, keepdims=True)
        self.dictionary = Dictionary(changed[0], changed[1], writes, d.centre, d.active)
        return loss

    def _change(self, moments: tuple[Floats, Floats], gradient: Floats) -> Floats:
        mean, square = moments
        mean += (1.0 - self._beta) * (gradient - mean)
        square += 0.001 * (gradient * gradient - square)
        steady = mean / (1.0 - self._beta**self.steps)
        return np.asarray(self._rate * steady / (np.sqrt(square / (1.0 - 0.999**self.steps)) + 1e-8))


def _strongest(values: NDArray[np.floating[Any]], k: int) -> Floats:
    """The k largest of each row, if above 0; zeros elsewhere. Of equal ones at the limit all stay."""
    if k < values.shape[1]:
        least = np.partition(values, -k, axis=1)[:, -k, None]
        values = np.where(values >= least, values, 0.0)
    return np.asarray(np.maximum(values, 0.0))
