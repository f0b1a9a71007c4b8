"""What is shown of one step: the points, the line, and what the loss makes of them."""

from __future__ import annotations

import math

import numpy as np

from lab.core.records import dataclass
from lab.core.text import _
from lab.experiments.e04_loss_functions.loss import (
    Array,
    Best,
    Loss,
    Measured,
    measured,
    over_lines,
    stable_rate,
)
from lab.experiments.e04_loss_functions.points import Points
from lab.experiments.e04_loss_functions.settings import Params

__all__ = ["Ground", "LossFrame"]

FINE = 121  # places of a slice


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The loss of every line: heights [rows of b, columns of w] over w0, w1, b0, b1."""

    heights: Array
    extent: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class LossFrame:
    """One step. line: slope and intercept.  best: those of least loss, if known.  probes: what a blind
    search has bought, as (w, b, loss)."""

    step: int
    params: Params
    points: Points
    loss: Loss
    line: tuple[float, float]
    judged: Measured
    best: Best | None
    ground: Ground
    probes: tuple[tuple[float, float, float], ...]
    received: bool

    @property
    def n(self) -> int:
        """How many points there are."""
        return int(self.points.x.size)

    @property
    def blind(self) -> bool:
        """Whether points and landscape are hidden."""
        return self.params.blind

    @property
    def owner(self) -> int | None:
        """The number, from 0, of the point that owns most of the loss."""
        shares = self.judged.shares
        return int(np.argmax(shares)) if shares.size and float(np.nanmax(shares)) > 0 else None

    @property
    def limit(self) -> float | None:
        """The largest stable learning rate."""
        return stable_rate(self.loss, self.points.x)

    def slice(self) -> tuple[Array, Array]:
        """The loss along w at the line's own b: w [121] and loss [121]."""
        w = np.linspace(*self.points.weights[:2], FINE)
        return w, over_lines(self.loss, self.points.x, self.points.y, w, np.full(FINE, self.line[1]))

    def excess(self, w: float, b: float) -> float:
        """How far above the lowest place of the slice a line is, as a share of the slice's height."""
        _w, losses = self.slice()
        found = measured(self.loss, self.points.x, self.points.y, w, b).total
        low, high = float(losses.min()), float(losses.max())
        return 1.0 if found is None or high == low else (found - low) / (high - low)

    def cost_curve(self, reach: float) -> tuple[Array, Array]:
        """What a residual from −reach to reach costs: residuals [K], costs [K]. Labels end at ±1."""
        reach = min(reach, 1.0) if self.loss.squash else reach
        r = np.linspace(-reach, reach, 241)
        if self.loss.squash:
            label = (r > 0).astype(float)
            return r, self.loss.each(label - r, label)
        return r, self.loss.each(-r, np.zeros_like(r))

    @property
    def lowest_found(self) -> float | None:
        """The lowest loss that a blind search has bought."""
        return min((probe[2] for probe in self.probes), default=None)

    @property
    def best_loss(self) -> float | None:
        """The least possible loss, where the best line is known."""
        return measured(self.loss, self.points.x, self.points.y, *self.best).total if self.best else None

    @property
    def typical_miss(self) -> float | None:
        """The root of the mean squared error."""
        total = self.judged.total
        return math.sqrt(total) if self.loss.kind == "mse" and not self.loss.summed and total is not None else None

    @property
    def unit(self) -> str:
        """The unit of the loss: squared for squared error, for it is made of products of two misses."""
        unit = _(self.points.unit)
        return f"{unit}²" if unit and self.loss.kind in ("mse", "huber") else unit
