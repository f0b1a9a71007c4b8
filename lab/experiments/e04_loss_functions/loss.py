"""The four losses of this experiment, each with the same three functions: what a residual costs, how
steep that cost is, and the gradient of all points together for the line's two weights. The formulas are the
engine's; here they are only put side by side, with log-loss clipped or not as the learner wishes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.basics import losses
from lab.engine.basics.activations import sigmoid
from lab.engine.basics.regression import curvature, fit_absolute_line, fit_huber, fit_least_squares
from lab.kit.arrays import freeze_all

__all__ = ["CLIP", "Array", "Best", "Loss", "Measured", "best_line", "measured", "over_lines", "stable_rate"]

Array = NDArray[np.float64]
CLIP = 1e-7  # how near to 0 and 1 a probability may come before its logarithm is taken
Best = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Loss:
    """Which loss. kind: mse, mae, huber or log.  clipped: of log-loss.  summed: the sum, not the mean.
    squash: predictions are probabilities σ(w·x + b), not the line itself."""

    kind: str
    delta: float = 1.0
    clipped: bool = True
    summed: bool = False
    squash: bool = False

    def predict(self, z: Array) -> Array:
        """The prediction for the height of the line. Any shape."""
        return np.asarray(sigmoid(z)) if self.squash else z

    def each(self, prediction: Array, y: Array) -> Array:
        """What every point costs. prediction, y: one shape; returns that shape."""
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            if self.kind == "mse":
                return losses.mse(prediction, y, "none")
            if self.kind == "mae":
                return losses.mae(prediction, y, "none")
            if self.kind == "huber":
                return losses.huber(prediction, y, self.delta, "none")
            return -np.log(self.chance(prediction, y))

    def chance(self, prediction: Array, y: Array) -> Array:
        """The probability that was given to the true label, clipped if it is to be."""
        truth = np.where(y == 1, prediction, 1 - prediction)
        return np.clip(truth, CLIP, 1 - CLIP) if self.clipped else truth

    def slope(self, prediction: Array, y: Array) -> Array:
        """How steeply every point's cost grows with its prediction, before any mean is taken."""
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            if self.kind == "mse":
                return losses.mse_gradient(prediction, y, "none")
            if self.kind == "mae":
                return losses.mae_gradient(prediction, y, "none")
            if self.kind == "huber":
                return losses.huber_gradient(prediction, y, self.delta, "none")
            return np.where(y == 1, -1.0, 1.0) * self._pulls(prediction, y) / self.chance(prediction, y)

    def slope_of_height(self, prediction: Array, y: Array) -> Array:
        """The same for the height z of the line; for log-loss the exponentials cancel and p − y is left."""
        if not self.squash:
            return self.slope(prediction, y)
        if self.kind == "log":
            return (prediction - y) * self._pulls(prediction, y)
        return self.slope(prediction, y) * prediction * (1 - prediction)

    def _pulls(self, prediction: Array, y: Array) -> NDArray[np.bool_]:
        """A clipped point lies on the flat part of the loss: it no longer pulls."""
        truth = np.where(y == 1, prediction, 1 - prediction)
        return ((truth > CLIP) & (truth < 1 - CLIP)) | (not self.clipped)

    def scale(self, n: int) -> float:
        """What the sum over the points is multiplied by: 1, or 1/n for the mean."""
        return 1.0 if self.summed else 1.0 / max(1, n)


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """A line, judged. predictions, residuals y − ŷ, each (the cost), slopes ∂L/∂ŷ: [N].
    total: the loss.  gradient: ∂L/∂w and ∂L/∂b."""

    predictions: Array
    residuals: Array
    each: Array
    slopes: Array
    total: float | None
    gradient: tuple[float, float]

    @property
    def whole(self) -> float:
        """What all points cost together, before any mean is taken; ∞ where it overflows."""
        with np.errstate(over="ignore", invalid="ignore"):
            return float(np.sum(self.each))

    @property
    def shares(self) -> Array:
        """Which part of the whole loss each point owns, [N]; zeros where nobody owes anything."""
        whole = self.whole
        if whole == 0 or np.isnan(whole):
            return np.zeros_like(self.each)
        infinite = np.isinf(self.each)
        if infinite.any():
            return np.asarray(infinite / infinite.sum())
        large = self.each / self.each.max() if np.isinf(whole) else self.each
        return np.asarray(large / large.sum())


