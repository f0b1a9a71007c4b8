"""What a fast model makes of given points: a 100×100 picture with the map of every hidden unit, the loss and the
accuracy on a table of examples, the gradient on them. All of it into arrays that are made once."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lab.engine.graph.operations import Array
from lab.engine.nets.fast_plan import FastModel, Layout, Plan, number, run

__all__ = ["FastGradients", "FastMap", "delta_plan", "grid_points", "targets_for", "with_ones"]


def targets_for(model: FastModel, y: ArrayLike) -> Array:
    """Targets in the form the fast path subtracts: [n_out, N], for "logistic" −1 and 1, for "softmax" one-hot.

    y: [N, K] for "mse", else whole numbers [N].
    Raises ValueError when they do not fit the head.
    """
    values, n_out = np.asarray(y), model.layout.sizes[-1]
    if model.head == "mse":
        columns = values.reshape(len(values), -1)
        if columns.shape[1] != n_out:
            raise ValueError(f"y: has shape {values.shape}, needed (N, {n_out})")
        return np.ascontiguousarray(columns.T, dtype=model.layout.flat.dtype)
    top = 1 if model.head == "logistic" else n_out - 1
    if values.ndim != 1 or (values.size and not (np.isin(values, np.arange(top + 1)).all())):
        raise ValueError(f"y: has shape {values.shape}, needed [N] of whole numbers from 0 to {top}")
    if model.head == "logistic":
        return np.asarray(2.0 * values[None, :] - 1.0, dtype=model.layout.flat.dtype)
    return np.ascontiguousarray(np.eye(n_out, dtype=model.layout.flat.dtype)[values.astype(int)].T)


def delta_plan(model: FastModel, out: Array, targets: Array) -> tuple[Plan, float]:
    """The calls that turn the output sums into their gradient, in place, and the factor still to be applied.

    out: [n_out, width].  targets: from `targets_for`.
    """
    width = out.shape[1]
    if model.head == "mse":
        return [(np.subtract, (out, targets, out))], 2.0 / out.size
    if model.head == "logistic":  # σ(z) − y is half of tanh(z/2) − (2y − 1)
        half = number(0.5, out.dtype)
        return [
            (np.multiply, (out, half, out)),
            (np.tanh, (out, out)),
            (np.subtract, (out, targets, out)),
        ], 0.5 / width
    return [*softmax_plan(out), (np.subtract, (out, targets, out))], 1.0 / width


def softmax_plan(out: Array) -> Plan:
    """The softmax over the rows of each column, in place; sums by a product with ones, cheaper than a sum."""
    peak = np.empty(out.shape[1], dtype=out.dtype)
    total = np.empty_like(out)
    ones = np.ones((len(out), len(out)), dtype=out.dtype)
    return [
        (np.maximum.reduce, (out, 0, None, peak)),
        (np.subtract, (out, peak, out)),
        (np.exp, (out, out)),
        (ones.dot, (out, total)),
        (np.divide, (out, total, out)),
    ]


def with_ones(x: ArrayLike, n_in: int, dtype: Any) -> Array:
    """Examples [N, n_in] with a column of ones behind: [N, n_in + 1]. Raises ValueError for another shape."""
    values = np.asarray(x)
    if values.ndim != 2 or values.shape[1] != n_in:
        raise ValueError(f"x: has shape {values.shape}, needed (N, {n_in})")
    if not np.isfinite(values).all():
        raise ValueError("x: holds values that are not finite, needs numbers")
    rows = np.ones((len(values), n_in + 1), dtype=dtype)
    rows[:, :-1] = values
    return rows


class FastGradients:
    """The gradient of the mean loss over fixed examples, again and again.

    x: [N, n_in].  y: as in `targets_for`.
    After `update`, `grads` is laid out like the parameters and `hidden` holds every hidden layer [n, N].
    """

    def __init__(self, model: FastModel, x: ArrayLike, y: ArrayLike) -> None:
        rows = with_ones(x, model.layout.sizes[0], model.layout.flat.dtype)
        passes = model.passes(len(rows), train=True)
        self.grads = Layout.of(model.layout.sizes, np.zeros_like(model.layout.flat))
        self.hidden = passes.hidden
        delta, factor = delta_plan(model, passes.out, targets_for(model, y))
        scaled = (np.multiply, (self.grads.flat, number(factor, rows.dtype), self.grads.flat))
        forward = passes.forward(np.ascontiguousarray(rows.T))
        self._plan: Plan = [*forward, *delta, *passes.backward(self.grads, rows), scaled]

    def update(self) -> Layout:
        """Computes it with the parameters as they are now."""
        with np.errstate(all="ignore"):
            run(self._plan)
        return self.grads


class FastMap:
    """Fixed points carried through a network, again and again, into arrays that are reused.

    x: [N, n_in].
    After `update`, `sums` is [n_out, N], the raw outputs, and `hidden` per layer [n, N]: views, overwritten
    by the next update; copy what must stay.
    """

    def __init__(self, model: FastModel, x: ArrayLike) -> None:
        self.model = model
        rows = with_ones(x, model.layout.sizes[0], model.layout.flat.dtype)
        passes = model.passes(len(rows))
        self.sums, self.hidden = passes.out, passes.hidden
        self._plan = passes.forward(np.ascontiguousarray(rows.T))
        self._probabilities = np.zeros_like(self.sums)
        self._softmax = softmax_plan(self._probabilities)

    def update(self) -> None:
        """Carries the points through with the parameters as they are now."""
        with np.errstate(all="ignore"):
            run(self._plan)

    def probabilities(self) -> Array:
        """[n_out, N]: of class 1 for "logistic", of every class for "softmax", the plain values for "mse"."""
        p = self._probabilities
        with np.errstate(all="ignore"):
            if self.model.head == "logistic":
                np.multiply(self.sums, 0.5, p)
                np.tanh(p, p)
                np.multiply(p, 0.5, p)
                np.add(p, 0.5, p)
            else:
                np.copyto(p, self.sums)
                if self.model.head == "softmax":
                    run(self._softmax)
        return p

    def loss(self, targets: Array) -> float:
        """The mean loss. targets: from `targets_for`, for these points."""
        with np.errstate(all="ignore"):
            if self.model.head == "mse":
                return _mean(np.square(self.sums - targets))
            if self.model.head == "logistic":  # log(1 + e⁻ᶻ) for class 1, log(1 + eᶻ) for class 0
                return _mean(np.logaddexp(0.0, np.multiply(-targets, self.sums)))
            shifted = self.sums - self.sums.max(axis=0)
            return _mean(np.log(np.exp(shifted).sum(axis=0)) - (shifted * targets).sum(axis=0))

    def classes(self) -> Array:
        """The most probable class of each point, [N]."""
        return np.asarray(self.sums[0] > 0 if self.model.head == "logistic" else self.sums.argmax(axis=0))

    def accuracy(self, targets: Array) -> float:
        """The share of points put into their class. targets: from `targets_for`, for these points."""
        truth = targets[0] > 0 if self.model.head == "logistic" else targets.argmax(axis=0)
        return float(np.mean(self.classes() == truth))


def _mean(losses: Array) -> float:
    return float(np.add.reduce(losses, axis=None)) / losses.size


def grid_points(
    x_range: tuple[float, float], y_range: tuple[float, float], columns: int = 100, rows: int = 100
) -> Array:
    """The points of a picture, row by row from the lowest y, so that a map [n, N] reshapes to [n, rows, columns].

    Returns [rows·columns, 2].
    """
    across, up = np.meshgrid(np.linspace(*x_range, columns), np.linspace(*y_range, rows))
    return np.column_stack([across.ravel(), up.ravel()])
