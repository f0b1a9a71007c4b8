"""The Depth page: a network of L layers of 16 units on the circle, with real weights, and how much of the
gradient is left when it has come back to the first of them. A step is one step of plain stochastic gradient
descent on ten examples, so that units can be watched while they die."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lab.engine.basics.data import circle
from lab.engine.basics.optim import SGD, State
from lab.engine.graph.operations import Array
from lab.engine.nets.layers import Activate, Dense, Layer
from lab.engine.nets.network import ForwardPass, Network, mlp
from lab.experiments.e08_activations.chain_report import DepthPage, Health, report
from lab.experiments.e08_activations.settings import Params
from lab.experiments.e08_activations.trace import Trace

__all__ = ["BATCH", "EXAMPLES", "WIDTH", "Chain"]

WIDTH, EXAMPLES, BATCH, NOISE = 16, 200, 10, 0.1


class Chain:
    """A network, its examples, and where in an epoch it is; only the simulation touches it."""

    def __init__(self, params: Params, rng: np.random.Generator) -> None:
        self._rng = rng
        self._x, self._y = circle(EXAMPLES, NOISE, rng)  # [N, 2], [N]
        sizes = (2, *[WIDTH] * params.layers, 1)
        self._network = mlp(sizes, rng, params.function, "logistic", params.scheme, params.gain)
        self._order: Array = np.arange(EXAMPLES)
        self._rows: Array = self._order[:BATCH]
        self._forward_pass: ForwardPass | None = None  # the first half of a step
        self._gate: str = params.function
        self._health: Health | None = None
        self._trace: Trace | None = None
        self._lost: int | None = None

    def done(self, _params: Params) -> bool:
        """Only when a weight is no longer a number."""
        return self._lost is not None

    # ---------------------------------------------------------------------------------- training

    def step(self, params: Params, number: int) -> bool:
        """One batch: θ ← θ − η·∇L. In two pieces, forward and backward; True once both are done."""
        if self._forward_pass is None:
            self._forward_pass = self._forward(self._next_rows(number))
            return False
        trace = self._losses()
        rows, run, self._forward_pass = self._rows, self._forward_pass, None
        with np.errstate(all="ignore"):
            loss, gradient = self._network.loss_of(run.outputs, self._y[rows])
            grads = self._network.backward(gradient, run)[1]
            weights = self._network.parameters()
            weights, _state, _change = SGD(params.learning_rate).update(weights, grads, State())
        self._network, self._health = self._network.with_parameters(weights), None
        if not np.isfinite(loss) or not _finite(self._network):
            self._lost = number
        trace.add(number, (loss,))
        return True

    def _next_rows(self, number: int) -> Array:
        """The examples of a step; every epoch has an order of its own."""
        place = (number - 1) * BATCH % EXAMPLES
        if place == 0:
            self._order = self._rng.permutation(EXAMPLES)
        self._rows = self._order[place : place + BATCH]
        return self._rows

    def _forward(self, rows: Array) -> ForwardPass:
        """The forward pass of some examples."""
        with np.errstate(all="ignore"):
            return self._network.forward(self._x[rows], train=True)

    def retune(self, params: Params, _number: int) -> None:
        """Another gate on the same weights."""
        if params.function != self._gate:
            self._gate, self._health = params.function, None
            layers = (_with_gate(layer, params.function) for layer in self._network.layers)
            self._network = Network(tuple(layers), "logistic")
            if self._forward_pass is not None:
                self._forward_pass = self._forward(self._rows)  # half of a step was made through the other gates

    def _losses(self) -> Trace:
        """The record of the batches' losses, which begins with that of all examples."""
        if self._trace is None:
            self._trace = Trace((self._report().loss,))
        return self._trace

    def _report(self) -> Health:
        """The network on all examples, computed when it is first needed."""
        if self._health is None:
            self._health = report(self._network, self._x, self._y, self._gate)
        return self._health

    def shown(self, params: Params) -> DepthPage:
        return DepthPage(params, self._report(), self._losses().past(), self._lost)

    # ---------------------------------------------------------------------------------- kept

    def save(self) -> dict[str, Any]:
        dense = [layer for layer in self._network.layers if isinstance(layer, Dense)]
        return {
            "x": self._x,
            "y": self._y,
            "weights": [layer.weight for layer in dense],
            "biases": [layer.bias for layer in dense],
            "gate": self._gate,
            "order": self._order,
            "lost": self._lost,
            "trace": self._losses().save(),
        }

    def load(self, saved: Mapping[str, Any], _params: Params) -> None:
        """Back to what was saved. Raises ValueError for another number of layers."""
        pairs = list(zip(saved["weights"], saved["biases"], strict=True))
        if 2 * len(pairs) - 1 != len(self._network.layers):
            raise ValueError(f"weights: of {len(pairs)} layers, needs {(len(self._network.layers) + 1) // 2}")
        self._x, self._y = np.asarray(saved["x"], np.float64), np.asarray(saved["y"])
        if self._x.shape != (EXAMPLES, 2) or self._y.shape != (EXAMPLES,):
            raise ValueError(f"x, y: shapes {self._x.shape} and {self._y.shape}, need ({EXAMPLES}, 2), ({EXAMPLES},)")
        self._gate = str(saved["gate"])
        layers: list[Layer] = []
        for weight, bias in pairs:
            layers += [Dense(np.asarray(weight, np.float64), np.asarray(bias, np.float64)), Activate(self._gate)]
        self._network, self._health = Network(tuple(layers[:-1]), "logistic"), None
        self._forward_pass = None
        self._order, self._lost = np.asarray(saved["order"], np.int64), saved["lost"]
        self._trace = Trace((0.0,))
        self._trace.load(saved["trace"])


def _with_gate(layer: Layer, gate: str) -> Layer:
    return Activate(gate) if isinstance(layer, Activate) else layer


def _finite(network: Network) -> bool:
    return all(
        np.isfinite(layer.weight).all() and np.isfinite(layer.bias).all()
        for layer in network.layers
        if isinstance(layer, Dense)
    )
