"""What other experiments can take: the loss over two leaves as a landscape, and the network after its updates."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from lab.core.artifact import Artifact
from lab.core.text import _
from lab.engine.basics.activations import ACTIVATIONS
from lab.engine.graph.operations import Array
from lab.engine.nets.exchange import NetworkForm, network_artifact
from lab.experiments.e11_backpropagation.graphs import Source, entry_name, numbers_of
from lab.experiments.e11_backpropagation.settings import Params

__all__ = ["network_from", "surface_from"]

POINTS = 61
Leaves = Mapping[int, Array]


def surface_from(source: Source, leaves: Leaves, origin: str) -> Artifact | None:
    """The output over the first two numbers that can be moved, each as far as 3 to both sides of where it is.

    None where fewer than two can be moved, or where the output is somewhere not finite.
    """
    graph = source.graph
    movable = [i for i in graph.leaves if graph.nodes[i].kind == "parameter"]
    movable += [i for i in graph.leaves if graph.nodes[i].kind == "input"]
    entries = [(i, index) for i in movable for index in np.ndindex(leaves[i].shape)][:2]
    if len(entries) < 2:
        return None
    (one, at_one), (two, at_two) = entries
    x0, y0 = float(leaves[one][at_one]), float(leaves[two][at_two])
    across, up = np.linspace(x0 - 3, x0 + 3, POINTS), np.linspace(y0 - 3, y0 + 3, POINTS)
    heights = np.empty((POINTS, POINTS))
    if all(value.ndim == 0 for value in leaves.values()):
        given = {**leaves, one: across[None, :], two: up[:, None]}
        heights[:] = graph.forward(given)[graph.output]
    else:
        for row, column in np.ndindex(heights.shape):
            changed = {i: np.array(leaves[i], np.float64) for i in {one, two}}
            changed[one][at_one], changed[two][at_two] = across[column], up[row]
            heights[row, column] = graph.forward({**leaves, **changed})[graph.output].sum()
    if not np.isfinite(heights).all():
        return None
    extent = np.array([x0 - 3, x0 + 3, y0 - 3, y0 + 3])
    names = [entry_name(graph.label(i), index) for i, index in entries]
    data = {"heights": heights, "extent": extent, "x_name": names[0], "y_name": names[1]}
    title = _("L over {x} and {y}").format(x=names[0], y=names[1])
    return Artifact("loss-surface", title, data, origin)


def network_from(source: Source, params: Params, leaves: Leaves, origin: str) -> Artifact | None:
    """The network as it is after the updates; None where the graph is no network."""
    if not source.sizes:
        return None
    graph, named = source.graph, {source.graph.nodes[i].name: value for i, value in leaves.items()}
    layers = list(enumerate(pairwise(source.sizes), 1))
    weights = [np.array(numbers_of(named, f"W{number}", *shape).T) for number, shape in layers]
    biases = [np.array(numbers_of(named, f"b{number}", n_out)) for number, (_n_in, n_out) in layers]
    form = source.form
    hidden = form.hidden if form else "sigmoid"
    assert hidden in ACTIVATIONS and graph.nodes
    made = NetworkForm(
        tuple(weights),
        tuple(biases),
        hidden,
        form.output if form else "sigmoid",
        None if form is None else form.x,
        None if form is None else form.labels,
        form.loss if form else "mse",
    )
    return network_artifact(made, _("Network of the graph inspector"), origin)
