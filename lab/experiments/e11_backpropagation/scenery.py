"""From a frame to what is drawn of it: boxes with their lines of numbers, links, what goes along them in this
step, and which boxes are folded behind which."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from math import isfinite

import numpy as np

from lab.core.numbers import exact, show_number
from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.graph.nodes import Graph, Node
from lab.engine.graph.operations import Array
from lab.experiments.e11_backpropagation.frame import GraphFrame
from lab.experiments.e11_backpropagation.words import short
from widgets.graphs.node_graph import Flow, GraphLink, GraphNode

__all__ = ["Boxes", "Skeleton", "flows_of", "highlighted_of", "skeleton_of", "tip_of"]

UNNAMED = re.compile(r"v\d+$")
SYMBOLS = {
    "add": "+", "subtract": "−", "multiply": "×", "divide": "÷", "power": "^", "negate": "−( )", "square": "( )²",
    "matmul": "@", "sigmoid": "σ", "sqrt": "√", "maximum": "max", "minimum": "min", "abs": "|  |", "sum": "Σ",
    "log_softmax": "log softmax", "index": "pick",
}  # fmt: skip
LARGEST = 4  # rows and columns of a matrix that is drawn with all its numbers


@dataclass(frozen=True, slots=True)
class Skeleton:
    """What of a graph is drawn, whatever its numbers are.

    shown: ids in order.  links: between shown nodes.  operations: what stands beside the name.
    within: for each node the head it can be folded behind, "" for none.  heads: of a network, those that are
    folded at first.
    """

    shown: tuple[int, ...]
    links: tuple[GraphLink, ...]
    operations: Mapping[int, str]
    within: Mapping[int, str]
    heads: tuple[str, ...]


def skeleton_of(graph: Graph, network: bool) -> Skeleton:
    """The drawing of a graph; a bare number stands inside the operation that uses it."""
    inline = {n.id for n in graph.nodes if n.kind == "constant" and not n.name and _single(n)}
    shown = tuple(n.id for n in graph.nodes if n.id not in inline)
    links = tuple(GraphLink(str(edge.source), str(edge.target)) for edge in graph.edges() if edge.source not in inline)
    operations = {n.id: _operation(graph, n, inline) for n in graph.nodes}
    within = _within(graph, inline, network)
    heads = tuple(dict.fromkeys(head for head in within.values() if head)) if network else ()
    return Skeleton(shown, links, operations, within, heads)


def _single(node: Node) -> bool:
    return node.value is not None and node.value.ndim == 0


def _operation(graph: Graph, node: Node, inline: set[int]) -> str:
    """The sign of an operation, with the bare number it uses: ÷ 2, or 10 ÷."""
    if node.operation is None:
        return ""
    sign = SYMBOLS.get(node.operation.name, node.operation.name.replace("_", " "))
    if len(node.operands) == 2:
        left, right = (graph.label(operand) if operand in inline else "" for operand in node.operands)
        return f"{left} {sign} {right}".strip()
    return sign


def _within(graph: Graph, inline: set[int], network: bool) -> dict[int, str]:
    """For each node without a name of its own the named one it leads to alone. In a network of single numbers
    the weights go with their sum; matrices stay in sight."""
    users: dict[int, set[int]] = {n.id: set() for n in graph.nodes}
    for edge in graph.edges():
        users[edge.source].add(edge.target)
    singles = network and all(_single(node) for node in graph.nodes if node.operation is None)
    head: dict[int, int] = {}
    for node in reversed(graph.nodes):
        heads_of_users = {head.get(user, user) for user in users[node.id]}
        unnamed = node.operation is not None and UNNAMED.match(node.name)
        weight = node.operation is None and (node.kind == "constant" or (singles and node.kind == "parameter"))
        if (unnamed or weight) and len(heads_of_users) == 1 and node.id != graph.output:
            head[node.id] = heads_of_users.pop()
    hidden = [head[i] for i in head if graph.nodes[i].operation is not None]
    worth = {i for i in hidden if hidden.count(i) >= (1 if network else 3)}
    return {i: str(head[i]) if head.get(i) in worth and i not in inline else "" for i in users}


# ---------------------------------------------------------------------------------------------- boxes


class Boxes:
    """The boxes of a graph, made anew only where something in them changed."""

    def __init__(self, skeleton: Skeleton) -> None:
        self.skeleton = skeleton
        self._made: dict[int, tuple[tuple[object, ...], GraphNode]] = {}

    def nodes(self, frame: GraphFrame, seen: Collection[str] | None = None) -> tuple[GraphNode, ...]:
        """Every box with its numbers; where `seen` is given, the boxes that are not in it may have old ones."""
        find = frame.shown_gradient if frame.puzzle.blanks else frame.gradients.__getitem__
        gradients = {i: find(i) for i in self.skeleton.shown}
        known = [g for g in gradients.values() if g is not None]
        sizes = [abs(float(g)) if g.ndim == 0 else float(np.abs(g).max()) for g in known]
        most, marks = max((size for size in sizes if isfinite(size)), default=0.0), _marks(frame)
        return tuple(
            self._made[i][1]
            if seen is not None and i in self._made and str(i) not in seen
            else self._node(frame, i, gradients[i], most, marks.get(i, ""))
            for i in self.skeleton.shown
        )

    def _node(self, frame: GraphFrame, i: int, gradient: Array | None, most: float, mark: str) -> GraphNode:
        key = (frame.values[i], gradient, most, mark, frame.puzzle.kind, frame.graph.nodes[i].kind)
        known = self._made.get(i)
        if known is not None and all(a is b or (type(a) is type(b) and _equal(a, b)) for a, b in zip(known[0], key)):
            return known[1]
        made = _node(frame, self.skeleton, i, gradient, most, mark)
        self._made[i] = (key, made)
        return made


def _equal(a: object, b: object) -> bool:
    """Whether two are equal; arrays are compared by identity, not by their numbers."""
    return not isinstance(a, np.ndarray) and a == b


def _node(frame: GraphFrame, skeleton: Skeleton, i: int, gradient: Array | None, most: float, mark: str) -> GraphNode:
    node, value, shape = frame.graph.nodes[i], frame.values[i], frame.shapes[i]
    leaf = node.operation is None and node.kind in ("parameter", "input") and not frame.puzzle.blanks
    tint = 0.0
    if gradient is not None and most > 0 and np.isfinite(gradient).all():
        tint = max(-1.0, min(1.0, float(gradient.mean()) / most))
    return GraphNode(
        str(i),
        frame.names[i],
        skeleton.operations[i],
        _rows(value, shape),
        (() if not frame.needs[i] else ("?",) if frame.is_blank(i) else _rows(gradient, shape)),
        _columns(shape),
        {"parameter": "leaf", "input": "leaf", "constant": "constant"}.get(node.kind, "result"),
        round(tint, 2),
        mark,
        (leaf and _small(shape)) or (frame.puzzle.blanks and mark in ("blank", "bad")),
        skeleton.within[i],
        not _small(shape),
    )


def _small(shape: tuple[int, ...]) -> bool:
    return all(n <= LARGEST for n in shape)


def _columns(shape: tuple[int, ...]) -> int:
    return shape[-1] if shape and _small(shape) else 1


def _rows(array: Array | None, shape: tuple[int, ...]) -> tuple[str, ...]:
    """Lines of numbers, those of a row parted by tabs; of a large matrix its shape and its length."""
    if not _small(shape):
        length = None if array is None else float(np.sqrt(np.square(array).sum()))
        return ("×".join(map(str, shape)), f"‖{short(length, 2)}‖")
    rows = shape[0] if len(shape) == 2 else 1
    columns = shape[-1] if shape else 1
    flat = [None] * (rows * columns) if array is None else array.reshape(-1).tolist()
    digits = 3 if columns == 1 else 2
    return tuple("\t".join(short(v, digits) for v in flat[r * columns : (r + 1) * columns]) for r in range(rows))


def tip_of(frame: GraphFrame, i: int) -> str:
    """A node's formula and its exact numbers, for the pointer."""
    name, value, gradient = frame.names[i], frame.values[i], frame.shown_gradient(i)
    lines = [f"{name} = {frame.graph.text(i)}" if frame.graph.nodes[i].operation else name]
    for letter, array in (("", value), ("dL/d", gradient)):
        if array is not None and array.size <= LARGEST**2:
            lines.append(f"{letter}{name} = " + ", ".join(exact(float(v)) for v in array.reshape(-1)))
        elif array is not None:
            length = exact(float(np.sqrt(np.square(array).sum())))
            text = _("{n} numbers; the root of the sum of their squares, ‖ ‖, is {length}")
            lines.append(f"{letter}{name}: " + text.format(n=array.size, length=length))
    if frame.needs[i] and gradient is None:
        lines.append(f"dL/d{name}: {show_number(None)} " + _("(backward has not reached it)"))
    return "\n".join(lines)


