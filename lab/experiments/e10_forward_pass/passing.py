"""The forward pass: the sums and what the gates make of them, layer after layer, until the end or a shape that does not
fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lab.engine.basics.activations import ACTIVATIONS, sigmoid, softmax
from lab.experiments.e10_forward_pass.nets import Built

__all__ = ["Passed", "gate", "outputs_of", "passed", "stuck_gates"]

Array = NDArray[np.float64]
FLAT = 0.01  # a gate whose slope is below this hardly moves


@dataclass(frozen=True, eq=False, slots=True)
class Passed:
    """z, a: one a layer, [B, n_out]; as far as it went.  error: what NumPy said, "" when all went well.
    failed: the layer of the error, from 0; −1 for none."""

    x: Array
    z: tuple[Array, ...]
    a: tuple[Array, ...]
    error: str = ""
    failed: int = -1

    def into(self, layer: int) -> Array:
        """What a layer, from 0, reads: [B, n_in]."""
        return self.a[layer - 1] if layer else self.x


def gate(name: str, z: Array) -> Array:
    """What a gate makes of sums; softmax of each row."""
    match name:
        case "identity" | "linear":
            return z.copy()
        case "softmax":
            return np.asarray(softmax(z))
        case "step":
            return (z > 0).astype(np.float64)
        case "sigmoid":
            return np.asarray(sigmoid(z))
    return np.asarray(ACTIVATIONS[name].value(z))


def passed(net: Built, x: Array) -> Passed:
    """Everything a forward pass makes of `x` [B, n_in]."""
    z: list[Array] = []
    a: list[Array] = []
    now = x
    with np.errstate(all="ignore"):
        for layer, (weight, bias) in enumerate(zip(net.weights, net.biases, strict=True)):
            try:
                sums = now @ weight + bias
            except ValueError as error:
                return Passed(x, tuple(z), tuple(a), str(error).strip(), layer)
            now = gate(net.output if layer == len(net.weights) - 1 else net.hidden, sums)
            z.append(sums)
            a.append(now)
    return Passed(x, tuple(z), tuple(a))


def outputs_of(net: Built, x: Array) -> Array:
    """Only what comes out, [B, n_out]; the shapes must fit."""
    return passed(net, x).a[-1]


def stuck_gates(net: Built, run: Passed) -> NDArray[np.bool_] | None:
    """For each hidden unit and example, in one row, whether its gate hardly moves; None where nothing can saturate."""
    hidden = run.z[: len(net.weights) - 1]
    if not hidden or net.hidden in ("linear", "step"):
        return None
    return np.concatenate([np.abs(ACTIVATIONS[net.hidden].derivative(z)).ravel() < FLAT for z in hidden])
