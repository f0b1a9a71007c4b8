"""A small classifier of handwritten digits, trained when it is first needed: 64 inputs, 32 hidden units, 10 outputs.

Six hundred pictures and a few dozen full-batch steps of Adam take a moment, and nothing has to be shipped."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lab.core.paths import assets
from lab.core.records import dataclass
from lab.engine.nets.initializers import initial_weight

__all__ = ["SEEN", "DigitNet", "digit_net"]

Array = NDArray[np.float64]
HIDDEN, SEEN, STEPS, RATE = 32, 600, 60, 0.02


@dataclass(frozen=True, eq=False, slots=True)
class DigitNet:
    """weights: [64, 32] and [32, 10].  biases: [32] and [10].  x, labels: pictures it has not learned from, with
    values 0..1.  accuracy: on SEEN of those."""

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    x: Array
    labels: NDArray[np.int64]
    accuracy: float


@lru_cache(maxsize=1)
def digit_net() -> DigitNet:
    """The trained network, the same in every run."""
    with np.load(assets() / "data" / "digits_8x8.npz") as found:
        names = list(found.files)
        pictures = found[next(n for n in names if found[n].ndim > 1)]
        labels = found[next(n for n in names if found[n].ndim == 1)].astype(np.int64)
    x = pictures.reshape(len(pictures), -1).astype(np.float64)
    x /= x.max()
    order = np.random.default_rng(10).permutation(len(x))
    x, labels = x[order], labels[order]
    weights, biases = _trained(x[:SEEN], labels[:SEEN])
    held, truth = x[SEEN : 2 * SEEN], labels[SEEN : 2 * SEEN]
    guess = np.argmax(np.maximum(held @ weights[0] + biases[0], 0.0) @ weights[1] + biases[1], axis=1)
    first = [int(np.flatnonzero(truth == digit)[0]) for digit in range(10)]
    rest = [i for i in range(SEEN) if i not in first]
    shown = [first[d] for d in (3, 8, 0, 6, 1, 2, 4, 5, 7, 9)] + rest[:6]
    return DigitNet(weights, biases, held[shown], truth[shown], float(np.mean(guess == truth)))


def _trained(x: Array, labels: NDArray[np.int64]) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Adam on the mean cross-entropy of all examples at once."""
    rng = np.random.default_rng(10)
    p = [initial_weight("he", x.shape[1], HIDDEN, rng), np.zeros(HIDDEN)]
    p += [initial_weight("he", HIDDEN, 10, rng), np.zeros(10)]
    first, second = [np.zeros_like(a) for a in p], [np.zeros_like(a) for a in p]
    wanted = np.eye(10)[labels]
    for step in range(1, STEPS + 1):
        hidden = np.maximum(x @ p[0] + p[1], 0.0)
        scores = hidden @ p[2] + p[3]
        share = np.exp(scores - scores.max(axis=1, keepdims=True))
        grad_scores = (share / share.sum(axis=1, keepdims=True) - wanted) / len(x)
        grad_hidden = (grad_scores @ p[2].T) * (hidden > 0)
        gradients = (x.T @ grad_hidden, grad_hidden.sum(axis=0), hidden.T @ grad_scores, grad_scores.sum(axis=0))
        for i, g in enumerate(gradients):
            first[i] += 0.1 * (g - first[i])
            second[i] += 0.001 * (g * g - second[i])
            p[i] = p[i] - RATE * (first[i] / (1 - 0.9**step)) / (np.sqrt(second[i] / (1 - 0.999**step)) + 1e-8)
    return (p[0], p[2]), (p[1], p[3])
