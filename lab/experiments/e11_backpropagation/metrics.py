"""Every number on screen. A number of the graph is called after its node: value_a and grad_a; W1[1,2] is value_W1_1_2
in either form of a network."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from lab.core.metric import Family, Metric, Metrics, Value
from lab.core.text import N_
from lab.experiments.e11_backpropagation import arithmetic as why
from lab.experiments.e11_backpropagation.frame import GraphFrame
from lab.experiments.e11_backpropagation.graphs import entry_name, metric_name
from lab.experiments.e11_backpropagation.puzzle import Puzzle
from lab.experiments.e11_backpropagation.slope_check import SlopeCheck
from lab.kit.metrics import of_part

__all__ = ["METRICS"]

MOST_NUMBERS = 400
"""So many numbers of a graph have read-outs of their own."""
MOST_PATHS = 9  # likewise


def _gradients_known(frame: GraphFrame) -> int:
    return sum(frame.shown_gradient(i) is not None for i in range(len(frame.gradients)))


def _blanks_right(frame: GraphFrame) -> int | None:
    return sum(not frame.is_blank(i) for i in frame.blanks) if frame.puzzle.blanks else None


def _of_repair(value: Callable[[Puzzle], int]) -> Callable[[GraphFrame], Value]:
    """A read-out of a puzzle with wrong rules; None in any other."""
    return lambda frame: value(frame.puzzle) if frame.puzzle.wrong else None


def _path_sum(frame: GraphFrame) -> float | None:
    return None if frame.paths is None or frame.is_blank(frame.selected) else frame.paths.total


def _paths(frame: GraphFrame) -> dict[str, Value]:
    if frame.paths is None or frame.is_blank(frame.selected):
        return {}
    return {f"path_{number}": path.product for number, path in enumerate(frame.paths.paths[:MOST_PATHS], 1)}


def _of_check64(value: Callable[[SlopeCheck], Value]) -> Callable[[GraphFrame], Value]:
    """A read-out of the check of the gradient in float64."""
    return lambda frame: None if frame.check64 is None else value(frame.check64)


def _of_check32(value: Callable[[SlopeCheck], Value]) -> Callable[[GraphFrame], Value]:
    return lambda frame: None if frame.check32 is None else value(frame.check32)


def _nodes(frame: GraphFrame) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for node in frame.graph.nodes:
        shape = frame.shapes[node.id]
        if len(values) + 2 * math.prod(shape) > 2 * MOST_NUMBERS:
            continue
        value, gradient = frame.values[node.id], frame.shown_gradient(node.id)
        for index in np.ndindex(shape):
            name = metric_name(entry_name(frame.names[node.id], index))
            values[f"value_{name}"] = None if value is None else float(value[index])
            if frame.needs[node.id]:
                values[f"grad_{name}"] = None if gradient is None else float(gradient[index])
    return values


def _updated(frame: GraphFrame) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for node, new in frame.update.new.items() if frame.update else ():
        if len(values) >= MOST_NUMBERS:
            break
        for index in np.ndindex(new.shape):
            values[f"new_{metric_name(entry_name(frame.names[node], index))}"] = float(new[index])
    return values


METRICS: Metrics[GraphFrame] = Metrics(
    Metric("step", N_("step"), lambda frame: frame.step),
    Metric("round", N_("updates done"), lambda frame: frame.round),
    Metric("loss", N_("output L"), lambda frame: frame.loss, why.loss),
    Metric("loss_before", N_("output one round ago"), lambda frame: frame.loss_before),
    Metric("nodes", N_("nodes"), lambda frame: len(frame.graph.nodes)),
    Metric("links", N_("links"), lambda frame: len(frame.graph.edges())),
    Metric("gradients_known", N_("gradients known"), _gradients_known),
    Metric("looked_at", N_("looked at"), lambda frame: frame.checked_name),
    Metric("shut", N_("gates shut"), lambda frame: len(frame.shut)),
    Metric(
        "source_of_trouble",
        N_("where it became infinite"),
        lambda frame: frame.names[frame.trouble.node] if frame.trouble else None,
    ),
    Metric("paths", N_("paths"), lambda frame: frame.path_counts[frame.selected] if frame.scalar else None),
    Metric("paths_to", N_("paths end at"), lambda frame: frame.names[frame.goal]),
    Metric("path_sum", N_("sum over paths"), _path_sum, why.path_sum),
    Metric(
        "path_through",
        N_("gradient through the end of the paths"),
        lambda frame: None if frame.is_blank(frame.selected) else frame.through,
        why.path_through,
    ),
    Family(_paths, why.path),
    Metric("claimed", N_("gradient by the chain rule"), lambda frame: frame.claimed),
    Metric("measured", N_("slope by nudging"), _of_check64(lambda check: check.measured)),
    Metric("measured_32", N_("slope by nudging, float32"), _of_check32(lambda check: check.measured)),
    Metric("error", N_("error of the check"), _of_check64(lambda check: check.error), why.error_64, 2),
    Metric("error_32", N_("error of the check, float32"), _of_check32(lambda check: check.error), why.error_32, 2),
    Metric("lowest_error", N_("smallest error of the check"), _of_check64(lambda check: check.lowest), digits=2),
    Metric("lowest_error_32", N_("smallest error, float32"), _of_check32(lambda check: check.lowest), digits=2),
    Metric("best_h", N_("best h"), _of_check64(lambda check: check.best_h)),
    Metric("best_h_32", N_("best h, float32"), _of_check32(lambda check: check.best_h)),
    Metric("blanks", N_("blanks"), lambda frame: len(frame.blanks) if frame.puzzle.blanks else None),
    Metric("blanks_right", N_("blanks filled in rightly"), _blanks_right),
    Metric("wrong_rules", N_("wrong rules"), _of_repair(lambda puzzle: len(puzzle.wrong))),
    Metric("wrong_rules_found", N_("wrong rules found"), _of_repair(lambda puzzle: len(puzzle.found))),
    Metric("right_rules_accused", N_("right rules accused"), _of_repair(lambda puzzle: puzzle.misses)),
    Family(_nodes, why.graph_number),
    of_part(lambda frame: frame.update, Metric("rate_used", N_("η of the last update"), lambda update: update.rate)),
    Family(_updated, why.graph_number),
)
