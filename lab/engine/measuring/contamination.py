"""Whether a test was trained on: what stands word for word in the training text, and what a model finds less surprising
than it should."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.engine.measuring.thresholds import roc_curve

__all__ = ["exposure", "least_error", "min_k", "overlap", "runs", "stands_in"]

Array = NDArray[np.float64]


def runs(ids: ArrayLike, n: int) -> NDArray[np.uint64]:
    """Every run of `n` tokens as one number, equal for equal runs, [..., T − n + 1].

    ids: [..., T], whole numbers from 0.  n: 1 to T.  Raises ValueError for another.
    """
    tokens = np.asarray(ids)
    if not 1 <= n <= tokens.shape[-1] or not np.issubdtype(tokens.dtype, np.integer):
        raise ValueError(f"ids and n: shape {tokens.shape} of {tokens.dtype} and {n}, need whole numbers and 1 to T")
    factors = np.random.default_rng(0).integers(1, 2**63, n, dtype=np.uint64) | np.uint64(1)
    count = tokens.shape[-1] - n + 1
    found = np.zeros((*tokens.shape[:-1], count), np.uint64)
    for place, factor in enumerate(factors):
        found += (tokens[..., place : place + count].astype(np.uint64) + np.uint64(1)) * factor  # modulo 2⁶⁴
    return found


def overlap(tested: ArrayLike, trained: Sequence[NDArray[np.uint64]], n: int = 13) -> Array:
    """The share of the runs of `n` tokens of each test that also stand in a training text.

    tested: ids, [..., T].  trained: the runs of each text, as `runs` gives them for the same n.  Returns [...].
    Source: Brown et al., Language Models are Few-Shot Learners, 2020, appendix C.
    """
    known = runs(tested, n)
    there = np.zeros(known.shape, bool)
    for text in trained:
        there |= stands_in(known, text)
    return np.asarray(there.mean(axis=-1))


def stands_in(tested: NDArray[np.uint64], trained: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which runs of a test also stand in a training text, in the shape of `tested`; quick for a short test."""
    wanted, places = np.unique(tested, return_inverse=True)
    at = np.minimum(np.searchsorted(wanted, trained), len(wanted) - 1)
    found = np.zeros(len(wanted), bool)
    found[at[wanted[at] == trained]] = True
    return np.asarray(found[places].reshape(tested.shape))


def min_k(log_probabilities: ArrayLike, share: float = 0.2) -> Array:
    """The mean log-probability of the most surprising tokens: a text that was trained on has no great surprises left.

    log_probabilities: [..., T], at least one.  share: of the tokens that count, above 0 and at most 1; at least one
    counts.  Returns [...].
    Source: Shi et al., Detecting Pretraining Data from Large Language Models, 2024.
    """
    logs = np.sort(np.asarray(log_probabilities, np.float64), axis=-1)
    if not logs.ndim or not logs.shape[-1] or not 0 < share <= 1:
        raise ValueError(f"log_probabilities and share: shape {logs.shape} and {share}, need [..., T] and 0 to 1")
    return np.asarray(logs[..., : max(1, math.floor(share * logs.shape[-1] + 1e-9))].mean(axis=-1))


def exposure(canary: float, others: ArrayLike) -> float:
    """How far a planted secret stands out: log₂ of how many there could be, less log₂ of its place among them.

    canary: its log-probability.  others: [N], those of secrets of the same form that were never planted.
    Source: Carlini et al., The Secret Sharer, 2019.
    """
    likelier = np.asarray(others, np.float64) >= canary
    return math.log2(likelier.size + 1) - math.log2(1 + int(likelier.sum()))


def least_error(leaked: ArrayLike, scores: ArrayLike) -> float:
    """The error of a detector at its best threshold: the mean of the clean texts it accuses and the leaked ones it
    overlooks, each as a share; a half is a guess.

    leaked: [N], 0 or 1, some of both.  scores: [N].  Raises ValueError as `roc_curve` does.
    """
    curve = roc_curve(leaked, scores)
    return float(np.min((curve.x + 1 - curve.y) / 2))
