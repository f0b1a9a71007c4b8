"""The neuron itself, as short as it is: a weighted vote, a bias, and a gate. The sum comes first, z = w·x +
b, and the gate second, a = gate(z)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.core.records import dataclass
from lab.engine.basics.activations import sigmoid, sigmoid_derivative, tanh, tanh_derivative
from lab.engine.basics.perceptron import margins
from lab.kit.arrays import freeze

__all__ = ["TINY", "Neuron", "gate_slope", "gate_value", "neuron", "says_yes"]

Array = NDArray[np.float64]
TINY = 1e-12
"""Within this of 0 a sum counts as 0: what 0.1 + 0.2 − 0.3 leaves over must not decide."""


@dataclass(frozen=True, slots=True, eq=False)
class Neuron:
    """weights: [d], read-only.  bias: a number."""

    weights: Array
    bias: float

    @property
    def norm(self) -> float:
        """‖w‖: how steeply z rises straight across the boundary."""
        return float(np.hypot.reduce(self.weights)) if self.weights.size > 1 else abs(float(self.weights[0]))

    def sum_of(self, x: ArrayLike) -> float:
        """z = w₁·x₁ + w₂·x₂ + … + b of one row, added from the left as it is written. x: [d]."""
        total = 0.0
        for weight, value in zip(self.weights.tolist(), np.asarray(x, np.float64).tolist(), strict=True):
            total += weight * value
        return total + self.bias

    def sums(self, points: Array) -> Array:
        """z of every row: [N, d] -> [N]."""
        return np.asarray(points @ self.weights + self.bias)

    def distances(self, points: Array, labels: ArrayLike) -> Array | None:
        """How far each row lies on its own side of the boundary, below 0 on the wrong one: [N].

        None while all weights are 0: then there is no boundary.
        """
        norm = self.norm
        return margins(self.weights, self.bias, points, labels) / norm if norm > 0 else None

    def same_as(self, other: Neuron) -> bool:
        """Whether both are equal to the last digit."""
        return self.bias == other.bias and np.array_equal(self.weights, other.weights)

    @property
    def numbers(self) -> tuple[float, ...]:
        """The weights and then the bias."""
        return (*self.weights.tolist(), self.bias)


def neuron(numbers: ArrayLike) -> Neuron:
    """A neuron of its weights and, as the last number, its bias: [d + 1]."""
    values = np.array(numbers, np.float64)
    return Neuron(freeze(values[:-1]), float(values[-1]))


def says_yes(z: ArrayLike) -> NDArray[np.bool_]:
    """The answer behind every gate: yes where z is above 0. Any shape."""
    return np.asarray(z) > TINY


def gate_value(gate: str, z: ArrayLike) -> Array:
    """What comes out of the gate: 0 to 1 of a sigmoid, 0 or 1 of a step, −1 to 1 of a tanh. Any shape."""
    values = np.asarray(z, np.float64)
    if gate == "step":
        return np.where(says_yes(values), 1.0, 0.0)
    return np.asarray(sigmoid(values) if gate == "sigmoid" else tanh(values))


def gate_slope(gate: str, z: float) -> float | None:
    """How fast the output follows the sum: a(1 − a) of a sigmoid, 1 − a² of a tanh, of a step 0.

    None where a step jumps, at z = 0.
    """
    if gate == "step":
        return None if abs(z) <= TINY else 0.0
    value = np.asarray(z, np.float64)
    return float(sigmoid_derivative(value) if gate == "sigmoid" else tanh_derivative(value))
