"""Two of the classic bugs of a hand-written backward pass, put into any graph; the third, gradients that are not
zeroed, is a matter of the loop and lives in `walk`.

    wrong transpose    dL/dW is taken as (dL/dz)ᵀ a and poured into the shape of W: right numbers, wrong places
    missing cache      the forward pass kept what went into a gate, not what came out, and backward uses that

Values stay right, and only gradients are wrong: a forward pass never shows them. `check` does."""

from collections.abc import Sequence

from lab.core.records import dataclass
from lab.engine.basics.activations import ACTIVATIONS
from lab.engine.graph.nodes import Graph
from lab.engine.graph.operations import Array

__all__ = ["FaultyGraph", "faulty"]


@dataclass(frozen=True, eq=False)
class FaultyGraph(Graph):
    """A graph whose way back has bugs: see above. Both agree with `backprop.backward` and its `Faults`."""

    wrong_transpose: bool = False
    missing_cache: bool = False

    def pull_back(self, node: int, values: Sequence[Array | None], gradient: Array) -> tuple[Array, ...]:
        """The chain rule at one node, as the bugs have it."""
        parts = list(super().pull_back(node, self._kept(values), gradient))
        operation = self.nodes[node].operation
        if self.wrong_transpose and operation is not None and operation.name == "matmul" and parts[1].ndim == 2:
            parts[1] = parts[1].T.reshape(parts[1].shape)
        return tuple(parts)

    def local_derivatives(self, node: int, values: Sequence[Array | None]) -> tuple[Array | None, ...]:
        """How fast a result moves with each operand, as the bugs have it."""
        return super().local_derivatives(node, self._kept(values))

    def _kept(self, values: Sequence[Array | None]) -> Sequence[Array | None]:
        """What the way back finds in the cache."""
        if not self.missing_cache:
            return values
        return [
            values[node.operands[0]]
            if node.operation is not None and node.operation.name in ACTIVATIONS and values[node.id] is not None
            else values[node.id]
            for node in self.nodes
        ]


def faulty(graph: Graph, wrong_transpose: bool = False, missing_cache: bool = False) -> Graph:
    """The graph with bugs switched on; the graph itself when none is."""
    if not wrong_transpose and not missing_cache:
        return graph
    return FaultyGraph(graph.nodes, wrong_transpose, missing_cache)
