"""A run's parts as plain values, for saving, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lab.experiments.e01_what_is_ml.examples import Examples
from lab.experiments.e01_what_is_ml.line import Line
from lab.experiments.e01_what_is_ml.rules import Rule
from lab.kit.arrays import read_only

__all__ = ["examples_in", "examples_out", "line_in", "line_out", "rule_in", "rule_out"]


def line_out(line: Line | None) -> list[float] | None:
    """A line as two numbers."""
    return None if line is None else [line.slope, line.intercept]


def line_in(value: Sequence[float] | None) -> Line | None:
    """The inverse of `line_out`."""
    return None if value is None else Line(float(value[0]), float(value[1]))


def rule_out(rule: Rule | None) -> dict[str, list[float]] | None:
    """A rule as two lists."""
    return None if rule is None else {"limits": list(rule.limits), "answers": list(rule.answers)}


def rule_in(value: Mapping[str, Sequence[float]] | None) -> Rule | None:
    """The inverse of `rule_out`. Raises ValueError when the lists do not fit."""
    if value is None:
        return None
    limits, answers = (tuple(float(v) for v in value[key]) for key in ("limits", "answers"))
    return Rule(limits, answers)


def examples_out(examples: Examples) -> dict[str, Any]:
    """The points and all that is said about them."""
    return {
        "x": examples.x,
        "y": examples.y,
        "new_x": examples.new_x,
        "new_y": examples.new_y,
        "ask": None if examples.ask is None else list(examples.ask),
        "names": list(examples.names),
        "extent": list(examples.extent),
        "title": examples.title,
        "source": examples.source,
        "left_out": examples.left_out,
    }


def examples_in(state: Mapping[str, Any]) -> Examples:
    """The inverse of `examples_out`. Raises ValueError when the columns do not fit together."""
    x, y, new_x, new_y = (read_only(state[key]).reshape(-1) for key in ("x", "y", "new_x", "new_y"))
    names, extent, ask = tuple(state["names"]), tuple(float(v) for v in state["extent"]), state["ask"]
    if x.shape != y.shape or new_x.shape != new_y.shape or len(names) != 4 or len(extent) != 4:
        raise ValueError(f"state: x {x.shape}, y {y.shape}, new {new_x.shape} and {new_y.shape} do not fit together")
    question = None if ask is None else (float(ask[0]), float(ask[1]))
    texts = str(state["title"]), str(state["source"])
    return Examples(x, y, new_x, new_y, question, names, extent, *texts, int(state.get("left_out", 0)))