def measured(loss: Loss, x: Array, y: Array, w: float, b: float) -> Measured:
    """Judge the line w·x + b on points x, y: [N]."""
    with np.errstate(over="ignore", invalid="ignore"):
        predictions = loss.predict(w * x + b)
        each, scale = loss.each(predictions, y), loss.scale(x.size)
        down = loss.slope_of_height(predictions, y) * scale
        parts = predictions, y - predictions, each, loss.slope(predictions, y) * scale
        gradient = float(np.sum(down * x)), float(np.sum(down))
        total = float(np.sum(each)) * scale if x.size else None
    freeze_all(*parts)
    return Measured(*parts, total, gradient)


def over_lines(loss: Loss, x: Array, y: Array, w: Array, b: Array) -> Array:
    """The loss of many lines at once. w, b: one shape S; returns S."""
    if not x.size:
        return np.zeros(np.broadcast_shapes(w.shape, b.shape))
    with np.errstate(over="ignore", invalid="ignore"):
        heights = w[..., None] * x + b[..., None]  # S -> [*S, N]
        each = loss.each(loss.predict(heights), np.broadcast_to(y, heights.shape))
        return np.asarray(each.sum(axis=-1) * loss.scale(x.size))


def best_line(loss: Loss, x: Array, y: Array) -> Best | None:
    """Slope and intercept of least loss; None where no single line is the best or none is known."""
    if x.size < 2 or np.ptp(x) == 0:
        return None
    if loss.squash:
        return _newton(x, y) if loss.kind == "log" else None
    if loss.kind == "mae":
        fit = fit_absolute_line(x, y)
    else:
        fit = fit_huber(x, y, loss.delta) if loss.kind == "huber" else fit_least_squares(x, y)
    return float(fit.weights[0]), float(fit.bias)


def _newton(x: Array, y: Array, rounds: int = 40) -> Best | None:
    """Least log-loss by Newton's method; None for labels that a limit separates, where steeper is always
    better. Source: Hastie, Tibshirani & Friedman, The Elements of Statistical Learning, 4.4.1."""
    design = np.stack([x, np.ones_like(x)], axis=1)  # [N, 2]
    weights = np.zeros(2)
    for _ in range(rounds):
        p = np.asarray(sigmoid(design @ weights))
        bend = (design * (p * (1 - p))[:, None]).T @ design  # [2, 2]
        if not np.linalg.cond(bend) < 1e12:
            return None
        step = np.linalg.solve(bend, design.T @ (p - y))
        weights = weights - step
        if np.abs(step).max() < 1e-10 * (1 + np.abs(weights).max()):
            return float(weights[0]), float(weights[1])
    return None


def stable_rate(loss: Loss, x: Array) -> float | None:
    """The largest learning rate with which plain gradient descent on w and b cannot run away, 2/λ_max.

    Exact for squared error; for Huber and log-loss, whose curvature is at most a half and an eighth of it,
    below it they are safe. None for absolute error, whose steps never grow, and where nothing is known.
    """
    factor = {"mse": 1.0, "huber": 0.5, "log": 0.125}.get(loss.kind)
    if factor is None or not x.size or (loss.squash and loss.kind != "log"):
        return None
    steepest = float(np.linalg.eigvalsh(curvature(x))[-1]) * factor * (x.size if loss.summed else 1)
    return 2 / steepest if steepest > 0 and np.isfinite(steepest) else None
