"""Graphs with one wrong rule, for learners to find. Each wrong rule is a mistake people really make when
they write a backward pass by hand: it computes the right value and passes the wrong gradient back. The
judge is `check.node_error`, which measures a node's derivative by nudging its operands."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from lab.core.records import dataclass
from lab.engine.graph.gradcheck import relative_error
from lab.engine.graph.nodes import Graph
from lab.engine.graph.operations import Array

__all__ = ["WRONG_RULES", "Sabotage", "sabotage", "sabotage_one"]


@dataclass(frozen=True, slots=True)
class Sabotage:
    """A mistake put into a rule: the node, and what was done, as a reader is told afterwards."""

    node: int
    mistake: str


WRONG_RULES: dict[str, tuple[tuple[str, Any], ...]] = {
    "add": (("the second operand receives nothing", lambda g, out, a, b: (g, np.zeros_like(g))),),
    "subtract": (("the minus is forgotten", lambda g, out, a, b: (g, g)),),
    "multiply": (
        ("each operand is multiplied by itself instead of by the other", lambda g, out, a, b: (g * a, g * b)),
        ("the arriving gradient is not multiplied in", lambda g, out, a, b: (b + 0 * g, a + 0 * g)),
    ),
    "divide": (("the minus of the denominator is forgotten", lambda g, out, a, b: (g / b, g * out / b)),),
    "power": (("the exponent is not lowered by one", lambda g, out, a, b: (g * b * out, g * out * np.log(np.abs(a)))),),
    "square": (("the 2 is forgotten", lambda g, out, x: (g * x,)),),
    "negate": (("the minus is forgotten", lambda g, out, x: (g,)),),
    "exp": (("the input is used instead of the output", lambda g, out, x: (g * x,)),),
    "log": (("multiplied by the input instead of divided", lambda g, out, x: (g * x,)),),
    "tanh": (("the square is forgotten: 1 − out", lambda g, out, x: (g * (1.0 - out),)),),
    "sigmoid": (
        ("the first factor is forgotten: 1 − out", lambda g, out, x: (g * (1.0 - out),)),
        ("the input is used instead of the output", lambda g, out, x: (g * x * (1.0 - x),)),
    ),
    "relu": (("the gradient passes where the input is negative too", lambda g, out, x: (g,)),),
    "sin": (("the derivative of the sine is taken to be the sine", lambda g, out, x: (g * out,)),),
    "cos": (("the minus is forgotten", lambda g, out, x: (g * np.sin(x),)),),
    "softplus": (("the output is used instead of the sigmoid", lambda g, out, x: (g * out,)),),
}


def sabotage(graph: Graph, node: int, choice: int = 0) -> tuple[Graph, Sabotage]:
    """The graph with the rule of one node replaced by a wrong one; its value stays right.

    choice: which of the operation's wrong rules.
    Raises ValueError when the node is a leaf or no mistake is known for its operation.
    """
    operation = graph.nodes[node].operation
    if operation is None or operation.name not in WRONG_RULES:
        name = operation.name if operation else "a leaf"
        raise ValueError(f"node: {node} is {name}, needs one of {', '.join(WRONG_RULES)}")
    rules = WRONG_RULES[operation.name]
    if not 0 <= choice < len(rules):
        raise ValueError(f"choice: {choice}, {operation.name} has {len(rules)} wrong rules")
    mistake, rule = rules[choice]
    return graph.replaced(node, operation=replace(operation, backward=rule)), Sabotage(node, mistake)


def sabotage_one(graph: Graph, rng: np.random.Generator) -> tuple[Graph, Sabotage]:
    """The graph with a wrong rule at a random place, where it makes some leaf's gradient visibly wrong.

    Raises ValueError when there is no such place.
    """
    values = graph.forward()
    right = _leaf_gradients(graph, values)
    places = [
        (node, choice)
        for node in graph.results
        if (operation := graph.nodes[node].operation) is not None
        for choice in range(len(WRONG_RULES.get(operation.name, ())))
    ]
    for place in rng.permutation(len(places)):
        broken, what = sabotage(graph, *places[place])
        wrong = _leaf_gradients(broken, values)
        if any(relative_error(a, b) > 0.02 for a, b in zip(right, wrong, strict=True)):
            return broken, what
    raise ValueError("graph: no wrong rule would show in its leaves, needs an operation whose slope is not 1")


def _leaf_gradients(graph: Graph, values: Sequence[Array]) -> list[Array]:
    gradients = graph.backward(values)
    return [g for leaf in graph.leaves if (g := gradients[leaf]) is not None]
