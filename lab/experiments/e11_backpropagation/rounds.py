"""Training on one example, cut as fine as it can be: forward node by node, backward node by node, the update,
and the same again. A `Walk` does the first two; here the rounds are counted and the update is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lab.core.records import dataclass
from lab.engine.graph.nodes import Graph
from lab.engine.graph.operations import Array
from lab.engine.graph.walk import Trouble, Walk, WalkState
from lab.kit.arrays import read_only

__all__ = ["MOST_LOSSES", "Fault", "Rounds", "Update"]

MOST_LOSSES = 1_000
PARTS = ("old", "gradient", "new")  # of an update


@dataclass(frozen=True, slots=True, eq=False)
class Update:
    """The step downhill that ended the last round: for each parameter its id, and old − rate · gradient = new."""

    rate: float
    old: Mapping[int, Array]
    gradient: Mapping[int, Array]
    new: Mapping[int, Array]


@dataclass(frozen=True, slots=True, eq=False)
class Fault:
    """Where and in which round a number was first not finite, and what that node was given: later rounds only hand
    it on."""

    trouble: Trouble
    operands: tuple[Array, ...]
    round: int


class Rounds:
    """Repeated walks through a graph.

    number: rounds that are complete.  losses: [n, 2], round and loss of those whose forward pass is done.
    """

    def __init__(self, graph: Graph, passes: int, accumulate: bool, keep: bool) -> None:
        self.number = 0
        self.update: Update | None = None
        self.fault: Fault | None = None
        self._losses: list[tuple[int, float]] = []
        self._passes, self._keep = passes, keep
        self.walk = Walk(graph, accumulate=accumulate)
        self._add_passes()

    def _add_passes(self) -> None:
        for _ in range(self._passes - 1):
            self.walk.again(zero_gradients=not self._keep)

    # ----------------------------------------------------------------------------------- where we are

    @property
    def length(self) -> int:
        """Steps of a round, the update included."""
        return len(self.walk) + 1

    @property
    def forward_length(self) -> int:
        return len(self.walk.graph.results)

    @property
    def ends(self) -> tuple[int, ...]:
        """The places in a round at which a pass is complete: forward, each backward, and the update."""
        forward = self.forward_length
        backward = (len(self.walk) - forward - (self._passes - 1)) // self._passes
        return (0, forward, *(forward + (i + 1) * backward + i for i in range(self._passes)))

    @property
    def losses(self) -> Array:
        return np.array(self._losses or np.empty((0, 2)), np.float64)

    # ----------------------------------------------------------------------------------------- moving

    def step(self, rate: float) -> None:
        """One node forward or back; when all are done, the update."""
        if self.walk.done:
            self._descend(rate)
        else:
            self.walk.step()
            if self.walk.position == self.forward_length:
                self.note_loss()
        self._note_fault()

    def _note_fault(self) -> None:
        """Remember the first number that is not finite, until all are again."""
        trouble = self.walk.trouble()
        if trouble is None:
            self.fault = None
        elif self.fault is None:
            given = (self.walk.values[operand] for operand in self.walk.graph.nodes[trouble.node].operands)
            known = tuple(read_only(value) for value in given if value is not None)
            self.fault = Fault(trouble, known, self.number)

    def _descend(self, rate: float) -> None:
        walk = self.walk
        moved = [i for i in walk.leaves if walk.graph.nodes[i].kind == "parameter"]
        old = {i: walk.leaves[i] for i in moved}
        gradient = {i: g for i in moved if (g := walk.gradients[i]) is not None}
        walk.descend(rate, zero_gradients=not self._keep)
        self.update = Update(rate, old, gradient, {i: walk.leaves[i] for i in moved})
        self._add_passes()
        self.number += 1

    def note_loss(self) -> None:
        """Write down the output of this round, when forward is done; a leaf may have changed it."""
        value = self.walk.values[self.walk.graph.output]
        if value is None:
            return
        point = (self.number, float(value.sum()))
        if self._losses and self._losses[-1][0] == self.number:
            self._losses[-1] = point
        else:
            self._losses.append(point)
        if len(self._losses) > MOST_LOSSES:
            self._losses = [*self._losses[:-1:2], self._losses[-1]]

    # --------------------------------------------------------------------------------------- changing

    def change(self, graph: Graph, accumulate: bool, keep: bool) -> None:
        """The same place in another graph of the same nodes, or with other bugs."""
        state = self.walk.save()
        self._keep = keep
        self.walk = Walk(graph, accumulate=accumulate)
        passes = (not keep,) * (self._passes - 1)
        self.walk.load(WalkState(state.leaves, state.kept, passes, accumulate, state.position))
        self._note_fault()

    def set_leaf(self, leaf: int, index: tuple[int, ...], value: float) -> float:
        """Give one number of a leaf another value; returns the one before."""
        values = self.walk.leaves[leaf].copy()
        before = float(values[index])
        values[index] = value
        self.walk.set_leaf(leaf, values)
        self.note_loss()
        self._note_fault()
        return before

    # ----------------------------------------------------------------------------------- kept, given

    def save(self) -> dict[str, Any]:
        """All of it as plain values."""
        state, update = self.walk.save(), self.update
        return {
            "leaves": _named(state.leaves),
            "kept": _named(state.kept),
            "passes": list(state.passes),
            "accumulate": state.accumulate,
            "position": state.position,
            "number": self.number,
            "losses": self.losses,
            "fault": self.fault and _fault_saved(self.fault),
            "update": update and {"rate": update.rate, **{part: _named(getattr(update, part)) for part in PARTS}},
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError when it belongs to another graph."""
        leaves = _numbered(state["leaves"])
        for i, value in self.walk.leaves.items():
            if i not in leaves or leaves[i].shape != value.shape:
                raise ValueError(f"state: leaf {i} is missing or has another shape than {value.shape}")
        passes = tuple(bool(zeroed) for zeroed in state["passes"])
        kept, position = _numbered(state["kept"]), int(state["position"])
        self.walk.load(WalkState(leaves, kept, passes, bool(state["accumulate"]), position))
        self.number, update = int(state["number"]), state["update"]
        self._losses = [(int(n), float(loss)) for n, loss in np.asarray(state["losses"], np.float64).reshape(-1, 2)]
        self.update = update and Update(float(update["rate"]), *(_numbered(update[part]) for part in PARTS))
        fault = state.get("fault")
        self.fault = _fault_loaded(fault, len(self.walk.graph.nodes)) if fault else None
        self._note_fault()


def _fault_saved(fault: Fault) -> dict[str, Any]:
    trouble = fault.trouble
    return {"node": trouble.node, "where": trouble.where, "operands": list(fault.operands), "round": fault.round}


def _fault_loaded(saved: Mapping[str, Any], nodes: int) -> Fault:
    node, where = int(saved["node"]), str(saved["where"])
    if not 0 <= node < nodes or where not in ("value", "gradient"):
        raise ValueError(f"state: there is no fault in the {where} of node {node}")
    operands = tuple(read_only(np.array(value, np.float64)) for value in saved["operands"])
    trouble = Trouble(node, "value" if where == "value" else "gradient")
    return Fault(trouble, operands, int(saved["round"]))


def _named(arrays: Mapping[int, Array]) -> dict[str, Array]:
    return {str(i): np.asarray(array) for i, array in arrays.items()}


def _numbered(arrays: Mapping[str, Any]) -> dict[int, Array]:
    return {int(i): np.array(array, np.float64) for i, array in arrays.items()}
