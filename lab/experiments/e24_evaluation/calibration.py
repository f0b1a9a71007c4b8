"""Whether a model is as sure as it should be: of all answers with 80 %, were four in five right?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.records import dataclass
from lab.engine.basics.activations import sigmoid
from lab.engine.basics.losses import bce_with_logits
from lab.engine.measuring.calibration import Reliability, brier_score, fit_temperature, reliability
from lab.engine.measuring.redraws import redrawn_gaps
from lab.experiments.e24_evaluation.draws import Draws
from lab.experiments.e24_evaluation.items import COUNT, Items, Tested
from lab.experiments.e24_evaluation.settings import Params
from lab.kit.arrays import freeze

__all__ = ["TEMPERATURES", "Calibration", "CalibrationPage"]

Array = NDArray[np.float64]
TEMPERATURES = freeze(np.geomspace(0.2, 10.0, 41))
"""Where the loss is drawn."""


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationPage:
    """probabilities: [N], after the temperature.  losses: [41], mean cross-entropy at each of TEMPERATURES.

    best: the temperature at which it is least.  gaps: [D], the calibration error of each redraw.
    """

    params: Params
    items: Items
    probabilities: Array
    losses: Array
    best: float
    gaps: Array

    @property
    def bins(self) -> Reliability:
        return reliability(self.items.truth, self.probabilities, self.params.bins)

    @property
    def gap(self) -> float:
        """The expected calibration error."""
        return self.bins.gap or 0.0

    @property
    def brier(self) -> float:
        return brier_score(self.items.truth, self.probabilities)

    @property
    def accuracy(self) -> float:
        """Of yes from one half on: no temperature changes it."""
        return float(np.mean((self.items.logits >= 0) == (self.items.truth == 1)))

    def loss_at(self, temperature: float) -> float:
        """The mean cross-entropy, in nats."""
        return float(bce_with_logits(self.items.logits / temperature, self.items.truth.astype(np.float64)))

    @property
    def loss(self) -> float:
        return self.loss_at(self.params.temperature)


class Calibration:
    """The items of a run, and how often they are drawn again; only the simulation touches them."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Artifact]) -> None:
        self._tested, self._draws = Tested(artifacts), Draws(rng)
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

    def shown(self, params: Params) -> CalibrationPage:
        items = self._items(params)
        p, truth = np.asarray(sigmoid(items.logits / params.temperature), np.float64), items.truth
        losses = [float(bce_with_logits(items.logits / t, truth.astype(np.float64))) for t in TEMPERATURES]
        best = fit_temperature(np.stack([np.zeros_like(items.logits), items.logits], axis=1), truth)
        gaps = redrawn_gaps(truth, p, self._draws.weights(len(p)), params.bins)
        return CalibrationPage(params, items, freeze(p), freeze(np.array(losses)), best, freeze(gaps))

    def save(self) -> dict[str, Any]:
        return self._draws.save()

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError for what cannot be."""
        self._draws.load(saved)
