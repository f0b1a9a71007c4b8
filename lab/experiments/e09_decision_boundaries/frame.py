"""What is shown of a painted canvas and its network at one step. A frame never changes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lab.core.arithmetic import Term
from lab.core.metric import Value
from lab.core.simulation import Curve, Divergence
from lab.core.text import _
from lab.engine.nets.layers import Activate
from lab.engine.nets.network import Network, parameter_count
from lab.engine.nets.resize import dense_layers, hidden_sizes
from lab.experiments.e09_decision_boundaries.arithmetic import explain_metric
from lab.experiments.e09_decision_boundaries.atlas import Maps, probabilities
from lab.experiments.e09_decision_boundaries.examples import Ground
from lab.experiments.e09_decision_boundaries.net import fed
from lab.experiments.e09_decision_boundaries.painting import FEW, Seen
from lab.experiments.e09_decision_boundaries.scores import Score
from lab.experiments.e09_decision_boundaries.settings import Params, written
from lab.experiments.e09_decision_boundaries.settings import hidden_sizes as sizes_of
from lab.experiments.e09_decision_boundaries.words import described, divergence_of, remark

__all__ = ["BoundaryFrame"]

Array = NDArray[np.float64]
LETTERS = "abcd"


@dataclass(frozen=True, eq=False)
class BoundaryFrame:
    """ground: what is known of the canvas.  points: what lies on the canvas.  network: a readable copy.
    maps: the field and each unit's own.  seen, test: scores, None without points.  dead: per hidden layer [n].
    ball: where the network is asked.  past: [N, 5], see learner.COLUMNS.  stroke, dabs: the last stroke, and how
    much of it has arrived.  epoch: passes through the points so far.  batch: points in a step.  lost: the step
    at which a weight was no longer a number, −1 while all are.  received: the kinds that were received."""

    step: int
    params: Params
    ground: Ground
    points: Seen
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

    @property
    def hidden_layers(self) -> tuple[int, ...]:
        """Units per hidden layer."""
        return hidden_sizes(self.network)

    @property
    def gate(self) -> str:
        """The gate behind every hidden sum: a received network brings its own."""
        found = (layer.name for layer in self.network.layers if isinstance(layer, Activate))
        return next(found, self.params.activation)

    @property
    def classes(self) -> int:
        """How many classes it tells apart."""
        return max(2, len(dense_layers(self.network)[-1].bias))

    @property
    def units(self) -> int:
        """Hidden units in all."""
        return sum(self.hidden_layers)

    @cached_property
    def held(self) -> NDArray[np.bool_]:
        """Which points are hidden for the test: [N]."""
        return self.points.held(self.params.held_out)

    @cached_property
    def at_ball(self) -> tuple[Array, ...]:
        """What every layer gives at the ball: the inputs, each hidden layer's units, the sums at the end."""
        x = fed(np.array([self.ball]), self.params.features)
        with np.errstate(all="ignore"):
            passed = self.network.forward(x).activations
        gated = bool(self.hidden_layers)
        inner = passed[2:-1:2] if gated else ()
        return (x[0], *(values[0] for values in inner), passed[-1][0])

    @cached_property
    def beliefs(self) -> tuple[float, ...]:
        """The share of belief in each class at the ball."""
        x = fed(np.array([self.ball]), self.params.features)
        with np.errstate(all="ignore"):
            p = probabilities(self.network.predict(x), self.network.head)[0]
        return (1.0 - float(p[0]), float(p[0])) if len(p) == 1 else tuple(map(float, p))

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
        labels = self.points.labels[~self.held]
        return float(np.bincount(labels).max() / len(labels)) if len(labels) else 0.0

    # ------------------------------------------------------------------------------------ the read-outs

    def metrics(self) -> dict[str, Value]:
        """Every number on screen."""
        values: dict[str, Value] = {
            "step": self.step,
            "epoch": self.epoch,
            "points": len(self.points),
            "hidden_points": int(self.held.sum()),
            "parameters": parameter_count(self.network),
            "units": self.units,
            "layers": len(self.hidden_layers),
            "classes": self.classes,
            "batch": self.batch,
            "dead": sum(int(dead.sum()) for dead in self.dead),
            "twins": self.twins,
            "pixels": self.maps.field.shape[1],
            "ball_x": self.ball[0],
            "ball_y": self.ball[1],
        }
        for name, score in (("seen", self.seen), ("test", self.test)):
            values |= {
                f"loss_{name}": None if score is None else score.loss,
                f"accuracy_{name}": None if score is None else score.accuracy,
                f"right_{name}": None if score is None else score.right,
                f"count_{name}": None if score is None else score.count,
            }
        values |= {f"p_{LETTERS[k]}": float(p) for k, p in enumerate(self.beliefs)}
        values["z"] = float(self.at_ball[-1][0]) if self.classes == 2 else None
        return values

    def explain(self, name: str) -> Term | None:
        """The arithmetic of a read-out, from the very numbers that were used."""
        return explain_metric(self, name)

    def describe(self) -> str:
        """The state in one or two sentences."""
        return described(self)

    @property
    def remark(self) -> str:
        """What is special about this state, in a sentence; "" where nothing is."""
        return remark(self)

    @property
    def divergence(self) -> Divergence | None:
        """What became infinite, if anything did."""
        return divergence_of(self)

    # ----------------------------------------------------------------- what the window may ask beside

    def unused(self) -> dict[str, str]:
        """The controls without effect now, and why."""
        reasons: dict[str, str] = {}
        if self.params.data in ("corners", "empty", "own", "received"):
            reasons["n"] = reasons["noise"] = _("Only the shapes are made of so many points.")
        if self.params.penalty == "none":
            reasons["strength"] = _("There is no penalty on the weights.")
        if hidden_sizes(self.network) != sizes_of(self.params.hidden):
            own = _("The received network has {sizes}. Use + and − above its layers.")
            reasons["hidden"] = own.format(sizes=written(self.hidden_layers))
        if len(self.points) < FEW:
            reasons["held_out"] = _("With fewer than {n} points none is hidden.").format(n=FEW)
        if self.gate != self.params.activation:
            reasons["activation"] = _("The received network brings its own gate.")
        if not self.hidden_layers:
            reasons["activation"] = _("Without a hidden layer there is no gate.")
        return reasons

    def unavailable(self) -> dict[str, tuple[str, ...]]:
        """What was received can only be chosen when something was."""
        gone: dict[str, tuple[str, ...]] = {} if self.received else {"data": ("received",)}
        return gone if "network" in self.received else gone | {"start": ("received",)}

    def curves(self) -> tuple[Curve, ...]:
        """Loss and accuracy over the steps."""
        names = (_("loss, seen"), _("loss, test"), _("accuracy, seen"), _("accuracy, test"))
        steps = self.past[:, 0]
        return tuple(Curve(title, _("step"), title, steps, self.past[:, i]) for i, title in enumerate(names, 1))
