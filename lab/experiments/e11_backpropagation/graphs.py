"""The chosen computation as a graph: a typed formula, the net of the course, a still smaller one,
or a network that another experiment sent. Also how the numbers in it are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from lab.core.params import ParamError
from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.graph.networks import COURSE_NET, GraphLoss, network_graph
from lab.engine.graph.nodes import Graph
from lab.engine.graph.operations import Array
from lab.engine.graph.program import program_graph, with_names
from lab.engine.nets.exchange import NetworkForm, read_network
from lab.experiments.e11_backpropagation.settings import MOST_NODES, Params
from lab.kit.arrays import read_only
from lab.kit.exchange import nothing_received

__all__ = ["Source", "entry_name", "entry_of", "metric_name", "numbers_of", "source_of"]

SMALL_NET = (
    (((0.15, 0.25), (0.20, 0.30)), (0.35, 0.35)),
    (((0.40,), (0.50,)), (0.60,)),
)
"""The 2→2→1 net of the presets: weights [n_in, n_out] and biases."""
SMALL_X, SMALL_Y = (0.05, 0.10), (0.9,)
COURSE_X, COURSE_Y = (0.5, -0.3), (0.8,)


@dataclass(frozen=True, eq=False)
class Source:
    """A computation and where it came from.

    key: its name, for gestures that belong to it.  sizes: of a network, inputs and units per layer; () else.
    form: the received network.
    """

    key: str
    graph: Graph
    sizes: tuple[int, ...] = ()
    form: NetworkForm | None = None

    @cached_property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shape of every node."""
        return tuple(value.shape for value in self.graph.forward())


def source_of(params: Params, artifacts: Sequence[Any]) -> Source:
    """The graph that the controls ask for. Raises ParamError when it has to be received first, or cannot be."""
    match params.graph:
        case "formula":
            return Source(f"formula {params.formula}", _prepared(_with_data(program_graph(params.formula))))
        case "course":
            return _small(params, COURSE_NET, COURSE_X, COURSE_Y)
        case "net":
            return _small(params, SMALL_NET, SMALL_X, SMALL_Y)
    return _received(params, artifacts)


def _small(params: Params, layers: Any, x: Any, y: Any) -> Source:
    graph = network_graph(layers, x, y, unrolled=params.detail == "numbers")
    sizes = (len(x), *(len(bias) for _weight, bias in layers))
    return Source(f"{params.graph} {params.detail}", _prepared(graph), sizes)


def _received(params: Params, artifacts: Sequence[Any]) -> Source:
    found = next((artifact for artifact in artifacts if artifact.kind == "network"), None)
    if found is None:
        raise nothing_received("graph", "network")
    form = read_network(found.data)
    count = 1 if form.x is None else len(form.x)
    if not 1 <= params.example <= count:
        raise ParamError("example", _("the network brought {count} examples").format(count=count))
    unrolled = params.detail == "numbers"
    work = 2 * sum((a + 1) * b for a, b in pairwise(form.sizes))
    if unrolled and work > MOST_NODES:
        raise ParamError(
            "detail", _("so large a network would have about {count} nodes: look at its matrices").format(count=work)
        )
    layers = [(weight.T, bias) for weight, bias in zip(form.weights, form.biases, strict=True)]
    x = np.full(form.sizes[0], 0.5) if form.x is None else form.x[params.example - 1]
    label = 0.0 if form.labels is None else float(form.labels[params.example - 1])
    output, loss, y = _ending(form, label)
    graph = network_graph(layers, x, y, form.hidden, output, loss, unrolled)
    return Source(f"received {params.example} {params.detail}", _prepared(graph), form.sizes, form)


def _ending(form: NetworkForm, label: float) -> tuple[str, GraphLoss, Any]:
    """The gate of the last layer, the loss behind it, and the target in the form that this loss wants."""
    outputs = form.sizes[-1]
    if form.output == "sigmoid":
        return ("sigmoid", "mse", [label]) if form.loss == "mse" else ("linear", "bce", [label])
    if form.output == "softmax":
        return "linear", "ce", int(label)
    target = np.eye(outputs)[int(label)] if outputs > 1 else np.array([label])
    if form.output == "tanh":
        return "tanh", "mse", 2.0 * target - 1.0  # the tanh of a class that is not meant is −1
    return "linear", "mse", target


def _with_data(graph: Graph) -> Graph:
    """Leaves that begin with x or y are data where there is anything else to move: they get a gradient and stay."""
    leaves = [node for node in graph.nodes if node.kind == "parameter"]
    if all(node.name[0] in "xy" for node in leaves):
        return graph
    return Graph(tuple(replace(n, kind="input") if n in leaves and n.name[0] in "xy" else n for n in graph.nodes))


def _prepared(graph: Graph) -> Graph:
    """Every result with a name, every number fixed: what is in a frame never changes."""
    nodes = with_names(graph).nodes
    return Graph(tuple(replace(n, value=None if n.value is None else read_only(n.value)) for n in nodes))


def entry_name(name: str, index: tuple[int, ...]) -> str:
    """What one number of a node is called, indices from 1: W1[2,3]; a node that is one number by its name."""
    return f"{name}[{','.join(str(i + 1) for i in index)}]" if index else name


def metric_name(label: str) -> str:
    """A node's name as part of the name of a read-out: W1[1,2] is W1_1_2, c′ is c_prime."""
    plain = label.replace("′", "_prime").replace("[", "_").replace(",", "_").replace("]", "").replace("−", "minus")
    return "".join(letter if letter.isalnum() or letter == "_" else "_" for letter in plain)


def numbers_of(named: Mapping[str, Array | None], name: str, *shape: int) -> Array:
    """The numbers of a tensor of a network, be it one node or a node for each number; nan for what is not known.

    named: the values of the graph's nodes.
    """
    if name in named:
        whole = named[name]
        return np.full(shape, np.nan) if whole is None else np.asarray(whole).reshape(shape)
    numbers = np.full(shape, np.nan)
    for index in np.ndindex(shape):
        number = named.get(f"x{index[0] + 1}" if name == "x" else entry_name(name, index))
        if number is not None:
            numbers[index] = float(number)
    return numbers


def entry_of(graph: Graph, shapes: Sequence[tuple[int, ...]], name: str) -> tuple[int, tuple[int, ...]] | None:
    """The node and the index of a number by its name; None when there is none of that name.

    A matrix under its own name is its first entry.
    """
    for node, shape in zip(graph.nodes, shapes, strict=True):
        label = graph.label(node.id)
        if label == name:
            return node.id, (0,) * len(shape)
        if shape and name.startswith(label + "["):
            for index in np.ndindex(shape):
                if entry_name(label, index) == name:
                    return node.id, index
    return None
