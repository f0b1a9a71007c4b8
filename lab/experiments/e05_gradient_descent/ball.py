"""One ball: an optimiser, where it stands, and what its optimiser remembers. `Walker` is the ball that
walks and belongs to the simulation; `Ball` is what a frame shows of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.experiments.e05_gradient_descent.probe import Probe
from lab.experiments.e05_gradient_descent.rules import (
    Cause,
    Knobs,
    Move,
    load_state,
    pair,
    rule,
    save_state,
    two_numbers,
)

__all__ = ["HUGE", "Ball", "Walker"]

Array = NDArray[np.float64]
Pair = tuple[float, float]
HUGE = 1e300  # a loss beyond this counts as infinite: the next step would leave the range of numbers


@dataclass(frozen=True, slots=True)
class Ball:
    """What a frame shows of one ball.

    came: the update that led here, None at the start and after a hand moved it.  goes: the next one, as it
    would be without noise.  before: the loss one step ago.  diverged: the step at which it was lost, or None.
    """

    optimizer: str
    x: float
    y: float
    loss: float
    slope: Pair
    first: Pair | None
    root_second: Pair | None
    came: Move | None
    goes: Move | None
    before: float | None
    diverged: int | None

    @property
    def steepness(self) -> float:
        """The length of the gradient."""
        return math.hypot(*self.slope)

    def target(self) -> Pair | None:
        """Where the next update leads."""
        return self.goes.target if self.goes else None

    def change(self) -> Pair | None:
        """What the last update changed."""
        return self.came.change if self.came else None


class Walker:
    """A ball on its way; only the simulation touches it."""

    __slots__ = (
        "before",
        "diverged",
        "last",
        "loss",
        "name",
        "optimizer",
        "position",
        "slope",
        "state",
        "xy",
    )

    def __init__(self, name: str, knobs: Knobs, start: Pair, probe: Probe) -> None:
        self.name = name
        self.optimizer = rule(name, knobs)
        self.last: Cause | None = None
        self.before: float | None = None
        self.diverged: int | None = None
        self.put(start, probe, 0)
        self.state = self.optimizer.init(self.position)

    def put(self, place: Pair, probe: Probe, step: int) -> None:
        """Stand somewhere else. A ball that was lost starts there anew, remembering nothing."""
        if self.diverged is not None:
            self.state, self.last, self.diverged = self.optimizer.init(np.zeros(2)), None, None
        self._stand(np.array(place, np.float64), probe, step)

    def step(self, rate: float, noise: Array | None, knobs: Knobs, probe: Probe, step: int) -> None:
        """One update, to the step with this number; a ball that is lost stays where it was lost."""
        if self.diverged is not None:
            return
        felt = self.slope if noise is None else self.slope + noise
        position, state, _change = self.optimizer.update(self.position, felt, self.state, rate)
        self.last = Cause(knobs, rate, self.position, self.slope, noise, self.state)
        self.before, self.state = self.loss, state
        self._stand(position, probe, step)

    def _stand(self, position: Array, probe: Probe, step: int) -> None:
        x, y = position.tolist()
        self.position, self.xy = position, (x, y)
        self.loss, slope_x, slope_y = probe(x, y)
        self.slope = np.array((slope_x, slope_y))
        finite = math.isfinite(x + y) and math.isfinite(slope_x + slope_y) and abs(self.loss) <= HUGE
        if not finite:
            self.diverged = step

    def shown(self, rate: float, knobs: Knobs) -> Ball:
        """The ball as a frame shows it; `rate` is the η of the next step."""
        goes = None
        if self.diverged is None:
            goes = Cause(knobs, rate, self.position, self.slope, None, self.state).as_move(self.name)
        came = self.last.as_move(self.name) if self.last is not None else None
        if came is not None and came.target != self.xy:  # a hand has moved it since
            came = None
        first = None if self.state.first is None else pair(self.state.first)
        root = None if self.state.second is None else pair(np.sqrt(self.state.second))
        x, y = self.xy
        return Ball(self.name, x, y, self.loss, pair(self.slope), first, root, came, goes, self.before, self.diverged)

    def save(self) -> dict[str, Any]:
        """Everything, as numbers and arrays."""
        return {
            "position": self.position,
            "memory": save_state(self.state),
            "before": self.before,
            "diverged": self.diverged,
            "last": None if self.last is None else self.last.save(),
        }

    def load(self, saved: Mapping[str, Any], probe: Probe) -> None:
        """Back to what was saved. Raises ValueError for entries that do not fit."""
        self.diverged = None
        self._stand(two_numbers("position", saved["position"]), probe, 0)
        self.state = load_state(saved["memory"], self.state)
        self.before, self.diverged = saved["before"], saved["diverged"]
        self.last = None if saved["last"] is None else Cause.load(saved["last"], self.state)
