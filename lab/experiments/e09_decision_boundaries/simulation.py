"""A network that learns what is on the canvas. The loop is `step`: one batch, forward, backward, update. What is
around it keeps the canvas and the network apart from each other, so that points may come and go, units and
layers too, while learning goes on from the same weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from lab.core.artifact import Artifact
from lab.core.params import ParamError, checked, plain
from lab.core.text import _
from lab.engine.nets.network import Network
from lab.engine.nets.resize import dense_layers
from lab.experiments.e09_decision_boundaries import net as nets
from lab.experiments.e09_decision_boundaries.artifacts import loss_surface_of, network_of, points_of
from lab.experiments.e09_decision_boundaries.examples import CanvasInfo, examples_for, own_examples
from lab.experiments.e09_decision_boundaries.frame import BoundaryFrame
from lab.experiments.e09_decision_boundaries.gestures import (
    Ask,
    Erase,
    Gesture,
    Paint,
    Resize,
    Restore,
    SetPoints,
    SetWeight,
    Withdraw,
)
from lab.experiments.e09_decision_boundaries.learner import Learner
from lab.experiments.e09_decision_boundaries.painting import CLASSES, MAX_POINTS, Painting
from lab.experiments.e09_decision_boundaries.received import received_network
from lab.experiments.e09_decision_boundaries.settings import Params, hidden_sizes, written
from lab.kit.numbers import checked_number, checked_numbers
from lab.kit.state import from_state, live_changes, reading_state, to_state

__all__ = ["DecisionBoundaries", "build"]

RESTARTING = ("data", "start", "n", "noise")
WEIGHT_LIMIT = 1e6  # of a weight, and of a place on the canvas
BALL = 0.875  # where the ball lies at first, in parts of the canvas: out of the way
Inverse = TypeVar("Inverse")


def build(params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> DecisionBoundaries:
    """A canvas and a network before its first step. Raises ParamError for what has to be received first."""
    return DecisionBoundaries(params, rng, artifacts)


class DecisionBoundaries:
    """A canvas, a network, and the loop between them."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> None:
        self.steps = 0
        self._params, self._rng = params, rng
        self._received = frozenset(artifact.kind for artifact in artifacts)
        examples = examples_for(params, rng, artifacts)
        self._canvas_info, self._painting = examples.canvas_info, Painting(examples.points, examples.labels)
        x0, x1, y0, y1 = self._canvas_info.extent
        self._ball = (x0 + BALL * (x1 - x0), y0 + BALL * (y1 - y0))
        network = self._initial_network(artifacts)
        self._learner = Learner(network, params, self._canvas_info.extent, rng)
        self._learner.set_points(self._painting.points, params)
        self._learner.record_step(0)

    def _initial_network(self, artifacts: Sequence[Any]) -> Network:
        """The network at the start: a received one where that is asked for, else a new one."""
        params, classes = self._params, self._painting.points.classes
        if params.start == "received":
            received = next((artifact for artifact in artifacts if artifact.kind == "network"), None)
            if received is not None:
                network = nets.with_inputs(received_network(received), ("x1", "x2"), params.features)
                return nets.with_head(network, params.loss, max(classes, len(dense_layers(network)[-1].bias)))
            if not artifacts:
                raise ParamError("start", _("No network was received: another experiment has to send one."))
        if not params.features:
            raise ParamError("features", _("The network needs at least one input."))
        return nets.new_network(params, classes, self._rng)

    # --------------------------------------------------------------------------------- the learning

    def step(self) -> None:
        """One batch."""
        self.step_many(1)

    def step_many(self, count: int) -> None:
        """Up to so many batches, each piece of them to where the next numbers are written down."""
        learner, end = self._learner, self.steps + count
        while self.steps < end and not self.done:
            stride = learner.record.stride
            self.steps += learner.step_many(min(end - self.steps, stride - self.steps % stride))
            learner.record_step(self.steps)

    @property
    def done(self) -> bool:
        """When there is nothing to learn from, or nothing left to learn with."""
        return self.diverged or not self._learner.rows

    @property
    def diverged(self) -> bool:
        """Whether a weight is no longer a number."""
        return self._learner.lost >= 0

    def at_boundary(self, name: str) -> bool:
        """Whether the last step ended an "epoch"; every step ends a "batch"."""
        return name != "epoch" or self._learner.batch_of_epoch == 0

    def boundary_before(self, name: str) -> int:
        """The step at which the batch or epoch before this place ended."""
        if name != "epoch":
            return max(0, self.steps - 1)
        return max(0, self.steps - (self._learner.batch_of_epoch or self._learner.batches))

    # ------------------------------------------------------------------------------ shown and changed

    def snapshot(self) -> BoundaryFrame:
        """What is shown now; nothing in it will ever change."""
        learner = self._learner
        seen, test = learner.scores()
        return BoundaryFrame(
            step=self.steps,
            params=self._params,
            canvas_info=self._canvas_info,
            points=self._painting.points,
            network=learner.network,
            maps=learner.maps(),
            seen=seen,
            test=test,
            dead=learner.dead(),
            ball=self._ball,
            past=learner.past(self.steps),
            stroke=self._painting.last,
            dabs=self._painting.dabs,
            epoch=learner.epochs,
            batch=learner.batch,
            lost=learner.lost,
            received=self._received,
        )

    def retune(self, params: Params) -> None:
        """A live change. Raises ValueError for a control that needs a new start, ParamError for no input."""
        names = live_changes(self._params, params, restarting=RESTARTING)
        if not params.features:
            raise ParamError("features", _("The network needs at least one input."))
        before, self._params = self._params, params
        if {"hidden", "activation", "loss", "features"} & set(names):
            self._change_network(before)
        self._learner.set_points(self._painting.points, params)
        if names:
            self._learner.record_step(self.steps)

    def _change_network(self, before: Params) -> None:
        """Change the network where the controls ask for it, and keep every weight that can be kept."""
        params, learner = self._params, self._learner
        network = learner.network
        if params.features != before.features:
            network = nets.with_inputs(network, before.features, params.features)
        if params.activation != before.activation:
            network = nets.with_activation(network, params.activation)
        if params.loss != before.loss:
            network = nets.with_head(network, params.loss, learner.classes)
        learner.set_network(network)
        if params.hidden != before.hidden:
            learner.resize(hidden_sizes(params.hidden), params.activation)

    def act(self, action: Gesture) -> Gesture | None:
        """Apply a gesture. Returns the one that undoes it, None where only a checkpoint can.

        A stroke on another data set changes nothing: a log of gestures is replayed after the points were
        changed. Raises ValueError for a gesture or number that cannot be.
        """
        match action:
            case Paint() | Erase():
                return self._stroke(action)
            case Withdraw():
                done = action.data == self._params.data and self._painting.withdraw(action.stroke)
                return self._repaint(Restore(action.data, action.stroke) if done else None)
            case Restore():
                done = action.data == self._params.data and self._painting.restore(action.stroke)
                return self._repaint(Withdraw(action.data, action.stroke) if done else None)
            case SetPoints():
                if self._params.data == "own":  # only a checkpoint brings back what was there before
                    examples = own_examples(action)
                    self._canvas_info, self._painting = examples.canvas_info, Painting(examples.points, examples.labels)
                    self._repaint(None)
                return None
            case Ask():
                x, y = checked_numbers((action.x, action.y), "x", WEIGHT_LIMIT)
                before, self._ball = self._ball, (x, y)
                return Ask(*before)
            case SetWeight():
                return self._set_weight(action)
            case Resize():
                return self._resize(action)
        raise ValueError(f"there is no gesture {type(action).__name__} here")

    def _stroke(self, action: Paint | Erase) -> Withdraw | None:
        if action.data != self._params.data or len(action.x) != len(action.y):
            return None
        if not (0 <= action.start <= MAX_POINTS and 0 < action.stroke < 10**9 and len(action.x) <= MAX_POINTS):
            raise ValueError(f"stroke: {action.stroke} from dab {action.start}, of {len(action.x)} dabs")
        places = np.array(checked_numbers((*action.x, *action.y), "x", WEIGHT_LIMIT)).reshape(2, -1).T
        if isinstance(action, Erase):
            self._painting.erase(action.stroke, action.start, float(action.radius), places)
        elif 0 <= action.label < CLASSES:
            self._painting.paint(action.stroke, action.start, int(action.label), places)
        else:
            raise ValueError(f"label: {action.label}, needs 0 to {CLASSES - 1}")
        return self._repaint(Withdraw(action.data, action.stroke))

    def _repaint(self, inverse: Inverse) -> Inverse:
        """What was learned from is another now; the network gets or loses an output where it has to."""
        self._learner.set_points(self._painting.points, self._params)
        return inverse

    def _set_weight(self, action: SetWeight) -> SetWeight | None:
        value = checked_number(action.value, "value", WEIGHT_LIMIT)
        try:
            network, before = nets.with_weight(self._learner.network, action.layer, action.unit, action.source, value)
        except IndexError:
            return None  # a link of another network
        self._learner.set_network(network)
        self._learner.record_step(self.steps)
        if not abs(before) <= WEIGHT_LIMIT:
            return None
        return SetWeight(action.layer, action.unit, action.source, before)

    def _resize(self, action: Resize) -> Resize | None:
        before, sizes = self._learner.hidden_sizes, hidden_sizes(written(action.sizes))
        if sizes == before:
            return None
        self._learner.resize(sizes, self._params.activation)
        self._learner.record_step(self.steps)
        return Resize(before)

    # ------------------------------------------------------------------------------------ kept, given

    def save(self) -> dict[str, Any]:
        """Everything, the random generator included."""
        learner = self._learner.save()  # it may shuffle first
        return {
            "step": self.steps,
            "params": plain(self._params),
            "random": self._rng.bit_generator.state,
            "painting": self._painting.save(),
            "ground": to_state(self._canvas_info),
            "ball": list(self._ball),
            "learner": learner,
        }

    @reading_state()
    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError when the state is of another run or is damaged."""
        params = checked(Params, state["params"])
        painting = Painting.load(state["painting"])
        info = from_state(CanvasInfo, state["ground"])
        learner = Learner.load(state["learner"], params, info.extent, self._rng, painting.points)
        self.steps, self._params = int(state["step"]), params
        x, y = (float(value) for value in state["ball"])
        self._painting, self._canvas_info, self._learner, self._ball = painting, info, learner, (x, y)
        self._rng.bit_generator.state = dict(state["random"])

    def offer(self, kind: str) -> Artifact | None:
        """The network with its points, the points alone, or a slice of the loss as a surface."""
        make = {"points": points_of, "loss-surface": loss_surface_of}.get(kind)
        origin = _("Decision boundaries, step {step}").format(step=self.steps)
        if self.diverged:
            return None
        if kind == "network":
            return network_of(self._learner, origin, self._ball)
        return make(self._learner, origin) if make is not None else None
