"""Every number on screen by its name, for the run bar, the lesson and the tests. A number of the graph is called
after its node: value_a and grad_a; W1[1,2] is value_W1_1_2 in either form of a network."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from lab.core.metric import Value
from lab.experiments.e11_backpropagation.graphs import entry_name

if TYPE_CHECKING:
    from lab.experiments.e11_backpropagation.frame import GraphFrame

__all__ = ["MOST_NUMBERS", "metric_name", "read_outs"]

MOST_NUMBERS = 400
"""So many numbers of a graph have read-outs of their own."""


def read_outs(frame: GraphFrame) -> dict[str, Value]:
    """Every number on screen."""
    known = [i for i in range(len(frame.gradients)) if frame.shown_gradient(i) is not None]
    values: dict[str, Value] = {
        "step": frame.step,
        "round": frame.round,
        "loss": frame.loss,
        "loss_before": frame.loss_before,
        "nodes": len(frame.graph.nodes),
        "links": len(frame.graph.edges()),
        "gradients_known": len(known),
        "looked_at": frame.checked_name,
        "shut": len(frame.shut),
        "source_of_trouble": frame.names[frame.trouble.node] if frame.trouble else None,
    }
    values |= _of_paths(frame) | _of_check(frame) | _of_puzzle(frame) | _of_nodes(frame) | _of_update(frame)
    return values


def _of_paths(frame: GraphFrame) -> dict[str, Value]:
    paths, secret = frame.paths, frame.is_blank(frame.selected)
    values: dict[str, Value] = {
        "paths": frame.path_counts[frame.selected] if frame.scalar else None,
        "paths_to": frame.names[frame.goal],
        "path_sum": None if paths is None or secret else paths.total,
        "path_through": None if secret else frame.through,
    }
    for number, path in enumerate(paths.paths[:9] if paths and not secret else (), 1):
        values[f"path_{number}"] = path.product
    return values


def _of_check(frame: GraphFrame) -> dict[str, Value]:
    slope, (here64, here32) = frame.claimed, frame.measured
    curves = (frame.check64, frame.check32)
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


def _of_puzzle(frame: GraphFrame) -> dict[str, Value]:
    puzzle = frame.puzzle
    right = [i for i in frame.blanks if not frame.is_blank(i)]
    return {
        "blanks": len(frame.blanks) if puzzle.blanks else None,
        "blanks_right": len(right) if puzzle.blanks else None,
        "wrong_rules": len(puzzle.wrong) if puzzle.wrong else None,
        "wrong_rules_found": len(puzzle.found) if puzzle.wrong else None,
        "right_rules_accused": puzzle.misses if puzzle.wrong else None,
    }


def _of_nodes(frame: GraphFrame) -> dict[str, Value]:
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


def _of_update(frame: GraphFrame) -> dict[str, Value]:
    if frame.update is None:
        return {}
    values: dict[str, Value] = {"rate_used": frame.update.rate}
    for node, new in frame.update.new.items():
        if len(values) > MOST_NUMBERS:
            break
        for index in np.ndindex(new.shape):
            values[f"new_{metric_name(entry_name(frame.names[node], index))}"] = float(new[index])
    return values


def metric_name(label: str) -> str:
    """A node's name as part of the name of a read-out: W1[1,2] is W1_1_2, c′ is c_prime."""
    plain = label.replace("′", "_prime").replace("[", "_").replace(",", "_").replace("]", "").replace("−", "minus")
    return "".join(letter if letter.isalnum() or letter == "_" else "_" for letter in plain)
