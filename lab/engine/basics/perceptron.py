"""One neuron on its own: a weighted vote, z = w·x + b, and a yes where z is above 0. Two rules by which it
learns, Rosenblatt's and the logistic one; how far each point is from the boundary; and how well any straight
line could do at all, which for some data is not very well."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.engine.basics.activations import sigmoid
from lab.engine.basics.losses import bce_with_logits

__all__ = ["LogisticGradient", "best_line_accuracy", "logistic_gradient", "margins", "perceptron_step"]

Array = NDArray[np.float64]


def _signs(labels: ArrayLike) -> Array:
    values = np.asarray(labels)
    if not np.isin(values, (0, 1)).all():
        raise ValueError("labels: need 0 and 1 only")
    return 2.0 * values - 1.0


def margins(weights: ArrayLike, bias: float, points: ArrayLike, labels: ArrayLike) -> Array:
    """How safely each point lies on its own side, in the units of z: above 0 is right, below 0 wrong.

    weights: [d].  points: [N, d].  labels: [N], 0 or 1.
    Returns [N]; over ‖w‖ it is the distance to the boundary.
    """
    return np.asarray(_signs(labels) * (np.asarray(points, np.float64) @ np.asarray(weights, np.float64) + bias))


def perceptron_step(
    weights: ArrayLike, bias: float, point: ArrayLike, label: int, learning_rate: float = 1.0
) -> tuple[Array, float]:
    """Rosenblatt's rule: a point on the wrong side, or on the boundary, pulls the weights its way.

    weights: [d].  point: [d].  label: 0 or 1.  Returns the new weights and bias.
    It ends if a straight line can part the classes, and goes round in circles for ever if none can.
    Source: Rosenblatt, 1958; Novikoff, 1962.
    """
    w, x, sign = np.asarray(weights, np.float64), np.asarray(point, np.float64), float(_signs(label))
    if sign * (w @ x + bias) > 0:
        return w, bias
    return w + learning_rate * sign * x, bias + learning_rate * sign


class LogisticGradient(NamedTuple):
    """The log-loss of one neuron and how it changes with weights and bias."""

    loss: float
    weights: Array
    bias: float


def logistic_gradient(weights: ArrayLike, bias: float, points: ArrayLike, labels: ArrayLike) -> LogisticGradient:
    """The mean log-loss of a sigmoid neuron and its gradient, Σ(σ(z) − y)·x/N and Σ(σ(z) − y)/N.

    weights: [d].  points: [N, d].  labels: [N], 0 or 1.
    """
    x, y = np.asarray(points, np.float64), (_signs(labels) + 1) / 2
    z = x @ np.asarray(weights, np.float64) + bias
    off = (sigmoid(z) - y) / len(y)
    return LogisticGradient(float(bce_with_logits(z, y)), np.asarray(off @ x), float(off.sum()))


def best_line_accuracy(points: ArrayLike, labels: ArrayLike) -> float:
    """The share of points that the best of all straight lines gets right: 0.75 for XOR.

    points: [N, 2].  labels: [N], 0 or 1.
    Exact: seen from a direction the points stand in some order, which changes only where two of them change
    places; between any two such directions every cut of the order is tried. Its work grows as N³ log N.
    Raises ValueError when the shapes differ or there is no point.
    """
    xy, signs = np.asarray(points, np.float64), _signs(labels)
    if xy.ndim != 2 or xy.shape[1] != 2 or signs.shape != xy.shape[:1] or signs.size == 0:
        raise ValueError(f"points and labels: shapes {xy.shape} and {signs.shape}, need [N, 2] and [N]")
    first, second = np.triu_indices(len(xy), 1)
    apart = xy[second] - xy[first]
    turns = np.unique(np.arctan2(apart[:, 0], -apart[:, 1]) % np.pi)  # across each pair of points
    turns = np.append(turns, turns[0] + np.pi) if turns.size else np.array([0.0, np.pi])
    right = 0.0
    for angle in (turns[1:] + turns[:-1]) / 2:
        along = xy @ [np.cos(angle), np.sin(angle)]
        order = np.argsort(along, kind="stable")
        ends = np.append(np.flatnonzero(np.diff(along[order]) > 1e-12), len(xy) - 1)  # equal points stay together
        before = np.append(0.0, np.cumsum(signs[order])[ends])  # yes minus no, up to each cut
        gain = np.abs(2 * before - before[-1]).max()
        right = max(right, (len(xy) + gain) / 2)
    return float(right / len(xy))
