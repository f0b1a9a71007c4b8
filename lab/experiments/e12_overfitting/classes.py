"""Points in two classes for the networks: some to learn from, and many held out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.text import _
from lab.engine.basics.data import blobs, moons
from lab.engine.nets.exchange import read_network
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
FEWEST = 8


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
    """The newest points, or the newest network with its own points; half of them are held out.

    Raises ValueError naming what does not fit: two inputs and two classes are needed.
    """
    fitting = [artifact for artifact in artifacts if artifact.kind in ("points", "network")]
    if not fitting:
        raise nothing_received("classes", "points")
    artifact, start = fitting[-1], _fresh(params, rng)
    if artifact.kind == "network":
        form = read_network(artifact.data, inputs=2)
        if form.x is None or form.labels is None:
            raise ValueError(_("The network brings no points along: train it where it has some, and send it again."))
        if form.output != "sigmoid" or form.sizes[-1] != 1 or form.hidden not in GATES:
            raise ValueError(_("The network needs one output behind a sigmoid, for two classes."))
        x, labels, start = form.x, checked_labels(form.labels, len(form.x), 2), form.to_network()
    else:
        x, labels = points_in(artifact.data, MOST, 2, LARGEST)
        middle, spread = x.mean(axis=0), x.std(axis=0)
        x = (x - middle) / np.where(spread > 0, spread, 1.0)
    if len(x) < FEWEST:
        raise ValueError(_("{n} points are too few: half of them are held out.").format(n=len(x)))
    order = np.random.default_rng(params.split).permutation(len(x))
    seen, held = order[: len(x) // 2], order[len(x) // 2 :]
    return _points((x[seen], labels[seen], np.zeros(len(seen), np.bool_)), (x[held], labels[held]), start)
