"""The Function page: one ball on the curve of a gate. Its height is what the gate gives, its place what went in,
and it wants to give 1. Each step goes down the squared error, (f(x) − 1)², whose gradient 2(f − 1)·f′ is only as
good as the slope under the ball. A sigmoid may race a second ball that goes down the cross-entropy instead,
where the slope cancels and σ − 1 is left."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from lab.core.records import dataclass
from lab.experiments.e08_activations.gates import (
    LOCKED,
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
from lab.experiments.e08_activations.swiglu import Gated, swiglu_of
from lab.experiments.e08_activations.trace import Trace
from lab.kit.record import Past

__all__ = ["WANTED", "BallDescent", "FunctionPage"]

WANTED = 1.0
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

    @property
    def loss(self) -> float:
        """The squared error."""
        return (self.value - WANTED) ** 2 if abs(self.value) < 1e150 else math.inf

    @property
    def gradient(self) -> float:
        """Of the squared error with respect to x."""
        return 2.0 * (self.value - WANTED) * self.slope

    @property
    def rival_value(self) -> float:
        return value_at(self.gate, self.rival)

    @property
    def rival_loss(self) -> float:
        """The cross-entropy."""
        return -math.log(self.rival_value) if self.rival_value > 0 else math.inf


class BallDescent:
    """Gradient descent of the ball, or of two; only the simulation touches them."""

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
        return FunctionPage(params, self._x, self._rival, past, self._lost, curves, swiglu_of(self._x))

    def save(self) -> dict[str, Any]:
        return {"x": self._x, "rival": self._rival, "lost": self._lost, "trace": self._trace.save()}

    def load(self, saved: Mapping[str, Any], _params: Params) -> None:
        self._x, self._rival, self._lost = float(saved["x"]), float(saved["rival"]), saved["lost"]
        self._trace.load(saved["trace"])
