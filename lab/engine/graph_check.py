"""The inspector's judge: derivatives in a graph found by nudging, to hold the chain rule's against. Nudging a leaf
and looking at the output checks the whole way back; nudging a node's operands checks that one rule."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from lab.engine.gradcheck import UCurve, central_difference, numeric_gradient, relative_error, u_curve
from lab.engine.graph import Graph
from lab.engine.operations import Array

__all__ = ["leaf_curve", "leaf_slope", "node_curve", "node_error", "node_slopes"]


class _LeafFunction:
    """The output as a function of one number among the leaves, all computed in one float type."""

    def __init__(self, graph: Graph, leaves: Mapping[int, Array], leaf: int, index: tuple[int, ...], dtype: DTypeLike):
        own = {i: value for i in graph.leaves if (value := graph.nodes[i].value) is not None}
        if leaf not in own:
            raise ValueError(f"leaf: {leaf} is no leaf of this graph, needs one of {list(own)}")
        self.graph, self.leaf, self.index = graph, leaf, index
        self.leaves = {i: np.array(value, dtype=dtype) for i, value in {**own, **leaves}.items()}
        self.here = float(self.leaves[leaf][index])

    def __call__(self, x: Any) -> Any:
        changed = self.leaves[self.leaf].copy()
        changed[self.index] = x
        return self.graph.forward({**self.leaves, self.leaf: changed})[self.graph.output].sum()


def leaf_slope(
    graph: Graph,
    leaves: Mapping[int, Array],
    leaf: int,
    h: float = 1e-5,
    index: tuple[int, ...] = (),
    dtype: DTypeLike = np.float64,
) -> float:
    """The output's slope in one leaf by the central difference.

    leaves: values by id; the others have their own.  index: which entry, () for a single number.
    Raises ValueError when the leaf is none, or h cannot move it.
    """
    f = _LeafFunction(graph, leaves, leaf, index, dtype)
    return central_difference(f, f.here, h, dtype)


def leaf_curve(
    graph: Graph,
    leaves: Mapping[int, Array],
    leaf: int,
    slope: float,
    steps: Sequence[float] | Array,
    index: tuple[int, ...] = (),
    dtype: DTypeLike = np.float64,
) -> UCurve:
    """How far that is from the chain rule's slope, for each step size: a U when the slope is right.

    slope: what to compare with.  steps: [k], above 0.  The rest as in `leaf_slope`.
    """
    f = _LeafFunction(graph, leaves, leaf, index, dtype)
    return u_curve(f, slope, f.here, steps, dtype)


def node_slopes(
    graph: Graph,
    leaves: Mapping[int, Array],
    node: int,
    steps: Sequence[float] | Array,
    index: tuple[int, ...] = (),
    dtype: DTypeLike = np.float64,
) -> Array:
    """The output's slope in any node by central differences, for each step size: the node's value is nudged,
    and what hangs on it computed anew. Where every node is one number all step sizes are tried at once.

    node: a leaf or a result.  steps: [k], above 0.  index: which entry, () for a single number.
    Returns [k] float64; nan where the step is too small to move the value.
    """
    kind: Any = np.dtype(dtype).type
    own = {i: value for i in graph.leaves if (value := graph.nodes[i].value) is not None}
    with np.errstate(all="ignore"):  # a large number may not fit into float32
        values = graph.forward({i: np.array(value, dtype=dtype) for i, value in {**own, **leaves}.items()})
    after = _hanging_on(graph, node)

    def output(x: Array) -> Array:
        changed: list[Array | None] = [*values]
        changed[node] = x
        for later in after:
            changed[later] = graph.compute(later, changed)
        return np.asarray(changed[graph.output])

    def nudged(x: Any) -> Any:
        entries = np.array(values[node])
        entries[index] = x
        return kind(output(entries).sum())

    with np.errstate(all="ignore"):
        here, h = kind(values[node][index]), np.asarray(steps, np.float64).astype(dtype)
        right, left = here + h, here - h
        if all(value.ndim == 0 for value in values):
            rise = np.broadcast_to(output(right) - output(left), h.shape)
        else:
            rise = np.array([nudged(up) - nudged(down) for up, down in zip(right, left, strict=True)], dtype)
        slopes = (rise / (kind(2.0) * h)).astype(np.float64)
    return np.where(right != left, slopes, np.nan)


def node_curve(
    graph: Graph,
    leaves: Mapping[int, Array],
    node: int,
    slope: float,
    steps: Sequence[float] | Array,
    index: tuple[int, ...] = (),
    dtype: DTypeLike = np.float64,
) -> UCurve:
    """How far these are from the chain rule's slope, as in `leaf_curve`, for any node and much faster."""
    measured = node_slopes(graph, leaves, node, steps, index, dtype)
    return UCurve(np.asarray(steps, np.float64), np.abs(measured - slope))


def _hanging_on(graph: Graph, node: int) -> tuple[int, ...]:
    """The results that change when a node does, in computing order."""
    hanging = {node}
    for later in graph.results:
        if later > node and not hanging.isdisjoint(graph.nodes[later].operands):
            hanging.add(later)
    return tuple(sorted(hanging - {node}))


def node_error(graph: Graph, node: int, values: Sequence[Array], h: float = 1e-5) -> float:
    """How wrong one node's rule is, by finite differences: about 1e-9 when it is right, 0.01 to 1 when not.

    node: a result.  values: every node's.
    Returns the largest relative error over the operands.
    """
    totals: dict[int, Array] = {}
    for operand, part in zip(
        graph.nodes[node].operands, graph.pull_back(node, values, np.ones_like(values[node])), strict=True
    ):
        totals[operand] = totals[operand] + part if operand in totals else part  # used twice: judged by the sum
    worst = 0.0
    for operand, total in totals.items():

        def nudged(x: Array, operand: int = operand) -> float:
            return float(graph.compute(node, [x if i == operand else v for i, v in enumerate(values)]).sum())

        worst = max(worst, relative_error(total, numeric_gradient(nudged, values[operand], h)))
    return worst
