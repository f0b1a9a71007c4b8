"""A graph from a few formulas in a row, as a learner types them: `a*b + c`, or `a = 2; d = a*b; d*d + a`. A name
that was assigned stands for its node wherever it comes again, so a node can be used several times; that is
what a single formula cannot say. A name that was never assigned is a leaf, and a bare number gives a leaf its
value, before or after it is used: `a*b; a = 2; b = -3`."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace

import numpy as np

from lab.core.records import dataclass
from lab.engine.graph.formula import FUNCTIONS, MAX_LENGTH, NAME, Expression, FormulaError, parse
from lab.engine.graph.formula_tree import CONSTANTS, Apply, Name, Number
from lab.engine.graph.formula_tree import Node as Tree
from lab.engine.graph.nodes import SIGNS, Graph, Node
from lab.engine.graph.operations import OPERATIONS

__all__ = ["program_graph", "with_names"]

STATEMENT = re.compile(rf"\s*({NAME})\s*=(?!=)\s*(.*)$", re.DOTALL)
WORD = re.compile(NAME)
OUTPUT = "L"


@dataclass(frozen=True, slots=True)
class _Statement:
    """One part of the program: the name it gives, "" for none, and the formula."""

    name: str
    expression: Expression

    @property
    def number(self) -> float | None:
        """The value, where the formula is a bare number."""
        tree = self.expression.tree
        return float(tree.value) if isinstance(tree, Number) else None


def program_graph(text: str) -> Graph:
    """The graph of the last formula, through all that were named on the way to it.

    text: formulas with or without a name in front, parted by ";" or lines; at most MAX_LENGTH characters. The
    last one that is more than a number is the output, called L when it has no name.
    Leaves are parameters; one without a value starts at 1. Every node has a name of its own: v1, v2, …  where
    the learner gave none, and a name given twice gets a prime.
    Raises FormulaError naming the place and what was expected there.
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"the formula has {len(text)} characters; expected at most {MAX_LENGTH}", MAX_LENGTH, "")
    statements = list(_statements(text))
    values = {s.name: s.number for s in statements if s.name and s.number is not None}
    building = _Building({name: value for name, value in values.items() if value is not None})
    output = None
    for statement in statements:
        if statement.number is not None and statement.name:
            building.known.pop(statement.name, None)  # from here on it is that leaf
            continue
        output = building.add(statement.expression.tree)
        if statement.name:
            building.call(output, statement.name)
    if output is None or building.nodes[output].operation is None:
        raise FormulaError("there is nothing to compute; expected a formula such as a*b + c", 0, "a formula")
    return with_names(_only_what_leads_to(building.nodes, output))


def with_names(graph: Graph, letter: str = "v") -> Graph:
    """The graph with a name for every result, and no name given twice."""
    taken: set[str] = set()
    nodes = []
    for node in graph.nodes:
        name = node.name
        if node.id == graph.output and not name:
            name = OUTPUT
        while name and name in taken:
            name += "′"
        nodes.append(replace(node, name=name))
        taken.add(name)
    numbers = (f"{letter}{i}" for i in range(1, 2 * len(nodes) + 1) if f"{letter}{i}" not in taken)
    return Graph(tuple(n if n.name or n.operation is None else replace(n, name=next(numbers)) for n in nodes))


def _statements(text: str) -> Iterator[_Statement]:
    names = _names(text)
    for start, part in _parts(text):
        if not part.strip():
            continue
        match = STATEMENT.match(part)
        name, shift = ("", 0) if match is None else (match[1], match.start(2))
        if name in FUNCTIONS:
            raise FormulaError(f"{name!r} is a function and cannot be given a value", start, "another name")
        formula = part[shift:]
        if not formula.strip():
            raise FormulaError(f"{name} = what?; expected a number or a formula", start + shift, "a formula")
        yield _Statement(name, parse(" " * (start + shift) + formula, names))  # so that places are those of the text


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """The statements with their places: cut at lines, and at semicolons outside of brackets."""
    depth = start = 0
    for i, mark in enumerate(text):
        depth += (mark == "(") - (mark == ")")
        if mark == "\n" or (mark == ";" and depth <= 0):
            yield start, text[start:i]
            start = i + 1
    yield start, text[start:]