def _marks(frame: GraphFrame) -> dict[int, str]:
    """Shut gates, then those of the puzzle, then the source of trouble, which overrides all."""
    marks = dict.fromkeys(frame.shut, "shut")
    if frame.puzzle.blanks:
        for i in range(len(frame.names)):
            if frame.is_blank(i):
                marks[i] = "bad" if frame.names[i] in frame.puzzle.fills else "blank"
            elif frame.names[i] in frame.puzzle.fills:
                marks[i] = "good"
    marks |= dict.fromkeys(frame.puzzle.found, "good")
    if frame.trouble is not None:
        marks[frame.trouble.node] = "bad"
    return marks


# ------------------------------------------------------------------------------------------- the step


def highlighted_of(frame: GraphFrame) -> str:
    """The node of the step just taken; "" at the start of a round."""
    return "" if frame.last is None or frame.puzzle.blanks else str(frame.last.node)


def flows_of(frame: GraphFrame) -> tuple[Flow, ...]:
    """What went along the links in this step: values in, or gradients out."""
    last = frame.last
    if last is None or frame.puzzle.blanks:
        return ()
    if last.kind == "forward":
        return tuple(Flow(str(o), str(last.node)) for o in frame.graph.nodes[last.node].operands)
    if last.kind != "backward":
        return ()
    found = []
    for part in last.contributions:
        hidden = frame.is_blank(part.operand)
        single = part.amount.ndim == 0 and not hidden
        sign = "" if "assign" in frame.params.bugs else "+"
        amount = short(float(part.amount)) if single else ""
        text = (amount if amount.startswith("−") else sign + amount) if single else ""
        found.append(Flow(str(part.operand), str(last.node), text, True))
    return tuple(found)
