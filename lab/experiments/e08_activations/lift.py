"""The Stability page: the softmax computed column by column in a number format of 16, 32 or 64 bits, with or
without taking the maximum off first. A step adds the same number to all logits, which changes no probability;
without that precaution it ends where e^z no longer fits into the format."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.basics.activations import log_softmax, softmax
from lab.experiments.e08_activations.classes import Array, Classes
from lab.experiments.e08_activations.descent import true_class
from lab.experiments.e08_activations.formats import FORMATS, NumberFormat
from lab.experiments.e08_activations.settings import Params
from lab.experiments.e08_activations.trace import Trace
from lab.kit.arrays import freeze, freeze_all
from lab.kit.record import Past

__all__ = ["Columns", "LogitShift", "StabilityPage", "columns"]


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The stages of a softmax in one format, as float64 so that they can be shown; [K] each, read-only.

    total: the sum of the powers.  logits: as the format holds them.  exponents: what goes into e^…, with the
    maximum off or not.  powers: e^….  probabilities: the powers over their total.  surprise: −log of them.
    safe: the same as the log-softmax has it.  exact: the probabilities in 64 bits with the maximum off.
    """

    total: float
    logits: Array
    exponents: Array
    powers: Array
    probabilities: Array
    surprise: Array
    safe: Array
    exact: Array


def columns(logits: Array, form: NumberFormat, subtract_max: bool) -> Columns:
    """Every stage, each computed in the format. logits: [K]."""
    with np.errstate(all="ignore"):
        z = logits.astype(form.dtype)
        exponents = z - z.max() if subtract_max else z
        powers = np.exp(exponents)
        p = softmax(z, subtract_max=subtract_max)
        surprise, safe = -np.log(p), -log_softmax(z)
        stages = (z, exponents, powers, p, surprise, safe, softmax(logits))
        total = float(powers.sum())
        shown = [part.astype(np.float64) + 0.0 for part in stages]  # + 0.0: no minus before a zero
    freeze_all(*shown)
    return Columns(total, *shown)


@dataclass(frozen=True, slots=True, eq=False)
class StabilityPage:
    """What the Stability page shows. lifted: what has been added to every logit.  lost: when the softmax stopped
    being numbers, or None."""

    params: Params
    classes: Classes
    lifted: float
    columns: Columns
    past: Past
    lost: int | None

    @property
    def form(self) -> NumberFormat:
        return FORMATS[self.params.number_format]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(_(name) for name in self.classes.names)

    @property
    def truth(self) -> int:
        return true_class(self.params, len(self.columns.logits))

    @property
    def overflowed(self) -> int:
        """How many powers are too large for the format."""
        return int(np.isinf(self.columns.powers).sum())

    @property
    def vanished(self) -> int:
        """How many powers are too small for it and became 0."""
        return int((self.columns.powers == 0).sum())

    @property
    def slope(self) -> Array:
        """p − y: [K]."""
        slope = self.columns.probabilities.copy()
        slope[self.truth] -= 1.0
        return slope

    @property
    def error(self) -> float:
        """How far a probability is from the exact one at most."""
        return float(np.abs(self.columns.probabilities - self.columns.exact).max())


class LogitShift:
    """Logits that are lifted, step by step; only the simulation touches them."""

    def __init__(self, params: Params, classes: Classes) -> None:
        self._classes = classes
        self._lifted = 0.0
        self._lost: int | None = None
        self._look(params, 0)
        self._trace = Trace((float(self._columns.powers.max()),))

    def _look(self, params: Params, number: int) -> None:
        """Compute the softmax, and note when it first is no number."""
        form = FORMATS[params.number_format]
        self._columns = columns(self._classes.logits + self._lifted, form, params.subtract_max)
        if np.isfinite(self._columns.probabilities).all() and math.isfinite(self._columns.total):
            self._lost = None
        elif self._lost is None:
            self._lost = number

    def done(self, _params: Params) -> bool:
        """Once no share is a number they stay so, however far the logits are lifted."""
        return bool(np.isnan(self._columns.probabilities).all())

    def retune(self, params: Params, number: int) -> None:
        self._look(params, number)

    def step(self, params: Params, number: int) -> bool:
        """Add the same number to every logit."""
        self._lifted += FORMATS[params.number_format].push
        self._look(params, number)
        self._trace.add(number, (float(self._columns.powers.max()),))
        return True

    def shown(self, params: Params) -> StabilityPage:
        return StabilityPage(params, self._classes, self._lifted, self._columns, self._trace.past(), self._lost)

    def save(self) -> dict[str, Any]:
        return {"scores": self._classes.logits, "lifted": self._lifted, "lost": self._lost, "trace": self._trace.save()}

    def load(self, saved: Mapping[str, Any], params: Params) -> None:
        """Back to what was saved. Raises ValueError for another number of classes."""
        scores = np.array(saved["scores"], np.float64)
        if scores.shape != self._classes.logits.shape:
            raise ValueError(f"scores: shape {scores.shape}, needs {self._classes.logits.shape}")
        self._classes, self._lifted = replace(self._classes, logits=freeze(scores)), float(saved["lifted"])
        self._look(params, 0)
        self._lost = saved["lost"]
        self._trace.load(saved["trace"])
