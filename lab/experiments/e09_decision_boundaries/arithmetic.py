"""The arithmetic behind the read-outs, from the very numbers that were used."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from lab.core.arithmetic import Term, apply, given, total
from lab.engine.nets.layers import Dense
from lab.engine.nets.resize import dense_layers
from lab.experiments.e09_decision_boundaries.frame import BoundaryFrame
from lab.experiments.e09_decision_boundaries.net import features_of
from lab.experiments.e09_decision_boundaries.scores import Score
from lab.experiments.e09_decision_boundaries.settings import FEATURES
from lab.kit.numbers import subscript

__all__ = ["accuracy", "belief", "loss", "parameters", "units", "z"]

FEW_UNITS, FEW_POINTS = 9, 8
"""A derivation of more than that explains nothing."""
LETTERS = "abcd"


def parameters(frame: BoundaryFrame) -> Term:
    """Weights and a bias for each unit, layer by layer."""
    layers = dense_layers(frame.network)
    sizes = (len(layers[0].weight), *(len(layer.bias) for layer in layers))
    return total([(given("", n_in) + 1.0) * given("", n_out) for n_in, n_out in pairwise(sizes)]).named("parameters")


def units(frame: BoundaryFrame) -> Term | None:
    """The hidden layers' units, where there are several layers."""
    sizes = frame.hidden_layers
    return total([given("", size) for size in sizes]).named("units") if len(sizes) > 1 else None


def accuracy(score: Score | None) -> Term | None:
    """Right answers, of all."""
    return None if score is None else (given("right", score.right) / given("points", score.count)).named("accuracy")


def z(frame: BoundaryFrame) -> Term:
    """The only sum at the end of a network for two classes."""
    return _sums(frame)[0].named("z")


def _sums(frame: BoundaryFrame) -> list[Term]:
    """The sums at the end, at the ball, down to the inputs where the network is small."""
    layers, values = dense_layers(frame.network), frame.at_ball
    names = [FEATURES[name] for name in frame.params.features]
    below = [given(name, value) for name, value in zip(names, values[0].tolist())]
    for depth, layer in enumerate(layers[:-1], 1):
        sums = _weighted(layer, below, f"⁽{depth}⁾" if len(layers) > 2 else "")
        below = [
            _gate(frame, z, float(h), f"h{subscript(i + 1) if i < 9 else i + 1}{'′' * (depth - 1)}")
            for i, (z, h) in enumerate(zip(sums, values[depth].tolist()))
        ]
        if frame.units > FEW_UNITS:
            below = [given(h.symbol, h.value) for h in below]
    return _weighted(layers[-1], below, "")


def _weighted(layer: Dense, below: list[Term], mark: str) -> list[Term]:
    """Weights times what lies below, plus the bias, for every unit of a layer."""
    found = []
    for unit, bias in enumerate(layer.bias.tolist()):
        weights = layer.weight[:, unit].tolist()
        products = [given("", weight) * value for weight, value in zip(weights, below, strict=True)]
        found.append(total([*products, given("", bias)]))
    return found


def _gate(frame: BoundaryFrame, z: Term, value: float, symbol: str) -> Term:
    """A unit's value; a gate that takes the larger of two numbers is not written out."""
    match frame.gate:
        case "tanh":
            return apply("tanh", z).named(symbol)
        case "sigmoid":
            return _sigmoid(z).named(symbol)
        case "silu":
            return (z * _sigmoid(z)).named(symbol)
        case "linear":
            return z.named(symbol)
    return given(symbol, value)


def _sigmoid(z: Term) -> Term:
    return given("", 1.0) / (given("", 1.0) + apply("exp", -z))


def belief(frame: BoundaryFrame, kind: int) -> Term | None:
    """The share of belief in a class at the ball."""
    sums = _sums(frame)
    if frame.network.head == "mse":
        inside = all(0.0 <= z.value <= 1.0 for z in sums)
        if not inside:
            return None
        p = sums[0] if len(sums) == 1 else sums[kind]
        return (1.0 - p.named("z")) if len(sums) == 1 and kind == 0 else p.named(f"p{LETTERS[kind]}")
    if len(sums) == 1:
        p = _sigmoid(sums[0].named("z"))
        return (1.0 - p.named("p")) if kind == 0 else p.named("p")
    scores = [z.named(f"z{subscript(i + 1)}") for i, z in enumerate(sums)]
    if max(abs(z.value) for z in scores) > 600:
        return None
    return apply("exp", scores[kind]) / total([apply("exp", z) for z in scores])


def loss(frame: BoundaryFrame) -> Term | None:
    """The mean surprise at the truth, where there are few points."""
    rows = np.flatnonzero(~frame.held_out)
    if frame.seen is None or len(rows) > FEW_POINTS or frame.network.head == "mse":
        return None
    p = frame.network.predict(features_of(frame.points.x[rows], frame.params.features))
    shares = np.hstack((1.0 - p, p)) if p.shape[1] == 1 else p
    truth = shares[np.arange(len(rows)), frame.points.labels[rows]]
    if not (truth > 1e-6).all():
        return None
    parts = [-apply("log", given(f"p{subscript(i + 1)}", share)) for i, share in enumerate(truth.tolist())]
    return (total(parts) / given("N", len(rows))).named("loss")
