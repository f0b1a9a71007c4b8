"""What goes to other experiments: the network with its points, the points alone, and the loss around the
network as a surface to descend."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.text import _
from lab.engine.nets.exchange import LIMIT, network_artifact, network_form
from lab.engine.nets.fast import fast_net
from lab.engine.nets.fast_map import FastMap, targets_for
from lab.engine.nets.network import Network
from lab.experiments.e09_decision_boundaries.examples import DATA_NAMES
from lab.experiments.e09_decision_boundaries.learner import Learner
from lab.experiments.e09_decision_boundaries.scores import targets_of

__all__ = ["loss_surface_of", "network_of", "points_of"]

Array = NDArray[np.float64]
SIDE, REACH = 41, 1.0
"""Points along a side of the surface, and how far it reaches, in lengths of each unit's own weights."""
MOST_EXAMPLES = 500


def network_of(learner: Learner, origin: str, asked: tuple[float, float]) -> Artifact | None:
    """The network, with the inputs of the points it learns from as examples: first the one nearest to the place that
    was asked about, so that it is the one a receiver opens with."""
    network, params, (x, labels) = learner.network, learner.params, learner.training_data()
    weights = [array for layer in network.parameters() for array in layer.values()]
    if not all((np.abs(array) <= LIMIT).all() for array in weights):
        return None
    order = _nearest_first(learner.points.x[~learner.points.held_out(params.held_out)], asked)
    inputs, answers = (x[order], labels[order].astype(np.float64)) if len(x) else (None, None)
    form = network_form(network, inputs, answers, loss=params.loss, hidden=params.activation)
    title = _("Network for {data}").format(data=_(DATA_NAMES[params.data]))
    return network_artifact(form, title, origin)


def _nearest_first(places: Array, asked: tuple[float, float]) -> NDArray[np.intp]:
    """The numbers of places [N, 2], the one nearest to `asked` before the others in their order: [N]."""
    far = np.hypot(*(places - asked).T)
    return np.argsort(np.arange(len(places)) != np.argmin(far) if len(places) else far, kind="stable")


def points_of(learner: Learner, origin: str) -> Artifact | None:
    """The points on the canvas and their classes; of a secret only those it learns from."""
    points, params = learner.points, learner.params
    shown = ~points.held_out(params.held_out) if params.data == "secret" else np.ones(len(points), bool)
    if not shown.any():
        return None
    title = _("Painted points, {data}").format(data=_(DATA_NAMES[params.data]))
    return Artifact("points", title, {"x": points.x[shown], "labels": points.labels[shown]}, origin)


def loss_surface_of(learner: Learner, origin: str) -> Artifact | None:
    """The loss on a plane through the network as it is, along two directions at right angles. Each direction is
    as long, unit by unit, as the weights themselves (Li et al., 2018), and the same for the same network."""
    x, labels = learner.training_data()
    x, labels = x[:MOST_EXAMPLES], labels[:MOST_EXAMPLES]
    if len(x) == 0:
        return None
    net = fast_net(learner.network, np.float64)
    outputs, targets = FastMap(net, x), targets_for(net, targets_of(net, labels))
    centre, (right, up) = net.parameters.copy(), _directions(learner.network, net.parameters.size)
    steps = np.linspace(-REACH, REACH, SIDE)
    heights = np.empty((SIDE, SIDE))
    for row, b in enumerate(steps):
        for column, a in enumerate(steps):
            net.parameters[:] = centre + a * right + b * up
            outputs.update()
            heights[row, column] = outputs.loss(targets)
    if not np.isfinite(heights).all():
        return None
    data = {
        "heights": heights,
        "extent": np.array([-REACH, REACH, -REACH, REACH]),
        "x_name": _("first direction"),
        "y_name": _("second direction"),
    }
    return Artifact("loss-surface", _("Loss around the network"), data, origin)


def _directions(network: Network, size: int) -> tuple[Array, Array]:
    """Two directions [P] in the space of all weights, each unit's part as long as the unit's own weights."""
    rng = np.random.default_rng(size)
    found = []
    for _i in range(2):
        parts = []
        for layer in network.parameters():
            if layer:
                wide = np.hstack((layer["weight"].T, layer["bias"][:, None]))  # [n_out, n_in + 1]
                way = rng.normal(size=wide.shape)
                way *= np.maximum(np.linalg.norm(wide, axis=1), 0.1)[:, None] / np.linalg.norm(way, axis=1)[:, None]
                parts.append(way.ravel())
        found.append(np.concatenate(parts))
    first, second = found
    second = second - first * (first @ second) / (first @ first)
    return first, second
