"""What travels: points in two classes come in, a network of one neuron goes out, both as plain data. Whatever
arrives may come from a stranger's file and is checked before use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.text import N_, _
from lab.engine.nets.exchange import NetworkForm, network_artifact

if TYPE_CHECKING:
    from lab.experiments.e07_single_neuron.examples import Examples
    from lab.experiments.e07_single_neuron.neuron import Neuron

__all__ = ["MAX_POINTS", "network_of", "points_of", "received_points", "room_of"]

MAX_POINTS = 2_000


def received_points(artifact: Artifact) -> Examples:
    """Points x [N, 2] with labels [N], 0 or 1, from another experiment.

    Raises ValueError naming the entry that is missing or does not fit.
    """
    from lab.experiments.e07_single_neuron.examples import Examples

    for key in ("x", "labels"):
        if key not in artifact.data:
            raise ValueError(_("The points lack “{key}”.").format(key=key))
    points, labels = np.asarray(artifact.data["x"], np.float64), np.asarray(artifact.data["labels"])
    if points.ndim != 2 or points.shape[1] != 2 or not 1 <= len(points) <= MAX_POINTS:
        raise ValueError(f"x: shape {points.shape}, needs [N, 2] with 1 to {MAX_POINTS} points")
    if not (np.abs(points) <= 1e6).all():  # also refuses what is not a number
        raise ValueError("x: needs finite numbers between −10⁶ and 10⁶")
    if labels.shape != points.shape[:1] or not np.isin(labels, (0, 1)).all():
        raise ValueError(f"labels: shape {labels.shape}, needs {len(points)} labels, each 0 or 1")
    return Examples(
        artifact.title[:60] or N_("Received points"), points.copy(), labels.astype(np.int64), room_of(points)
    )


def room_of(points: Any) -> tuple[float, float, float, float]:
    """A square about all points, with air, so that a right angle looks like one: x from, x to, y from, y to."""
    low, high = points.min(axis=0), points.max(axis=0)
    half = 0.6 * float((high - low).max()) or 1.0
    x, y = ((low + high) / 2).tolist()
    return x - half, x + half, y - half, y + half


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
