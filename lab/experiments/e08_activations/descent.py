"""The Softmax page: logits become probabilities, a true class makes a loss of them, and the gradient of the loss
for the logits is the plainest there is, p − y. A step applies it: z ← z − η·(p − y)/T."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.basics.activations import softmax
from lab.engine.basics.losses import cross_entropy
from lab.experiments.e08_activations.classes import Array, Classes
from lab.experiments.e08_activations.settings import Params
from lab.experiments.e08_activations.trace import Trace
from lab.kit.arrays import freeze, freeze_all
from lab.kit.record import Past

__all__ = ["LogitDescent", "SoftmaxPage", "loss_at", "temperature_of", "true_class"]


def temperature_of(params: Params) -> float:
    """T, perhaps infinite."""
    return math.inf if params.infinite else params.temperature


def true_class(params: Params, count: int) -> int:
    """The index of the true class; a number beyond the last class means the last."""
    return min(params.truth, count) - 1


def loss_at(logits: Array, truth: int, temperature: float) -> float:
    """−log p of the true class in nats, infinite where its probability is 0. logits: [K]."""
    if temperature == 0 or math.isinf(temperature):
        p = float(softmax(logits, temperature)[truth])
        return -math.log(p) + 0.0 if p > 0 else math.inf
    return float(cross_entropy(logits / temperature, np.array(truth, np.int64))) + 0.0


@dataclass(frozen=True, slots=True, eq=False)
class SoftmaxPage:
    """What the Softmax page shows. logits, probabilities: [K].  past: the loss and p of the true class so far.

    lost: the step at which a logit left all bounds, or None.
    """

    params: Params
    classes: Classes
    logits: Array
    probabilities: Array
    past: Past
    lost: int | None

    @property
    def truth(self) -> int:
        """The index of the true class."""
        return true_class(self.params, len(self.logits))

    @property
    def temperature(self) -> float:
        return temperature_of(self.params)

    @property
    def names(self) -> tuple[str, ...]:
        """The classes in the learner's language."""
        return tuple(_(name) for name in self.classes.names)

    @property
    def gradient(self) -> Array:
        """p − y: [K], for a temperature of 1."""
        target = np.zeros(len(self.logits))
        target[self.truth] = 1.0
        return self.probabilities - target

    @property
    def flat(self) -> bool:
        """Whether no small change of the logits changes the loss: at a temperature of 0 or ∞."""
        return self.temperature == 0 or math.isinf(self.temperature)

    @property
    def slope(self) -> Array:
        """∂loss/∂z: [K]; (p − y)/T, and 0 where the softmax is flat."""
        return np.zeros(len(self.logits)) if self.flat else self.gradient / self.temperature

    @property
    def next_logits(self) -> Array:
        """Where one step would lead: [K]."""
        return self.logits - self.params.learning_rate * self.slope

    @property
    def loss(self) -> float:
        """In nats."""
        return loss_at(self.logits, self.truth, self.temperature)


class LogitDescent:
    """Gradient descent of the logits; only the simulation touches them."""

    def __init__(self, params: Params, classes: Classes) -> None:
        self._classes = classes
        self._logits = classes.logits
        self._lost: int | None = None
        self._trace = Trace(self._row(params))

    def _row(self, params: Params) -> tuple[float, float]:
        truth, temperature = true_class(params, len(self._logits)), temperature_of(params)
        return loss_at(self._logits, truth, temperature), float(softmax(self._logits, temperature)[truth])

    def done(self, params: Params) -> bool:
        """Where the softmax is flat there is no slope to follow, and a further step changes nothing."""
        temperature = temperature_of(params)
        return self._lost is not None or temperature == 0 or math.isinf(temperature)

    def retune(self, params: Params, number: int) -> None:
        """Nothing: the logits stay where they are."""

    def step(self, params: Params, number: int) -> bool:
        """z ← z − η·(p − y)/T."""
        with np.errstate(all="ignore"):
            logits = self.shown(params).next_logits
        if not np.isfinite(logits).all() or np.abs(logits).max() > 1e12:
            self._lost = number
        else:
            self._logits = logits
        self._trace.add(number, self._row(params))
        return True

    def shown(self, params: Params) -> SoftmaxPage:
        p = np.asarray(softmax(self._logits, temperature_of(params)), np.float64)
        logits = self._logits.copy()
        freeze_all(p, logits)
        return SoftmaxPage(params, self._classes, logits, p, self._trace.past(), self._lost)

    def save(self) -> dict[str, Any]:
        return {"scores": self._classes.logits, "logits": self._logits, "lost": self._lost, "trace": self._trace.save()}

    def load(self, saved: Mapping[str, Any], _params: Params) -> None:
        """Back to what was saved. Raises ValueError for another number of classes."""
        logits, scores = (np.array(saved[key], np.float64) for key in ("logits", "scores"))
        if logits.shape != self._classes.logits.shape:
            raise ValueError(f"logits: shape {logits.shape}, needs {self._classes.logits.shape}")
        self._classes = replace(self._classes, logits=freeze(scores))
        self._logits, self._lost = logits, saved["lost"]
        self._trace.load(saved["trace"])
