"""The Stability page: the softmax computed column by column in a number format of 16, 32 or 64 bits, with or
without taking the maximum off first. A step adds the same number to all logits, which changes no probability;
without that precaution it ends where e^z no longer fits into the format."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lab.core.arithmetic import Term, apply, given
from lab.core.arithmetic import total as added
from lab.core.metric import Value
from lab.core.numbers import show_number
from lab.core.simulation import Curve, Divergence, Limit
from lab.core.text import _
from lab.engine.basics.activations import log_softmax, softmax
from lab.experiments.e08_activations.classes import Array, Classes
from lab.experiments.e08_activations.descent import true_class
from lab.experiments.e08_activations.formats import FORMATS, NumberFormat
from lab.experiments.e08_activations.settings import Params
from lab.experiments.e08_activations.trace import Trace
from lab.kit.arrays import freeze, freeze_all
from lab.kit.record import Past

__all__ = ["Columns", "Lift", "StabilityPage", "columns"]


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

    def metrics(self) -> dict[str, Value]:
        found, truth = self.columns, self.truth
        slope = found.probabilities.copy()
        slope[truth] -= 1.0
        values: dict[str, Value] = {
            "loss": float(found.surprise[truth]),
            "gradient_norm": float(np.linalg.norm(slope)),
            "loss_safe": float(found.safe[truth]),
            "lifted": self.lifted,
            "sum": found.total,
            "limit": self.form.limit,
            "largest": self.form.largest,
            "overflowed": self.overflowed,
            "vanished": self.vanished,
            "error": float(np.abs(found.probabilities - found.exact).max()),
            "p_true": float(found.probabilities[truth]),
            "true_class": self.names[truth],
        }
        rows = zip(found.logits, found.exponents, found.powers, found.probabilities, found.surprise)
        for i, row in enumerate(rows, start=1):
            names = (f"z_{i}", f"exponent_{i}", f"power_{i}", f"p_{i}", f"surprise_{i}")
            values |= dict(zip(names, map(float, row)))
        return values

    def explain(self, name: str) -> Term | None:
        """The arithmetic of a read-out, from the numbers as the format holds them."""
        found = self.columns
        if name == "limit":
            return apply("log", given("largest", self.form.largest)).named("limit")
        stem, _bar, number = name.rpartition("_")
        if stem != "exponent" or not number.isdigit() or not self.params.subtract_max:
            return self._in_64_bits(name)
        z = given(f"z_{number}", float(found.logits[int(number) - 1]))
        term = (z - given("z_max", float(found.logits.max()))).named(f"a_{number}")
        return term if term.value == found.exponents[int(number) - 1] else None

    def _in_64_bits(self, name: str) -> Term | None:
        """Sum and shares, whose rounding the derivation shares only in float64."""
        found = self.columns
        if self.form.name != "float64" or not np.isfinite(found.powers).all() or self.overflowed:
            return None
        powers = [given(f"e_{i}", value) for i, value in enumerate(found.powers.tolist(), start=1)]
        if name == "sum":
            return added(powers).named("sum")
        if name == "p_true":
            return (powers[self.truth] / added(powers).named("sum")).named("p")
        if name == "loss" and found.probabilities[self.truth] > 0:
            share = powers[self.truth] / added(powers).named("sum")
            return (-apply("log", share.named("p"))).named("L")
        return None

    def describe(self) -> str:
        form, top = self.form.name, show_number(float(self.columns.logits.max()), 4)
        how = _("the maximum taken off") if self.params.subtract_max else _("the maximum left on")
        head = _("{form}, {how}, largest logit {top}").format(form=form, how=how, top=top)
        if self.lost is not None:
            text = _("{what}: {reason}.").format(what=self._trouble[0], reason=self._trouble[1])
        else:
            text = _("the softmax is right to within {error}.").format(error=show_number(self.metrics()["error"], 2))
        return f"{head[:1].upper()}{head[1:]}: {text}"

    @property
    def _trouble(self) -> tuple[str, str]:
        """What is no number any more, or no share, and why, in words."""
        found, form = self.columns, self.form.name
        if not np.isfinite(found.logits).all():
            largest = show_number(self.form.largest, 5)
            return _("a logit is lost"), _("{form} ends at {largest}").format(form=form, largest=largest)
        top = show_number(float(found.exponents.max()), 4)
        if self.overflowed:
            reason = _("e^{x} is more than {form} can hold, and ∞ / ∞ is not a number")
            return _("the softmax is lost"), reason.format(x=top, form=form)
        if math.isinf(found.total):
            reason = _("the powers add up to more than {form} can hold, so every share is 0")
            return _("the sum is lost"), reason.format(form=form)
        reason = _("e^{x} is 0 in {form}, and 0 / 0 is not a number")
        return _("the softmax is lost"), reason.format(x=top, form=form)

    @property
    def divergence(self) -> Divergence | None:
        if self.lost is None:
            return None
        reason = self._trouble[1]
        if not np.isfinite(self.columns.logits).all():
            return Divergence(self.lost, _("a logit"), reason, {"number_format": "float64"}, _("Use float64"))
        what = _("the sum of the powers") if math.isinf(self.columns.total) else _("the softmax")
        undefined = not math.isinf(self.columns.total)
        return Divergence(self.lost, what, reason, {"subtract_max": True}, _("Subtract the maximum"), undefined)

    def limits(self) -> dict[str, Limit]:
        return {}

    def data_curves(self) -> tuple[Curve, ...]:
        numbers, found, name = np.arange(1.0, len(self.names) + 1), self.columns, _("class")
        return (
            Curve(_("logits"), name, "z", numbers, found.logits),
            Curve(_("exponents"), name, "z", numbers, found.exponents),
            Curve(_("powers"), name, "e^z", numbers, found.powers),
            Curve(_("probabilities"), name, "p", numbers, found.probabilities),
            Curve(_("probabilities in 64 bits"), name, "p", numbers, found.exact),
            Curve(_("largest power"), _("step"), "e^z", self.past.steps, self.past.column(0)),
        )


class Lift:
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
