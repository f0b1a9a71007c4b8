"""How one neuron learns, by either of two rules. The perceptron looks at one row after the other and moves
only for a row that is wrong or on the line. Logistic regression looks at all rows and goes down the slope of
their log-loss. A `Move` is worked out before it is made, so that it can be shown with its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, field
from typing import Any

import numpy as np

from lab.core.records import dataclass
from lab.engine.basics.optim import SGD
from lab.engine.basics.perceptron import logistic_gradient, margins, perceptron_step
from lab.experiments.e07_single_neuron.examples import Examples
from lab.experiments.e07_single_neuron.neuron import TINY, Neuron, neuron
from lab.experiments.e07_single_neuron.settings import Params

__all__ = ["Cycle", "Move", "Passes", "next_move"]

MOST_PASSES = 4_000  # whose weights at the start are remembered, to see whether they come back


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """The next step. row: the one that the perceptron looks at, None where all rows count.

    gradient: the slope of the log-loss for each weight and then for the bias, None for the perceptron.
    after: the neuron when it is done.
    """

    row: int | None
    gradient: tuple[float, ...] | None
    after: Neuron
    moves: bool  # whether anything changes


def next_move(params: Params, now: Neuron, examples: Examples, row: int) -> Move:
    """What the next step will do. row: the next one of the perceptron."""
    if params.rule == "perceptron":
        return _perceptron_move(now, examples, row, params.learning_rate)
    slope = logistic_gradient(now.weights, now.bias, examples.points, examples.labels)
    gradient = np.append(slope.weights, slope.bias)
    optimizer = SGD(params.learning_rate)
    numbers, _state, _change = optimizer.update(np.array(now.numbers), gradient, optimizer.init(()))
    after = neuron(numbers)
    return Move(None, tuple(gradient.tolist()), after, not after.same_as(now))


def _perceptron_move(now: Neuron, examples: Examples, row: int, rate: float) -> Move:
    """A row that is missed pulls the weights its way. Where z is 0, it is missed too."""
    point, label = examples.points[row], int(examples.labels[row])
    missed = margins(now.weights, now.bias, point[None, :], [label])[0] <= TINY
    if not missed:
        return Move(row, None, now, False)
    change, change_of_bias = perceptron_step(
        np.zeros(len(point)), 0.0, point, label, rate
    )  # from 0 every row is missed
    return Move(row, None, neuron([*(now.weights + change), now.bias + change_of_bias]), True)


@dataclass(frozen=True, slots=True)
class Cycle:
    """The same weights came back after `length` steps, which was seen at step `found`."""

    length: int
    found: int


@dataclass(slots=True)
class Passes:
    """The perceptron's passes through the rows: the next row, and the weights at the start of each pass.

    clean: rows in a row without a correction.  corrections: steps that changed something.  starts: for each neuron
    at the start of a pass, the step; numbers are rounded to nine digits, far finer than any step, so that
    0.1 + 0.2 − 0.3 counts as back at 0.
    """

    next_row: int = 0
    clean: int = 0
    corrections: int = 0
    starts: dict[tuple[float, ...], int] = field(default_factory=dict)
    cycle: Cycle | None = None

    def begin(self, now: Neuron, step: int) -> None:
        """A new beginning: the weights, the rows or the rule were changed from outside."""
        self.clean, self.cycle = 0, None
        self.starts = {_key(now): step} if self.next_row == 0 else {}

    def note(self, move: Move, rows: int, step: int) -> None:
        """A step was made; it was the `step`-th, and there are so many rows."""
        self.clean = 0 if move.moves else self.clean + 1
        self.corrections += move.moves
        self.next_row = (self.next_row + 1) % rows
        if self.next_row or self.cycle is not None or self.clean >= rows:
            return
        before = self.starts.setdefault(_key(move.after), step)
        if before < step:
            self.cycle = Cycle(step - before, step)
        elif len(self.starts) > MOST_PASSES:
            del self.starts[next(iter(self.starts))]

    def save(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "turn": self.next_row,
            "clean": self.clean,
            "corrections": self.corrections,
            "cycle": None if self.cycle is None else list(astuple(self.cycle)),
            "keys": np.array(list(self.starts), np.float64),
            "steps": np.array(list(self.starts.values()), np.int64),
        }

    @classmethod
    def load(cls, state: Mapping[str, Any]) -> Passes:
        """The inverse of `save`."""
        keys = map(tuple, np.asarray(state["keys"], np.float64).tolist())
        starts = dict(zip(keys, (int(step) for step in state["steps"])))
        cycle = None if state["cycle"] is None else Cycle(*(int(part) for part in state["cycle"]))
        return cls(int(state["turn"]), int(state["clean"]), int(state["corrections"]), starts, cycle)


def _key(now: Neuron) -> tuple[float, ...]:
    return tuple(round(number, 9) + 0.0 for number in now.numbers)  # + 0.0: minus zero is zero
