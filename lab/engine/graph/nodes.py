"""A computation as a thing to look at: its nodes in the order in which they can be computed, each with its
operation, its operands and a label. A `Graph` is frozen and holds no results; `walk` fills it with values
and gradients one node at a time. It is made from a finished `Tensor` or from a formula a learner typed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import field, replace
from typing import Any, Literal

import numpy as np

from lab.core.records import dataclass
from lab.engine.graph.autograd import Tensor, topological_order
from lab.engine.graph.formula import Expression
from lab.engine.graph.formula_tree import CONSTANTS, Apply, Name, Number
from lab.engine.graph.formula_tree import Node as Tree
from lab.engine.graph.operations import OPERATIONS, Array, Operation, sum_to_shape

__all__ = ["Edge", "Graph", "Kind", "Node", "graph_of_expression", "graph_of_tensor"]

Kind = Literal["parameter", "input", "constant", "result"]
SIGNS = {
    "+": "add",
    "-": "subtract",
    "*": "multiply",
    "/": "divide",
    "^": "power",
    "neg": "negate",
    "max": "maximum",
    "min": "minimum",
}


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One place of the graph.

    id: its number, counted in computing order.  kind: a parameter is moved by a step downhill, an input
    only receives a gradient, a constant receives none, a result was computed.
    operands: ids.  value: what a leaf starts with, None in a result.
    """

    id: int
    kind: Kind
    name: str = ""
    operation: Operation | None = None
    operands: tuple[int, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    value: Array | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """From operand `source` to result `target`, in which it stands at place `slot`."""

    source: int
    target: int
    slot: int


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """Nodes in computing order: every operand before the results made of it, the output last.

    Raises ValueError when a node's id is not its place or an operand does not come before it.
    """

    nodes: tuple[Node, ...]

    def __post_init__(self) -> None:
        for place, node in enumerate(self.nodes):
            if node.id != place or any(not 0 <= operand < place for operand in node.operands):
                raise ValueError(f"nodes: node {node.id} with operands {node.operands} stands at place {place}")

    @property
    def output(self) -> int:
        return len(self.nodes) - 1

    @property
    def leaves(self) -> tuple[int, ...]:
        return tuple(node.id for node in self.nodes if node.operation is None)

    @property
    def results(self) -> tuple[int, ...]:
        return tuple(node.id for node in self.nodes if node.operation is not None)

    def edges(self) -> tuple[Edge, ...]:
        """Every use of a node as an operand; x·x has two edges from x."""
        return tuple(Edge(operand, node.id, slot) for node in self.nodes for slot, operand in enumerate(node.operands))

    def find(self, name: str) -> int:
        """The id of the node with that name. Raises ValueError when there is none."""
        for node in self.nodes:
            if node.name == name:
                return node.id
        named = ", ".join(node.name for node in self.nodes if node.name)
        raise ValueError(f"name: no node is called {name!r}; there are {named}")

    def depths(self) -> tuple[int, ...]:
        """For each node the longest way to it from a leaf: its column in a layered drawing."""
        depths: list[int] = []
        for node in self.nodes:
            depths.append(1 + max((depths[operand] for operand in node.operands), default=-1))
        return tuple(depths)

    def label(self, node: int) -> str:
        """A node's name; an unnamed constant's value; an unnamed result's place, as #7."""
        this = self.nodes[node]
        if this.name:
            return this.name
        if this.value is not None and this.value.size == 1:
            return f"{this.value.item():g}".replace("-", "−")
        return f"#{node}"

    def text(self, node: int) -> str:
        """What a node computes, written with its operands' labels, such as w1 · x1."""
        this = self.nodes[node]
        if this.operation is None:
            return self.label(node)
        return this.operation.text.format(*(self.label(operand) for operand in this.operands))

    def slope_text(self, node: int, slot: int) -> str:
        """A node's derivative in one operand, written with labels; "" where it is no single number."""
        this = self.nodes[node]
        if this.operation is None or not this.operation.elementwise:
            return ""
        labels = [self.label(operand) for operand in this.operands]
        return this.operation.slopes[slot].format(*labels, out=self.label(node))

    def needs_gradient(self) -> tuple[bool, ...]:
        """For each node whether anything but constants stands behind it."""
        needs: list[bool] = []
        for node in self.nodes:
            behind = any(needs[operand] for operand in node.operands)
            needs.append(behind if node.operation else node.kind != "constant")
        return tuple(needs)

    def compute(self, node: int, values: Sequence[Array | None]) -> Array:
        """A result's value from its operands' values.

        values: one place a node; those of the operands must be known.
        """
        this = self.nodes[node]
        if this.operation is None:
            raise ValueError(f"node: {node} is a leaf and is not computed")
        with np.errstate(all="ignore"):
            return np.asarray(this.operation.forward(*self._operand_values(node, values), **this.settings))

    def pull_back(self, node: int, values: Sequence[Array | None], gradient: Array) -> tuple[Array, ...]:
        """The chain rule at one node: what each of its operands receives when `gradient` arrives at it."""
        operands = self._operand_values(node, values)
        parts = self._rule(node, values, gradient)
        return tuple(sum_to_shape(np.asarray(part), value.shape) for part, value in zip(parts, operands))

    def local_derivatives(self, node: int, values: Sequence[Array | None]) -> tuple[Array | None, ...]:
        """How fast a result moves with each operand: one number per entry, or None where it takes a matrix."""
        this, out = self.nodes[node], values[node]
        if this.operation is None or out is None:
            return ()
        operands = self._operand_values(node, values)
        if not this.operation.elementwise and not all(x.size == 1 for x in (out, *operands)):
            return (None,) * len(operands)
        parts = self._rule(node, values, np.ones_like(out))
        return tuple(np.asarray(part) for part in parts)

    def _rule(self, node: int, values: Sequence[Array | None], gradient: Array) -> tuple[Any, ...]:
        this = self.nodes[node]
        if this.operation is None:
            return ()
        operands = self._operand_values(node, values)
        with np.errstate(all="ignore"):
            return this.operation.backward(gradient, values[node], *operands, **this.settings)

    def _operand_values(self, node: int, values: Sequence[Array | None]) -> list[Array]:
        known = [values[operand] for operand in self.nodes[node].operands]
        if any(value is None for value in known):
            raise ValueError(f"values: an operand of node {node} ({self.text(node)}) is not computed yet")
        return [value for value in known if value is not None]

    def forward(self, leaves: Mapping[int, Array] | None = None) -> list[Array]:
        """Every node's value.

        leaves: values for leaves, by id; the others start with their own.
        """
        values: list[Array | None] = [None] * len(self.nodes)
        for node in self.nodes:
            given = (leaves or {}).get(node.id, node.value)
            values[node.id] = self.compute(node.id, values) if node.operation else given
        return [value for value in values if value is not None]

    def backward(self, values: Sequence[Array]) -> list[Array | None]:
        """Every node's gradient of the output's sum, None where only constants stand behind a node."""
        gradients: list[Array | None] = [None] * len(self.nodes)
        gradients[self.output] = np.ones_like(values[self.output])
        needs = self.needs_gradient()
        for node in reversed(self.nodes):
            gradient = gradients[node.id]
            if gradient is None or node.operation is None:
                continue
            for operand, part in zip(node.operands, self.pull_back(node.id, values, gradient), strict=True):
                if needs[operand]:
                    before = gradients[operand]
                    with np.errstate(all="ignore"):
                        gradients[operand] = part if before is None else before + part
        return gradients

    def replaced(self, node: int, **changes: Any) -> "Graph":
        """The graph with one node changed, such as its value or its operation."""
        return replace(self, nodes=(*self.nodes[:node], replace(self.nodes[node], **changes), *self.nodes[node + 1 :]))

    def after(self, node: int) -> tuple[int, ...]:
        """The results that a node leads to, in computing order; itself is none of them."""
        found = {node: None}
        for later in self.results:
            if any(operand in found for operand in self.nodes[later].operands):
                found[later] = None
        return tuple(found)[1:]


def graph_of_tensor(root: Tensor, inputs: Collection[str] = ()) -> Graph:
    """The graph behind a tensor.

    inputs: the names of leaves that receive a gradient but are not moved by a step downhill.
    """
    order = topological_order(root)
    place = {id(tensor): i for i, tensor in enumerate(order)}
    nodes = []
    for i, tensor in enumerate(order):
        operands = tuple(place[id(parent)] for parent in tensor.parents)
        leaf = tensor.operation is None
        kind: Kind = "result"
        if leaf:
            kind = "input" if tensor.name in inputs else "parameter" if tensor.requires_grad else "constant"
        value = tensor.data if leaf else None
        nodes.append(Node(i, kind, tensor.name, tensor.operation, operands, tensor.settings, value))
    return Graph(tuple(nodes))


def graph_of_expression(expression: Expression, values: Mapping[str, float] | None = None) -> Graph:
    """The graph of a formula; a variable that stands in several places is one node used several times.

    values: where each variable starts, 1 for those not named.
    Source: Aho et al., Compilers, 2006, section 6.1 (a tree with its shared leaves merged is a DAG).
    """
    nodes: list[Node] = []
    place: dict[int | str, int] = {}  # where each part of the tree, and each variable by its name, came to be
    waiting: list[tuple[Tree, bool]] = [(expression.tree, False)]
    while waiting:
        tree, operands_done = waiting.pop()
        if isinstance(tree, Apply) and not operands_done:
            waiting.append((tree, True))
            waiting.extend((operand, False) for operand in reversed(tree.operands))
            continue
        key = _key(tree)
        if key not in place:
            place[key] = len(nodes)
            if isinstance(tree, Apply):
                operands = tuple(place[_key(operand)] for operand in tree.operands)
                operation = OPERATIONS[SIGNS.get(tree.operation, tree.operation)]
                nodes.append(Node(len(nodes), "result", "", operation, operands))
            else:
                nodes.append(_leaf(len(nodes), tree, expression.variables, values or {}))
    return Graph(tuple(nodes))


def _key(tree: Tree) -> int | str:
    return tree.name if isinstance(tree, Name) else id(tree)


def _leaf(place: int, tree: Number | Name, variables: Sequence[str], values: Mapping[str, float]) -> Node:
    if isinstance(tree, Number):
        return Node(place, "constant", value=np.asarray(float(tree.value)))
    if tree.name in variables:
        return Node(place, "parameter", tree.name, value=np.asarray(float(values.get(tree.name, 1.0))))
    return Node(place, "constant", tree.name, value=np.asarray(CONSTANTS[tree.name]))
