"""Losses: one number for how wrong a prediction is, 0 being perfect, and its gradient, which says how to
make it less wrong. Every loss is a function of prediction and target, its gradient another; both take the
same `reduction`: "mean" over the elements, their "sum", or "none" for each element's own share. The losses
for classes take logits, not probabilities: there the exponentials cancel and nothing overflows."""

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.basics.activations import log_softmax, sigmoid, softplus

__all__ = [
    "LOSSES",
    "Loss",
    "Reduction",
    "bce",
    "bce_gradient",
    "bce_with_logits",
    "bce_with_logits_gradient",
    "cross_entropy",
    "cross_entropy_gradient",
    "hinge",
    "hinge_gradient",
    "huber",
    "huber_gradient",
    "kl_divergence",
    "kl_divergence_gradient",
    "mae",
    "mae_gradient",
    "mse",
    "mse_gradient",
]

Array = NDArray[Any]
Reduction = Literal["mean", "sum", "none"]


def _residual(prediction: Array, target: Array) -> Array:
    prediction, target = np.asarray(prediction), np.asarray(target)
    if prediction.shape != target.shape:
        raise ValueError(f"target: shape {target.shape}, needs the prediction's {prediction.shape}")
    return np.asarray(prediction - target)


def _reduced(losses: Array, reduction: Reduction, count: float | None = None) -> Array:
    """The losses as one number, or as they are. count: what a mean divides by, all of them unless given."""
    if reduction == "none":
        return losses
    if reduction not in ("mean", "sum"):
        raise ValueError(f"reduction: {reduction!r}, needs 'mean', 'sum' or 'none'")
    total = np.asarray(losses.sum())
    with np.errstate(invalid="ignore", divide="ignore"):  # the mean of nothing is nan
        return np.asarray(total / (losses.size if count is None else count)) if reduction == "mean" else total


