"""What is shown of a painted canvas and its network at one step."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.nets.layers import Activate
from lab.engine.nets.network import Network
from lab.engine.nets.resize import dense_layers, hidden_sizes
from lab.experiments.e09_decision_boundaries.examples import CanvasInfo
from lab.experiments.e09_decision_boundaries.maps import Maps, probabilities
from lab.experiments.e09_decision_boundaries.net import features_of
from lab.experiments.e09_decision_boundaries.painting import Points
from lab.experiments.e09_decision_boundaries.scores import Score
from lab.experiments.e09_decision_boundaries.settings import Params

__all__ = ["BoundaryFrame"]

Array = NDArray[np.float64]

ENDS = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}  # of the gates that have two
AT_END = 0.02  # so close to an end hardly any slope is left


@dataclass(frozen=True, eq=False)
class BoundaryFrame:
    """canvas_info: what is known of the canvas.  points: what lies on the canvas.  network: a readable copy.
    maps: the field and each unit's own.  seen, test: scores, None without points.  dead: per hidden layer [n].
    ball: where the network is asked.  past: [N, 5], see learner.COLUMNS.  stroke, dabs: the last stroke, and how
    much of it has arrived.  epoch: passes through the points so far.  batch: points in a step.  lost: the step
    at which a weight was no longer a number, −1 while all are.  received: the kinds that were received."""

    step: int
    params: Params
    canvas_info: CanvasInfo
    points: Points
    network: Network
    maps: Maps
    seen: Score | None
    test: Score | None
    dead: tuple[NDArray[np.bool_], ...]
    ball: tuple[float, float]
    past: Array
    stroke: int
    dabs: int
    epoch: float
    batch: int
    lost: int
    received: frozenset[str]

    # ------------------------------------------------------------------------------------- what it has

    @cached_property
    def hidden_layers(self) -> tuple[int, ...]:
        """Units per hidden layer."""
        return hidden_sizes(self.network)

    @cached_property
    def gate(self) -> str:
        """The gate behind every hidden sum: a received network brings its own."""
        found = (layer.name for layer in self.network.layers if isinstance(layer, Activate))
        return next(found, self.params.activation)

    @cached_property
    def classes(self) -> int:
        """How many classes it tells apart."""
        return max(2, len(dense_layers(self.network)[-1].bias))

    @property
    def units(self) -> int:
        """Hidden units in all."""
        return sum(self.hidden_layers)

    @cached_property
    def held_out(self) -> NDArray[np.bool_]:
        """Which points are hidden for the test: [N]."""
        return self.points.held_out(self.params.held_out)

    @cached_property
    def at_ball(self) -> tuple[Array, ...]:
        """What every layer gives at the ball: the inputs, each hidden layer's units, the sums at the end."""
        x = features_of(np.array([self.ball]), self.params.features)
        with np.errstate(all="ignore"):
            passed = self.network.forward(x).activations
        gated = bool(self.hidden_layers)
        inner = passed[2:-1:2] if gated else ()
        return (x[0], *(values[0] for values in inner), passed[-1][0])

    @cached_property
    def beliefs(self) -> tuple[float, ...]:
        """The share of belief in each class at the ball."""
        x = features_of(np.array([self.ball]), self.params.features)
        with np.errstate(all="ignore"):
            p = probabilities(self.network.predict(x), self.network.head)[0]
        return (1.0 - float(p[0]), float(p[0])) if len(p) == 1 else tuple(map(float, p))

    @property
    def z(self) -> float | None:
        """The only sum at the end, at the ball, of a network for two classes."""
        return float(self.at_ball[-1][0]) if self.classes == 2 else None

    @property
    def dead_units(self) -> int:
        """Units that say 0 at every point, in all layers."""
        return sum(int(units.sum()) for units in self.dead)

    @cached_property
    def stuck_units(self) -> int:
        """Units that lie at one end of their gate everywhere on the canvas, so that learning hardly moves them."""
        maps = [units.reshape(len(units), -1) for units in self.maps.units]
        ends = ENDS.get(self.gate, ())
        return sum(int((np.abs(units - end).max(axis=1) < AT_END).sum()) for units in maps for end in ends)

    @cached_property
    def twins(self) -> int:
        """Units that are the same as another of their layer, and will be for ever: at least so many too many."""
        return sum(
            len(layer.bias) - len(np.unique(np.vstack((layer.weight, layer.bias)), axis=1).T)
            for layer in dense_layers(self.network)[:-1]
        )

    @cached_property
    def majority(self) -> float:
        """The share of the largest class among the points it learns from."""
        labels = self.points.labels[~self.held_out]
        return float(np.bincount(labels).max() / len(labels)) if len(labels) else 0.0
