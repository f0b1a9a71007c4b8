"""A graph computed one node at a time, forward and then backward, with a way back at every step. Until a
step has reached a node its value, or its gradient, is None: not yet known is something else than zero.

The classic mistake can be switched on: with `accumulate=False` a gradient that arrives at a node replaces
the one before it ("=" instead of "+="), and every node that is used twice comes out wrong."""

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from lab.core.records import dataclass
from lab.engine.graph.nodes import Graph
from lab.engine.graph.operations import Array

__all__ = ["Contribution", "Step", "Trouble", "Walk", "WalkState"]

StepKind = Literal["forward", "seed", "backward", "again", "again, gradients kept"]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one operand receives in a backward step.

    local: the derivative of the node in this operand, None where it is no number per entry.
    amount: arriving gradient · local.  before, after: the operand's gradient before and after, None unknown.
    """

    operand: int
    slot: int
    local: Array | None
    amount: Array
    before: Array | None
    after: Array


@dataclass(frozen=True, slots=True)
class Step:
    """One step as it happened: the node it was about, and in a backward step what went to whom."""

    kind: StepKind
    node: int
    contributions: tuple[Contribution, ...] = ()


@dataclass(frozen=True, slots=True)
class Trouble:
    """The result whose value is not finite though its operands are, or which passed back a gradient that is
    not finite though the one it received was."""

    node: int
    where: Literal["value", "gradient"]


@dataclass(frozen=True, slots=True)
class WalkState:
    """Where a walk stands, as plain values.

    leaves: the leaves' values by id.  kept: gradients left over from before the last step downhill.
    passes: the backward passes added, True for each that began by zeroing.
    """

    leaves: Mapping[int, Array]
    kept: Mapping[int, Array]
    passes: tuple[bool, ...]
    accumulate: bool
    position: int


class Walk:
    """A graph and how far it has been computed.

    accumulate: whether gradients that meet in a node add up, as they must.
    position: steps taken.  values, gradients: one place a node, None until reached.
    last: the step just taken, None at the start.
    """

    def __init__(self, graph: Graph, *, accumulate: bool = True) -> None:
        self.graph = graph
        self.accumulate = accumulate
        self._leaves = {i: value for i in graph.leaves if (value := graph.nodes[i].value) is not None}
        self._kept: dict[int, Array] = {}  # gradients left over from an earlier descent
        self._passes: list[bool] = []  # further backward passes, and whether each began by zeroing
        self._needs = graph.needs_gradient()
        self._write_script()
        self.reset()

    def _write_script(self) -> None:
        """The steps to take: forward, backward, and every backward pass added since."""
        backward: list[tuple[StepKind, int]] = [("seed", self.graph.output)]
        backward += [("backward", node) for node in reversed(self.graph.results) if self._needs[node]]
        self._script: list[tuple[StepKind, int]] = [("forward", node) for node in self.graph.results]
        self._script += backward
        for zeroed in self._passes:
            self._script += [("again" if zeroed else "again, gradients kept", self.graph.output), *backward]

    def __len__(self) -> int:
        return len(self._script)

    @property
    def done(self) -> bool:
        return self.position == len(self._script)

    @property
    def upcoming(self) -> tuple[StepKind, int] | None:
        """The kind and the node of the next step."""
        return None if self.done else self._script[self.position]

    @property
    def leaves(self) -> dict[int, Array]:
        return dict(self._leaves)

    def reset(self) -> None:
        """Back to the start: only the leaves have values."""
        self.position = 0
        self.values: list[Array | None] = [self._leaves.get(node.id) for node in self.graph.nodes]
        self.gradients: list[Array | None] = [self._kept.get(node.id) for node in self.graph.nodes]
        self.last: Step | None = None
        self._undo: list[tuple[Step | None, dict[int, Array | None], dict[int, Array | None]]] = []

    def step(self) -> Step | None:
        """Computes one node's value, or passes one node's gradient on; None when all is done."""
        if self.done:
            return None
        kind, node = self._script[self.position]
        values_before: dict[int, Array | None] = {}
        gradients_before: dict[int, Array | None] = {}
        contributions: tuple[Contribution, ...] = ()
        if kind == "forward":
            values_before[node] = None
            self.values[node] = self.graph.compute(node, self.values)
        elif kind == "backward":
            gradients_before = {i: self.gradients[i] for i in self.graph.nodes[node].operands}
            contributions = self._pass_on(node)
        elif kind == "seed":
            gradients_before[node] = self.gradients[node]
            self._receive(node, np.ones_like(self._value(node)))
        else:
            gradients_before = dict(enumerate(self.gradients))
            self._clear(leaves_too=kind == "again")
        self._undo.append((self.last, values_before, gradients_before))
        self.last = Step(kind, node, contributions)
        self.position += 1
        return self.last

    def _value(self, node: int) -> Array:
        value = self.values[node]
        return np.zeros(()) if value is None else value

    def _receive(self, node: int, amount: Array) -> Array:
        before = self.gradients[node]
        with np.errstate(all="ignore"):  # the sum may leave the range of numbers: that is for the learner to see
            after = amount if before is None or not self.accumulate else np.asarray(before + amount)
        self.gradients[node] = after
        return after

    def _pass_on(self, node: int) -> tuple[Contribution, ...]:
        gradient = self.gradients[node]
        if gradient is None:
            return ()
        done = []
        amounts = self.graph.pull_back(node, self.values, gradient)
        locals_ = self.graph.local_derivatives(node, self.values)
        for slot, operand in enumerate(self.graph.nodes[node].operands):
            if self._needs[operand]:
                before = self.gradients[operand]
                after = self._receive(operand, amounts[slot])
                done.append(Contribution(operand, slot, locals_[slot], amounts[slot], before, after))
        return tuple(done)

    def _clear(self, leaves_too: bool) -> None:
        for node in self.graph.nodes:
            if node.operation is not None or leaves_too:
                self.gradients[node.id] = None

    def back(self) -> bool:
        """Takes the last step back; False at the start."""
        if not self._undo:
            return False
        self.last, values, gradients = self._undo.pop()
        for node, value in values.items():
            self.values[node] = value
        for node, gradient in gradients.items():
            self.gradients[node] = gradient
        self.position -= 1
        return True

    def seek(self, position: int) -> None:
        """Steps forward or back to a position. Raises ValueError when it lies outside 0 … len(walk)."""
        if not 0 <= position <= len(self):
            raise ValueError(f"position: {position}, needs 0 to {len(self)}")
        while self.position < position:
            self.step()
        while self.position > position:
            self.back()

    def finish(self) -> None:
        """Takes all the steps that are left."""
        self.seek(len(self))

    def again(self, zero_gradients: bool = True) -> None:
        """Adds a second backward pass; without zeroing, the leaves' gradients pile up."""
        self._passes.append(zero_gradients)
        self._write_script()

    def set_accumulate(self, accumulate: bool) -> None:
        """Switches the "=" mistake off or on; everything up to here is computed anew."""
        self.accumulate = accumulate
        self._replay()

    def set_leaf(self, leaf: int | str, value: ArrayLike) -> None:
        """Gives a leaf another value; everything up to here is computed anew.

        leaf: id or name.  Raises ValueError when it is no leaf or the shape differs.
        """
        node = self.graph.find(leaf) if isinstance(leaf, str) else leaf
        if node not in self._leaves:
            raise ValueError(f"leaf: {leaf!r} is no leaf of this graph")
        array = np.asarray(value, dtype=self._leaves[node].dtype)
        if array.shape != self._leaves[node].shape:
            raise ValueError(f"value: has shape {array.shape}, needed {self._leaves[node].shape}")
        self._leaves[node] = array
        self._replay()

    def _replay(self) -> None:
        position = self.position
        self.reset()
        self.seek(position)

    def descend(self, learning_rate: float, zero_gradients: bool = True) -> None:
        """Moves every parameter one step downhill and goes back to the start.

        zero_gradients: whether the gradients are forgotten before the next pass, as they must be.
        Raises ValueError while a parameter's gradient is not known yet.
        """
        parameters = [i for i in self._leaves if self.graph.nodes[i].kind == "parameter"]
        moved: dict[int, Array] = {}
        for node in parameters:
            gradient = self.gradients[node]
            if gradient is None:
                raise ValueError(f"learning_rate: the gradient of {self.graph.label(node)} is not known yet")
            with np.errstate(all="ignore"):
                moved[node] = np.asarray(self._leaves[node] - learning_rate * gradient)
        leftover = {i: g for i in self._leaves if (g := self.gradients[i]) is not None}
        self._kept = {} if zero_gradients else leftover
        self._leaves.update(moved)
        self._passes = []
        self._write_script()
        self.reset()

    def save(self) -> WalkState:
        """All that is needed to stand here again."""
        return WalkState(dict(self._leaves), dict(self._kept), tuple(self._passes), self.accumulate, self.position)

    def load(self, state: WalkState) -> None:
        """Stands where the state was saved. Raises ValueError when it belongs to another graph."""
        if state.leaves.keys() != self._leaves.keys():
            raise ValueError(f"state: has leaves {sorted(state.leaves)}, needed {sorted(self._leaves)}")
        self._leaves, self._kept = dict(state.leaves), dict(state.kept)
        self._passes, self.accumulate = list(state.passes), state.accumulate
        self._write_script()
        self.reset()
        self.seek(state.position)

    def trouble(self) -> Trouble | None:
        """Where the first value, or else the first gradient, stopped being finite; None when all are."""
        for node in self.graph.nodes:
            if not _finite(self.values[node.id]):
                return Trouble(node.id, "value")
        for node in reversed(self.graph.nodes):
            gradients = [self.gradients[operand] for operand in node.operands]
            if _finite(self.gradients[node.id]) and not all(_finite(gradient) for gradient in gradients):
                return Trouble(node.id, "gradient")
        return None


def _finite(array: Array | None) -> bool:
    return array is None or bool(np.isfinite(array).all())
