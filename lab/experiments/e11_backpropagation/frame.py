"""What is shown at one step: the graph with the values and gradients that are known by now, the step that was
just taken, and what follows from them. Nothing in it changes."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import DTypeLike

from lab.core.records import dataclass
from lab.engine.graph.check import node_slopes
from lab.engine.graph.gradcheck import UCurve
from lab.engine.graph.nodes import Graph
from lab.engine.graph.operations import Array
from lab.engine.graph.paths import PathSum, count_paths, paths_to_output
from lab.engine.graph.walk import Step, Trouble
from lab.experiments.e11_backpropagation.graphs import entry_name
from lab.experiments.e11_backpropagation.puzzle import Puzzle, agrees
from lab.experiments.e11_backpropagation.rounds import Fault, Update
from lab.experiments.e11_backpropagation.settings import Params
from lab.experiments.e11_backpropagation.slope_check import SlopeCheck

__all__ = ["MOST_PATHS", "GraphFrame"]

MOST_PATHS = 24
HALVES, DECADES = 0.5, 1.0  # steps of log h on the U-curve, where all are tried at once and where one by one
FLAT = 1e-3  # a gate whose slope is smaller than this is shut


@dataclass(frozen=True, eq=False)
class GraphFrame:
    """One step.

    key, sizes, shapes: of the source.  graph: with its bugs.  values, gradients: one place a node, None until reached.
    last: the step just taken; None at the start of a round.  upcoming: kind and node of the next step, None
    before an update.  position: in this round.  forward: steps of its forward pass.  round: number, from 0.
    losses: [n, 2], round and loss.  selected: the node whose paths and check are shown.
    checked: its entry that the check nudges; () where it is one number.
    end: the node that was chosen as the end of paths.  fault: where a number was first not finite.
    """

    step: int
    params: Params
    key: str
    sizes: tuple[int, ...]
    shapes: tuple[tuple[int, ...], ...]
    graph: Graph
    values: tuple[Array | None, ...]
    gradients: tuple[Array | None, ...]
    last: Step | None
    upcoming: tuple[str, int] | None
    position: int
    forward: int
    round: int
    update: Update | None
    losses: Array
    selected: int
    checked: tuple[int, ...]
    end: int
    puzzle: Puzzle
    fault: Fault | None
    received: bool

    # ------------------------------------------------------------------------------ what follows from it

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What each node is called."""
        return tuple(self.graph.label(node.id) for node in self.graph.nodes)

    @property
    def trouble(self) -> Trouble | None:
        """Where a number was first not finite."""
        return self.fault.trouble if self.fault else None

    @property
    def loss(self) -> float | None:
        """The output, where the forward pass has reached it."""
        value = self.values[self.graph.output]
        return None if value is None else float(value.sum())

    @property
    def loss_before(self) -> float | None:
        """The output one round ago."""
        before = self.losses[self.losses[:, 0] < self.round] if len(self.losses) else self.losses
        return float(before[-1, 1]) if len(before) else None

    @property
    def forward_done(self) -> bool:
        return self.position >= self.forward

    @property
    def scalar(self) -> bool:
        """Whether every node is one number, so that paths can be followed."""
        return all(node.value is None or node.value.ndim == 0 for node in self.graph.nodes)

    @cached_property
    def needs(self) -> tuple[bool, ...]:
        """For each node whether it receives a gradient at all."""
        return self.graph.needs_gradient()

    def shown_gradient(self, node: int) -> Array | None:
        """A gradient as it may be seen: None while it is a blank to be filled in."""
        gradient = self.gradients[node]
        return None if gradient is None or self.is_blank(node) else gradient

    def is_blank(self, node: int) -> bool:
        """Whether this gradient is still to be filled in rightly."""
        if not self.puzzle.blanks or node == self.graph.output or not self.needs[node]:
            return False
        filled, right = self.puzzle.fills.get(self.names[node]), self.gradients[node]
        return filled is None or right is None or not agrees(filled, float(right.sum()))

    @cached_property
    def blanks(self) -> tuple[int, ...]:
        """The leaves whose gradient the puzzle asks for."""
        if not self.puzzle.blanks:
            return ()
        return tuple(i for i in self.graph.leaves if self.needs[i])

    @cached_property
    def shut(self) -> tuple[int, ...]:
        """Gates so far out that hardly any gradient passes: saturated, or a relu at or below 0."""
        found = []
        for node in self.graph.results:
            operation = self.graph.nodes[node].operation
            if operation is None or operation.name not in ("sigmoid", "tanh", "relu") or self.values[node] is None:
                continue
            slope = self.graph.local_derivatives(node, self.values)[0]
            if slope is not None and bool((np.abs(slope) < FLAT).all()):
                found.append(node)
        return tuple(found)

    @cached_property
    def behind(self) -> tuple[int, ...]:
        """The nodes that the selected one leads to, itself the first: where its paths may end."""
        return (self.selected, *self.graph.after(self.selected))

    @property
    def goal(self) -> int:
        """Where paths end: the output where none leads to the chosen node."""
        return self.end if self.end in self.behind else self.graph.output

    @cached_property
    def to_goal(self) -> Graph:
        """The part of the graph that ends there."""
        return Graph(self.graph.nodes[: self.goal + 1])

    @cached_property
    def paths(self) -> PathSum | None:
        """The paths from the selected node; None before the forward pass has come to their end."""
        values = self.values[: self.goal + 1]
        if any(value is None for value in values) or not self.scalar or not self.needs[self.selected]:
            return None
        with np.errstate(all="ignore"):
            return paths_to_output(self.to_goal, [v for v in values if v is not None], self.selected, MOST_PATHS)

    @cached_property
    def path_counts(self) -> tuple[int, ...]:
        """For each node up to the goal the number of its paths there."""
        return count_paths(self.to_goal)

    @property
    def through(self) -> float | None:
        """How much of the gradient of the selected node comes through the end of its paths; None where they end at
        the output, or backward has not come so far."""
        arrived = self.shown_gradient(self.goal)
        if self.goal == self.graph.output or self.paths is None or arrived is None or not self.complete(self.goal):
            return None
        return float(arrived) * self.paths.total

    def complete(self, node: int) -> bool:
        """Whether all that this backward pass brings to a node has arrived."""
        if self.puzzle.blanks or self.upcoming is None or self.upcoming[0].startswith("again"):
            return True
        kind, next_one = self.upcoming
        users = (target for target in self.graph.results if node in self.graph.nodes[target].operands)
        return kind == "backward" and all(user > next_one or not self.needs[user] for user in users)

    # ----------------------------------------------------------------------------------------- the check

    @property
    def checked_name(self) -> str:
        return entry_name(self.names[self.selected], self.checked)

    @property
    def claimed(self) -> float | None:
        """The gradient to be checked, None while it is not known."""
        gradient = self.shown_gradient(self.selected)
        if gradient is None or not self.forward_done:
            return None
        return float(gradient[self.checked]) if np.isfinite(gradient).all() else None

    @cached_property
    def check64(self) -> SlopeCheck | None:
        """The gradient against finite differences in float64; None while it is not known."""
        return self._check(np.float64)

    @cached_property
    def check32(self) -> SlopeCheck | None:
        """The same in float32."""
        return self._check(np.float32)

    def _check(self, dtype: DTypeLike) -> SlopeCheck | None:
        if self.claimed is None:
            return None
        grid = 10.0 ** -np.arange(1.0, 14.01, HALVES if self.scalar else DECADES)
        leaves = {i: v for i in self.graph.leaves if (v := self.values[i]) is not None}
        steps = np.append(grid, self.params.h)
        slopes = node_slopes(self.graph, leaves, self.selected, steps, self.checked, dtype)
        measured = None if np.isnan(slopes[-1]) else float(slopes[-1])
        return SlopeCheck(self.claimed, measured, UCurve(grid, np.abs(slopes[:-1] - self.claimed)))
