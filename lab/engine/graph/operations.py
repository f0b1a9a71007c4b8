"""The operations a computation is made of, each with its two halves side by side: what it computes, and
the local rule that hands a gradient back to its operands. A rule knows nothing of the graph around it: it
takes the gradient that arrives at the output and returns one gradient per operand, which is the whole of
back-propagation at one node. Where operands were broadcast, the rule may answer in the broadcast shape;
`autograd` sums it down again.

Beside each elementwise rule stands the same derivative as a learner writes it, for the inspector."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.basics.activations import (
    ACTIVATIONS,
    leaky_relu,
    leaky_relu_derivative,
    log_softmax,
    log_softmax_gradient,
    sigmoid,
    softmax,
    softmax_gradient,
)

__all__ = ["OPERATIONS", "Array", "Operation", "sum_to_shape"]

Array = NDArray[Any]  # float32 or float64; an operation keeps the type of its operands


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its value and its local rule.

    forward: (*operands, **settings) -> value.
    backward: (gradient, value, *operands, **settings) -> one gradient per operand.
    text: how it is written, with {0}, {1} for the operands; slopes: its derivative in each operand, written
    with the same marks and {out} for the value. elementwise: whether each output hangs on one entry of each
    operand only, so that the derivative is one number per entry.
    """

    name: str
    forward: Callable[..., Any]
    backward: Callable[..., tuple[Any, ...]]
    text: str
    slopes: tuple[str, ...] = ()

    @property
    def elementwise(self) -> bool:
        return bool(self.slopes)


def sum_to_shape(gradient: Array, shape: tuple[int, ...]) -> Array:
    """The gradient of an operand that was broadcast: summed over every axis along which it was repeated.

    gradient: [the broadcast shape].  shape: the operand's own.  Returns an array of that shape.
    """
    if gradient.shape == shape:
        return gradient
    added = gradient.ndim - len(shape)
    stretched = tuple(added + i for i, size in enumerate(shape) if size == 1)
    return np.asarray(gradient.sum(axis=(*range(added), *stretched), keepdims=True).reshape(shape))


def _spread(reduced: Array, x: Array, axis: int | tuple[int, ...] | None) -> Array:
    """What a reduction left, stretched out again over the axes it took away."""
    if axis is not None and reduced.ndim != x.ndim:
        reduced = np.expand_dims(reduced, axis)
    return np.broadcast_to(reduced, x.shape)


