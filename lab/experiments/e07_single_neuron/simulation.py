"""One neuron that is set by hand or learns. `step` makes the move that was worked out. The rest keeps the neuron, its
input, the table and what was tried by hand, so that a run can be shown, rewound, saved and continued, bit for bit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, replace
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.params import checked, plain
from lab.core.text import _
from lab.engine.basics.losses import bce_with_logits
from lab.experiments.e07_single_neuron.artifacts import network_of, points_of
from lab.experiments.e07_single_neuron.ceiling import best_accuracy
from lab.experiments.e07_single_neuron.edits import Edit, edited
from lab.experiments.e07_single_neuron.examples import Examples, examples_for
from lab.experiments.e07_single_neuron.frame import NeuronFrame
from lab.experiments.e07_single_neuron.gestures import (
    AddPoint,
    Feed,
    Flip,
    Gesture,
    MovePoint,
    RemovePoint,
    SetNeuron,
    SetPoints,
)
from lab.experiments.e07_single_neuron.learning import Move, Passes, next_move
from lab.experiments.e07_single_neuron.neuron import neuron, says_yes
from lab.experiments.e07_single_neuron.own_data import origin_of, own_points
from lab.experiments.e07_single_neuron.settings import WEIGHT_LIMIT, Params
from lab.experiments.e07_single_neuron.tries import ENOUGH, Tries
from lab.kit.numbers import checked_numbers
from lab.kit.record import Record
from lab.kit.state import live_changes, reading_state, to_state

__all__ = ["SingleNeuron", "build"]

LIVE = ("gate", "rule", "learning_rate")
THIN = 3  # of a full record every third row stays


def build(params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> SingleNeuron:
    """A neuron before its rows. Raises ParamError when the points are some that have to be received first."""
    return SingleNeuron(params, rng, artifacts)


class SingleNeuron:
    """One neuron and the rows it is to answer."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> None:
        self.steps = 0
        self._params, self._rng = params, rng
        self._received = any(artifact.kind == "points" for artifact in artifacts)
        self._examples = examples_for(params, rng, artifacts)
        self._ceiling: tuple[Examples, float | None] | None = None  # for which rows it was worked out
        self._neuron = neuron(params.start(self._examples.inputs))
        self._tries, self._passes = Tries(), Passes()
        self._passes.begin(self._neuron, 0)
        self._move: Move | None = None
        self._row = 0 if params.rule == "perceptron" else len(self._examples) - 1
        self._x = self._examples.row(self._row)
        self._record = Record([self._numbers()], thin=THIN)

    # --------------------------------------------------------------------------------- the learning

    def step(self) -> None:
        """Make the move: one row by the perceptron rule, or all rows down the slope of the log-loss."""
        if self.done:
            return
        move = self._next
        self._neuron, self._move = move.after, None
        self.steps += 1
        if move.row is not None:
            self._passes.note(move, len(self._examples), self.steps)
            self._row = self._passes.next_row
            self._x = self._examples.row(self._row)
        self._record.add(self.steps, self._numbers())

    @property
    def _next(self) -> Move:
        """What the next step will do; worked out once for each state."""
        if self._move is None:
            self._move = next_move(self._params, self._neuron, self._examples, self._passes.next_row)
        return self._move

    @property
    def done(self) -> bool:
        """When no further step changes anything: a pass without a correction, or a slope of exactly 0."""
        if self._params.rule == "perceptron":
            return self._passes.clean >= len(self._examples)
        return not self._next.moves

    def _numbers(self) -> tuple[float, float, float]:
        """What is recorded of each step: the log-loss, ‖w‖, and how many rows are right."""
        sums = self._neuron.sums(self._examples.points)
        loss = float(bce_with_logits(sums, self._examples.labels))
        return loss, self._neuron.norm, float(self._right(sums))

    def _right(self, sums: np.ndarray[Any, Any]) -> int:
        return int((says_yes(sums) == (self._examples.labels == 1)).sum())

    # ------------------------------------------------------------------------------ shown and changed

    def snapshot(self) -> NeuronFrame:
        """What is shown now; nothing in it will ever change."""
        return NeuronFrame(
            step=self.steps,
            params=self._params,
            examples=self._examples,
            neuron=self._neuron,
            x=self._x,
            row=self._row,
            move=self._next,
            done=self.done,
            cycle=self._passes.cycle,
            corrections=self._passes.corrections,
            tries=self._tries,
            ceiling=self._best() if self._revealed() else None,
            past=self._record.past(self.steps, self._numbers()),
            received=self._received,
        )

    def _revealed(self) -> bool:
        """Whether the best that is possible may be seen: after enough tries, or when learning has shown it."""
        rows = len(self._examples)
        solved = max(self._tries.best, self._right(self._neuron.sums(self._examples.points))) == rows
        return solved or self._tries.count >= ENOUGH or self._passes.cycle is not None or self.done

    def _best(self) -> float | None:
        """The largest share of rows that one neuron can get right, worked out once for the same rows."""
        if self._ceiling is None or self._ceiling[0] is not self._examples:
            self._ceiling = self._examples, best_accuracy(self._examples)
        return self._ceiling[1]

    def retune(self, params: Params) -> None:
        """A live change. Raises ValueError for a control that needs a new start."""
        names = live_changes(self._params, params, LIVE)
        self._params = params
        if "rule" in names or "learning_rate" in names:
            self._begin_again()
        if names.get("rule") == "perceptron":
            self._row, self._x = self._passes.next_row, self._examples.row(self._passes.next_row)

    def _begin_again(self) -> None:
        """Something was changed from outside: the next move is another, and no pass before counts."""
        self._move = None
        self._passes.begin(self._neuron, self.steps)

    def act(self, action: Gesture) -> Gesture | None:
        """Apply a gesture. Returns the one that undoes it, None where only a checkpoint can.

        A gesture made with another table or another number of inputs changes nothing: a log of gestures is
        replayed after the table was changed. Raises ValueError for a gesture or number that cannot be.
        """
        match action:
            case SetNeuron():
                return self._set_neuron(action)
            case Feed():
                return self._feed(action)
            case Flip():
                return self._flip(action)
            case AddPoint() | MovePoint() | RemovePoint():
                return self._edit(action) if action.data == self._params.data else None
            case SetPoints():
                if self._params.data == "own":
                    self._set_examples(own_points(action), 0)
                return None
        raise ValueError(f"there is no gesture {type(action).__name__} here")

    def _set_neuron(self, action: SetNeuron) -> SetNeuron | None:
        inputs = self._examples.inputs
        if len(action.weights) != inputs or (action.start and tuple(action.start) != self._params.start(inputs)):
            return None
        before = self._neuron.numbers
        self._neuron = neuron(checked_numbers((*action.weights, action.bias), "neuron", WEIGHT_LIMIT))
        self._begin_again()
        if action.number and action.data == self._params.data:
            right = self._right(self._neuron.sums(self._examples.points))
            self._tries = self._tries.with_try(action.number, right)
        self._record.replace(self.steps, self._numbers())
        if max(map(abs, before)) > WEIGHT_LIMIT:
            return None  # learning may go where no action can
        return SetNeuron(action.data, before[:-1], before[-1], 0, action.start)

    def _feed(self, action: Feed) -> Feed | None:
        if action.row >= len(self._examples) or len(action.x) != self._examples.inputs:
            return None
        x = checked_numbers(action.x, "x", WEIGHT_LIMIT)
        before = Feed(self._x, self._row)
        self._row = action.row if action.row >= 0 else -1
        self._x = self._examples.row(action.row) if action.row >= 0 else x
        return before

    def _flip(self, action: Flip) -> Flip | None:
        if action.data != self._params.data or not 0 <= action.row < len(self._examples):
            return None
        self._set_examples(self._examples.flipped(action.row), self._row)
        return action

    def _edit(self, action: Edit) -> Edit | None:
        if not isinstance(action, RemovePoint):
            checked_numbers(action.x, "x", WEIGHT_LIMIT)
        found = edited(self._examples, action)
        if found is None:
            return None
        row = self._row
        if isinstance(action, RemovePoint):
            row = min(row - (row > action.row), len(found[0]) - 1)
        elif isinstance(action, AddPoint):
            row += 0 <= action.at <= row
        fed_one_goes = isinstance(action, RemovePoint) and action.row == self._row
        self._set_examples(found[0], row)
        return None if fed_one_goes else found[1]

    def _set_examples(self, examples: Examples, row: int) -> None:
        """Other rows: what was tried on those before does not count, and learning goes on from here."""
        self._examples, self._row, self._tries = examples, row, Tries()
        self._passes.next_row %= len(examples)
        if row >= 0:
            self._x = examples.row(row)
        self._begin_again()
        self._record.replace(self.steps, self._numbers())

    # ------------------------------------------------------------------------------------ kept, given

    def save(self) -> dict[str, Any]:
        """Everything, the random generator included."""
        return {
            "step": self.steps,
            "params": plain(self._params),
            "random": self._rng.bit_generator.state,
            "labels": self._examples.labels,
            "points": self._examples.points,
            "about": self._about(),
            "neuron": list(self._neuron.numbers),
            "x": list(self._x),
            "row": self._row,
            "laps": self._passes.save(),
            "tries": list(astuple(self._tries)),
            "record": self._record.rows,
            "stride": self._record.stride,
        }

    def _about(self) -> dict[str, Any]:
        """What belongs to the points and may not follow from the controls."""
        examples = self._examples
        return {"title": examples.title, "extent": list(examples.extent), **to_state(examples.origin)}

    @reading_state()
    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError when the state is of another run or is damaged."""
        points, labels = np.array(state["points"], np.float64), np.array(state["labels"], np.int64)
        inputs = self._examples.inputs
        if points.ndim != 2 or points.shape[1] != inputs or labels.shape != points.shape[:1]:
            raise ValueError(f"state: points {points.shape}, labels {labels.shape}, need [N, {inputs}] and [N]")
        if len(state["neuron"]) != inputs + 1:
            raise ValueError(f"state: a neuron of {len(state['neuron'])} numbers, needs {inputs + 1}")
        record = Record.load(state["record"], 3, int(state["stride"]), thin=THIN)
        self._params = checked(Params, state["params"])
        self._rng.bit_generator.state = dict(state["random"])
        self._examples = _described(self._examples.with_rows(points, labels), state.get("about"))
        self._neuron, self._move = neuron(state["neuron"]), None
        self.steps, self._row = int(state["step"]), int(state["row"])
        self._x = tuple(float(value) for value in state["x"])
        self._passes, self._tries = Passes.load(state["laps"]), Tries(*(int(n) for n in state["tries"]))
        self._record = record

    def offer(self, kind: str) -> Artifact | None:
        """The neuron as a network without hidden layers, for an experiment that paints boundaries; or its rows."""
        origin = _("A single neuron, step {step}").format(step=self.steps)
        if kind == "network":
            return network_of(self._neuron, self._params.gate, self._examples, origin)
        return points_of(self._examples, origin) if kind == "points" else None


def _described(examples: Examples, about: Any) -> Examples:
    """The same rows with what was saved about them; nothing in files from before there was anything to say."""
    if about is None or examples.whole:
        return examples
    x0, x1, y0, y1 = (float(side) for side in about["extent"])
    if not (x0 < x1 and y0 < y1):
        raise ValueError(f"state: extent {about['extent']}, needs two ranges")
    origin = origin_of(tuple(about["names"]), about["left_out"], tuple(about["scales"]))
    about = {"title": str(about["title"]), "extent": (x0, x1, y0, y1), "origin": origin}
    same = all(getattr(examples, name) == value for name, value in about.items())
    return examples if same else replace(examples, **about)
