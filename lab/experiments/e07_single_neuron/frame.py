"""What is shown of one step: the neuron, what it is fed, how it answers every row, and what the next step of
learning will do."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from lab.core.records import dataclass
from lab.engine.basics.activations import sigmoid
from lab.engine.basics.losses import bce_with_logits
from lab.experiments.e07_single_neuron.examples import Array, Examples
from lab.experiments.e07_single_neuron.learning import Cycle, Move
from lab.experiments.e07_single_neuron.neuron import TINY, Neuron, gate_slope, gate_value, says_yes
from lab.experiments.e07_single_neuron.settings import Params
from lab.experiments.e07_single_neuron.tries import Tries
from lab.kit.arrays import freeze
from lab.kit.record import Past

__all__ = ["NeuronFrame"]


@dataclass(frozen=True, eq=False)
class NeuronFrame:
    """One step.

    x: what is fed now, [d].  row: its number in the table, −1 for any other input.  move: the next step.
    done: whether no step will change anything more.  cycle: set once the perceptron was seen to go in circles.
    corrections: steps of the perceptron that changed something.  ceiling: the largest share of rows that one neuron can
    get right, None while it is a secret or not known.
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

    # ------------------------------------------------------------------------------ single numbers of it

    @property
    def slope(self) -> float | None:
        """How fast the output follows the sum; None where a step jumps."""
        return gate_slope(self.params.gate, self.z)

    @property
    def p(self) -> float:
        """σ(z), which logistic regression reads, whatever the gate is."""
        return float(sigmoid(np.array(self.z)))

    @property
    def products(self) -> list[float]:
        """Each weight times what is fed to it; never a minus zero."""
        return [weight * x + 0.0 for weight, x in zip(self.neuron.weights.tolist(), self.x)]

    @property
    def loss(self) -> float:
        """The mean log-loss of all rows."""
        return float(bce_with_logits(self.sums, self.examples.labels))

    @property
    def margin(self) -> float | None:
        """The smallest of the distances."""
        return None if self.distances is None else float(self.distances.min())

    @property
    def best_try(self) -> float | None:
        """The largest share of rows that was right after a try by hand."""
        return self.tries.best / len(self.examples) if self.tries.count else None

    @property
    def perceptron_corrections(self) -> int | None:
        """The corrections, where the perceptron rule is what learns."""
        return self.corrections if self.params.rule == "perceptron" else None
