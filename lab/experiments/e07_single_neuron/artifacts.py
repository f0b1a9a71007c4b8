"""What goes to other experiments: the neuron as a network without hidden layers, and its rows as points."""

from __future__ import annotations

import numpy as np

from lab.core.artifact import Artifact
from lab.engine.nets.exchange import NetworkForm, network_artifact
from lab.experiments.e07_single_neuron.examples import Examples
from lab.experiments.e07_single_neuron.neuron import Neuron

__all__ = ["network_of", "points_of"]


def network_of(neuron: Neuron, gate: str, examples: Examples, title: str, origin: str) -> Artifact:
    """The neuron as a network without hidden layers, with its rows as examples: `exchange` says how it is
    written. gate: of the one unit, which is also the output."""
    form = NetworkForm(
        (neuron.weights.reshape(1, -1),),
        (np.array([neuron.bias]),),
        "linear",
        gate,
        examples.points,
        examples.labels,
    )
    return network_artifact(form, title, origin)


def points_of(examples: Examples, title: str, origin: str) -> Artifact | None:
    """The rows as points on a plane in two classes; None when they are not points of a plane."""
    if examples.inputs != 2:
        return None
    return Artifact("points", title, {"x": examples.points, "labels": examples.labels}, origin)
