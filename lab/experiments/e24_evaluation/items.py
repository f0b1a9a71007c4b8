"""Who is tested: a world that is drawn and whose truth is known, real samples of tissue, or a network that was sent.

Whatever it is, it becomes a row of items: the truth, a logit, and what the model saw of each.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.records import dataclass
from lab.core.text import N_, _
from lab.engine.basics.activations import log_softmax
from lab.engine.basics.perceptron import logistic_gradient
from lab.engine.basics.table import bundled
from lab.engine.nets.exchange import NetworkForm, read_network, read_picture_network
from lab.experiments.e24_evaluation.settings import Params
from lab.kit.arrays import freeze
from lab.kit.exchange import nothing_received

__all__ = ["COUNT", "KINDS", "Items", "Tested", "cells", "newest_network", "received", "refused", "world"]

Array = NDArray[np.float64]
COUNT = 1000  # items of the drawn world
MOST = 2000  # examples of a network that are looked at
KINDS = ("network", "picture-network")
FEATURES = ("mean_texture", "mean_smoothness")
MALIGNANT = 1  # of the classes in the order of the alphabet
ROUNDS, RATE = 400, 0.5
EDGE = 20.0  # logits beyond it are as good as certain
PICTURE = N_("It needs a network with examples that ends in probabilities, such as a sigmoid or a softmax.")


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """truth: [N], 0 or 1.  logits: [N], ln p/(1 − p) as the model has it.  inputs: [N, d], what it saw of each.

    columns: [d], how that is called in English, () for what has no name.  classes: how many there were, of which one
    became the positive one.
    """

    truth: NDArray[np.int64]
    logits: Array
    inputs: Array
    columns: tuple[str, ...] = ()
    classes: int = 2


def world(params: Params, normal: Array) -> Items:
    """A world in which so many are positive, and a model that sees each through a fog.

    normal: [COUNT], what blurs each item. With confidence 1 and shift 0 the model's probabilities are exactly right:
    the two hills are normal, `skill` apart.
    """
    count = round(params.positives * COUNT)
    truth = (np.arange(COUNT) < count).astype(np.int64)
    seen = normal + params.skill * (truth - 0.5)
    share = min(max(params.positives, 1e-6), 1 - 1e-6)
    logits = params.skill * seen + np.log(share / (1 - share))
    return _bent(Items(truth, logits, seen[:, None]), params)


def _bent(items: Items, params: Params) -> Items:
    """The same model, surer or more modest, and with all its scores moved."""
    logits = np.clip(params.confidence * items.logits + params.shift, -EDGE, EDGE)
    return Items(freeze(items.truth), freeze(logits), freeze(items.inputs), items.columns, items.classes)


@cache
def cells() -> Items:
    """Every second of 569 tissue samples, judged by two of their measures with a neuron that learned from the others.

    Positive is what is malignant.
    """
    table = bundled("breast_cancer")
    x, labels = table.numbers(*FEATURES), table.column("class").codes() == MALIGNANT
    learned, asked = np.arange(len(x)) % 2 == 0, np.arange(len(x)) % 2 == 1
    middle, spread = x[learned].mean(axis=0), x[learned].std(axis=0)
    inputs, weights, bias = (x - middle) / spread, np.zeros(len(FEATURES)), 0.0
    for _round in range(ROUNDS):
        slope = logistic_gradient(weights, bias, inputs[learned], labels[learned].astype(np.int64))
        weights, bias = weights - RATE * slope.weights, bias - RATE * slope.bias
    logits = inputs[asked] @ weights + bias
    return Items(labels[asked].astype(np.int64), logits, x[asked], (N_("texture"), N_("smoothness")))


def received(artifact: Artifact, params: Params) -> Items:
    """The examples of a network that was sent, and its logits for the positive class against all others.

    Raises ValueError naming what is missing or does not fit.
    """
    if artifact.kind == "picture-network":
        form = read_picture_network(artifact.data)
        labels, inputs = form.answers[:MOST], form.pictures[:MOST]
        outputs = form.to_network().forward(inputs).outputs
        return _one_class(form.sums.output, outputs, labels, inputs.reshape(len(inputs), -1)[:, :0], params)
    net = read_network(artifact.data)
    if net.x is None or net.labels is None or net.output not in ("sigmoid", "softmax", "tanh"):
        raise ValueError(_(PICTURE))
    return _dense(net, net.x[:MOST], net.labels[:MOST], params)


def _dense(net: NetworkForm, x: Array, labels: Array | NDArray[np.int64], params: Params) -> Items:
    return _one_class(net.output, net.to_network().forward(x).outputs, labels, x, params)


def _one_class(output: str, sums: Array, labels: Array | NDArray[np.int64], inputs: Array, params: Params) -> Items:
    """One class against all others."""
    classes = max(2, sums.shape[1])
    chosen = min(params.positive_class, classes - 1)
    if output == "softmax" and sums.shape[1] > 1:
        logs = log_softmax(sums)
        others = np.delete(logs, chosen, axis=1)
        top = others.max(axis=1)
        logits = logs[:, chosen] - top - np.log(np.exp(others - top[:, None]).sum(axis=1))
    else:  # one sum: tanh(z) as a probability is σ(2z)
        logits = (2.0 if output == "tanh" else 1.0) * sums[:, 0]
        logits = logits if chosen == 1 else -logits
    truth = labels == chosen
    columns = tuple(f"x{place + 1}" for place in range(inputs.shape[1])) if inputs.shape[1] <= 4 else ()
    return Items(truth.astype(np.int64), logits, inputs, columns, classes)


class Tested:
    """Who is tested in a run. A network that was sent reads its examples once for each class that counts as yes."""

    def __init__(self, artifacts: Sequence[Artifact]) -> None:
        self.sent = newest_network(artifacts)
        self._known: tuple[int, Items] | None = None

    def items(self, params: Params, normal: Array) -> Items:
        """The items. Raises ParamError where nothing was received, ValueError where it does not fit."""
        if params.data == "drawn":
            return world(params, normal)
        if params.data == "cells":
            return _bent(cells(), params)
        if self.sent is None:
            raise nothing_received("data", "network")
        if self._known is None or self._known[0] != params.positive_class:
            self._known = params.positive_class, received(self.sent, params)
        return _bent(self._known[1], params)


def refused(artifact: Artifact) -> str:
    """Why what is being sent cannot be tested here, in words; "" where it can."""
    if artifact.kind not in KINDS:
        return ""
    try:
        received(artifact, Params())
    except ValueError as error:
        return str(error)
    return ""


def newest_network(artifacts: Sequence[Artifact]) -> Artifact | None:
    """The last network that was sent, of either kind."""
    return next((artifact for artifact in reversed(artifacts) if artifact.kind in KINDS), None)
