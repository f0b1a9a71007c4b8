"""The inspector's judge: derivatives in a graph found by nudging, to hold the chain rule's against. Nudging a node
and looking at the output checks the whole way back; nudging a node's operands checks that one rule."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from lab.engine.graph.gradcheck import numeric_gradient, relative_error
from lab.engine.graph.nodes import Graph
from lab.engine.graph.operations import Array

__all__ = ["node_error", "node_slopes"]


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

    leaves: values by id; the others have their own.  node: a leaf or a result.  steps: [k], above 0.
    index: which entry, () for a single number.
    Returns [k] float64; nan where the step is too small to move the value.
    """
    kind: Any = np.dtype(dtype).type
    own = {i: value for i in graph.leaves if (value := graph.nodes[i].value) is not None}
    with np.errstate(all="ignore"):  # a large number may not fit into float32
        values = graph.forward({i: np.array(value, dtype=dtype) for i, value in {**own, **leaves}.items()})
    after = graph.after(node)

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
