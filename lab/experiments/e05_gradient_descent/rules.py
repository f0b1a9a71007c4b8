"""The update rules: which optimiser of the engine a ball uses, how its η is scheduled, and one update
laid open with all that went into it. Every update is the engine's own, so a number on screen can be
traced back through the arithmetic that made it; asked again with the same numbers, it gives the same
result."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.basics.optim import SGD, Adam, AdamW, Momentum, Nesterov, Optimizer, RMSProp, State
from lab.engine.basics.schedules import Constant, Cosine, Linear, Schedule, StepDecay, WarmUp
from lab.experiments.e05_gradient_descent.settings import Params

__all__ = ["Cause", "Knobs", "Move", "load_state", "pair", "rule", "save_state", "schedule_of", "two_numbers"]

Array = NDArray[np.float64]
Pair = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Knobs:
    """The settings an update rule depends on, besides the learning rate."""

    beta: float
    beta2: float
    weight_decay: float

    @classmethod
    def of(cls, params: Params) -> Knobs:
        return cls(params.beta, params.beta2, params.weight_decay)


def rule(name: str, knobs: Knobs) -> Optimizer:
    """The engine's optimiser of that name; the learning rate is given at each step. Raises ValueError."""
    match name:
        case "sgd":
            return SGD()
        case "momentum":
            return Momentum(beta=knobs.beta)
        case "nesterov":
            return Nesterov(beta=knobs.beta)
        case "rmsprop":
            return RMSProp(rho=knobs.beta2)
        case "adam":
            return Adam(beta1=knobs.beta, beta2=knobs.beta2)
        case "adamw":
            return AdamW(beta1=knobs.beta, beta2=knobs.beta2, weight_decay=knobs.weight_decay)
    raise ValueError(f"optimizer: there is no ball of {name[:40]!r}")


def schedule_of(params: Params) -> Schedule:
    """By which factor η is multiplied at each step."""
    steps = params.schedule_steps
    shapes: dict[str, Schedule] = {
        "constant": Constant(),
        "step": StepDecay(steps, 0.5),
        "cosine": Cosine(steps),
        "warm-up": WarmUp(steps),
        "linear": Linear(steps),
    }
    return shapes[params.schedule]


@dataclass(frozen=True, slots=True)
class Move:
    """One update of one ball, with all that went into it.

    time: 1 for the optimiser's first update.  rate: η of that step.  slope: the true gradient.
    noise: what was added to it.  first, second: the moments before; new_first, new_second: after; None where
    the optimiser keeps none.
    """

    knobs: Knobs
    time: int
    rate: float
    position: Pair
    slope: Pair
    noise: Pair
    first: Pair | None
    second: Pair | None
    new_first: Pair | None
    new_second: Pair | None
    change: Pair
    target: Pair

    @property
    def length(self) -> float:
        return math.hypot(*self.change)

    @property
    def felt(self) -> Pair:
        """The slope the optimiser was given: the true one and the noise."""
        return self.slope[0] + self.noise[0], self.slope[1] + self.noise[1]


@dataclass(frozen=True, slots=True)
class Cause:
    """What goes into an update; its arrays are never written to again."""

    knobs: Knobs
    rate: float
    position: Array
    slope: Array
    noise: Array | None
    state: State

    def as_move(self, name: str) -> Move:
        """The update itself, made once more."""
        felt = self.slope if self.noise is None else self.slope + self.noise
        target, after, change = rule(name, self.knobs).update(self.position, felt, self.state, self.rate)
        return Move(
            self.knobs,
            after.step,
            self.rate,
            pair(self.position),
            pair(self.slope),
            (0.0, 0.0) if self.noise is None else pair(self.noise),
            _pair_or_none(self.state.first),
            _pair_or_none(self.state.second),
            _pair_or_none(after.first),
            _pair_or_none(after.second),
            pair(change),
            pair(target),
        )

    def save(self) -> dict[str, Any]:
        """Everything, as numbers and arrays."""
        return {
            "knobs": [self.knobs.beta, self.knobs.beta2, self.knobs.weight_decay],
            "rate": self.rate,
            "position": self.position,
            "slope": self.slope,
            "noise": self.noise,
            "memory": save_state(self.state),
        }

    @classmethod
    def load(cls, saved: Mapping[str, Any], like: State) -> Cause:
        """What was saved. Raises ValueError for entries that do not fit a memory of this make."""
        noise = saved["noise"]
        return cls(
            Knobs(*map(float, saved["knobs"])),
            float(saved["rate"]),
            two_numbers("position", saved["position"]),
            two_numbers("slope", saved["slope"]),
            None if noise is None else two_numbers("noise", noise),
            load_state(saved["memory"], like),
        )


def save_state(state: State) -> dict[str, Any]:
    """An optimiser's memory as numbers and arrays."""
    return {"step": state.step, "first": state.first, "second": state.second}


def load_state(saved: Mapping[str, Any], like: State) -> State:
    """An optimiser's memory as saved. Raises ValueError when it is not of the same make as `like`."""
    first, second = (None if saved[key] is None else two_numbers(key, saved[key]) for key in ("first", "second"))
    if (first is None, second is None) != (like.first is None, like.second is None):
        raise ValueError("memory: these moments belong to another optimiser")
    return State(int(saved["step"]), first, second)


def two_numbers(name: str, values: Any) -> Array:
    """An array of two numbers. Raises ValueError naming what it should have been."""
    array = np.asarray(values, np.float64)
    if array.shape != (2,):
        raise ValueError(f"{name}: shape {array.shape}, needs two numbers")
    return array


def pair(values: Array) -> Pair:
    """Two numbers out of an array."""
    return float(values[0]), float(values[1])


def _pair_or_none(values: Array | None) -> Pair | None:
    return None if values is None else pair(values)
