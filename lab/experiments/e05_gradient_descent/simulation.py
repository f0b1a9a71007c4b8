"""The walk: every ball feels the slope where it stands and takes one step of its own optimiser, all at
the same time. The loop is `step`, as short as the idea is; the rest keeps what must be kept so that a
run can be shown, rewound, saved and gone on with, bit for bit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.params import checked, plain
from lab.core.text import _
from lab.experiments.e05_gradient_descent.ball import Walker
from lab.experiments.e05_gradient_descent.frame import DescentFrame
from lab.experiments.e05_gradient_descent.gestures import Follow, Place
from lab.experiments.e05_gradient_descent.probe import probe_of
from lab.experiments.e05_gradient_descent.received import artifact_of
from lab.experiments.e05_gradient_descent.rules import Knobs, rule, schedule_of
from lab.experiments.e05_gradient_descent.settings import Params
from lab.experiments.e05_gradient_descent.terrain import terrain_for
from lab.kit.record import Record
from lab.kit.state import live_changes, reading_state

__all__ = ["Descent", "build"]

MAX_ROWS, THIN = 6144, 3  # of the record: by an odd number, so that a ball that bounces is still seen to bounce
LIVE = ("learning_rate", "beta", "noise", "beta2", "weight_decay", "schedule", "schedule_steps", "mark_limit")


def build(params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> Descent:
    """A walk at its start. Raises ParamError when the landscape is one that has to be received first."""
    return Descent(params, rng, artifacts)


class Descent:
    """Up to six balls on one landscape."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> None:
        self.terrain = terrain_for(params.surface, params.formula, artifacts)
        self.received = any(artifact.kind == "loss-surface" for artifact in artifacts)
        self.steps = 0
        self._rng = rng
        self._probe = probe_of(self.terrain.surface)
        self._following: str = params.optimizers[0]
        self._take(params)
        start = self.terrain.surface.start if params.start == "usual" else (params.start_x, params.start_y)
        self._balls = [Walker(name, self._knobs, start, self._probe) for name in params.optimizers]
        self._count_lost()
        self._start_distance = self._distance_from_minimum(start)
        self._record = Record([self._row()], most=MAX_ROWS, thin=THIN)

    def _take(self, params: Params) -> None:
        self._params = params
        self._knobs = Knobs.of(params)
        self._schedule = schedule_of(params)

    # ------------------------------------------------------------------------------------- the walk

    def step(self) -> None:
        """Every ball takes one step: η times the slope it feels, by the rule of its optimiser."""
        if self.done:
            return
        rate = self._rate
        noise = self._params.noise * self._rng.standard_normal(2) if self._params.noise else None
        self.steps += 1
        for ball in self._balls:
            ball.step(rate, noise, self._knobs, self._probe, self.steps)
            if ball.diverged == self.steps:
                self._count_lost()
        self._record.add(self.steps, self._row())

    @property
    def _rate(self) -> float:
        """η of the next step, as the schedule has it."""
        return self._params.learning_rate * self._schedule(self.steps)

    @property
    def done(self) -> bool:
        """Only when no ball is left. A small slope is no proof of a minimum, so it never ends a run."""
        return self._lost == len(self._balls)

    @property
    def diverged(self) -> bool:
        """Whether a ball was lost."""
        return self._lost > 0

    def _count_lost(self) -> None:
        self._lost = sum(ball.diverged is not None for ball in self._balls)

    def _row(self) -> list[float]:
        """One row of the record: η of the next step, then x, y and the loss of each ball."""
        row = [self._rate]
        for ball in self._balls:
            row += (*ball.xy, ball.loss)
        return row

    # ------------------------------------------------------------------------------ shown and changed

    def snapshot(self) -> DescentFrame:
        """What is shown of this step; nothing in it will ever change."""
        rate = self._rate
        balls = tuple(ball.shown(rate, self._knobs) for ball in self._balls)
        highlighted = next((i for i, ball in enumerate(balls) if ball.optimizer == self._following), 0)
        return DescentFrame(
            self.steps,
            self._params,
            self.terrain,
            balls,
            highlighted,
            rate,
            self._record.past(self.steps, self._row()),
            self._start_distance,
            self.received,
        )

    def retune(self, params: Params) -> None:
        """A live change. Raises ValueError for a control that needs a new start."""
        live_changes(self._params, params, LIVE)
        self._take(params)
        for ball in self._balls:
            ball.optimizer = rule(ball.name, self._knobs)
        self._record.replace(self.steps, self._row())

    def act(self, action: Place | Follow) -> Place | Follow | None:
        """A gesture. Returns the one that takes it back, None where only a checkpoint can."""
        if isinstance(action, Follow):
            before, self._following = self._following, action.optimizer
            return Follow(before)
        if isinstance(action, Place):
            return self._place(action)
        raise ValueError(f"there is no gesture {type(action).__name__} here")

    def _place(self, action: Place) -> Place | None:
        ball = next((ball for ball in self._balls if ball.name == action.optimizer), None)
        if ball is None:
            raise ValueError(_("There is no ball of “{name}” to move.").format(name=action.optimizer[:40]))
        was_lost, (x, y) = ball.diverged is not None, ball.xy
        ball.put((action.x, action.y), self._probe, self.steps)
        self._count_lost()
        self._record.replace(self.steps, self._row())
        return None if was_lost else Place(ball.name, x, y)

    def _distance_from_minimum(self, place: tuple[float, float]) -> float | None:
        nearest = self.terrain.nearest_minimum(*place)
        return None if nearest is None else float(np.hypot(place[0] - nearest[0], place[1] - nearest[1]))

    # ------------------------------------------------------------------------------------ kept, given

    def save(self) -> dict[str, Any]:
        """Everything, the random generator included."""
        return {
            "step": self.steps,
            "params": plain(self._params),
            "following": self._following,
            "random": self._rng.bit_generator.state,
            "balls": {ball.name: ball.save() for ball in self._balls},
            "record": self._record.rows,
            "stride": self._record.stride,
        }

    @reading_state()
    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError when the state is of another run or is damaged."""
        rows = np.asarray(state["record"], np.float64)
        saved = state["balls"]
        if set(saved) != {ball.name for ball in self._balls} or rows.ndim != 2 or rows.shape[1] != len(self._row()):
            raise ValueError(f"state: it is of a run with the balls {', '.join(saved)}, record {rows.shape}")
        if int(state["step"]) < 0 or int(state["stride"]) < 1:
            raise ValueError(f"state: step {state['step']}, stride {state['stride']}; need at least 0 and 1")
        self._take(checked(Params, state["params"]))
        self.steps, self._following = int(state["step"]), str(state["following"])
        self._rng.bit_generator.state = dict(state["random"])
        for ball in self._balls:
            ball.optimizer = rule(ball.name, self._knobs)
            ball.load(saved[ball.name], self._probe)
        self._count_lost()
        self._record = Record(rows, int(state["stride"]), MAX_ROWS, THIN)

    def offer(self, kind: str) -> Artifact | None:
        """The landscape, for an experiment that takes a loss surface."""
        if kind != "loss-surface":
            return None
        terrain = self.terrain
        origin = _("Gradient descent, step {step}").format(step=self.steps)
        return artifact_of(terrain.surface, _(terrain.title), (terrain.x_name, terrain.y_name), terrain.table, origin)
