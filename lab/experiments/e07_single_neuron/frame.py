"""What is shown of one step: the neuron, what it is fed, how it answers every row, and what the next step of
learning will do. A frame never changes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lab.core.arithmetic import Term
from lab.core.metric import Value
from lab.core.simulation import Curve
from lab.core.text import _
from lab.engine.basics.activations import sigmoid
from lab.engine.basics.losses import bce_with_logits
from lab.experiments.e07_single_neuron.arithmetic import explain_metric
from lab.experiments.e07_single_neuron.examples import Array, Examples
from lab.experiments.e07_single_neuron.learning import Cycle, Move
from lab.experiments.e07_single_neuron.neuron import TINY, Neuron, gate_slope, gate_value, says_yes
from lab.experiments.e07_single_neuron.settings import Params
from lab.experiments.e07_single_neuron.tries import Tries
from lab.experiments.e07_single_neuron.words import described, remark
from lab.kit.arrays import freeze
from lab.kit.record import Past

__all__ = ["MOST_ROWS", "NeuronFrame"]

MOST_ROWS = 8
"""Rows that have read-outs of their own: a whole table of three inputs."""


@dataclass(frozen=True, eq=False)
class NeuronFrame:
    """One step.

    x: what is fed now, [d].  row: its number in the table, −1 for any other input.  move: the next step.
    done: whether no step will change anything more.  cycle: set once the perceptron was seen to go in
    circles.
    corrections: steps of the perceptron that changed something.  ceiling: the largest share of rows that one
    neuron can get right, None while it is a secret or not known.
    """

    step: int
    params: Params
    examples: Examples
    neuron: Neuron
    x: tuple[float, ...]
    row: int
    move: Move
    done: bool
    cycle: Cycle | None
    corrections: int
    tries: Tries
    ceiling: float | None
    past: Past
    received: bool

    # ----------------------------------------------------------------------------- what follows from it

    @property
    def inputs(self) -> int:
        """How many inputs the neuron has."""
        return self.examples.inputs

    @property
    def z(self) -> float:
        """The weighted sum of what is fed."""
        return self.neuron.sum_of(self.x)

    @property
    def output(self) -> float:
        """What comes out of the gate."""
        return float(gate_value(self.params.gate, self.z))

    @cached_property
    def sums(self) -> Array:
        """z of every row: [N]."""
        return freeze(self.neuron.sums(self.examples.points))

    @cached_property
    def outputs(self) -> Array:
        """What comes out for every row: [N]."""
        return freeze(gate_value(self.params.gate, self.sums))

    @cached_property
    def correct(self) -> np.ndarray[Any, Any]:
        """Whether each row is answered rightly, a yes being z > 0: [N]."""
        return freeze(says_yes(self.sums) == (self.examples.labels == 1))

    @cached_property
    def distances(self) -> Array | None:
        """How far each row lies on its own side of the boundary: [N]; None where there is no boundary."""
        found = self.neuron.distances(self.examples.points, self.examples.labels)
        return None if found is None else freeze(found)

    @property
    def right(self) -> int:
        """How many rows are right."""
        return int(self.correct.sum())

    @property
    def separated(self) -> bool:
        """Whether every row lies on its own side, none of them on the boundary itself."""
        return self.distances is not None and bool((self.distances > TINY).all())

    # ------------------------------------------------------------------------------------ the read-outs

    def metrics(self) -> dict[str, Value]:
        """Every number on screen; the weights, inputs and rows are counted from 1."""
        values: dict[str, Value] = {"step": self.step}
        weights = self.neuron.weights.tolist()
        for i, (weight, x) in enumerate(zip(weights, self.x), 1):
            values |= {f"w{i}": weight, f"x{i}": x, f"term{i}": weight * x + 0.0}  # never a minus zero
        z = self.z
        values |= {"bias": self.neuron.bias, "z": z, "output": self.output}
        values |= {"slope": gate_slope(self.params.gate, z), "p": float(sigmoid(np.array(z)))}
        values |= self._of_the_table() | self._of_the_rows() | self._of_the_move()
        return values

    def _of_the_table(self) -> dict[str, Value]:
        rows = len(self.examples)
        return {
            "loss": float(bce_with_logits(self.sums, self.examples.labels)),
            "accuracy": self.right / rows,
            "right": self.right,
            "rows": rows,
            "margin": None if self.distances is None else float(self.distances.min()),
            "norm": self.neuron.norm,
            "tries": self.tries.count,
            "best_try": self.tries.best / rows if self.tries.count else None,
            "ceiling": self.ceiling,
        }

    def _of_the_rows(self) -> dict[str, Value]:
        values: dict[str, Value] = {}
        if len(self.examples) <= MOST_ROWS:
            for i, (z, a) in enumerate(zip(self.sums.tolist(), self.outputs.tolist()), 1):
                margin = None if self.distances is None else float(self.distances[i - 1])
                values |= {f"z_{i}": z, f"output_{i}": a, f"margin_{i}": margin}
        return values

    def _of_the_move(self) -> dict[str, Value]:
        """The next step: where each weight goes, and the slope that takes it there."""
        after = self.move.after.numbers
        slope = self.move.gradient
        names = [f"w{i}" for i in range(1, self.inputs + 1)] + ["bias"]
        values: dict[str, Value] = {f"next_{name}": number for name, number in zip(names, after)}
        for i, name in enumerate(names):
            values[f"slope_{name}"] = None if slope is None else slope[i]
        perceptron = self.params.rule == "perceptron"
        values["corrections"] = self.corrections if perceptron else None
        values["cycle"] = self.cycle.length if self.cycle else None
        return values

    def explain(self, name: str) -> Term | None:
        """The arithmetic of a read-out, from the very numbers that were used."""
        return explain_metric(self, name)

    # -------------------------------------------------------------------------------------------- words

    def describe(self) -> str:
        """The state in one or two sentences."""
        return described(self)

    @property
    def remark(self) -> str:
        """What is special about this state, in a sentence; "" where nothing is."""
        return remark(self)

    # ----------------------------------------------------------------- what the window may ask beside

    def unused(self) -> dict[str, str]:
        """The controls without effect now, and why."""
        reasons: dict[str, str] = {}
        if self.params.data != "blobs":
            reasons["n"] = reasons["spread"] = _("Only the two clouds are made of so many points.")
        for name, least in (("w2", 2), ("w3", 3)):
            if self.inputs < least:
                reasons[name] = _("The neuron has fewer inputs now.")
        return reasons

    def unavailable(self) -> dict[str, tuple[str, ...]]:
        """Received points can only be chosen when some were received."""
        return {} if self.received else {"data": ("received",)}

    def curves(self) -> tuple[Curve, ...]:
        """Loss, ‖w‖ and rows right at each step."""
        steps, name = self.past.steps, _("step")
        titles = (_("loss"), "‖w‖", _("rows right"))
        return tuple(Curve(title, name, title, steps, self.past.column(i)) for i, title in enumerate(titles))
