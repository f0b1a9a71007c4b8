"""The Function page: one ball on the curve of a gate. Its height is what the gate gives, its place what went in,
and it wants to give 1. Each step goes down the squared error, (f(x) − 1)², whose gradient 2(f − 1)·f′ is only as
good as the slope under the ball. A sigmoid may race a second ball that goes down the cross-entropy instead,
where the slope cancels and σ − 1 is left."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lab.core.arithmetic import Term
from lab.core.metric import Value
from lab.core.numbers import show_number
from lab.core.simulation import Curve as DataCurve
from lab.core.simulation import Divergence, Limit
from lab.core.text import _
from lab.experiments.e08_activations import gate_terms
from lab.experiments.e08_activations.gates import (
    GATE_NAMES,
    NEVER_FLAT,
    Curve,
    Peak,
    curve,
    reach_for,
    slope_at,
    steepest,
    value_at,
)
from lab.experiments.e08_activations.settings import Params
from lab.experiments.e08_activations.swiglu import Gated, worked
from lab.experiments.e08_activations.trace import Trace
from lab.kit.record import Past

__all__ = ["LOCKED", "WANTED", "FunctionPage", "Learner"]

WANTED = 1.0
LOCKED = 0.01  # a slope below this passes next to nothing on
HUGE = 1e12


@dataclass(frozen=True, slots=True, eq=False)
class FunctionPage:
    """What the Function page shows.

    x: where the ball is.  rival: where the other one is, which follows the cross-entropy; of a sigmoid only.
    past: x and the rival's x at every step.  lost: the step at which the ball left all bounds, or None.
    """

    params: Params
    x: float
    rival: float
    past: Past
    lost: int | None
    curves: tuple[Curve, ...]
    gated: Gated

    @property
    def gate(self) -> str:
        """The gate under the ball."""
        return self.params.function

    @property
    def raced(self) -> bool:
        """Whether there is a second ball."""
        return self.gate == "sigmoid"

    @property
    def value(self) -> float:
        return value_at(self.gate, self.x)

    @property
    def slope(self) -> float:
        return slope_at(self.gate, self.x)

    @property
    def peak(self) -> Peak:
        """Where the gate is steepest."""
        return steepest(self.gate)

    @property
    def badge(self) -> str:
        """ "dead" where the slope is exactly 0, "locked" where it is next to nothing, else ""."""
        if not abs(self.slope) < LOCKED:
            return ""
        return "dead" if self.slope == 0 and self.gate not in NEVER_FLAT else "locked"

    def metrics(self) -> dict[str, Value]:
        value, slope, peak, power = self.value, self.slope, self.peak, self.params.layers
        rival = value_at(self.gate, self.rival)
        race: dict[str, Value] = {"rival_x": None, "rival_value": None, "rival_loss": None, "rival_gradient": None}
        if self.raced:
            race = {
                "rival_x": self.rival,
                "rival_value": rival,
                "rival_loss": -math.log(rival) if rival > 0 else math.inf,
                "rival_gradient": rival - WANTED,
            }
        return {
            "loss": (value - WANTED) ** 2 if abs(value) < 1e150 else math.inf,
            "gradient_norm": abs(self.gradient),
            "x": self.x,
            "value": value,
            "slope": slope,
            "slope_power": _power(slope, power),
            "gradient": self.gradient,
            "max_slope": peak.slope,
            "max_slope_x": peak.x,
            "best_product": _power(peak.slope, power),
            **race,
            **self.gated.metrics(),
        }

    @property
    def gradient(self) -> float:
        """Of the squared error with respect to x."""
        return 2.0 * (self.value - WANTED) * self.slope

    def explain(self, name: str) -> Term | None:
        """The arithmetic of a read-out."""
        return gate_terms.explain(self, name)

    def describe(self) -> str:
        gate, x = _(GATE_NAMES[self.gate]), show_number(self.x, 3)
        if self.lost is not None:
            return _("The ball on {gate} ran away at step {step}.").format(gate=gate, step=self.lost)
        value, slope = show_number(self.value, 3), show_number(self.slope, 3)
        text = _("At x = {x}, {gate} has the value {value} and the slope {slope}{badge}.").format(
            gate=gate, x=x, value=value, slope=slope, badge=_badge_words(self.badge)
        )
        if self.raced and self.rival != self.x:
            other = show_number(value_at(self.gate, self.rival), 3)
            text += " " + _("With cross-entropy the other ball is at {x}, value {value}.").format(
                x=show_number(self.rival, 3), value=other
            )
        return text

    @property
    def divergence(self) -> Divergence | None:
        if self.lost is None:
            return None
        steep = max(1.0, self.peak.slope)
        rate = float(f"{0.5 / steep**2:.1g}")
        return Divergence(
            self.lost,
            _("the place of the ball"),
            _("each step overshoots the goal further than the one before"),
            {"learning_rate": rate},
            _("Set η to {rate}").format(rate=show_number(rate, 2)),
        )

    def limits(self) -> dict[str, Limit]:
        """Where the slopes alone would leave less than one part in ten million."""
        return {"layers": layer_limit(self.peak.slope)}

    def data_curves(self) -> tuple[DataCurve, ...]:
        found = []
        for drawn in self.curves:
            name = _(GATE_NAMES[drawn.gate])
            found.append(DataCurve(name, "x", "f(x)", drawn.x, drawn.value))
            slope = _("slope of {gate}").format(gate=name)
            found.append(DataCurve(slope, "x", "f′(x)", drawn.x, drawn.slope))
        step = _("step")
        found.append(DataCurve(_("squared error"), step, "x", self.past.steps, self.past.column(0)))
        if self.raced:
            found.append(DataCurve(_("cross-entropy"), step, "x", self.past.steps, self.past.column(1)))
        return tuple(found)


def layer_limit(best: float) -> Limit:
    """The depth at which a slope of `best`, multiplied with itself, falls below 10⁻⁷; none for a slope near 1."""
    depth = math.ceil(math.log(1e-7) / math.log(best)) if 0 < best < 1 else 1000
    return Limit(float(depth), _("slopes alone below 10⁻⁷")) if depth <= 24 else Limit(None, "")


def _badge_words(badge: str) -> str:
    return {"": "", "dead": _(", dead"), "locked": _(", locked")}[badge]


def _power(slope: float, layers: int) -> float:
    try:
        return float(slope**layers)
    except OverflowError:
        return math.inf


class Learner:
    """The ball, or the two balls, on their way; only the simulation touches them."""

    def __init__(self, params: Params) -> None:
        self._x = self._rival = params.x
        self._lost: int | None = None
        self._trace = Trace((self._x, self._rival))

    def done(self, _params: Params) -> bool:
        """Only once the ball is lost. A small slope is no proof that it has arrived."""
        return self._lost is not None

    def retune(self, params: Params, number: int) -> None:
        """Nothing: the ball stays where it is, on whatever curve."""

    def step(self, params: Params, number: int) -> bool:
        """x ← x − η·2(f(x) − 1)·f′(x); the rival's step is η·(σ(x) − 1)."""
        gate, rate = params.function, params.learning_rate
        gradient = 2.0 * (value_at(gate, self._x) - WANTED) * slope_at(gate, self._x)
        moved = self._x - rate * gradient
        self._rival = self._rival - rate * (value_at(gate, self._rival) - WANTED) if gate == "sigmoid" else moved
        if abs(moved) < HUGE:
            self._x = moved
        else:
            self._lost = number
        self._trace.add(number, (self._x, self._rival))
        return True

    def shown(self, params: Params) -> FunctionPage:
        gates = dict.fromkeys((*params.functions, params.function))
        curves = tuple(curve(gate, reach_for(self._x)) for gate in gates)
        past = self._trace.past()
        return FunctionPage(params, self._x, self._rival, past, self._lost, curves, worked(self._x))

    def save(self) -> dict[str, Any]:
        return {"x": self._x, "rival": self._rival, "lost": self._lost, "trace": self._trace.save()}

    def load(self, saved: Mapping[str, Any], _params: Params) -> None:
        self._x, self._rival, self._lost = float(saved["x"]), float(saved["rival"]), saved["lost"]
        self._trace.load(saved["trace"])
