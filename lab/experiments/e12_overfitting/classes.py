"""Points in two classes for the networks: some to learn from, and many held out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.basics.data import blobs, moons
from lab.engine.nets.exchange import NetworkForm, read_network
from lab.engine.nets.fast_activations import GATES
from lab.engine.nets.network import Network, mlp
from lab.experiments.e12_overfitting.settings import Params
from lab.kit.arrays import read_only
from lab.kit.exchange import nothing_received
from lab.kit.points import checked_labels, points_in, square_around

__all__ = ["Points", "class_points"]

Array = NDArray[np.float64]
Labels = NDArray[np.int64]
Box = tuple[float, float, float, float]

LEARNED, HELD = 50, 400  # points to learn from, and held out
WRONG = 0.2  # of the labels are turned round
MOST, LARGEST = 2000, 1e9
MOST_CLASSES = 4  # that are sent; all but the first count as one
FEWEST, CLOUD = 8, 0.3  # points below which they become clouds, and how wide those are
SQUARE = 2.5  # half a side of the square in which a network says the classes


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """x: [N, 2].  labels: [N], 0 or 1.  wrong: [N], those that were turned round.  start: the network to begin with.

    x_names go with coordinates that were brought to a spread of 1 where they came from elsewhere.
    """

    x: Array
    labels: Labels
    wrong: NDArray[np.bool_]
    held_x: Array
    held_labels: Labels
    extent: Box
    start: Network
    names: tuple[str, str] = ("x₁", "x₂")

    def save(self) -> dict[str, Any]:
        """As plain values, without the network."""
        names = ("x", "labels", "wrong", "held_x", "held_labels")
        return {name: getattr(self, name) for name in names} | {"extent": list(self.extent), "names": list(self.names)}

    @staticmethod
    def load(saved: Mapping[str, Any], start: Network) -> Points:
        """The inverse."""
        kinds = {"x": np.float64, "labels": np.int64, "wrong": np.bool_, "held_x": np.float64, "held_labels": np.int64}
        arrays = {name: read_only(saved[name], kind) for name, kind in kinds.items()}
        x0, x1, y0, y1 = (float(value) for value in saved["extent"])
        first, second = (str(name) for name in saved["names"])
        return Points(**arrays, extent=(x0, x1, y0, y1), start=start, names=(first, second))


def class_points(params: Params, rng: Generator, artifacts: Sequence[Artifact] = ()) -> Points:
    """The points that the controls ask for, and a network to start with. Raises ParamError when none were received."""
    if params.classes == "received":
        return _received(params, rng, artifacts)
    made = {"blobs": _blobs, "moons": _moons, "noise": _moons}[params.classes]
    x, labels = made(LEARNED, rng)
    held_x, held_labels = made(HELD, rng)
    wrong = np.zeros(LEARNED, np.bool_)
    if params.classes == "noise":
        wrong[rng.permutation(LEARNED)[: round(WRONG * LEARNED)]] = True
    labels = np.where(wrong, 1 - labels, labels)
    return _points((x, labels, wrong), (held_x, held_labels), _fresh(params, rng))


def _blobs(n: int, rng: Generator) -> tuple[Array, Labels]:
    made = blobs(n, 1.3, rng)
    return made.points, made.labels


def _moons(n: int, rng: Generator) -> tuple[Array, Labels]:
    made = moons(n, 0.25, rng)
    return made.points, made.labels


def _fresh(params: Params, rng: Generator) -> Network:
    return mlp((2, params.width, params.width, 1), rng, "tanh", "logistic", "xavier")


def _points(seen: tuple[Array, Labels, NDArray[np.bool_]], held: tuple[Array, Labels], start: Network) -> Points:
    x, labels, wrong = seen
    extent = square_around(x, 0.62)
    parts = read_only(x), read_only(labels, np.int64), read_only(wrong, np.bool_)
    return Points(*parts, read_only(held[0]), read_only(held[1], np.int64), extent, start)


def _received(params: Params, rng: Generator, artifacts: Sequence[Artifact]) -> Points:
    """The newest points or network that was sent; where neither was, only a table, the points are drawn.

    Points that are many are divided in halves, one of which is held out. Few points become clouds about themselves. A
    network brings its own points, or else it is the truth: it says the classes of fresh points, a part of which are
    then turned round. Raises ValueError naming what does not fit: two inputs and two classes are needed.
    """
    if not artifacts:
        raise nothing_received("classes", "points")
    fitting = [artifact for artifact in artifacts if artifact.kind in ("points", "network")]
    if not fitting:
        return class_points(replace(params, classes="noise"), rng)
    if fitting[-1].kind == "points":
        x, labels = points_in(fitting[-1].data, MOST, MOST_CLASSES, LARGEST)
        middle, spread = x.mean(axis=0), x.std(axis=0)
        x = (x - middle) / np.where(spread > 0, spread, 1.0)
        return _divided(x, np.minimum(labels, 1), _fresh(params, rng), params, rng)
    form = read_network(fitting[-1].data, inputs=2)
    start = _two_classes(form)
    if form.x is None or form.labels is None or len(form.x) < FEWEST:
        return _by_network(start, rng)
    labels = np.minimum(checked_labels(form.labels, len(form.x), MOST_CLASSES), 1)
    return _divided(form.x, labels, start, params, rng)


def _divided(x: Array, labels: Labels, start: Network, params: Params, rng: Generator) -> Points:
    """Half of the points to learn from, half held out; of few points as many as are wanted, each near one of them."""
    if len(x) < FEWEST:
        rows = rng.integers(0, len(x), LEARNED + HELD)
        x, labels = x[rows] + CLOUD * rng.normal(size=(len(rows), 2)), labels[rows]
        order, count = np.arange(len(x)), LEARNED
    else:
        order, count = np.random.default_rng(params.split).permutation(len(x)), len(x) // 2
    seen, held = order[:count], order[count:]
    return _points((x[seen], labels[seen], np.zeros(count, np.bool_)), (x[held], labels[held]), start)


def _by_network(network: Network, rng: Generator) -> Points:
    """Points whose class the network says; a fifth of those to learn from are turned round."""
    x = rng.uniform(-SQUARE, SQUARE, size=(LEARNED + HELD, 2))
    labels = (network.forward(x).outputs[:, 0] > 0).astype(np.int64)
    wrong = np.zeros(LEARNED, np.bool_)
    wrong[rng.permutation(LEARNED)[: round(WRONG * LEARNED)]] = True
    seen = np.where(wrong, 1 - labels[:LEARNED], labels[:LEARNED])
    return _points((x[:LEARNED], seen, wrong), (x[LEARNED:], labels[LEARNED:]), network)


def _two_classes(form: NetworkForm) -> Network:
    """The network under a sigmoid. A tanh at its end becomes the sigmoid that says the same, tanh z = 2σ(2z) − 1; a
    plain output keeps its boundary at one half; of two scores the difference counts.

    Raises ValueError for more than two classes, and for a gate that cannot learn here.
    """
    if form.hidden not in GATES and len(form.sizes) > 2:
        raise ValueError(f"hidden: {form.hidden!r}, needs one of {', '.join(GATES)}")
    if form.sizes[-1] > 2:
        raise ValueError(_("The network tells more than two classes apart; two are needed here."))
    weights, biases = list(form.weights), list(form.biases)
    if form.sizes[-1] == 2:
        weights[-1], biases[-1] = weights[-1][1:] - weights[-1][:1], biases[-1][1:] - biases[-1][:1]
    elif form.output == "tanh":
        weights[-1], biases[-1] = 2.0 * weights[-1], 2.0 * biases[-1]
    elif form.output == "identity":
        weights[-1], biases[-1] = 4.0 * weights[-1], 4.0 * (biases[-1] - 0.5)
    hidden = form.hidden if form.hidden in GATES else "linear"
    return NetworkForm(tuple(weights), tuple(biases), hidden, "sigmoid").to_network()
