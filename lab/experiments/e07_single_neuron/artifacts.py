"""What goes to other experiments: the neuron as a network without hidden layers, and its rows as points."""

from __future__ import annotations

import numpy as np

from lab.core.artifact import Artifact
from lab.core.text import _
from lab.engine.nets.exchange import NetworkForm, network_artifact
from lab.experiments.e07_single_neuron.examples import Examples
from lab.experiments.e07_single_neuron.neuron import Neuron

__all__ = ["network_of", "points_of"]


def network_of(neuron: Neuron, gate: str, examples: Examples, origin: str) -> Artifact:
    """The neuron as a network without hidden layers, with its rows as examples. gate: of the one unit, which is also
    the output."""
    weights, biases = (neuron.weights.reshape(1, -1),), (np.array([neuron.bias]),)
    form = NetworkForm(weights, biases, "linear", gate, examples.points, examples.labels)
    return network_artifact(form, _("Neuron for {question}").format(question=examples.name), origin)


def points_of(examples: Examples, origin: str) -> Artifact | None:
    """The rows as points on a plane in two classes; None when they are not points of a plane."""
    data = {"x": examples.points, "labels": examples.labels}
    return Artifact("points", examples.name, data, origin) if examples.inputs == 2 else None
