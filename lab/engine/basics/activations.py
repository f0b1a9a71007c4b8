"""Activation functions, the gates behind each layer's weighted sums: their values and their exact slopes,
safe for any finite input. All of them work on arrays of any shape and keep the float type they are given. The
softmax, which turns a row of scores into probabilities, lives here too, since it is the last gate of a
classifier."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.basics.special import normal_cdf

__all__ = [
    "ACTIVATIONS",
    "Activation",
    "elu",
    "elu_derivative",
    "gelu",
    "gelu_derivative",
    "gelu_tanh",
    "gelu_tanh_derivative",
    "leaky_relu",
    "leaky_relu_derivative",
    "log_softmax",
    "log_softmax_gradient",
    "relu",
    "relu_derivative",
    "sigmoid",
    "sigmoid_derivative",
    "silu",
    "silu_derivative",
    "softmax",
    "softmax_gradient",
    "softplus",
    "softplus_derivative",
    "swiglu",
    "swiglu_gradient",
    "tanh",
    "tanh_derivative",
]

Array = NDArray[np.floating]
GELU_SCALE = math.sqrt(2 / math.pi)
FLAT = 50.0
"""From here on both forms of the GELU are x or 0 to the last digit."""


def sigmoid(x: Array) -> Array:
    """The S-curve from 0 to 1, 1/(1 + e^(−x)), with e raised to negative powers only.

    x: any shape.  Returns the same shape.
    """
    small = np.exp(-np.abs(x))
    return np.asarray(np.where(np.asarray(x) >= 0, 1, small) / (1 + small))


def sigmoid_derivative(x: Array) -> Array:
    """The slope a(1 − a) of the sigmoid, a being its value: at most 0.25.

    x: any shape.  Returns the same shape.
    """
    return sigmoid(x) * sigmoid(-x)


def tanh(x: Array) -> Array:
    """The S-curve from −1 to 1.

    x: any shape.  Returns the same shape.
    """
    return np.asarray(np.tanh(x))


def tanh_derivative(x: Array) -> Array:
    """The slope 1 − tanh² x.

    x: any shape.  Returns the same shape.
    """
    return 1 - tanh(x) ** 2


def relu(x: Array) -> Array:
    """The positive part, max(x, 0).

    x: any shape.  Returns the same shape.  Source: Nair & Hinton, 2010.
    """
    return np.maximum(x, 0)


def relu_derivative(x: Array) -> Array:
    """The slope: 1 above zero, 0 below, and 0 at zero itself.

    x: any shape.  Returns the same shape.
    """
    return _choose(x, 1, 0)


def leaky_relu(x: Array, slope: float = 0.01) -> Array:
    """x above zero, slope·x below, so that no unit is ever quite dead.

    x: any shape.  slope: the steepness below zero.  Returns the same shape.  Source: Maas et al., 2013.
    """
    return np.asarray(np.where(np.asarray(x) > 0, x, slope * np.asarray(x)))


def leaky_relu_derivative(x: Array, slope: float = 0.01) -> Array:
    """The slope: 1 above zero, `slope` at and below it.

    x: any shape.  slope: the steepness below zero.  Returns the same shape.
    """
    return _choose(x, 1, slope)


def _choose(x: Array, above: float, below: float) -> Array:
    """One number where x > 0 and another where not, in the float type of x; nan stays nan."""
    values = np.asarray(x)
    chosen = np.where(values > 0, above, below).astype(values.dtype)
    return np.where(np.isnan(values), values, chosen)


def elu(x: Array, alpha: float = 1.0) -> Array:
    """x above zero, α(eˣ − 1) below: smooth, and it levels out at −α.

    x: any shape.  alpha: α.  Returns the same shape.  Source: Clevert, Unterthiner & Hochreiter, 2016.
    """
    return np.asarray(np.where(np.asarray(x) > 0, x, alpha * np.expm1(np.minimum(x, 0))))


def elu_derivative(x: Array, alpha: float = 1.0) -> Array:
    """The slope: 1 above zero, α·eˣ at and below it.

    x: any shape.  alpha: α.  Returns the same shape.
    """
    return np.asarray(np.where(np.asarray(x) > 0, 1, alpha * np.exp(np.minimum(x, 0))))


def softplus(x: Array) -> Array:
    """The smooth positive part, log(1 + eˣ).

    x: any shape.  Returns the same shape.
    """
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def softplus_derivative(x: Array) -> Array:
    """The slope of the softplus, which is the sigmoid.

    x: any shape.  Returns the same shape.
    """
    return sigmoid(x)


def silu(x: Array) -> Array:
    """x·sigmoid(x), also called Swish: a soft ReLU that dips below zero.

    x: any shape.  Returns the same shape.  Source: Elfwing et al., 2017; Ramachandran et al., 2017.
    """
    return x * sigmoid(x)


def silu_derivative(x: Array) -> Array:
    """The slope of the SiLU: at most 1.0998, at x = 2.40.

    x: any shape.  Returns the same shape.
    """
    return sigmoid(x) * (1 + x * sigmoid(-x))


def gelu(x: Array) -> Array:
    """x·Φ(x), Φ the normal distribution: x times the chance that a normal number is below it.

    x: any shape.  Returns the same shape.  Source: Hendrycks & Gimpel, 2016, the exact form.
    """
    return np.asarray(x * normal_cdf(x))


def gelu_derivative(x: Array) -> Array:
    """The slope of the exact GELU, Φ(x) + x·φ(x): at most 1.129, at x = √2.

    x: any shape.  Returns the same shape.
    """
    near = np.clip(x, -FLAT, FLAT)  # beyond, the bell is 0 in every float, and x² could overflow
    with np.errstate(under="ignore"):
        return np.asarray(normal_cdf(x) + near * (np.exp(-0.5 * near * near) * math.sqrt(0.5 / math.pi)))


def gelu_tanh(x: Array) -> Array:
    """The GELU's older approximation, ½x(1 + tanh(√(2/π)(x + 0.044715x³))), which GPT-2 uses.

    x: any shape.  Returns the same shape.  Source: Hendrycks & Gimpel, 2016.
    """
    near = np.clip(x, -FLAT, FLAT)  # beyond, tanh is ±1 in every float, and x³ could overflow
    return np.asarray(0.5 * x * (1 + np.tanh(GELU_SCALE * (near + 0.044715 * near * near * near))))


def gelu_tanh_derivative(x: Array) -> Array:
    """The slope of the approximated GELU.

    x: any shape.  Returns the same shape.
    """
    near = np.clip(x, -FLAT, FLAT)
    square = near * near
    t = np.tanh(GELU_SCALE * near * (1 + 0.044715 * square))
    return np.asarray(0.5 * (1 + t) + 0.5 * near * (1 - t * t) * (GELU_SCALE * (1 + 0.134145 * square)))


def swiglu(x: Array, w1: Array, w2: Array, w3: Array) -> Array:
    """A feed-forward layer with a gate, (xW₁ · SiLU(xW₃))W₂: one product says what, the other how much of it.

    x: [..., d].  w1, w3: [d, f].  w2: [f, d].  Returns [..., d].
    Source: Shazeer, GLU Variants Improve Transformer, 2020.
    """
    return np.asarray((x @ w1 * silu(x @ w3)) @ w2)  # [..., d] -> [..., f] -> [..., d]


def swiglu_gradient(x: Array, w1: Array, w2: Array, w3: Array, upstream: Array) -> tuple[Array, Array, Array, Array]:
    """What the gradient of a loss with respect to the SwiGLU's output means for its four inputs.

    x, w1, w2, w3: as in swiglu.  upstream: the loss's gradient for the output, [..., d].
    Returns the gradients for x, w1, w2, w3, shaped like them.
    """
    rows, d_out = x.reshape(-1, x.shape[-1]), upstream.reshape(-1, upstream.shape[-1])  # [..., d] -> [N, d]
    value, gate = rows @ w1, rows @ w3  # [N, f]
    opened = silu(gate)
    d_hidden = d_out @ w2.T  # [N, f]
    d_value, d_gate = d_hidden * opened, d_hidden * value * silu_derivative(gate)
    d_x = (d_value @ w1.T + d_gate @ w3.T).reshape(x.shape)
    return d_x, rows.T @ d_value, (value * opened).T @ d_out, rows.T @ d_gate


def softmax(logits: Array, temperature: float = 1.0, axis: int = -1, subtract_max: bool = True) -> Array:
    """Scores turned into probabilities, e^(z/T) over their sum.

    logits: any shape; −inf has probability 0.  temperature: T ≥ 0; towards 0 the largest takes all (equals
    share), at inf all are equally likely.  subtract_max: False leaves out the step that keeps e^z from
    overflowing, for a lesson on why it is there.
    Returns probabilities along the axis, nan where every score is −inf.
    Raises ValueError when the temperature is below 0 or nan.
    """
    if not temperature >= 0:
        raise ValueError(f"temperature: {temperature}, needs a number of at least 0")
    values = np.asarray(logits)
    with np.errstate(all="ignore"):
        top = values.max(axis=axis, keepdims=True)
        if temperature == 0:
            weights = (values == top).astype(values.dtype)
        elif not subtract_max:
            weights = np.exp(values / temperature)
        else:
            shifted = values - top  # the largest is 0: e^z is at most 1
            weights = np.exp(shifted if temperature == 1 else shifted / temperature)
            if math.isinf(temperature):
                weights = np.where(values == -np.inf, 0, 1).astype(values.dtype)
        return np.asarray(weights / weights.sum(axis=axis, keepdims=True))


def softmax_gradient(probabilities: Array, upstream: Array, axis: int = -1) -> Array:
    """The gradient for the logits, p·(g − Σ g·p), from that for the probabilities; divide by T if T is not 1.

    probabilities: the softmax's output.  upstream: g, of the same shape.  Returns that shape.
    """
    inner = np.sum(upstream * probabilities, axis=axis, keepdims=True)
    return np.asarray(probabilities * (upstream - inner))


def log_softmax(logits: Array, axis: int = -1) -> Array:
    """The logarithms of the softmax, z − log Σ eᶻ, finite where the softmax itself would round to 0.

    logits: any shape.  Returns the same shape, nan where every score is −inf.
    """
    values = np.asarray(logits)
    with np.errstate(invalid="ignore", under="ignore"):
        shifted = values - values.max(axis=axis, keepdims=True)
        return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True)))


def log_softmax_gradient(log_probabilities: Array, upstream: Array, axis: int = -1) -> Array:
    """The gradient for the logits, g − p·Σg, from that for the log-probabilities.

    log_probabilities: the log_softmax's output.  upstream: g, of the same shape.  Returns that shape.
    """
    return np.asarray(upstream - np.exp(log_probabilities) * np.sum(upstream, axis=axis, keepdims=True))


@dataclass(frozen=True, slots=True)
class Activation:
    """A gate with its name, formula, value and slope, as the menus and the layers want it.

    name: its id.  latex: its formula in x.  value, derivative: functions of an array of any shape.
    """

    name: str
    latex: str
    value: Callable[[Array], Array]
    derivative: Callable[[Array], Array]


def _identity(x: Array) -> Array:
    return np.asarray(x)


def _one(x: Array) -> Array:
    return np.ones_like(x)


GELU_TANH = r"\frac{x}{2}\left(1+\tanh\left(\sqrt{2/\pi}\,(x+0.044715\,x^3)\right)\right)"
ACTIVATIONS: dict[str, Activation] = {
    activation.name: activation
    for activation in (
        Activation("linear", "x", _identity, _one),
        Activation("sigmoid", r"\frac{1}{1+e^{-x}}", sigmoid, sigmoid_derivative),
        Activation("tanh", r"\tanh x", tanh, tanh_derivative),
        Activation("relu", r"\max(x, 0)", relu, relu_derivative),
        Activation("leaky_relu", r"\max(x, 0.01\,x)", leaky_relu, leaky_relu_derivative),
        Activation("elu", r"x \;(x>0),\quad e^x-1 \;(x\leq 0)", elu, elu_derivative),
        Activation("softplus", r"\log(1+e^x)", softplus, softplus_derivative),
        Activation("silu", r"\frac{x}{1+e^{-x}}", silu, silu_derivative),
        Activation("gelu", r"x\,\Phi(x)", gelu, gelu_derivative),
        Activation("gelu_tanh", GELU_TANH, gelu_tanh, gelu_tanh_derivative),
    )
}
