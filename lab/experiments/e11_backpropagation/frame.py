"""What is shown at one step: the graph with the values and gradients that are known by now, the step that was
just taken, and what follows from them. Nothing in it changes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lab.core.arithmetic import Term
from lab.core.simulation import Curve, Divergence, Metric
from lab.core.text import _
from lab.engine.gradcheck import UCurve
from lab.engine.graph import Graph
from lab.engine.graph_check import node_slopes
from lab.engine.graph_paths import PathSum, count_paths, paths_to_output
from lab.engine.operations import Array
from lab.engine.walk import Step, Trouble
from lab.experiments.e11_backpropagation.arithmetic import explain_metric
from lab.experiments.e11_backpropagation.graphs import entry_name
from lab.experiments.e11_backpropagation.puzzle import Puzzle, agrees
from lab.experiments.e11_backpropagation.rounds import Update
from lab.experiments.e11_backpropagation.settings import Params
from lab.experiments.e11_backpropagation.trouble import divergence_of
from lab.experiments.e11_backpropagation.words import described, remark

__all__ = ["MOST_NUMBERS", "MOST_PATHS", "GraphFrame", "metric_name"]

MOST_NUMBERS = 400
"""So many numbers of a graph have read-outs of their own."""
MOST_PATHS = 60
HALVES, DECADES = 0.5, 1.0  # steps of log h on the U-curve, where all are tried at once and where one by one
FLAT = 1e-3  # a gate whose slope is smaller than this is shut


@dataclass(frozen=True, eq=False)
class GraphFrame:
    """One step.

    key, sizes, shapes: of the source.  graph: with its bugs.  values, gradients: one place a node, None until reached.
    last: the step just taken; None at the start of a round.  upcoming: kind and node of the next step, None
    before an update.  position: in this round.  forward: steps of its forward pass.  round: number, from 0.
    losses: [n, 2], round and loss.  selected: the node that is looked at.
    checked: its entry that the check nudges; () where it is one number.
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
    puzzle: Puzzle
    trouble: Trouble | None
    received: bool

    # ------------------------------------------------------------------------------ what follows from it

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What each node is called."""
        return tuple(self.graph.label(node.id) for node in self.graph.nodes)

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
    def paths(self) -> PathSum | None:
        """The paths from the node that is looked at; None before the forward pass is through."""
        if not self.forward_done or not self.scalar or not self.needs[self.selected]:
            return None
        with np.errstate(all="ignore"):
            return paths_to_output(self.graph, [v for v in self.values if v is not None], self.selected, MOST_PATHS)

    @cached_property
    def path_counts(self) -> tuple[int, ...]:
        return count_paths(self.graph)

    # ----------------------------------------------------------------------------------------- the check

    @property
    def checked_name(self) -> str:
        return entry_name(self.names[self.selected], self.checked)

    def _claimed(self) -> float | None:
        """The gradient to be checked, None while it is not known."""
        gradient = self.shown_gradient(self.selected)
        if gradient is None or not self.forward_done:
            return None
        return float(gradient[self.checked]) if np.isfinite(gradient).all() else None

    def _measured(self, steps: Array, dtype: type) -> Array | None:
        """The slope by finite differences for each step size; None while there is nothing to compare with."""
        if self._claimed() is None:
            return None
        leaves = {i: v for i in self.graph.leaves if (v := self.values[i]) is not None}
        return node_slopes(self.graph, leaves, self.selected, steps, self.checked, dtype)

    def _curve(self, dtype: type) -> UCurve | None:
        steps = 10.0 ** -np.arange(1.0, 14.01, HALVES if self.scalar else DECADES)
        measured, slope = self._measured(steps, dtype), self._claimed()
        return None if measured is None or slope is None else UCurve(steps, np.abs(measured - slope))

    @cached_property
    def check64(self) -> UCurve | None:
        """The error of the finite difference over h in float64."""
        return self._curve(np.float64)

    @cached_property
    def check32(self) -> UCurve | None:
        """The same in float32."""
        return self._curve(np.float32)

    @cached_property
    def measured(self) -> tuple[float | None, float | None]:
        """The slope at h itself, in float64 and float32; None where h is too small to move the number."""
        both = (self._measured(np.array([self.params.h]), dtype) for dtype in (np.float64, np.float32))
        return tuple(None if m is None or np.isnan(m[0]) else float(m[0]) for m in both)  # type: ignore[return-value]

    # ------------------------------------------------------------------------------------ the read-outs

    def metrics(self) -> dict[str, Metric]:
        """Every number on screen."""
        known = [i for i in range(len(self.gradients)) if self.shown_gradient(i) is not None]
        values: dict[str, Metric] = {
            "step": self.step,
            "round": self.round,
            "loss": self.loss,
            "loss_before": self.loss_before,
            "nodes": len(self.graph.nodes),
            "links": len(self.graph.edges()),
            "gradients_known": len(known),
            "looked_at": self.checked_name,
            "shut": len(self.shut),
            "source_of_trouble": self.names[self.trouble.node] if self.trouble else None,
        }
        values |= self._of_paths() | self._of_check() | self._of_puzzle() | self._of_nodes() | self._of_update()
        return values

    def _of_paths(self) -> dict[str, Metric]:
        paths, counts = self.paths, self.path_counts
        values: dict[str, Metric] = {"paths": counts[self.selected] if self.scalar else None}
        secret = self.is_blank(self.selected)
        values["path_sum"] = None if paths is None or secret else paths.total
        for number, path in enumerate(paths.paths[:9] if paths and not secret else (), 1):
            values[f"path_{number}"] = path.product
        return values

    def _of_check(self) -> dict[str, Metric]:
        slope, (here64, here32) = self._claimed(), self.measured
        curves = (self.check64, self.check32)
        lowest = [float(np.nanmin(c.errors)) if c is not None and np.isfinite(c.errors).any() else None for c in curves]
        best = [c.best if c is not None and low is not None else None for c, low in zip(curves, lowest)]
        return {
            "claimed": slope,
            "measured": here64,
            "measured_32": here32,
            "error": None if here64 is None or slope is None else abs(here64 - slope),
            "error_32": None if here32 is None or slope is None else abs(here32 - slope),
            "lowest_error": lowest[0],
            "lowest_error_32": lowest[1],
            "best_h": best[0],
            "best_h_32": best[1],
        }

    def _of_puzzle(self) -> dict[str, Metric]:
        puzzle = self.puzzle
        right = [i for i in self.blanks if not self.is_blank(i)]
        return {
            "blanks": len(self.blanks) if puzzle.blanks else None,
            "blanks_right": len(right) if puzzle.blanks else None,
            "wrong_rules": len(puzzle.wrong) if puzzle.wrong else None,
            "wrong_rules_found": len(puzzle.found) if puzzle.wrong else None,
            "right_rules_accused": puzzle.misses if puzzle.wrong else None,
        }

    def _of_nodes(self) -> dict[str, Metric]:
        values: dict[str, Metric] = {}
        for node in self.graph.nodes:
            shape = self.shapes[node.id]
            if len(values) + 2 * math.prod(shape) > 2 * MOST_NUMBERS:
                continue
            value, gradient = self.values[node.id], self.shown_gradient(node.id)
            for index in np.ndindex(shape):
                name = metric_name(entry_name(self.names[node.id], index))
                values[f"value_{name}"] = None if value is None else float(value[index])
                if self.needs[node.id]:
                    values[f"grad_{name}"] = None if gradient is None else float(gradient[index])
        return values

    def _of_update(self) -> dict[str, Metric]:
        if self.update is None:
            return {}
        values: dict[str, Metric] = {"rate_used": self.update.rate}
        for node, new in self.update.new.items():
            if len(values) > MOST_NUMBERS:
                break
            for index in np.ndindex(new.shape):
                values[f"new_{metric_name(entry_name(self.names[node], index))}"] = float(new[index])
        return values

    def explain(self, name: str) -> Term | None:
        """The arithmetic of a read-out, from the very numbers that were used."""
        return explain_metric(self, name)

    # ------------------------------------------------------------------------- what the window may ask

    def describe(self) -> str:
        """The state in one or two sentences."""
        return described(self)

    @property
    def remark(self) -> str:
        """What is special about this state, in a sentence; "" where nothing is."""
        return remark(self)

    @cached_property
    def divergence(self) -> Divergence | None:
        """The card for the first number that is not finite."""
        return divergence_of(self)

    def unused(self) -> dict[str, str]:
        """The controls without effect now, and why."""
        reasons: dict[str, str] = {}
        if self.params.graph == "formula":
            reasons["detail"] = _("A formula is made of single numbers. Choose a network.")
        else:
            reasons["formula"] = _("Choose “My formula” above to use it.")
        if self.params.graph != "received":
            reasons["example"] = _("Only a received network brings examples.")
        if self.params.puzzle not in ("wrong1", "wrong3"):
            reasons["puzzle_number"] = _("Only where a rule is wrong.")
        return reasons

    def unavailable(self) -> dict[str, tuple[str, ...]]:
        """A received network can only be chosen when one was received."""
        return {} if self.received else {"graph": ("received",)}

    def curves(self) -> tuple[Curve, ...]:
        """The loss of each round, and the U-curves."""
        rows = self.losses
        found = [Curve(_("loss"), _("round"), _("loss"), rows[:, 0], rows[:, 1])]
        for name, curve in (("float64", self.check64), ("float32", self.check32)):
            if curve is not None:
                found.append(Curve(name, "h", _("error"), curve.steps, curve.errors))
        return tuple(found)


def metric_name(label: str) -> str:
    """A node's name as part of the name of a read-out: W1[1,2] is W1_1_2, c′ is c_prime."""
    plain = label.replace("′", "_prime").replace("[", "_").replace(",", "_").replace("]", "").replace("−", "minus")
    return "".join(letter if letter.isalnum() or letter == "_" else "_" for letter in plain)
