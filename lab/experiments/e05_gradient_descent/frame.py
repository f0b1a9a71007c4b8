"""What is shown of one step: where every ball stands, what it feels and where it will go next."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.experiments.e05_gradient_descent.ball import Ball
from lab.experiments.e05_gradient_descent.settings import Params
from lab.experiments.e05_gradient_descent.slices import Slice, slice_through
from lab.experiments.e05_gradient_descent.terrain import Terrain
from lab.kit.record import Past

__all__ = ["DescentFrame"]

Pair = tuple[float, float]
STEPPERS = ("sgd", "momentum", "nesterov")  # those whose arrows are as long as their steps, or enlarged with them


@dataclass(frozen=True, slots=True, eq=False)
class DescentFrame:
    """One step of a walk.

    lit: which of the balls is followed.  rate: η of the next step.  past: all steps so far.
    start_distance: from the start to the nearest known minimum.
    """

    step: int
    params: Params
    terrain: Terrain
    balls: tuple[Ball, ...]
    highlighted: int
    rate: float
    past: Past
    start_distance: float | None
    received: bool

    @property
    def ball(self) -> Ball:
        """The ball that is followed."""
        return self.balls[self.highlighted]

    @property
    def start(self) -> Pair:
        """Where the balls set out unless one was moved by hand."""
        params = self.params
        return self.terrain.surface.start if params.start == "usual" else (params.start_x, params.start_y)

    @property
    def slice(self) -> Slice:
        """The cut down the lit ball's slope, worked out when it is asked for: most frames are seen as a map."""
        return slice_through(self.terrain.surface, self.ball)

    def pose(self) -> tuple[object, ...]:
        """All that the balls and arrows are drawn from, but not the trails: equal for balls that lie still."""
        return self.terrain, self.start, self.highlighted, tuple(self._ball_pose(ball) for ball in self.balls)

    def _ball_pose(self, ball: Ball) -> tuple[object, ...]:
        if ball.goes is None:
            return ball.x, ball.y
        step = ball.goes.change
        if ball.optimizer in STEPPERS and max(abs(step[0]), abs(step[1])) < self.terrain.unseen:
            return ball.x, ball.y, None  # no arrow shows so short a step, nor the slope it comes from
        return ball.x, ball.y, ball.slope, step, ball.root_second

    def trail(self, number: int) -> NDArray[np.float64]:
        """Where a ball has been: [N, 2], the last row is where it is."""
        return self.past.columns(1 + 3 * number, 3 + 3 * number)

    def losses(self, number: int) -> NDArray[np.float64]:
        """A ball's loss at `past.steps`: [N]."""
        return self.past.column(3 + 3 * number)

    @property
    def rates(self) -> NDArray[np.float64]:
        """η at `past.steps`: [N]."""
        return self.past.column(0)

    def distance(self, place: Pair) -> float | None:
        """From a place to the nearest known minimum."""
        nearest = self.terrain.nearest_minimum(*place)
        return None if nearest is None else math.hypot(place[0] - nearest[0], place[1] - nearest[1])

    def distance_of(self, ball: Ball) -> float | None:
        """From a ball to the nearest known minimum."""
        return self.distance((ball.x, ball.y))

    def share(self, ball: Ball) -> float | None:
        """What is left of the distance at the start."""
        here = self.distance_of(ball)
        return here / self.start_distance if here is not None and self.start_distance else None

    def factor(self, ball: Ball) -> float | None:
        """What the last update left of the distance before it."""
        here, before = self.distance_of(ball), self.distance(ball.came.position) if ball.came else None
        return here / before if here is not None and before else None

    def last_length(self, ball: Ball) -> float | None:
        """The length of the last update."""
        return ball.came.length if ball.came else None

    def slope(self, ball: Ball) -> float | None:
        """The slope in the units of the table, where the landscape is that of a table."""
        table = self.terrain.table
        return table.as_measured(ball.x, ball.y)[0] if table else None

    def intercept(self, ball: Ball) -> float | None:
        """The intercept likewise."""
        table = self.terrain.table
        return table.as_measured(ball.x, ball.y)[1] if table else None