def _share(slopes: Array, reduction: Reduction, count: float | None = None) -> Array:
    """The gradient of the reduced loss from the slope of each element's loss."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"reduction: {reduction!r}, needs 'mean', 'sum' or 'none'")
    if reduction != "mean":
        return slopes
    return np.asarray(slopes / max(1.0, slopes.size if count is None else count))


def mse(prediction: Array, target: Array, reduction: Reduction = "mean") -> Array:
    """Mean squared error, (ŷ − y)²: the bigger a miss, the more it counts.

    prediction, target: one shape.  Returns a 0-d array, or each element's loss for "none".
    Raises ValueError when the shapes differ.
    """
    with np.errstate(over="ignore"):
        return _reduced(_residual(prediction, target) ** 2, reduction)


def mse_gradient(prediction: Array, target: Array, reduction: Reduction = "mean") -> Array:
    """The gradient for the prediction, 2(ŷ − y)/n.

    prediction, target: one shape.  Returns that shape.  Raises ValueError when the shapes differ.
    """
    return _share(2 * _residual(prediction, target), reduction)


def mae(prediction: Array, target: Array, reduction: Reduction = "mean") -> Array:
    """Mean absolute error, |ŷ − y|: each unit of a miss counts the same.

    prediction, target: one shape.  Returns a 0-d array, or each element's loss for "none".
    Raises ValueError when the shapes differ.
    """
    return _reduced(np.abs(_residual(prediction, target)), reduction)


def mae_gradient(prediction: Array, target: Array, reduction: Reduction = "mean") -> Array:
    """The gradient for the prediction, sign(ŷ − y)/n, and 0 at the kink.

    prediction, target: one shape.  Returns that shape.  Raises ValueError when the shapes differ.
    """
    return _share(np.sign(_residual(prediction, target)), reduction)


def huber(prediction: Array, target: Array, delta: float = 1.0, reduction: Reduction = "mean") -> Array:
    """Squared for small misses, ½r², straight for large ones, δ(|r| − ½δ): smooth, and not ruled by outliers.

    prediction, target: one shape.  delta: δ > 0, where the one becomes the other.
    Returns a 0-d array, or each element's loss for "none".
    Raises ValueError when the shapes differ or delta is not above 0.  Source: Huber, 1964.
    """
    size = np.abs(_residual(prediction, target))
    _positive("delta", delta)
    square = 0.5 * np.minimum(size, delta) ** 2
    return _reduced(square + delta * np.maximum(size - delta, 0), reduction)


def huber_gradient(prediction: Array, target: Array, delta: float = 1.0, reduction: Reduction = "mean") -> Array:
    """The gradient for the prediction: the residual, cut off at ±δ, over n.

    prediction, target: one shape.  delta: δ > 0.  Returns that shape.
    Raises ValueError when the shapes differ or delta is not above 0.
    """
    residual = _residual(prediction, target)
    _positive("delta", delta)
    return _share(np.clip(residual, -delta, delta), reduction)


def _positive(name: str, value: float) -> None:
    if not value > 0:
        raise ValueError(f"{name}: {value}, needs a number above 0")


def bce(probability: Array, target: Array, clip: float = 0.0, reduction: Reduction = "mean") -> Array:
    """Log-loss of probabilities, −y·log p − (1 − y)·log(1 − p): infinite for being sure and wrong.

    probability, target: one shape, from 0 to 1.  clip: p is first kept between clip and 1 − clip, which makes
    the loss finite and should be said where it is shown.
    Returns a 0-d array, or each element's loss for "none".
    Raises ValueError when the shapes differ or a value is not between 0 and 1.
    """
    p, y = _probabilities(probability, target, clip)
    with np.errstate(divide="ignore", invalid="ignore"):
        wrong = np.where(y > 0, -y * np.log(p), 0) + np.where(y < 1, -(1 - y) * np.log1p(-p), 0)
    return _reduced(wrong, reduction)


def bce_gradient(probability: Array, target: Array, clip: float = 0.0, reduction: Reduction = "mean") -> Array:
    """The gradient for the probability, (p − y)/(p(1 − p))/n, and 0 where p was clipped.

    probability, target, clip: as in bce.  Returns their shape.
    Raises ValueError when the shapes differ or a value is not between 0 and 1.
    """
    p, y = _probabilities(probability, target, clip)
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = np.where(y < 1, (1 - y) / (1 - p), 0) - np.where(y > 0, y / p, 0)
    return _share(np.where(p == probability, slopes, 0), reduction)


def _probabilities(probability: Array, target: Array, clip: float) -> tuple[Array, Array]:
    _residual(probability, target)
    p, y = np.asarray(probability), np.asarray(target)
    for name, values in (("probability", p), ("target", y)):
        if values.size and not (values.min() >= 0 and values.max() <= 1):
            raise ValueError(f"{name}: from {values.min()} to {values.max()}, needs values from 0 to 1")
    return np.clip(p, clip, 1 - clip), y


def bce_with_logits(logits: Array, target: Array, reduction: Reduction = "mean") -> Array:
    """Log-loss of a sigmoid taken from its input z, log(1 + eᶻ) − y·z: finite for every z.

    logits, target: one shape; target from 0 to 1.  Returns a 0-d array, or each element's loss for "none".
    Raises ValueError when the shapes differ.
    """
    _residual(logits, target)
    return _reduced(softplus(logits) - np.asarray(target) * logits, reduction)


def bce_with_logits_gradient(logits: Array, target: Array, reduction: Reduction = "mean") -> Array:
    """The gradient for the logits, (σ(z) − y)/n.

    logits, target: one shape.  Returns that shape.  Raises ValueError when the shapes differ.
    """
    _residual(logits, target)
    return _share(np.asarray(sigmoid(logits) - target), reduction)


def cross_entropy(
    logits: Array,
    target: Array,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> Array:
    """The surprise −log softmax(z) of the true class, in nats.

    logits: [..., C].  target: [...], whole numbers from 0 to C − 1.  label_smoothing: the part of the target
    spread evenly over all classes.  ignore_index: positions with this target count for nothing, and the mean
    is over the others; nan when there is none.
    Returns a 0-d array, or [...] for "none".
    Raises ValueError for shapes that do not fit, a target outside the classes, or smoothing outside 0 to 1.
    """
    logits, classes, counted = _classes(logits, target, label_smoothing, ignore_index)
    logs = log_softmax(logits)
    losses = -np.take_along_axis(logs, classes[..., None], axis=-1)[..., 0]  # [..., C] -> [...]
    if label_smoothing:
        losses = (1 - label_smoothing) * losses - label_smoothing * logs.mean(axis=-1)
    return _reduced(np.where(counted, losses, 0), reduction, float(counted.sum()))


def cross_entropy_gradient(
    logits: Array,
    target: Array,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> Array:
    """The gradient for the logits: probabilities minus the one-hot target, over the number of positions.

    logits, target, label_smoothing, ignore_index: as in cross_entropy.  Returns [..., C]; 0 where ignored.
    Raises ValueError as cross_entropy does.
    """
    logits, classes, counted = _classes(logits, target, label_smoothing, ignore_index)
    slopes = np.exp(log_softmax(logits))
    truth = np.take_along_axis(slopes, classes[..., None], axis=-1)
    np.put_along_axis(slopes, classes[..., None], truth - (1 - label_smoothing), axis=-1)
    slopes = (slopes - label_smoothing / logits.shape[-1]) * counted[..., None]
    return _share(slopes.astype(logits.dtype, copy=False), reduction, float(counted.sum()))


def _classes(
    logits: Array, target: Array, label_smoothing: float, ignore_index: int | None
) -> tuple[Array, Array, Array]:
    """Logits and targets that fit each other, and which positions count; ignored ones get class 0."""
    logits, target = np.asarray(logits), np.asarray(target)
    if logits.ndim == 0 or logits.shape[:-1] != target.shape:
        raise ValueError(f"target: shape {target.shape}, needs that of logits {logits.shape} without the last")
    if not np.issubdtype(target.dtype, np.integer):
        raise ValueError(f"target: of type {target.dtype}, needs whole numbers")
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"label_smoothing: {label_smoothing}, needs a number from 0 to 1")
    counted = np.ones(target.shape, bool) if ignore_index is None else target != ignore_index
    classes = np.where(counted, target, 0)
    if classes.size and not (classes.min() >= 0 and classes.max() < logits.shape[-1]):
        raise ValueError(f"target: {classes.min()} to {classes.max()}, needs 0 to {logits.shape[-1] - 1}")
    return logits, classes, counted


def hinge(score: Array, target: Array, reduction: Reduction = "mean") -> Array:
    """The support-vector machine's loss, max(0, 1 − y·s): nothing once the right side is a margin of 1 away.

    score, target: one shape; target −1 or 1.  Returns a 0-d array, or each element's loss for "none".
    Raises ValueError when the shapes differ or a target is neither.  Source: Cortes & Vapnik, 1995.
    """
    return _reduced(np.maximum(0, 1 - _signs(score, target) * score), reduction)


def hinge_gradient(score: Array, target: Array, reduction: Reduction = "mean") -> Array:
    """The gradient for the score: −y/n inside the margin, 0 outside and at the kink.

    score, target: one shape; target −1 or 1.  Returns that shape.
    Raises ValueError when the shapes differ or a target is neither.
    """
    signs = _signs(score, target)
    return _share(np.where(signs * score < 1, -signs, 0 * signs), reduction)


def _signs(score: Array, target: Array) -> Array:
    _residual(score, target)
    signs = np.asarray(target, dtype=np.result_type(score, np.float32))
    if not np.all(np.abs(signs) == 1):
        raise ValueError("target: needs the values −1 and 1 only")
    return signs


def kl_divergence(log_q: Array, p: Array, reduction: Reduction = "mean") -> Array:
    """How many nats a code made for q wastes on p, Σ p·(log p − log q); 0 only where q is p.

    log_q: [..., C], log-probabilities of the model.  p: [..., C], the true probabilities.
    Returns the mean over the rows (PyTorch's "batchmean") as a 0-d array, or each row's own, [...],
    for "none".
    Raises ValueError when the shapes differ.  Source: Kullback & Leibler, 1951.
    """
    _residual(log_q, p)
    p = np.asarray(p)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(p > 0, p * (np.log(p) - log_q), 0)
    return _reduced(np.asarray(terms.sum(axis=-1)), reduction)


def kl_divergence_gradient(log_q: Array, p: Array, reduction: Reduction = "mean") -> Array:
    """The gradient for the log-probabilities, −p over the number of rows.

    log_q, p: [..., C].  Returns [..., C].  Raises ValueError when the shapes differ.
    """
    _residual(log_q, p)
    rows = np.asarray(p)[..., 0].size
    return _share(-np.asarray(p), reduction, rows)


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss of prediction and target with its name, formula for one element, value and gradient.

    name: its id.  latex: the formula.  value, gradient: functions of (prediction, target).
    """

    name: str
    latex: str
    value: Callable[..., Array]
    gradient: Callable[..., Array]


LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        Loss("mse", r"(\hat y - y)^2", mse, mse_gradient),
        Loss("mae", r"|\hat y - y|", mae, mae_gradient),
        Loss(
            "huber",
            r"\frac{1}{2}r^2 \;(|r|\leq\delta),\quad \delta(|r|-\frac{\delta}{2})",
            huber,
            huber_gradient,
        ),
        Loss("log", r"-y\log p-(1-y)\log(1-p)", bce, bce_gradient),
        Loss("log_of_logits", r"\log(1+e^z)-y\,z", bce_with_logits, bce_with_logits_gradient),
        Loss("hinge", r"\max(0, 1-y\,s)", hinge, hinge_gradient),
    )
}
