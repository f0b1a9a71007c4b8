"""Graphs to repair and gradients to work out: what was hidden, what was found, and what was guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any

import numpy as np

from lab.core.params import ParamError
from lab.core.records import dataclass
from lab.core.text import N_, _
from lab.engine.graph.nodes import Graph
from lab.engine.graph.wrong_rules import Sabotage, sabotage_one
from lab.experiments.e11_backpropagation.settings import Params

__all__ = ["MISTAKES", "TOLERANCE", "Puzzle", "agrees", "puzzle_of"]

TOLERANCE = 0.01
"""A gradient that was filled in may be off by so large a share."""
HOW_MANY, ATTEMPTS = {"wrong1": 1, "wrong3": 3}, 200
MISTAKES = (  # as the engine words them, for translators
    N_("the second operand receives nothing"),
    N_("the minus is forgotten"),
    N_("each operand is multiplied by itself instead of by the other"),
    N_("the arriving gradient is not multiplied in"),
    N_("the minus of the denominator is forgotten"),
    N_("the exponent is not lowered by one"),
    N_("the 2 is forgotten"),
    N_("the input is used instead of the output"),
    N_("multiplied by the input instead of divided"),
    N_("the square is forgotten: 1 − out"),
    N_("the first factor is forgotten: 1 − out"),
    N_("the gradient passes where the input is negative too"),
    N_("the derivative of the sine is taken to be the sine"),
    N_("the output is used instead of the sigmoid"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Puzzle:
    """wrong: the rules that were tampered with, found or not.  graph: as it stands now, with those that are left.
    found: the nodes of those found.  fills: gradients filled in, by the name of the node.  misses: right rules
    that were accused.  accused: the last one, "" for none.
    """

    kind: str
    graph: Graph
    wrong: tuple[Sabotage, ...] = ()
    found: tuple[int, ...] = ()
    fills: Mapping[str, float] = field(default_factory=dict)
    misses: int = 0
    accused: str = ""

    @property
    def blanks(self) -> bool:
        return self.kind == "blanks"

    @property
    def solved(self) -> bool:
        """Whether every wrong rule was found."""
        return bool(self.wrong) and len(self.found) == len(self.wrong)

    def mistake_at(self, node: int) -> str:
        """What was done to a rule that was found; "" for any other."""
        return next((w.mistake for w in self.wrong if w.node == node and node in self.found), "")

    def accuse(self, clean: Graph, node: int) -> Puzzle:
        """The puzzle after a rule was accused, rightly or not."""
        name = clean.label(node)
        hit = any(wrong.node == node for wrong in self.wrong) and node not in self.found
        if not hit:
            return replace(self, misses=self.misses + 1, accused=name)
        repaired = self.graph.replaced(node, operation=clean.nodes[node].operation)
        return replace(self, graph=repaired, found=(*self.found, node), accused=name)

    def fill(self, name: str, value: float | None) -> Puzzle:
        """The puzzle with a gradient filled in, or emptied."""
        fills = {key: old for key, old in self.fills.items() if key != name}
        return replace(self, fills=fills if value is None else fills | {name: value})

    def save(self) -> dict[str, Any]:
        """What the learner did."""
        return {
            "found": list(self.found),
            "fills": dict(self.fills),
            "misses": self.misses,
            "accused": self.accused,
        }

    def load(self, clean: Graph, state: Mapping[str, Any]) -> Puzzle:
        """The same puzzle, as far as it had been solved."""
        graph = self.graph
        found = tuple(int(node) for node in state["found"])
        for node in found:
            graph = graph.replaced(node, operation=clean.nodes[node].operation)
        fills = {str(name): float(value) for name, value in state["fills"].items()}
        return replace(
            self, graph=graph, found=found, fills=fills, misses=int(state["misses"]), accused=str(state["accused"])
        )


def puzzle_of(params: Params, clean: Graph) -> Puzzle:
    """The puzzle that the controls ask for. The number alone decides where the mistakes are, never the seed.

    Raises ParamError when the graph has too few places for mistakes that would show.
    """
    rng = np.random.default_rng([1101, params.puzzle_number])
    graph, wrong = clean, list[Sabotage]()
    for _attempt in range(ATTEMPTS):
        if len(wrong) == HOW_MANY.get(params.puzzle, 0):
            return Puzzle(params.puzzle, graph, tuple(wrong))
        try:
            with np.errstate(all="ignore"):
                broken, what = sabotage_one(graph, rng)
        except ValueError:
            break
        if what.node not in {place.node for place in wrong}:
            graph, wrong = broken, [*wrong, what]
    raise ParamError("puzzle", _("this graph has too few places where a wrong rule would show"))


def agrees(filled: float, right: float) -> bool:
    """Whether a filled-in gradient is right to 1 %; where the right one is 0, to a thousandth."""
    return bool(abs(filled - right) <= max(TOLERANCE * abs(right), 1e-3 if right == 0 else 1e-12))
