"""From scores to the choice, filter by filter, with the count of the tokens that each removes.

The filters are the engine's; here they are put in the chosen order, those that do nothing are left out,
and it is noted at which step each token was removed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.decoding.sampling import Filter, MinP, RepetitionPenalty, Temperature, TopK, TopP, leaky_top_p, pipeline
from lab.experiments.e21_decoding.settings import FILTERS, Params, order_of
from lab.kit.arrays import freeze

__all__ = ["BANNED", "GRAMMAR", "LAST_USED", "Filtered", "Step", "apply_filters", "filters_of", "off"]

Floats = NDArray[np.float64]
GRAMMAR, BANNED = len(FILTERS) + 1, len(FILTERS) + 2  # rules that strike out before the filters
LAST_USED = 64  # tokens of the text that the repetition penalty looks at


@dataclass(frozen=True, slots=True)
class LeakyTopP:
    """The common mistake as a filter: see `leaky_top_p`."""

    p: float

    def __call__(self, scores: Any, history: Sequence[int]) -> Any:
        alive, _shares = leaky_top_p(scores, self.p)
        return np.where(alive, scores, -np.inf)


@dataclass(frozen=True, slots=True, eq=False)
class Barred:
    """The tokens that a rule bars, as a filter. rules: 0 for none, [V]."""

    rules: NDArray[np.int8]

    def __call__(self, scores: Any, history: Sequence[int]) -> Any:
        return np.where(self.rules == 0, scores, -np.inf)


@dataclass(frozen=True, slots=True, eq=False)
class Biased:
    """An addition to the scores, as a filter. bias: [V]."""

    bias: Floats

    def __call__(self, scores: Any, history: Sequence[int]) -> Any:
        return scores + self.bias


@dataclass(frozen=True, slots=True)
class Step:
    """One filter at work.

    name: of the filter.  on: whether it does anything at its setting.  kept: tokens left after it.
    mass: what those left had of the probability before it.
    """

    name: str
    on: bool
    kept: int
    mass: float


@dataclass(frozen=True, slots=True, eq=False)
class Filtered:
    """raw: the model's own probabilities, [V].  shares: after all filters, [V], sum 1, or all nan where none is left.

    removed_by: for every token the number of the step that removed it, −1 for a survivor, [V].  steps: in order.
    barred: the rule that struck out each token before the filters, 0 for none, [V]; None without rules.
    bias: what was added to each score before the filters, [V]; None for nothing.
    """

    raw: Floats
    shares: Floats
    removed_by: NDArray[np.int8]
    steps: tuple[Step, ...]
    barred: NDArray[np.int8] | None = None
    bias: Floats | None = None

    @property
    def kept(self) -> int:
        """How many tokens can still be chosen."""
        return int((self.removed_by < 0).sum())

    @property
    def kept_mass(self) -> float:
        """What the survivors had of the model's own probability."""
        return float(self.raw[self.removed_by < 0].sum())

    @property
    def broken(self) -> bool:
        """Whether nothing is left to choose from."""
        return self.kept == 0

    @property
    def entropy(self) -> float:
        """The average surprise of the choice, in bits; nan where there is none."""
        if self.broken:
            return math.nan
        p = self.shares[self.shares > 0]
        return float(-(p * np.log2(p)).sum()) + 0.0


def off(params: Params, name: str) -> bool:
    """Whether a filter does nothing at its setting."""
    return {
        "penalty": params.penalty == 1.0,
        "temperature": params.temperature == 1.0 and not params.infinite,
        "top_k": params.top_k == 0,
        "top_p": params.top_p == 1.0,
        "min_p": params.min_p == 0.0,
    }[name]


def filters_of(params: Params) -> dict[str, Filter]:
    """The filters that do something, in their order, by name."""
    made: dict[str, Filter] = {}
    for name in order_of(params.order):
        if not off(params, name):
            made[name] = _filter(params, name)
    return made


def _filter(params: Params, name: str) -> Filter:
    match name:
        case "penalty":
            return RepetitionPenalty(params.penalty, LAST_USED)
        case "temperature":
            return Temperature(math.inf if params.infinite else params.temperature)
        case "top_k":
            return TopK(params.top_k)
        case "top_p":
            return LeakyTopP(params.top_p) if params.leaky else TopP(params.top_p)
        case _:
            return MinP(params.min_p)


def apply_filters(
    scores: NDArray[np.floating[Any]],
    params: Params,
    history: Sequence[int],
    barred: NDArray[np.int8] | None = None,
    bias: Floats | None = None,
) -> Filtered:
    """Scores, [V], through the filters, without the tokens that a rule bars. bias: is added to the scores first, [V].

    Raises ValueError when a score is nan or +∞ or none is finite."""
    active = filters_of(params)
    first: list[Filter] = [Barred(barred)] if barred is not None else []
    first += [Biased(bias)] if bias is not None else []
    stages = pipeline(scores, [*first, *active.values()], history)
    raw = stages[0].probabilities
    removed_by = np.full(len(scores), -1, np.int8)
    removed_by[~stages[0].alive] = len(FILTERS)  # the model itself gave it no chance
    steps, at = [], len(first)
    if barred is not None:
        removed_by[stages[1].struck] = barred[stages[1].struck]
    for number, name in enumerate(order_of(params.order)):
        mass = 1.0
        if name in active:
            before, stage = stages[at], stages[at + 1]
            at += 1
            removed_by[stage.struck] = number
            mass = float(before.probabilities[stage.alive].sum())
        steps.append(Step(name, name in active, int(stages[at].alive.sum()), mass))
    shares = np.asarray(stages[-1].probabilities, np.float64)
    if not stages[-1].alive.any():
        shares = np.full(len(scores), math.nan)
    return Filtered(freeze(np.asarray(raw, np.float64)), freeze(shares), freeze(removed_by), tuple(steps), barred, bias)
