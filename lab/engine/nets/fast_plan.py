"""The fast engine's idea: a training step of a small network is a fixed list of NumPy calls on fixed arrays.
At ten examples a batch the arithmetic costs nothing and each call about 0.25 µs, so what counts is their
number, and that nothing is looked up, allocated or decided on the way. A `Plan` is that list, written once;
to train is to run it.

What keeps the list short (19 calls for 2-4-2-1):
- rows are features, columns examples, so every inner loop runs along the batch;
- the bias is one more column of the weights, fed by a row of ones: no addition, no gradient of its own;
- all gates lie in one block under one another, so their slopes take two calls however many there are;
- all parameters lie in one vector, so an update takes two calls;
- `a.dot(b, out)` is half the price of `a @ b` and lets other threads run meanwhile, which `@` does not;
- an array written in place is handed over as one object: of two views NumPy asks first whether they overlap."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, Protocol

import numpy as np

from lab.core.records import dataclass
from lab.engine.graph.operations import Array
from lab.engine.nets.network import Head

__all__ = ["Call", "FastModel", "Layout", "Passes", "Plan", "number", "run"]

Call = tuple[Callable[..., Any], tuple[Any, ...]]
Plan = list[Call]


def run(plan: Plan) -> None:
    """Makes the calls, one after the other."""
    for function, arguments in plan:
        function(*arguments)


def number(value: float, dtype: Any) -> Array:
    """A number as a 0-d array, which a call takes at half the price of a Python number."""
    return np.array(value, dtype=dtype)


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The parameters of a dense network as one vector.

    sizes: inputs, hidden units, outputs.  flat: [P].  weights: per layer a view [n_out, n_in + 1] of it, the
    bias in the last column.
    """

    sizes: tuple[int, ...]
    flat: Array
    weights: tuple[Array, ...]

    @staticmethod
    def of(sizes: tuple[int, ...], flat: Array) -> "Layout":
        """The views into a vector. flat: [Σ n_out·(n_in + 1)]."""
        views, start = [], 0
        for n_in, n_out in pairwise(sizes):
            stop = start + n_out * (n_in + 1)
            views.append(flat[start:stop].reshape(n_out, n_in + 1))
            start = stop
        return Layout(sizes, flat, tuple(views))


class Passes(Protocol):
    """The plans of one model for batches of one width, and the arrays they run through.

    out: [n_out, width], the output sums; the way back expects their gradient in it.
    hidden: per hidden layer [n, width].  draw: calls before a training step, such as dropout's masks.
    remember: calls after one, such as running statistics.
    """

    @property
    def out(self) -> Array: ...

    @property
    def hidden(self) -> tuple[Array, ...]: ...

    @property
    def draw(self) -> Plan: ...

    @property
    def remember(self) -> Plan: ...

    def forward(self, x: Array) -> Plan:
        """The calls from a batch to the output sums; the first one is what reads x [n_in + 1, width]."""

    def backward(self, grads: Layout, x_rows: Array) -> Plan:
        """The calls from the gradient in `out` to that of every parameter; the last one reads x_rows, the batch
        turned round, [width, n_in + 1]."""


class FastModel(Protocol):
    """What a model offers to the trainer and to maps.

    memory: what it keeps beside its parameters, such as running statistics; often empty.
    """

    @property
    def layout(self) -> Layout: ...

    @property
    def head(self) -> Head: ...

    @property
    def memory(self) -> Array: ...

    def passes(
        self, width: int, train: bool = False, dropout: float = 0.0, rng: np.random.Generator | None = None
    ) -> Passes:
        """New arrays and plans for batches of `width` examples."""
