"""A line, its points, and a loss. The machine's part is `step`: w and b go a little against the slope of the
loss. The rest keeps the points, which can be edited, and what was found in a blind search, so that a run can
be shown, rewound, saved and gone on with, bit for bit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.random import Generator

from lab.core.artifact import Artifact
from lab.core.text import _
from lab.experiments.e04_loss_functions.frame import Ground, LossFrame
from lab.experiments.e04_loss_functions.gestures import (
    Action,
    AddPoint,
    Forget,
    MoveLine,
    MovePoint,
    Probe,
    RemovePoint,
    SetTable,
)
from lab.experiments.e04_loss_functions.loss import Loss, Measured, best_line, measured, over_lines
from lab.experiments.e04_loss_functions.points import MAX_POINTS, Points, make_points, table_points
from lab.experiments.e04_loss_functions.settings import Params
from lab.kit.arrays import read_only
from lab.kit.editing import edited
from lab.kit.numbers import checked_number
from lab.kit.state import from_state, live_changes, read_run, reading_state, run_state, to_state

__all__ = ["LineUnderLoss", "build"]

COLUMNS, ROWS = 61, 49  # of the map
MOST_PROBES = 100


def build(params: Params, rng: Generator, artifacts: Sequence[Artifact] = ()) -> LineUnderLoss:
    """A line at its start. Raises ParamError when the points are to be received and none were."""
    return LineUnderLoss(params, rng, artifacts)


class LineUnderLoss:
    """One line and the loss that judges it."""

    def __init__(self, params: Params, rng: Generator, artifacts: Sequence[Artifact] = ()) -> None:
        self.steps = 0
        self._rng = rng
        self._received = any(artifact.kind == "table" for artifact in artifacts)
        self._points = make_points(params.data, rng, artifacts)
        self._w, self._b = self._points.start
        self._probes: tuple[tuple[float, float, float], ...] = ()
        self._take(params)

    def _take(self, params: Params) -> None:
        """Other controls or points: what is known of them is computed once, not at every step."""
        points = self._points
        self._params = params
        kind = "mse" if params.loss == "log" and not points.labels else params.loss
        self._loss = Loss(kind, params.delta, params.clip, params.reduction == "sum", points.labels)
        self._best = best_line(self._loss, points.x, points.y)
        w0, w1, b0, b1 = points.weights
        w, b = np.meshgrid(np.linspace(w0, w1, COLUMNS), np.linspace(b0, b1, ROWS))
        self._ground = Ground(read_only(over_lines(self._loss, points.x, points.y, w, b)), points.weights)

    # ---------------------------------------------------------------------------------- the machine

    def step(self) -> None:
        """One step of gradient descent, or of its subgradient at the kink of the absolute error."""
        if not self.done:
            self._w, self._b = self._next()
            self.steps += 1

    def _judged(self) -> Measured:
        """The line as it is, measured on the points."""
        return measured(self._loss, self._points.x, self._points.y, self._w, self._b)

    def _next(self) -> tuple[float, float]:
        (down_w, down_b), rate = self._judged().gradient, self._params.learning_rate
        return self._w - rate * down_w, self._b - rate * down_b

    @property
    def done(self) -> bool:
        """When a step changes nothing, when the line has run away, and while the learner searches blind."""
        if self._params.blind or not self._points.x.size:
            return True
        if not math.isfinite(self._judged().total or 0.0) and self._loss.kind != "log":
            return True
        after = self._next()
        return not math.isfinite(sum(after)) or after == (self._w, self._b)

    # ---------------------------------------------------------------------------- shown and changed

    def snapshot(self) -> LossFrame:
        """What is shown now; nothing in it will ever change."""
        return LossFrame(
            self.steps,
            self._params,
            self._points,
            self._loss,
            (self._w, self._b),
            self._judged(),
            self._best,
            self._ground,
            self._probes,
            self._received,
        )

    def retune(self, params: Params) -> None:
        """A live change. Raises ValueError for other points: they need a new start."""
        live_changes(self._params, params, restarting=("data",))
        self._take(params)

    def act(self, action: Action) -> Action | None:
        """A gesture. Returns the one that takes it back, None where only a checkpoint can.

        An edit of another data set, or of a point that is not there, changes nothing: a log of edits is
        replayed after the data set was changed. Raises ValueError for a gesture or number that cannot be.
        """
        match action:
            case MoveLine(slope, intercept):
                before = MoveLine(self._w, self._b)
                self._w, self._b = checked_number(slope), checked_number(intercept)
                return before if math.isfinite(before.slope + before.intercept) else None
            case Probe(slope, intercept):
                return self._probe(checked_number(slope), checked_number(intercept))
            case Forget():
                last, self._probes = self._probes[-1:], self._probes[:-1]
                return Probe(*last[0][:2]) if last else None
            case AddPoint() | MovePoint() | RemovePoint():
                return self._edit(action) if action.data == self._params.data else None
            case SetTable():
                if self._params.data == "own":
                    names = (action.x_name, action.y_name)
                    self._points = table_points(action.x, action.y, names, action.title, action.left_out)
                    (self._w, self._b), self._probes = self._points.start, ()
                    self._take(self._params)
                return None
        raise ValueError(f"there is no gesture {type(action).__name__} here")

    def _probe(self, w: float, b: float) -> Forget | None:
        if not self._points.x.size or len(self._probes) >= MOST_PROBES:
            return None
        found = measured(self._loss, self._points.x, self._points.y, w, b).total
        assert found is not None
        self._probes = (*self._probes, (w, b, found))
        return Forget()

    def _edit(self, action: AddPoint | MovePoint | RemovePoint) -> Action | None:
        kinds = AddPoint, MovePoint, RemovePoint
        found = edited(self._points.x, self._points.y, action, *kinds, MAX_POINTS, self._height)
        if found is None:
            return None
        x, y = found[:2]
        inverse: Action = found[2]
        self._points = self._points.with_points(x, y)
        self._take(self._params)
        return inverse

    def _height(self, y: float) -> float:
        """Where a point may lie: labels are 0 or 1 and nothing between."""
        return float(checked_number(y) >= 0.5) if self._points.labels else checked_number(y)

    # ------------------------------------------------------------------------------------ kept, given

    def save(self) -> dict[str, Any]:
        """Everything, the random generator included."""
        return run_state(self.steps, self._params, self._rng) | {
            "line": [self._w, self._b],
            "probes": [list(probe) for probe in self._probes],
            "received": self._received,
            "points": to_state(self._points),
        }

    @reading_state()
    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError when the state is damaged."""
        points, (step, params) = from_state(Points, state["points"]), read_run(Params, state)
        line = [float(v) for v in state["line"]]
        probes = tuple((float(w), float(b), float(loss)) for w, b, loss in state["probes"])
        self._points = points
        self._rng.bit_generator.state = dict(state["random"])
        self.steps, (self._w, self._b), self._probes = step, line, probes
        self._received = bool(state["received"])
        self._take(params)

    def offer(self, kind: str) -> Artifact | None:
        """The points as a table, or the squared-error landscape of a line through them."""
        points = self._points
        if kind not in ("table", "loss-surface") or points.x.size < 2 or self._params.blind:
            return None
        if kind == "loss-surface" and (np.ptp(points.x) == 0 or points.labels):
            return None
        names = tuple(_(name) for name in points.names)
        data = {"x": points.x, "y": points.y, "x_name": names[0], "y_name": names[1]}
        return Artifact(kind, _(points.title), data, _("Loss functions, step {step}").format(step=self.steps))