def _sum(x: Array, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Array:
    return np.asarray(x.sum(axis=axis, keepdims=keepdims))


def _mean_rule(g: Array, out: Array, x: Array, axis: int | tuple[int, ...] | None = None, **_: Any) -> Any:
    return (_spread(g, x, axis) * (out.size / x.size),)


def _max(x: Array, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Array:
    return np.asarray(x.max(axis=axis, keepdims=keepdims))


def _max_rule(g: Array, out: Array, x: Array, axis: int | tuple[int, ...] | None = None, **_: Any) -> Any:
    winners = (x == _spread(out, x, axis)).astype(x.dtype)
    shared = winners / winners.sum(axis=axis, keepdims=True)  # equal winners share the gradient equally
    return (_spread(g, x, axis) * shared,)


def _maximum_rule(g: Array, out: Array, a: Array, b: Array) -> tuple[Array, Array]:
    first = 0.5 * (np.sign(a - b) + 1.0)  # 1 where a is larger, ½ at a tie
    return g * first, g * (1.0 - first)


def _minimum_rule(g: Array, out: Array, a: Array, b: Array) -> tuple[Array, Array]:
    first = 0.5 * (np.sign(b - a) + 1.0)
    return g * first, g * (1.0 - first)


def _power_rule(g: Array, out: Array, a: Array, b: Array) -> tuple[Array, Array]:
    base = np.where(b == 0, 0.0, b * np.power(a, np.where(b == 0, 1.0, b - 1.0)))
    exponent = np.where((a == 0) & (b > 0), 0.0, out * np.log(a))  # nan for a < 0, where none exists
    return (g * base).astype(out.dtype), (g * exponent).astype(out.dtype)


def _matmul_rule(g: Array, out: Array, a: Array, b: Array) -> tuple[Array, Array]:
    if a.ndim == 1 and b.ndim == 1:  # a dot product
        return g * b, g * a
    if a.ndim == 1:  # [m] @ [..., m, n] -> [..., n]
        return (b @ g[..., None])[..., 0], a[:, None] * g[..., None, :]
    if b.ndim == 1:  # [..., n, m] @ [m] -> [..., n]
        return g[..., None] * b, (np.swapaxes(a, -1, -2) @ g[..., None])[..., 0]
    return g @ np.swapaxes(b, -1, -2), np.swapaxes(a, -1, -2) @ g


def _reshape(x: Array, shape: tuple[int, ...]) -> Array:
    return x.reshape(shape)


def _transpose(x: Array, axes: tuple[int, ...] | None = None) -> Array:
    return np.transpose(x, axes)


def _transpose_rule(g: Array, out: Array, x: Array, axes: tuple[int, ...] | None = None) -> tuple[Array]:
    back = None if axes is None else tuple(int(i) for i in np.argsort(axes))
    return (np.transpose(g, back),)


def _index(x: Array, index: Any) -> Array:
    return np.asarray(x[index])


def _index_rule(g: Array, out: Array, x: Array, index: Any) -> tuple[Array]:
    whole = np.zeros_like(x)
    np.add.at(whole, index, g)  # an entry taken twice gets both gradients
    return (whole,)


def _concatenate(*parts: Array, axis: int = 0) -> Array:
    return np.concatenate(parts, axis=axis)


def _concatenate_rule(g: Array, out: Array, *parts: Array, axis: int = 0) -> tuple[Array, ...]:
    cuts = np.cumsum([part.shape[axis] for part in parts])[:-1]
    return tuple(np.split(g, cuts, axis=axis))


def _where(a: Array, b: Array, condition: Array) -> Array:
    return np.where(condition, a, b)


def _where_rule(g: Array, out: Array, a: Array, b: Array, condition: Array) -> tuple[Array, Array]:
    return np.where(condition, g, 0.0).astype(g.dtype), np.where(condition, 0.0, g).astype(g.dtype)


def _softmax(x: Array, axis: int) -> Array:
    return softmax(x, axis=axis)


def _softmax_rule(g: Array, out: Array, x: Array, axis: int) -> tuple[Array]:
    return (softmax_gradient(out, g, axis),)


def _log_softmax_rule(g: Array, out: Array, x: Array, axis: int) -> tuple[Array]:
    return (log_softmax_gradient(out, g, axis),)


def _leaky_rule(g: Array, out: Array, x: Array, slope: float = 0.01) -> tuple[Array]:
    return (g * leaky_relu_derivative(x, slope),)


_ALL = (
    Operation("add", np.add, lambda g, out, a, b: (g, g), "{0} + {1}", ("1", "1")),
    Operation("subtract", np.subtract, lambda g, out, a, b: (g, -g), "{0} − {1}", ("1", "−1")),
    Operation("multiply", np.multiply, lambda g, out, a, b: (g * b, g * a), "{0} · {1}", ("{1}", "{0}")),
    Operation(
        "divide",
        np.divide,
        lambda g, out, a, b: (g / b, -g * out / b),
        "{0} / {1}",
        ("1 / {1}", "−{0} / {1}²"),
    ),
    Operation("power", np.power, _power_rule, "{0} ^ {1}", ("{1} · {0} ^ ({1} − 1)", "{0} ^ {1} · log({0})")),
    Operation("negate", np.negative, lambda g, out, x: (-g,), "−{0}", ("−1",)),
    Operation("square", np.square, lambda g, out, x: (2.0 * g * x,), "{0}²", ("2 · {0}",)),
    Operation("exp", np.exp, lambda g, out, x: (g * out,), "exp({0})", ("{out}",)),
    Operation("log", np.log, lambda g, out, x: (g / x,), "log({0})", ("1 / {0}",)),
    Operation("sqrt", np.sqrt, lambda g, out, x: (0.5 * g / out,), "sqrt({0})", ("1 / (2 · {out})",)),
    Operation("sin", np.sin, lambda g, out, x: (g * np.cos(x),), "sin({0})", ("cos({0})",)),
    Operation("cos", np.cos, lambda g, out, x: (-g * np.sin(x),), "cos({0})", ("−sin({0})",)),
    Operation("tan", np.tan, lambda g, out, x: (g * (1.0 + out * out),), "tan({0})", ("1 + {out}²",)),
    Operation("tanh", np.tanh, lambda g, out, x: (g * (1.0 - out * out),), "tanh({0})", ("1 − {out}²",)),
    Operation("sigmoid", sigmoid, lambda g, out, x: (g * out * (1.0 - out),), "σ({0})", ("{out} · (1 − {out})",)),
    Operation(
        "relu",
        lambda x: np.maximum(x, 0.0),
        lambda g, out, x: (g * (x > 0),),
        "max(0, {0})",
        ("1 if {0} > 0 else 0",),
    ),
    Operation("leaky_relu", leaky_relu, _leaky_rule, "leaky({0})", ("1 if {0} > 0 else the leak",)),
    Operation("abs", np.abs, lambda g, out, x: (g * np.sign(x),), "|{0}|", ("sign({0})",)),
    Operation("sign", np.sign, lambda g, out, x: (0.0 * g,), "sign({0})", ("0",)),
    Operation("step", lambda x: (x > 0).astype(x.dtype), lambda g, out, x: (0.0 * g,), "step({0})", ("0",)),
    Operation(
        "maximum",
        np.maximum,
        _maximum_rule,
        "max({0}, {1})",
        ("1 if {0} > {1} else 0", "1 if {1} > {0} else 0"),
    ),
    Operation(
        "minimum",
        np.minimum,
        _minimum_rule,
        "min({0}, {1})",
        ("1 if {0} < {1} else 0", "1 if {1} < {0} else 0"),
    ),
    Operation("where", _where, _where_rule, "where({0}, {1})"),
    Operation("matmul", np.matmul, _matmul_rule, "{0} @ {1}"),
    Operation("sum", _sum, lambda g, out, x, axis=None, keepdims=False: (_spread(g, x, axis),), "sum({0})"),
    Operation(
        "mean",
        lambda x, axis=None, keepdims=False: np.asarray(x.mean(axis=axis, keepdims=keepdims)),
        _mean_rule,
        "mean({0})",
    ),
    Operation("max", _max, _max_rule, "max({0})"),
    Operation("softmax", _softmax, _softmax_rule, "softmax({0})"),
    Operation("log_softmax", log_softmax, _log_softmax_rule, "log softmax({0})"),
    Operation("reshape", _reshape, lambda g, out, x, shape: (g.reshape(x.shape),), "reshape({0})"),
    Operation("transpose", _transpose, _transpose_rule, "{0}ᵀ"),
    Operation("index", _index, _index_rule, "{0}[…]"),
    Operation("concatenate", _concatenate, _concatenate_rule, "concatenate"),
)
OPERATIONS: dict[str, Operation] = {operation.name: operation for operation in _ALL}


def _gate(name: str) -> Operation:
    """One of the other activation functions, with the slope that stands beside it in their own table."""
    gate = ACTIVATIONS[name]
    return Operation(
        name, gate.value, lambda g, out, x: (g * gate.derivative(x),), f"{name}({{0}})", (f"{name}′({{0}})",)
    )


OPERATIONS.update({name: _gate(name) for name in ("elu", "softplus", "silu", "gelu", "gelu_tanh")})
