"""Gradients by measuring: nudge an input, see how much the output moves. It is slow and never exact, but it
owes nothing to the chain rule, so it is the judge of every hand-written backward pass. Its own error has
two causes that pull in opposite directions: a wide nudge leaves the tangent (∝ h²), a narrow one drowns in
rounding (∝ 1/h). Over h the error is therefore U-shaped, and `u_curve` draws that U."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from lab.core.records import dataclass
from lab.engine.graph.autograd import Tensor
from lab.engine.graph.operations import Array

__all__ = [
    "UCurve",
    "autograd_gradients",
    "central_difference",
    "numeric_gradient",
    "relative_error",
    "u_curve",
]


def central_difference(f: Callable[[Any], Any], x: float, h: float, dtype: DTypeLike = np.float64) -> float:
    """The slope of f at x from two values beside it: (f(x + h) − f(x − h)) / 2h, all in one number type.

    f: of one number.  h: above 0.  dtype: float64, float32 or float16.
    Raises ValueError when h is not above 0, or too small to move x.
    """
    kind: Any = np.dtype(dtype).type
    if not h > 0:
        raise ValueError(f"h: {h}, needs a number above 0")
    step, two = kind(h), kind(2.0)
    with np.errstate(all="ignore"):
        right, left = kind(x) + step, kind(x) - step
        if right == left:
            raise ValueError(f"h: {h} is too small to move x = {x} in {np.dtype(dtype)}, needs a larger step")
        return float((kind(f(right)) - kind(f(left))) / (two * step))


@dataclass(frozen=True, slots=True)
class UCurve:
    """The error of the central difference for each step size.

    steps, errors: [k], the error absolute.  best: the step with the smallest error.
    """

    steps: Array
    errors: Array

    @property
    def best(self) -> float:
        return float(self.steps[int(np.nanargmin(self.errors))])


def u_curve(
    f: Callable[[Any], Any], slope: float, x: float, steps: Sequence[float] | Array, dtype: DTypeLike = np.float64
) -> UCurve:
    """How far the central difference is from the true slope, for each step size.

    f: of one number.  slope: its exact derivative at x.  steps: [k], above 0.
    A step too small to move x gives nan.
    """
    kind: Any = np.dtype(dtype).type
    errors = []
    for h in steps:
        moves = kind(x) + kind(h) != kind(x)
        errors.append(abs(central_difference(f, x, h, dtype) - slope) if moves else np.nan)
    return UCurve(np.asarray(steps, dtype=np.float64), np.asarray(errors))


def numeric_gradient(f: Callable[[Array], float], x: Array, h: float = 1e-5) -> Array:
    """The gradient of f at x by central differences, one entry of x at a time.

    f: takes an array of x's shape, returns a number.  x: float64; it is left as it was.
    Returns an array of x's shape.
    """
    x = np.array(x, dtype=np.float64)
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape):
        here = x[index]
        x[index] = here + h
        right = float(f(x))
        x[index] = here - h
        left = float(f(x))
        x[index] = here
        gradient[index] = (right - left) / (2 * h)
    return gradient


def autograd_gradients(f: Callable[..., Tensor], *arrays: Array) -> list[Array]:
    """The gradients of f(*tensors).sum() with respect to each array, by `backward`.

    f: takes as many tensors as arrays are given, returns a tensor of any shape.
    Returns gradients in the arrays' shapes; zeros for one that f does not use.
    """
    tensors = [Tensor(array) for array in arrays]
    f(*tensors).sum().backward()
    return [np.zeros_like(t.data) if t.grad is None else t.grad for t in tensors]


def relative_error(a: ArrayLike, b: ArrayLike) -> float:
    """The largest difference between two gradients, measured by the larger of their sizes.

    a, b: arrays of one shape.  Returns max|a − b| / max(max|a|, max|b|), 0 when both are zero.
    Raises ValueError when the shapes differ.
    """
    one, other = np.asarray(a), np.asarray(b)
    if one.shape != other.shape:
        raise ValueError(f"b: has shape {other.shape}, needed {one.shape}, the shape of a")
    if one.size == 0:
        return 0.0
    scale = max(float(np.abs(one).max()), float(np.abs(other).max()))
    return 0.0 if scale == 0 else float(np.abs(one - other).max()) / scale
