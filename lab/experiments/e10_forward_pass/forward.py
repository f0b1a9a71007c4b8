"""The forward pass: the sums and what the gates make of them, layer after layer, until the end or a shape that does not
fit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.basics.activations import ACTIVATIONS, softmax
from lab.experiments.e10_forward_pass.nets import Network

__all__ = ["ForwardPass", "activated", "forward", "outputs_of", "saturated_units"]

Array = NDArray[np.float64]
SATURATED = 0.01  # the slope below which an activation function hardly moves


@dataclass(frozen=True, eq=False, slots=True)
class ForwardPass:
    """z, a: one a layer, [B, n_out]; as far as it went.  error: NumPy's message, "" when all went well.
    failed: the layer of the error, from 0; −1 for none."""

    x: Array
    z: tuple[Array, ...]
    a: tuple[Array, ...]
    error: str = ""
    failed: int = -1

    def into(self, layer: int) -> Array:
        """What a layer, from 0, reads: [B, n_in]."""
        return self.a[layer - 1] if layer else self.x


def activated(name: str, z: Array) -> Array:
    """What an activation function makes of sums; softmax of each row."""
    if name == "softmax":
        return np.asarray(softmax(z))
    if name == "step":
        return (z > 0).astype(np.float64)
    return np.asarray(ACTIVATIONS["linear" if name == "identity" else name].value(z))


def forward(net: Network, x: Array) -> ForwardPass:
    """Everything a forward pass makes of `x` [B, n_in]."""
    z: list[Array] = []
    a: list[Array] = []
    now = x
    with np.errstate(all="ignore"):
        for layer, (weight, bias) in enumerate(zip(net.weights, net.biases, strict=True)):
            try:
                sums = now @ weight + bias
            except ValueError as error:
                return ForwardPass(x, tuple(z), tuple(a), str(error).strip(), layer)
            now = activated(net.output if layer == len(net.weights) - 1 else net.hidden, sums)
            z.append(sums)
            a.append(now)
    return ForwardPass(x, tuple(z), tuple(a))


def outputs_of(net: Network, x: Array) -> Array:
    """Only what comes out, [B, n_out]; the shapes must fit."""
    return forward(net, x).a[-1]


def saturated_units(net: Network, run: ForwardPass) -> NDArray[np.bool_] | None:
    """For each hidden unit and example, in one row, whether it is saturated; None where nothing can be."""
    hidden = run.z[: len(net.weights) - 1]
    if not hidden or net.hidden in ("linear", "step"):
        return None
    return np.concatenate([np.abs(ACTIVATIONS[net.hidden].derivative(z)).ravel() < SATURATED for z in hidden])
