"""What a chain of layers does to the gradient, measured: one pass forward on all examples, one back, and for
every unit how much slope it lets through. What the slopes alone would do stands beside it, since the weights
help or harm as well."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.basics.activations import ACTIVATIONS
from lab.engine.graph.operations import Array
from lab.engine.nets.layers import Activate
from lab.engine.nets.network import Network
from lab.experiments.e08_activations.gates import LOCKED, NEVER_FLAT, Peak, steepest
from lab.experiments.e08_activations.settings import Params
from lab.kit.arrays import freeze_fields
from lab.kit.record import Past

__all__ = ["DepthPage", "Health", "report"]


@dataclass(frozen=True, slots=True, eq=False)
class Health:
    """A chain of L layers of n units on all its examples; every array is read-only.

    slopes: [L, n] the mean of |f′| of each unit.  dead, locked: [L, n] which units pass nothing, or next to
    nothing, on, whatever the example.  gradients: [L] the norm of ∂loss/∂W of each layer.
    """

    loss: float
    accuracy: float
    slopes: Array
    dead: NDArray[np.bool_]
    locked: NDArray[np.bool_]
    gradients: Array


def report(network: Network, x: Array, y: Array, gate: str) -> Health:
    """Sends all examples forward and the gradient of their loss back. x: [N, 2].  y: [N].

    The way back is that of `Network.backward`, but each slope is computed once and looked at on the way.
    """
    with np.errstate(all="ignore"):
        run = network.forward(x)
        loss, gradient = network.loss_of(run.outputs, y)
        means: list[Array] = []
        most: list[Array] = []
        norms: list[float] = []
        for layer, cache in zip(reversed(network.layers), reversed(run.caches), strict=True):
            if isinstance(layer, Activate):
                slopes = ACTIVATIONS[gate].derivative(cache)  # [N, n]
                gradient = gradient * slopes
                slopes = np.abs(slopes)
                means.append(slopes.mean(axis=0))
                most.append(slopes.max(axis=0))
            else:
                gradient, own = layer.backward(gradient, cache)
                norms.append(float(np.linalg.norm(own["weight"])))
        accuracy = float(np.mean((run.outputs[:, 0] > 0) == (np.asarray(y) > 0)))
    steepest = np.stack(most[::-1])  # [L, n]
    gradients = np.array(norms[:0:-1])  # the layer behind the last gate is not one of the L
    dead = (steepest == 0) & (gate not in NEVER_FLAT)
    locked = (steepest < LOCKED) & ~dead
    return freeze_fields(Health(loss, accuracy, np.stack(means[::-1]), dead, locked, gradients))


@dataclass(frozen=True, slots=True, eq=False)
class DepthPage:
    """What the Depth page shows. past: the loss of every batch.  lost: when a weight stopped being a number."""

    params: Params
    health: Health
    past: Past
    lost: int | None

    @property
    def layers(self) -> int:
        return len(self.health.gradients)

    @property
    def peak(self) -> Peak:
        return steepest(self.params.function)

    @property
    def mean_slopes(self) -> Array:
        """[L] the slope of each layer, averaged over its units and all examples."""
        return np.asarray(self.health.slopes.mean(axis=1))

    def alone(self, best: bool) -> Array:
        """[L] what the slopes alone make of the last layer's gradient: the steepest there is, or those there are."""
        slopes = np.full(self.layers, self.peak.slope) if best else self.mean_slopes
        with np.errstate(all="ignore"):
            behind = np.append(np.cumprod(slopes[:0:-1])[::-1], 1.0)  # of all layers behind each
            return np.asarray(self.health.gradients[-1] * behind)

    @property
    def slope_product(self) -> float:
        """The mean slopes of all layers, multiplied."""
        with np.errstate(all="ignore"):
            return float(np.prod(self.mean_slopes))

    @property
    def best_product(self) -> float:
        """The steepest slope to the power L."""
        with np.errstate(all="ignore"):
            return float(np.float64(self.peak.slope) ** self.layers)

    @property
    def gradient_ratio(self) -> float:
        """The first layer's gradient over the last one's."""
        with np.errstate(all="ignore"):
            return float(self.health.gradients[0] / self.health.gradients[-1])
