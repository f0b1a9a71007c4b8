"""Language models that only count. An n-gram model remembers how often each token followed each run of n - 1 tokens,
and adds a little to every count so that nothing is impossible (additive smoothing). It is the ladder a neural model
has to climb: the more tokens it looks back, the better it knows the text it has read and the less it knows of any
other.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass

__all__ = ["NGram", "Rung", "best_smoothing", "fit_ngram", "ladder"]

Ids = NDArray[np.integer[Any]]
Floats = NDArray[np.floating[Any]]
SMOOTHINGS = tuple(float(s) for s in np.geomspace(1e-3, 10.0, 41))


@dataclass(frozen=True)
class NGram:
    """Counts of all runs of `order` tokens.

    size: of the vocabulary; codes: the runs that occur, each as one number in base `size`, sorted; counts: how often.
    context_codes, context_counts: the same for what comes before the last token of a run.
    """

    order: int
    size: int
    codes: Ids
    counts: Ids
    context_codes: Ids
    context_counts: Ids

    @property
    def n_stored(self) -> int:
        """How many different runs were counted: the size of the table."""
        return len(self.codes)

    def probabilities(self, context: Ids, smoothing: float) -> Floats:
        """The probability of every next token after a context, [V]; it needs at least order - 1 tokens.

        Raises ValueError when the context is shorter or smoothing is negative.
        """
        context = np.asarray(context)[len(context) - self.order + 1 :]
        if len(context) < self.order - 1 or smoothing < 0:
            raise ValueError(
                f"context needs {self.order - 1} tokens and smoothing ≥ 0, got {len(context)} and {smoothing}"
            )
        start = _codes(np.append(context, 0).astype(np.int64), self.order, self.size)[0]
        seen = _look_up(self.codes, self.counts, start + np.arange(self.size))
        total = seen.sum() + smoothing * self.size
        if total == 0:
            return np.full(self.size, 1.0 / self.size)  # never seen and nothing added: no opinion
        return np.asarray((seen + smoothing) / total)

    def losses(self, ids: Ids, smoothing: float) -> Floats:
        """The surprise in nats at each token of a text that has order - 1 tokens before it, [N - order + 1].

        Raises ValueError when smoothing is not positive: an unseen run would be infinitely surprising.
        """
        if smoothing <= 0:
            raise ValueError(f"smoothing must be positive, got {smoothing}")
        seen, total = self._counts_at(ids)
        return np.asarray(np.log(total + smoothing * self.size) - np.log(seen + smoothing))

    def _counts_at(self, ids: Ids) -> tuple[Ids, Ids]:
        codes = _codes(ids, self.order, self.size)
        seen = _look_up(self.codes, self.counts, codes)
        return seen, _look_up(self.context_codes, self.context_counts, codes // self.size)


def fit_ngram(ids: Ids, order: int, size: int) -> NGram:
    """Counts all runs of `order` tokens in a text; order 1 looks back at nothing.

    Raises ValueError when order < 1, the text is shorter than a run, or a run has no number in 63 bits.
    Source: Chen, Goodman, An Empirical Study of Smoothing Techniques (1999), for additive smoothing.
    """
    if order < 1 or len(ids) < order:
        raise ValueError(f"order must be in 1 … {len(ids)}, the length of the text, got {order}")
    if order * np.log2(max(size, 2)) >= 63:
        raise ValueError(f"order {order} is too long for {size} tokens: {size}^{order} must be below 2^63")
    codes, counts = np.unique(_codes(ids, order, size), return_counts=True)
    contexts, inverse = np.unique(codes // size, return_inverse=True)
    return NGram(order, size, codes, counts, contexts, np.bincount(inverse, weights=counts).astype(np.int64))


def _codes(ids: Ids, order: int, size: int) -> Ids:
    """Every run of `order` tokens as one number, [N - order + 1]."""
    n = len(ids) - order + 1
    codes = np.zeros(max(n, 0), np.int64)
    for k in range(order):
        codes = codes * size + ids[k : k + n]
    return codes


def _look_up(codes: Ids, counts: Ids, wanted: Ids) -> Ids:
    place = np.searchsorted(codes, wanted).clip(max=len(codes) - 1)
    return np.where(codes[place] == wanted, counts[place], 0)


def best_smoothing(model: NGram, ids: Ids, smoothings: tuple[float, ...] = SMOOTHINGS) -> tuple[float, float]:
    """The smoothing with the least mean loss on a text, and that loss in nats per token.

    Chosen on the text it is judged by, it flatters the model; say so where it is shown.
    """
    seen, total = model._counts_at(ids)
    pairs, weights = np.unique(np.stack([seen, total]), axis=1, return_counts=True)  # most tokens share few counts
    tried = []
    for smoothing in smoothings:
        surprise = np.log(pairs[1] + smoothing * model.size) - np.log(pairs[0] + smoothing)
        tried.append((float(surprise @ weights / weights.sum()), smoothing))
    loss, smoothing = min(tried)
    return smoothing, loss


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: an order, its table's size, its smoothing, its loss on held-out text in nats."""

    order: int
    n_stored: int
    smoothing: float
    loss: float


def ladder(learn: Ids, judge: Ids, size: int, highest: int = 6) -> list[Rung]:
    """The n-gram models of orders 1 … highest, each with the smoothing that flatters it most."""
    rungs = []
    for order in range(1, highest + 1):
        model = fit_ngram(learn, order, size)
        smoothing, loss = best_smoothing(model, judge)
        rungs.append(Rung(order, model.n_stored, smoothing, loss))
    return rungs
