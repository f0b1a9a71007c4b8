"""From scores to the next token. A model gives every token a score; how one of them is chosen is the reader's own
affair. Temperature sharpens or flattens the choice, filters strike out what is unlikely, and what is left shares
the probability. Each step takes scores and returns scores, so that steps can be put in any order, and the order
matters. A token that was struck out has the score -∞.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.basics.activations import softmax

__all__ = [
    "Filter",
    "MinP",
    "RepetitionPenalty",
    "Stage",
    "Temperature",
    "TopK",
    "TopP",
    "Typical",
    "choose",
    "leaky_top_p",
    "pipeline",
]

Floats = NDArray[np.floating[Any]]
Mask = NDArray[np.bool_]
ROUNDING = 1e-12  # three times 0.3 reaches 0.9


class Filter(Protocol):
    """One step between the model and the choice."""

    def __call__(self, scores: Floats, history: Sequence[int]) -> Floats:
        """The scores after this step, [V] -> [V]; history: the tokens so far."""
        ...


@dataclass(frozen=True, slots=True)
class Stage:
    """What is left after a step: its filter (None before the first), scores, the mask of survivors and their
    probabilities, which sum to 1; each [V]. `struck` are the tokens that this step took out.
    """

    filter: Filter | None
    scores: Floats
    alive: Mask
    probabilities: Floats
    struck: Mask


def pipeline(scores: Floats, filters: Sequence[Filter], history: Sequence[int] = ()) -> list[Stage]:
    """Runs scores, [V], through filters in the order given; a stage for the start and one for each filter.

    Raises ValueError when a score is nan or +∞, or none is finite.
    """
    _check(scores)
    stages = [_stage(None, scores, np.zeros(len(scores), bool))]
    for step in filters:
        after = step(stages[-1].scores, history)
        stages.append(_stage(step, after, stages[-1].alive & np.isneginf(after)))
    return stages


def choose(probabilities: Floats, rng: np.random.Generator) -> int:
    """Draws a token; it reads one number from the generator. Tokens of probability 0 are never drawn.

    Raises ValueError when the probabilities do not sum to something positive and finite.
    """
    heap = np.add.accumulate(probabilities, 0, np.float64)  # cumsum and searchsorted, in half their time
    total = heap.item(-1)
    if not 0.0 < total < math.inf:
        raise ValueError(f"probabilities must have a positive finite sum, got {total}")
    return int(heap.searchsorted(rng.random() * total, "right"))


@dataclass(frozen=True, slots=True)
class Temperature:
    """Divides scores by the temperature: below 1 the likely grow likelier, above 1 all become more alike.

    At 0 only the highest score is left (the first of equals): greedy. At ∞ all survivors are equally likely.
    Raises ValueError when it is negative or nan.
    Source: Ackley, Hinton, Sejnowski (1985); Holtzman et al. (2020).
    """

    value: float

    def __post_init__(self) -> None:
        if not self.value >= 0.0:
            raise ValueError(f"temperature must be 0 or more, got {self.value}")

    def __call__(self, scores: Floats, history: Sequence[int]) -> Floats:
        if np.isneginf(scores.max()):
            return scores  # a filter before it left nothing
        if self.value == 0.0:
            return _keep(scores, np.arange(len(scores)) == np.argmax(scores))
        if np.isinf(self.value):
            return np.where(np.isneginf(scores), scores, 0.0)
        return np.asarray((scores - scores.max()) / self.value)  # -∞ stays, and no score overflows


@dataclass(frozen=True, slots=True)
class TopK:
    """Keeps the k highest scores; of equals the first.

    Raises ValueError when k < 1.
    Source: Fan, Lewis, Dauphin, Hierarchical Neural Story Generation (2018).
    """

    k: int

    def __post_init__(self) -> None:
        if self.k < 1:
            raise ValueError(f"k must be at least 1, got {self.k}")

    def __call__(self, scores: Floats, history: Sequence[int]) -> Floats:
        return _keep_first(scores, _by_likelihood(scores), self.k)


@dataclass(frozen=True, slots=True)
class TopP:
    """Nucleus: keeps the likeliest tokens until their mass reaches p, the token that crosses p included.

    Never fewer than one token is kept, however small p is.
    Raises ValueError unless 0 ≤ p ≤ 1.
    Source: Holtzman et al., The Curious Case of Neural Text Degeneration (2020).
    """

    p: float

    def __post_init__(self) -> None:
        _share("p", self.p)

    def __call__(self, scores: Floats, history: Sequence[int]) -> Floats:
        order = _by_likelihood(scores)
        return _keep_first(scores, order, _n_to_reach(self.p, softmax(scores)[order]))


@dataclass(frozen=True, slots=True)
class MinP:
    """Keeps tokens with at least this share of the likeliest token's probability.

    Raises ValueError unless 0 ≤ share ≤ 1.
    Source: Nguyen et al., Turning Up the Heat: Min-p Sampling (2024).
    """

    share: float

    def __post_init__(self) -> None:
        _share("share", self.share)

    def __call__(self, scores: Floats, history: Sequence[int]) -> Floats:
        probabilities = softmax(scores)
        return _keep(scores, probabilities >= self.share * probabilities.max())


@dataclass(frozen=True, slots=True)
class Typical:
    """Keeps the tokens whose surprise is closest to the average surprise, until their mass reaches `mass`.

    Raises ValueError unless 0 ≤ mass ≤ 1.
    Source: Meister et al., Locally Typical Sampling (2023).
    """

    mass: float

    def __post_init__(self) -> None:
        _share("mass", self.mass)

    def __call__(self, scores: Floats, history: Sequence[int]) -> Floats:
        probabilities = softmax(scores)
        surprise = -np.log(probabilities, where=probabilities > 0, out=np.full(len(scores), -np.inf))
        entropy = float(probabilities[probabilities > 0] @ surprise[probabilities > 0])
        oddness = np.where(probabilities > 0, np.abs(surprise - entropy), np.inf)
        order = np.argsort(oddness, kind="stable")
        return _keep_first(scores, order, _n_to_reach(self.mass, probabilities[order]))


@dataclass(frozen=True, slots=True)
class RepetitionPenalty:
    """Makes tokens that were used less likely: positive scores are divided by the penalty, negative multiplied.

    last: how many tokens of the history count; None: all. A penalty of 1 does nothing, below 1 it rewards.
    Raises ValueError when penalty is not positive or last is negative.
    Source: Keskar et al., CTRL (2019), section 4.1.
    """

    penalty: float
    last: int | None = None

    def __post_init__(self) -> None:
        if not self.penalty > 0.0 or (self.last is not None and self.last < 0):
            raise ValueError(f"penalty must be positive and last ≥ 0, got {self.penalty} and {self.last}")

    def __call__(self, scores: Floats, history: Sequence[int]) -> Floats:
        recent = history if self.last is None else history[max(0, len(history) - self.last) :]
        used = sorted(set(recent))
        after = np.array(scores, copy=True)
        after[used] = np.where(scores[used] > 0, scores[used] / self.penalty, scores[used] * self.penalty)
        return after


def leaky_top_p(scores: Floats, p: float) -> tuple[Mask, Floats]:
    """A widespread mistake, for demonstration: it drops the token that crosses p.

    Returns the survivors and their probabilities, [V] each. When one token alone has more than p nothing is left,
    and 0/0 makes every probability nan. `TopP` is the right one.
    """
    order = _by_likelihood(scores)
    probabilities = softmax(scores)
    alive = np.zeros(len(scores), bool)
    alive[order] = np.cumsum(probabilities[order]) <= p + ROUNDING
    kept = np.where(alive, probabilities, 0.0)
    with np.errstate(invalid="ignore"):
        return alive, np.asarray(kept / kept.sum())


def _check(scores: Floats) -> None:
    if scores.ndim != 1 or np.isnan(scores).any() or np.isposinf(scores).any() or np.isneginf(scores).all():
        raise ValueError(f"scores must be one row without nan or +∞ and with a finite one, got {scores}")


def _share(name: str, value: float) -> None:
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"{name} must be in 0 … 1, got {value}")


def _stage(step: Filter | None, scores: Floats, struck: Mask) -> Stage:
    return Stage(step, scores, ~np.isneginf(scores), softmax(scores), struck)


def _by_likelihood(scores: Floats) -> NDArray[np.intp]:
    return np.argsort(-scores, kind="stable")


def _n_to_reach(mass: float, ordered: Floats) -> int:
    """How many of the ordered probabilities are needed for their sum to reach mass; at least one."""
    before = np.cumsum(ordered, dtype=np.float64) - ordered
    return max(1, int((before < mass - ROUNDING).sum()))


def _keep_first(scores: Floats, order: NDArray[np.intp], n: int) -> Floats:
    mask = np.zeros(len(scores), bool)
    mask[order[:n]] = True
    return _keep(scores, mask)


def _keep(scores: Floats, mask: Mask) -> Floats:
    return np.where(mask, scores, -np.inf)