def _names(text: str) -> tuple[str, ...]:
    """Every word that is no function: leaves and names given. e and pi are numbers unless a value is given."""
    given = {match[1] for _start, part in _parts(text) if (match := STATEMENT.match(part))}
    found: list[str] = []
    for word in WORD.finditer(text):
        name = word.group()
        if name in FUNCTIONS or name == "ln" or name in found or (name in CONSTANTS and name not in given):
            continue
        if text[word.end() :].lstrip().startswith("(") and len(name) > 1 and name not in given:
            close = difflib.get_close_matches(name.lower(), FUNCTIONS, n=1, cutoff=0.5)
            hint = f"did you mean {close[0]!r}" if close else f"I know {', '.join(FUNCTIONS)}"
            raise FormulaError(f"{name!r} is not a function I know; {hint}", word.start(), "a function")
        if text[: word.start()].endswith(tuple("0123456789.")) and re.match(r"[eE][0-9]*$", name):
            continue  # the exponent of a number such as 1e5
        found.append(name)
    return tuple(found)


@dataclass(slots=True)
class _Building:
    """The nodes so far, and where each name stands."""

    values: Mapping[str, float]
    nodes: list[Node] = field(default_factory=list)
    known: dict[str, int] = field(default_factory=dict)

    def add(self, root: Tree) -> int:
        """The place of a formula's result; its nodes are added."""
        place: dict[int, int] = {}
        waiting: list[tuple[Tree, bool]] = [(root, False)]
        while waiting:
            tree, operands_done = waiting.pop()
            if isinstance(tree, Apply) and not operands_done:
                waiting.append((tree, True))
                waiting.extend((operand, False) for operand in reversed(tree.operands))
            elif isinstance(tree, Apply):
                operation = OPERATIONS[SIGNS.get(tree.operation, tree.operation)]
                operands = tuple(place[id(operand)] for operand in tree.operands)
                place[id(tree)] = self._append(Node(len(self.nodes), "result", "", operation, operands))
            else:
                place[id(tree)] = self._leaf(tree)
        return place[id(root)]

    def call(self, node: int, name: str) -> None:
        """Let a name stand for a node; the node's first name stays."""
        self.known[name] = node
        if not self.nodes[node].name:
            self.nodes[node] = replace(self.nodes[node], name=name)

    def _append(self, node: Node) -> int:
        self.nodes.append(node)
        return node.id

    def _leaf(self, tree: Number | Name) -> int:
        if isinstance(tree, Number):
            return self._append(Node(len(self.nodes), "constant", value=np.asarray(float(tree.value))))
        if tree.name not in self.known:
            constant = tree.name in CONSTANTS and tree.name not in self.values
            value = CONSTANTS[tree.name] if constant else self.values.get(tree.name, 1.0)
            kind = Node(len(self.nodes), "constant" if constant else "parameter", tree.name, value=np.asarray(value))
            self.known[tree.name] = self._append(kind)
        return self.known[tree.name]


def _only_what_leads_to(nodes: Sequence[Node], output: int) -> Graph:
    """The nodes behind the output, renumbered: what was computed for nothing is left out."""
    needed, waiting = set[int](), [output]
    while waiting:
        node = waiting.pop()
        if node not in needed:
            needed.add(node)
            waiting.extend(nodes[node].operands)
    place = {node: i for i, node in enumerate(sorted(needed))}
    return Graph(
        tuple(
            replace(nodes[node], id=i, operands=tuple(place[operand] for operand in nodes[node].operands))
            for node, i in place.items()
        )
    )
