"""What Example computes: a number that goes a part of the way to its goal at every step. No Qt here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from lab.core.params import Label, Range
from lab.core.text import N_, _
from lab.kit.arrays import read_only

__all__ = ["Frame", "Params", "PutGoal", "Simulation"]

START = -4.0


@dataclass(frozen=True, slots=True)
class Params:
    rate: Annotated[float, Range(0.0, 3.0), Label(N_("Rate"))] = 0.5
    noise: Annotated[float, Range(0.0, 1.0), Label(N_("Noise"))] = 0.0


@dataclass(frozen=True, slots=True)
class PutGoal:
    """The goal was dragged, or typed."""

    to: float

    def sentence(self) -> str:
        return _("Put the goal at {to}").format(to=f"{self.to:.3g}")


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One step. places: [step + 1], from the start to here."""

    step: int
    params: Params
    goal: float
    places: NDArray[np.float64]

    @property
    def place(self) -> float:
        return float(self.places[-1])

    @property
    def before(self) -> float | None:
        """The place one step ago."""
        return float(self.places[-2]) if self.step else None

    @property
    def distance(self) -> float:
        return abs(self.goal - self.place)


class Simulation:
    """Raises ValueError for a gesture or a state that does not fit."""

    done = False

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: tuple[Any, ...]) -> None:
        self._params, self._rng = params, rng
        self._places, self._goal = [START], 3.0

    @property
    def steps(self) -> int:
        return len(self._places) - 1

    @property
    def diverged(self) -> bool:
        return not math.isfinite(self._places[-1])

    def step(self) -> None:
        here = self._places[-1]
        noise = self._params.noise * float(self._rng.normal())
        self._places.append(here + self._params.rate * (self._goal - here) + noise)

    def snapshot(self) -> Frame:
        return Frame(self.steps, self._params, self._goal, read_only(self._places))

    def retune(self, params: Params) -> None:
        self._params = params

    def act(self, action: Any) -> PutGoal:
        if not isinstance(action, PutGoal) or not abs(action.to) <= 100:
            raise ValueError(f"{action}: needs a goal between −100 and 100")
        back, self._goal = PutGoal(self._goal), action.to
        return back

    def save(self) -> dict[str, Any]:
        return {"places": np.array(self._places), "goal": self._goal, "rng": self._rng.bit_generator.state}

    def load(self, state: Mapping[str, Any]) -> None:
        self._places, self._goal = [float(place) for place in state["places"]], float(state["goal"])
        self._rng.bit_generator.state = state["rng"]

    def offer(self, kind: str) -> None:
        return None
