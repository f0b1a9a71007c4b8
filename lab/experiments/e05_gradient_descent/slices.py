"""A cut through the landscape where the lit ball stands, straight down its slope: the loss as the ball
would meet it if it went on and on in the direction it is about to take."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.basics.landscape import Surface
from lab.experiments.e05_gradient_descent.ball import Ball
from lab.kit.arrays import freeze_all

__all__ = ["Slice", "slice_through"]

POINTS = 201


@dataclass(frozen=True, slots=True)
class Slice:
    """t: [N], the distance from the ball, downhill positive.  loss: [N].  direction: the unit vector of t."""

    t: NDArray[np.float64]
    loss: NDArray[np.float64]
    direction: tuple[float, float]


def slice_through(surface: Surface, ball: Ball) -> Slice:
    """The cut along the slope of a ball, as far as the landscape reaches; along x where there is no slope."""
    steep = ball.steepness
    level = not 0 < steep < math.inf
    along = (1.0, 0.0) if level else (-ball.slope[0] / steep, -ball.slope[1] / steep)
    x, y = (ball.x, ball.y) if ball.diverged is None else surface.start
    back, ahead = _reach((x, y), along, surface.domain)
    t = np.linspace(-back, ahead, POINTS)
    loss = surface.value(x + t * along[0], y + t * along[1])
    freeze_all(t, loss)
    return Slice(t, loss, along)


def _reach(
    place: tuple[float, float], along: tuple[float, float], box: tuple[float, float, float, float]
) -> tuple[float, float]:
    """How far it is from a place to the box's edge, back and forth; a box's width where it lies outside."""
    backs, aheads = [], []
    for at, way, low, high in ((place[0], along[0], box[0], box[1]), (place[1], along[1], box[2], box[3])):
        if abs(way) > 1e-12:
            ends = sorted(((low - at) / way, (high - at) / way))
            backs.append(-ends[0])
            aheads.append(ends[1])
    back, ahead = min(backs), min(aheads)
    if back <= 0 or ahead <= 0 or not math.isfinite(back + ahead):
        far = math.hypot(box[1] - box[0], box[3] - box[2])
        return far, far
    return back, ahead
