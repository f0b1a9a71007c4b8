"""What a chain of layers does to the gradient, measured: one pass forward on all examples, one back, and for
every unit how much slope it lets through. What the slopes alone would do stands beside it, since the weights
help or harm as well."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lab.core.arithmetic import Term, given
from lab.core.metric import Value
from lab.core.numbers import show_number
from lab.core.simulation import Curve, Divergence, Limit
from lab.core.text import _, n_
from lab.engine.basics.activations import ACTIVATIONS
from lab.engine.graph.operations import Array
from lab.engine.nets.layers import Activate
from lab.engine.nets.network import Network
from lab.experiments.e08_activations.gates import GATE_NAMES, NEVER_FLAT, Peak, steepest
from lab.experiments.e08_activations.learner import LOCKED, layer_limit
from lab.experiments.e08_activations.settings import Params
from lab.kit.arrays import freeze_fields
from lab.kit.record import Past

__all__ = ["DepthPage", "Health", "report"]

VANISHED = 1e-7  # of float32's seven digits none would notice such a gradient beside a weight of 1


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

    def metrics(self) -> dict[str, Value]:
        found = self.health
        first, last = float(found.gradients[0]), float(found.gradients[-1])
        with np.errstate(all="ignore"):
            product = float(np.prod(self.mean_slopes))
            best = float(np.float64(self.peak.slope) ** self.layers)
            ratio = float(np.float64(first) / last)
        return {
            "loss": found.loss,
            "gradient_norm": first,
            "accuracy": found.accuracy,
            "first_gradient": first,
            "last_gradient": last,
            "gradient_ratio": ratio,
            "max_slope": self.peak.slope,
            "best_product": best,
            "slope_product": product,
            "dead": int(found.dead.sum()),
            "locked": int(found.locked.sum()),
            "units": int(found.dead.size),
            "dead_share": float(found.dead.mean()),
            "dead_first": float(found.dead[0].mean()),
            "dead_last": float(found.dead[-1].mean()),
            "locked_share": float(found.locked.mean()),
        }

    def explain(self, name: str) -> Term | None:
        """The arithmetic of a read-out, from the slopes and gradients that were measured."""
        if name == "best_product":
            return (given("f′_max", self.peak.slope) ** given("L", float(self.layers))).named("f′_max^L")
        if name == "slope_product":
            product = given("f′_1", float(self.mean_slopes[0]))
            for number, slope in enumerate(self.mean_slopes[1:].tolist(), start=2):
                product = product * given(f"f′_{number}", slope)
            return product.named("product")
        if name == "gradient_ratio" and math.isfinite(self.health.gradients[-1]):
            return (
                given("g_first", float(self.health.gradients[0])) / given("g_last", float(self.health.gradients[-1]))
            ).named("ratio")
        if name in ("dead_share", "locked_share"):
            counted = self.health.dead if name == "dead_share" else self.health.locked
            return (given("count", float(counted.sum())) / given("units", float(counted.size))).named("share")
        return None

    def describe(self) -> str:
        found, gate = self.health, _(GATE_NAMES[self.params.function])
        if self.lost is not None:
            return _("The weights of the {gate} chain stopped being numbers at step {step}.").format(
                gate=gate, step=self.lost
            )
        text = _("A chain of {layers} of {gate}: the first has gradient {first}, the last {last}; loss {loss}.").format(
            layers=n_("{n} layer", "{n} layers", self.layers),
            gate=gate,
            first=show_number(float(found.gradients[0]), 2),
            last=show_number(float(found.gradients[-1]), 2),
            loss=show_number(found.loss, 3),
        )
        counts = {"dead": int(found.dead.sum()), "locked": int(found.locked.sum()), "units": found.dead.size}
        if counts["dead"] or counts["locked"]:
            text += " " + _("Of {units} units {dead} are dead and {locked} locked.").format(**counts)
        return text

    @property
    def divergence(self) -> Divergence | None:
        if self.lost is None:
            return None
        rate = float(f"{self.params.learning_rate / 10:.1g}")
        reason = _("the learning rate is too large: each step overshoots further than the one before")
        button = _("Set η to {rate}").format(rate=show_number(rate, 2))
        return Divergence(self.lost, _("a weight"), reason, {"learning_rate": rate}, button)

    def limits(self) -> dict[str, Limit]:
        return {"layers": layer_limit(self.peak.slope)}

    def data_curves(self) -> tuple[Curve, ...]:
        numbers = np.arange(1.0, self.layers + 1)
        layer, size = _("layer"), _("gradient of the weights")
        return (
            Curve(_("gradient"), layer, size, numbers, self.health.gradients),
            Curve(_("best slopes alone"), layer, size, numbers, self.alone(best=True)),
            Curve(_("slopes alone"), layer, size, numbers, self.alone(best=False)),
            Curve(_("dead units"), layer, _("units"), numbers, self.health.dead.sum(axis=1).astype(float)),
            Curve(_("locked units"), layer, _("units"), numbers, self.health.locked.sum(axis=1).astype(float)),
            Curve(_("loss of a batch"), _("step"), _("loss"), self.past.steps, self.past.column(0)),
        )
