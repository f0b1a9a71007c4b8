"""One head at work, stage by stage: scores, scaled, masked, weights, and what is mixed. The selected row is the
query, the token that looks; the selected column is the key, the token it looks at."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.transformer.attention import attend, causal_mask, entropy_bits
from lab.experiments.e17_attention.reading import Split
from lab.experiments.e17_attention.settings import Params
from lab.kit.arrays import freeze_all

__all__ = ["Chain", "brightest", "chain_of", "key_column", "largest"]

Array = NDArray[np.floating[Any]]
ROUNDING = 1e-12
FEW, MANY = 8, 48  # tokens up to which colours are fixed, and from which on a few large weights do not set them


@dataclass(frozen=True, eq=False)
class Chain:
    """tokens: T texts.  q, k: [T, D]; v: [T, D]; scores, scaled, masked, weights: [T, T]; out: [T, D].

    row, column: query and key, from 0.  divisor: what scores were divided by, T or √D·T.  split: the query on
    its way through all heads of the layer, None where there is one head only.
    """

    tokens: tuple[str, ...]
    layer: int
    head: int
    q: Array
    k: Array
    v: Array
    scores: Array
    scaled: Array
    masked: Array
    weights: Array
    out: Array
    divisor: float
    scaled_by_root: bool
    row: int
    column: int
    split: Split | None

    @property
    def width(self) -> int:
        """How many numbers a query has."""
        return int(self.q.shape[1])

    @cached_property
    def visible(self) -> int:
        """How many tokens the query may see."""
        return int(np.isfinite(self.masked[self.row]).sum())

    @property
    def weight(self) -> float:
        """The weight of the selected cell."""
        return float(self.weights[self.row, self.column])

    @cached_property
    def entropy(self) -> float:
        """How spread out the weights of the query are, in bits."""
        return float(entropy_bits(self.weights[self.row]))

    @cached_property
    def mean_entropy(self) -> float:
        """The same, as a mean over all rows."""
        return float(entropy_bits(self.weights).mean())

    @cached_property
    def gini(self) -> float:
        """Σ p (1 − p) of that row, its Gini impurity: how much its weights can still be moved by a score."""
        p = self.weights[self.row]
        return float((p * (1.0 - p)).sum())

    @cached_property
    def top(self) -> int:
        """The token that gets most from the query."""
        return int(np.argmax(self.weights[self.row]))

    @cached_property
    def brightest(self) -> float:
        """The weight that takes the full colour."""
        return brightest(self.weights)

    def at(self, stage: str, row: int, column: int) -> float:
        """One number of a stage; what differs from 0 by the rounding of its sum alone is 0."""
        value = float(self.matrix(stage)[row, column])
        return 0.0 if abs(value) < ROUNDING else value

    def matrix(self, stage: str) -> Array:
        """The matrix of a stage."""
        return np.asarray(getattr(self, stage))


def brightest(weights: Array) -> float:
    """The weight that takes the full colour: 1 among a few words, so that the same weight looks the same whatever is
    dragged; of a text the largest, and of a long one a weight that few exceed."""
    if len(weights) <= FEW:
        return 1.0
    top = float(weights.max())
    if len(weights) > MANY:
        top = min(top, float(np.quantile(weights, 0.995)))
    return max(1e-6, min(1.0, top))


def chain_of(
    params: Params,
    tokens: tuple[str, ...],
    where: tuple[int, int],
    vectors: tuple[Array, Array, Array],
    causal: bool,
    row: int,
    split: Split | None,
) -> Chain:
    """Works out one head. where: layer and head; vectors: its q, k, v, [T, D] each; causal: the usual mask."""
    q, k, v = vectors
    t = len(tokens)
    row = min(row, t - 1)
    allowed = _mask(params.mask, causal, t, row)
    scale = 1.0 if not params.scaled else None
    found = attend(q, k, v, allowed, scale, temperature=params.temperature)
    column = key_column(found.weights[row], params.key)
    arrays = (q, k, v, found.scores, found.scaled, found.masked, found.weights, found.out)
    freeze_all(*arrays)
    return Chain(tokens, *where, *arrays, 1.0 / found.scale, params.scaled, row, column, split)


def largest(products: Array, count: int) -> list[int]:
    """The places of the largest products of a sum, by size whatever their sign, the largest first."""
    return [int(i) for i in np.argsort(-np.abs(products), kind="stable")[:count]]


def key_column(weights: Array, key: int) -> int:
    """The selected key, from 0: the token of that number, from 1, where there is one, else the one that gets most."""
    return key - 1 if 1 <= key <= len(weights) else int(np.argmax(weights))


def _mask(mask: str, causal: bool, t: int, row: int) -> NDArray[np.bool_] | None:
    if mask == "none" or (mask == "usual" and not causal):
        return None
    if mask == "blind":
        allowed = causal_mask(t) if causal else np.ones((t, t), bool)
        allowed[row] = False
        return allowed
    return causal_mask(t)
