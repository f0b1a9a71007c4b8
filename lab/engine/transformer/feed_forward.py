"""What a transformer block has beside attention: the feed-forward layer in its three forms. With GELU it expands
each token to a wider vector, bends it and projects it back; SwiGLU lets one half of the wide vector open and close
the other; a mixture of experts keeps many such layers and lets a router choose a few for each token, so that a
model can hold more than it uses at once. Each comes with its way back.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.basics.activations import gelu_tanh, gelu_tanh_derivative, silu, silu_derivative, softmax

__all__ = [
    "FeedForward",
    "FeedForwardTrace",
    "MixtureOfExperts",
    "MixtureTrace",
    "feed_forward",
    "feed_forward_backward",
    "init_feed_forward",
    "init_mixture",
    "mixture",
    "mixture_backward",
    "plus",
    "summed",
]

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class FeedForward:
    """up: [F, C], down: [C, F]; with gate, [F, C], it is a SwiGLU, without one it has a GELU.

    up_bias [F], down_bias [C], gate_bias [F]: what is added to what the matrices give, or None.
    Source: Vaswani et al. (2017), section 3.3; Shazeer, GLU Variants Improve Transformer (2020).
    """

    up: Floats
    down: Floats
    gate: Floats | None = None
    up_bias: Floats | None = None
    down_bias: Floats | None = None
    gate_bias: Floats | None = None


@dataclass(frozen=True, slots=True)
class FeedForwardTrace:
    """x [..., C]; wide: up x [..., F]; gated: gate x, or None; act: what `down` is given [..., F]; out [..., C]."""

    x: Floats
    wide: Floats
    gated: Floats | None
    act: Floats
    out: Floats
    weights: FeedForward


def init_feed_forward(d_model: int, d_ff: int, gated: bool, rng: np.random.Generator, std: float = 0.02) -> FeedForward:
    """Fresh matrices, N(0, std²)."""
    gate = rng.normal(0, std, (d_ff, d_model)) if gated else None
    return FeedForward(rng.normal(0, std, (d_ff, d_model)), rng.normal(0, std, (d_model, d_ff)), gate)


def feed_forward(x: Floats, weights: FeedForward) -> FeedForwardTrace:
    """down(gelu(up x)), or down(silu(gate x) · up x); x: [..., C].

    Raises ValueError when the width of x is not that of the matrices.
    """
    if x.shape[-1] != weights.up.shape[1]:
        raise ValueError(f"x must be [..., {weights.up.shape[1]}], got shape {x.shape}")
    wide = plus(x @ weights.up.T, weights.up_bias)  # [..., C] -> [..., F]
    gated = None if weights.gate is None else plus(x @ weights.gate.T, weights.gate_bias)
    act = gelu_tanh(wide) if gated is None else silu(gated) * wide
    return FeedForwardTrace(x, wide, gated, act, plus(act @ weights.down.T, weights.down_bias), weights)


def feed_forward_backward(trace: FeedForwardTrace, d_out: Floats) -> tuple[Floats, FeedForward]:
    """The gradient of x and those of the matrices, from that of the output, [..., C]."""
    w = trace.weights
    d_act = d_out @ w.down  # [..., C] -> [..., F]
    d_down = _matrix_gradient(d_out, trace.act)
    if trace.gated is None or w.gate is None:
        d_wide = d_act * gelu_tanh_derivative(trace.wide)
        d_up = _matrix_gradient(d_wide, trace.x)
        return d_wide @ w.up, FeedForward(d_up, d_down, None, summed(d_wide), summed(d_out))
    d_wide = d_act * silu(trace.gated)
    d_gated = d_act * trace.wide * silu_derivative(trace.gated)
    d_gate = _matrix_gradient(d_gated, trace.x)
    sums = summed(d_wide), summed(d_out), summed(d_gated)
    return d_wide @ w.up + d_gated @ w.gate, FeedForward(_matrix_gradient(d_wide, trace.x), d_down, d_gate, *sums)


def plus(x: Floats, bias: Floats | None) -> Floats:
    """x with a bias added to every row, where there is one."""
    return x if bias is None else x + bias


def summed(d: Floats) -> Floats:
    """The gradient of a bias: [..., C] -> [C], summed over all tokens."""
    return np.asarray(d.reshape(-1, d.shape[-1]).sum(axis=0))


def _matrix_gradient(d_out: Floats, x: Floats) -> Floats:
    """[..., out], [..., in] -> [out, in], summed over all tokens."""
    return np.asarray(d_out.reshape(-1, d_out.shape[-1]).T @ x.reshape(-1, x.shape[-1]))


@dataclass(frozen=True, slots=True)
class MixtureOfExperts:
    """router: [N, C] gives each expert a score; each token goes to the n_active with the highest.

    Raises ValueError when n_active is not in 1 … N or there is not one row of the router for each expert.
    Source: Shazeer et al., Outrageously Large Neural Networks (2017); Jiang et al., Mixtral of Experts (2024).
    """

    router: Floats
    experts: tuple[FeedForward, ...]
    n_active: int

    def __post_init__(self) -> None:
        if not 1 <= self.n_active <= len(self.experts) or len(self.router) != len(self.experts):
            raise ValueError(
                f"n_active must be in 1 … {len(self.experts)} with a row of the router for each expert, "
                f"got {self.n_active} and {len(self.router)} rows"
            )


@dataclass(frozen=True, slots=True)
class MixtureTrace:
    """x [M, C]; scores [M, N]; chosen [M, k], the experts of each token, best first; shares [M, k], the softmax of
    their scores; load [N], the share of all choices that went to each expert; out [M, C].
    """

    x: Floats
    scores: Floats
    chosen: NDArray[np.intp]
    shares: Floats
    load: Floats
    out: Floats
    runs: tuple[FeedForwardTrace | None, ...]
    weights: MixtureOfExperts


def init_mixture(
    d_model: int, d_ff: int, n_experts: int, n_active: int, rng: np.random.Generator, std: float = 0.02
) -> MixtureOfExperts:
    """Fresh SwiGLU experts and a fresh router."""
    router = rng.normal(0, std, (n_experts, d_model))
    experts = tuple(init_feed_forward(d_model, d_ff, True, rng, std) for _ in range(n_experts))
    return MixtureOfExperts(router, experts, n_active)


def mixture(x: Floats, weights: MixtureOfExperts) -> MixtureTrace:
    """Each token's output is that of its experts, in the shares the router gave them; x: [M, C].

    Of equal scores the expert with the lower number wins.
    """
    scores = x @ weights.router.T  # [M, C] -> [M, N]
    chosen = np.argsort(-scores, axis=1, kind="stable")[:, : weights.n_active]
    shares = softmax(np.take_along_axis(scores, chosen, axis=1))
    out = np.zeros_like(x)
    runs: list[FeedForwardTrace | None] = []
    for i, expert in enumerate(weights.experts):
        tokens, places = np.nonzero(chosen == i)
        run = feed_forward(x[tokens], expert) if len(tokens) else None
        if run is not None:
            out[tokens] += shares[tokens, places, None] * run.out  # a token chooses an expert once
        runs.append(run)
    load = np.bincount(chosen.ravel(), minlength=len(weights.experts)) / chosen.size
    return MixtureTrace(x, scores, chosen, shares, load, out, tuple(runs), weights)


def mixture_backward(trace: MixtureTrace, d_out: Floats) -> tuple[Floats, MixtureOfExperts]:
    """The gradient of x and those of router and experts, from that of the output, [M, C].

    The choice itself has no slope; the router learns through the shares of the experts it chose.
    """
    w, d_x = trace.weights, np.zeros_like(trace.x)
    d_shares = np.zeros_like(trace.shares)
    d_experts = []
    for i, (expert, run) in enumerate(zip(w.experts, trace.runs, strict=True)):
        if run is None:
            gate = None if expert.gate is None else np.zeros_like(expert.gate)
            d_experts.append(FeedForward(np.zeros_like(expert.up), np.zeros_like(expert.down), gate))
            continue
        tokens, places = np.nonzero(trace.chosen == i)
        d_shares[tokens, places] = (d_out[tokens] * run.out).sum(axis=1)
        d_in, d_expert = feed_forward_backward(run, trace.shares[tokens, places, None] * d_out[tokens])
        d_x[tokens] += d_in
        d_experts.append(d_expert)
    inner = (trace.shares * d_shares).sum(axis=1, keepdims=True)
    d_scores = np.zeros_like(trace.scores)
    np.put_along_axis(d_scores, trace.chosen, trace.shares * (d_shares - inner), axis=1)
    d_x += d_scores @ w.router
    return d_x, MixtureOfExperts(d_scores.T @ trace.x, tuple(d_experts), w.n_active)
