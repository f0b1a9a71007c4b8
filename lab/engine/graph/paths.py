"""The chain rule told as paths. From a leaf to the output lead one or more paths; along each the local
derivatives multiply, and the sum of these products over all paths is the gradient. Back-propagation is the
clever way to take that sum: it adds where paths meet instead of listing them, of which there may be
astronomically many."""

import math
from collections.abc import Sequence

from lab.core.records import dataclass
from lab.engine.graph.nodes import Edge, Graph
from lab.engine.graph.operations import Array

__all__ = ["Path", "PathSum", "count_paths", "paths_to_output"]


@dataclass(frozen=True, slots=True)
class Path:
    """One way from a node to the output.

    nodes: ids, the first the start, the last the output.  factors: the local derivative of each edge.
    """

    nodes: tuple[int, ...]
    factors: tuple[float, ...]

    @property
    def product(self) -> float:
        return math.prod(self.factors)


@dataclass(frozen=True, slots=True)
class PathSum:
    """Paths from one node to the output.

    paths: as many as were asked for.  count: how many there are.  total: the sum of the products over all
    of them, listed or not, which is the node's gradient.
    """

    paths: tuple[Path, ...]
    count: int
    total: float


def count_paths(graph: Graph) -> tuple[int, ...]:
    """For each node the number of paths from it to the output, by one addition per edge."""
    counts = [0] * len(graph.nodes)
    counts[graph.output] = 1
    for node in reversed(graph.nodes):
        for operand in node.operands:
            counts[operand] += counts[node.id]
    return tuple(counts)


def paths_to_output(graph: Graph, values: Sequence[Array], start: int, limit: int = 200) -> PathSum:
    """The paths from a node to the output, with the product along each and the sum over all.

    values: every node's, all of them single numbers.  limit: how many paths are listed at most.
    Raises ValueError when some value is not a single number.
    """
    for node in graph.nodes:
        if values[node.id].size != 1:
            raise ValueError(f"values: {graph.label(node.id)} has shape {values[node.id].shape}, needed a number")
    counts, after = count_paths(graph), graph.after(start)
    within = {start, *after}
    slopes = {
        Edge(operand, node, slot): local.item()
        for node in after
        for slot, (operand, local) in enumerate(
            zip(graph.nodes[node].operands, graph.local_derivatives(node, values), strict=True)
        )
        if local is not None and operand in within
    }
    onward: dict[int, list[Edge]] = {node.id: [] for node in graph.nodes}
    for edge in slopes:
        if counts[edge.target]:
            onward[edge.source].append(edge)
    return PathSum(_listed(graph, onward, slopes, start, limit), counts[start], _total(graph, slopes, start))


def _total(graph: Graph, slopes: dict[Edge, float], start: int) -> float:
    arrived = [0.0] * len(graph.nodes)
    arrived[graph.output] = 1.0
    for edge in sorted(slopes, key=lambda edge: -edge.target):
        if arrived[edge.target] != 0.0:  # a node nothing depends on must not turn an infinite slope into nan
            arrived[edge.source] += arrived[edge.target] * slopes[edge]
    return arrived[start]


def _listed(
    graph: Graph, onward: dict[int, list[Edge]], slopes: dict[Edge, float], start: int, limit: int
) -> tuple[Path, ...]:
    found: list[Path] = []
    waiting = [Path((start,), ())]
    while waiting and len(found) < limit:
        path = waiting.pop()
        if path.nodes[-1] == graph.output:
            found.append(path)
        waiting.extend(
            Path((*path.nodes, edge.target), (*path.factors, slopes[edge])) for edge in reversed(onward[path.nodes[-1]])
        )
    return tuple(found)
