"""Where to draw the line: every item has a score, and from some score on the model says yes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.records import dataclass
from lab.engine.basics.activations import sigmoid
from lab.engine.basics.metrics import Counts, counts_at
from lab.engine.basics.special import normal_cdf
from lab.engine.measuring.redraws import redrawn_areas, redrawn_thresholds
from lab.engine.measuring.thresholds import (
    Curve,
    area_under_roc,
    cheapest_threshold,
    precision_recall_curve,
    roc_curve,
)
from lab.experiments.e24_evaluation.draws import Draws
from lab.experiments.e24_evaluation.gestures import TAKEN_BACK, Commit
from lab.experiments.e24_evaluation.items import COUNT, Items, Tested
from lab.experiments.e24_evaluation.settings import Params
from lab.kit.arrays import freeze

__all__ = ["BINS", "Threshold", "ThresholdPage", "expected_cost", "interval", "world_of"]

Array = NDArray[np.float64]
FEW = 10  # redraws that it takes before an interval is told
BINS = 25  # bars of the picture
LEVEL = 0.95


def interval(draws: Array, level: float = LEVEL) -> tuple[float, float] | None:
    """Between which values the middle of the draws lies; None for too few of them."""
    known = draws[np.isfinite(draws)]
    if len(known) < FEW:
        return None
    ordered = np.sort(known)
    ends = np.interp([(1 - level) / 2, (1 + level) / 2], np.linspace(0, 1, len(ordered)), ordered)
    return float(ends[0]), float(ends[1])


def world_of(params: Params) -> tuple[float, ...]:
    """The controls that a locked threshold was locked in for."""
    return (
        params.positives, params.skill, params.confidence, params.shift, params.false_positive, params.false_negative,
        float(params.positive_class),
    )  # fmt: skip


def expected_cost(params: Params, threshold: float) -> float:
    """What mistakes cost on average, an item, in the drawn world: not in one sample of it but in all of them.

    threshold: above 0 and below 1.
    """
    prior = np.log(params.positives / (1 - params.positives))
    line = ((np.log(threshold / (1 - threshold)) - params.shift) / params.confidence - prior) / params.skill
    missed = float(normal_cdf(line - params.skill / 2))
    alarms = float(normal_cdf(-line - params.skill / 2))
    p = params.positives
    return params.false_negative * p * missed + params.false_positive * (1 - p) * alarms


@dataclass(frozen=True, slots=True, eq=False)
class ThresholdPage:
    """scores: [N], probabilities.  areas, best: [D], of each redraw.  committed: the threshold that was locked in."""

    params: Params
    items: Items
    scores: Array
    areas: Array
    best: Array
    committed: float | None

    @property
    def counts(self) -> Counts:
        return self.counts_at(self.params.threshold)

    def counts_at(self, threshold: float) -> Counts:
        """The four counts at a threshold."""
        return counts_at(self.items.truth, self.scores, threshold)

    def cost_at(self, threshold: float) -> float:
        """What the mistakes cost at a threshold."""
        return self.counts_at(threshold).cost(self.params.false_positive, self.params.false_negative)

    @property
    def cost(self) -> float:
        return self.cost_at(self.params.threshold)

    @property
    def cheapest(self) -> tuple[float, float]:
        """The threshold at which mistakes cost least, and that cost."""
        p = self.params
        return cheapest_threshold(self.items.truth, self.scores, p.false_positive, p.false_negative)

    @property
    def area(self) -> float | None:
        return area_under_roc(self.items.truth, self.scores)

    def roc(self) -> Curve:
        return roc_curve(self.items.truth, self.scores)

    def precision_recall(self) -> Curve:
        return precision_recall_curve(self.items.truth, self.scores)

    def heights(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """How many negatives and positives there are in each of BINS equal parts of the scores."""
        place = np.minimum((self.scores * BINS).astype(np.int64), BINS - 1)
        true = self.items.truth == 1
        return np.bincount(place[~true], minlength=BINS), np.bincount(place[true], minlength=BINS)

    def members(self, cell: str) -> NDArray[np.int64]:
        """The items of a cell; those nearest to the threshold come first."""
        yes, true = self.scores >= self.params.threshold, self.items.truth == 1
        wanted = {"tp": yes & true, "fn": ~yes & true, "fp": yes & ~true, "tn": ~yes & ~true}[cell]
        found = np.flatnonzero(wanted)
        return found[np.argsort(np.abs(self.scores[found] - self.params.threshold), kind="stable")]


class Threshold:
    """The items and the redraws of a run; only the simulation touches them."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Artifact]) -> None:
        self._params, self._tested = params, Tested(artifacts)
        self._draws = Draws(rng)
        self._commit: Commit | None = None
        self._items(params)  # raises where nothing fits

    def _items(self, params: Params) -> Items:
        return self._tested.items(params, self._draws.dice(0).normal(size=COUNT))

    def done(self) -> bool:
        return self._draws.done()

    def step(self, _number: int) -> bool:
        """Draw the test set again."""
        self._draws.step()
        return True

    def retune(self, params: Params) -> None:
        self._items(params)
        self._params = params

    def act(self, action: Commit) -> Commit:
        """Lock a threshold in. Returns what takes it back. Raises ValueError for one that is none."""
        if not (0 <= action.threshold <= 1 or action.threshold == TAKEN_BACK):
            raise ValueError(f"threshold: {action.threshold}, needs 0 to 1, or −1 to take it back")
        before, here = self._commit, action.world or world_of(self._params)
        self._commit = None if action.threshold < 0 else Commit(float(action.threshold), tuple(map(float, here)))
        return Commit(TAKEN_BACK) if before is None else before

    def shown(self, params: Params) -> ThresholdPage:
        items = self._items(params)
        scores = np.asarray(sigmoid(items.logits), np.float64)
        weights = self._draws.weights(len(scores))
        areas = redrawn_areas(items.truth, scores, weights)
        best = redrawn_thresholds(items.truth, scores, weights, params.false_positive, params.false_negative)
        held = self._commit
        committed = held.threshold if held is not None and held.world == world_of(params) else None
        return ThresholdPage(params, items, freeze(scores), freeze(areas), freeze(best), committed)

    def save(self) -> dict[str, Any]:
        held = self._commit
        return self._draws.save() | {"commit": [] if held is None else [held.threshold, *held.world]}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError for what cannot be."""
        commit = [float(value) for value in saved["commit"]]
        self._draws.load(saved)
        self._commit = Commit(commit[0], tuple(commit[1:])) if commit else None
