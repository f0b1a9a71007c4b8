"""A language model with a mixture of experts: in the place of each feed-forward layer stand several small ones, and a
router sends every token to the few that it gives the highest scores. Attention, norms and embedding are those of
`fast`. A price on uneven load keeps the router from sending everything to a few; without it most experts starve.
`feed_forward.mixture` computes one such layer plainly and is the judge of this one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import field
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from lab.core.records import dataclass
from lab.engine.basics.activations import softmax
from lab.engine.lm.fast import FastLM
from lab.engine.lm.fast_feedforward import gelu
from lab.engine.lm.parameters import INIT_STD, Floats, LMConfig, Parameters

__all__ = ["ExpertParameters", "ExpertPlan", "FastExperts", "MixtureLM", "expert_shapes", "init_experts"]


@dataclass(frozen=True, slots=True)
class ExpertPlan:
    """What stands in each block in the place of a feed-forward layer.

    n_experts: N layers with GELU, each d_expert wide; n_active: k, how many of them a token goes to.
    balance: the price of an uneven load, 0 is none.
    Raises ValueError when a size is not positive, k is not in 1 … N, or the price is negative.
    Source: Shazeer et al., Outrageously Large Neural Networks (2017); Fedus et al., Switch Transformers (2021).
    """

    n_experts: int = 8
    n_active: int = 1
    d_expert: int = 96
    balance: float = 0.01

    def __post_init__(self) -> None:
        if not 1 <= self.n_active <= self.n_experts or self.d_expert < 1 or self.balance < 0.0:
            raise ValueError(f"a mixture needs 1 ≤ k ≤ N experts, a width and a price that is not negative, got {self}")


def expert_shapes(config: LMConfig, plan: ExpertPlan) -> dict[str, tuple[int, ...]]:
    """The name and shape of every array: router [N, C], up [N, F, C] and down [N, C, F] of each block."""
    n, c, f = plan.n_experts, config.d_model, plan.d_expert
    shapes: dict[str, tuple[int, ...]] = {}
    for k in range(config.n_layers):
        shapes |= {f"block{k}.router": (n, c), f"block{k}.up": (n, f, c), f"block{k}.down": (n, c, f)}
    return shapes


@dataclass(frozen=True)
class ExpertParameters:
    """The numbers of all routers and experts in one flat vector, with a named view of each.

    config: of the model they belong to.  Raises ValueError when flat has another length.
    """

    config: LMConfig
    plan: ExpertPlan
    flat: Floats
    _views: dict[str, Floats] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        views, start = dict[str, Floats](), 0
        shapes = expert_shapes(self.config, self.plan)
        wanted = sum(math.prod(shape) for shape in shapes.values())
        if self.flat.shape != (wanted,):
            raise ValueError(f"flat must have shape ({wanted},), got {self.flat.shape}")
        for name, shape in shapes.items():
            size = math.prod(shape)
            views[name] = self.flat[start : start + size].reshape(shape)
            start += size
        object.__setattr__(self, "_views", views)

    def __getitem__(self, name: str) -> Floats:
        return self._views[name]  # a view: writing to it changes the model

    @property
    def n_decayed(self) -> int:
        """How many numbers weight decay shrinks: all of them are matrices."""
        return self.flat.size

    def like(self) -> ExpertParameters:
        """Zeros of the same shapes, for gradients."""
        return ExpertParameters(self.config, self.plan, np.zeros_like(self.flat))


def init_experts(
    config: LMConfig, plan: ExpertPlan, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> ExpertParameters:
    """Fresh ones: N(0, 0.02²), what writes into the stream smaller by √(2 layers), as `init_parameters` does."""
    shapes = expert_shapes(config, plan)
    parts = []
    for name, shape in shapes.items():
        std = INIT_STD / math.sqrt(2 * config.n_layers) if name.endswith(".down") else INIT_STD
        parts.append(rng.normal(0.0, std, math.prod(shape)))
    return ExpertParameters(config, plan, np.concatenate(parts).astype(dtype))


@dataclass(frozen=True, slots=True)
class _Run:
    """What one expert computed: for which tokens [m], as their how-manieth choice [m]; x [m, C]; act and its slope
    [m, F]; out [m, C].
    """

    expert: int
    tokens: NDArray[np.intp]
    places: NDArray[np.intp]
    x: Floats
    act: Floats
    slope: Floats
    out: Floats


class FastExperts:
    """The mixture of one block for n tokens, forward and back; slopes are added to `gradients`.

    total: the tokens of a whole batch.  After `forward`: chosen [k, n], the experts of each token, best first, of equal
    scores that with the lower number; load [N], the share of all choices that went to each; penalty: the price of that
    load, `balance` · N · Σ load · mean probability, which is `balance` when all are used alike.
    """

    def __init__(
        self, parameters: ExpertParameters, gradients: ExpertParameters, block: int, n: int, total: int
    ) -> None:
        names = tuple(f"block{block}.{part}" for part in ("router", "up", "down"))
        self._router, self._up, self._down = (parameters[name] for name in names)
        self._d_router, self._d_up, self._d_down = (gradients[name] for name in names)
        self._plan, self._total = parameters.plan, total
        self.chosen: NDArray[np.intp] = np.zeros((self._plan.n_active, n), np.intp)
        self.load: NDArray[np.float64] = np.zeros(self._plan.n_experts)
        self.penalty = 0.0
        self._p: Floats = np.zeros((0, 0))  # what the router makes of each token, [N, n]
        self._shares: Floats = np.zeros((0, 0))  # [k, n]
        self._sums: Floats = np.zeros((0, 0))  # [1, n]
        self._runs: list[_Run] = []

    def fold(self, gain: Floats | None) -> None:
        """Nothing is folded in: the norm before a router has no gain."""

    def unfold(self, gradients: Parameters, gain: Floats | None, gain_name: str) -> None:
        """See `fold`."""

    def forward(self, a: Floats) -> Floats:
        """[C, n] -> [C, n]. With k = 1 an expert's share is its probability, with more they add up to 1."""
        plan = self._plan
        scores = self._router @ a  # [N, C] @ [C, n]
        self._p = softmax(scores, axis=0)
        self.chosen = np.argsort(-scores, axis=0, kind="stable")[: plan.n_active]
        self.load = np.bincount(self.chosen.ravel(), minlength=plan.n_experts) / self.chosen.size
        self.penalty = plan.balance * plan.n_experts * float(self.load @ self._p.mean(axis=1))
        self._shares = np.take_along_axis(self._p, self.chosen, axis=0)
        if plan.n_active > 1:
            self._sums = self._shares.sum(axis=0, keepdims=True)
            self._shares = self._shares / self._sums
        rows = np.ascontiguousarray(a.T)  # [n, C]
        out = np.zeros_like(rows)
        self._runs = []
        for expert in range(plan.n_experts):
            places, tokens = np.nonzero(self.chosen == expert)
            if not len(tokens):
                continue
            run = self._run(expert, tokens, places, rows[tokens])
            out[tokens] += self._shares[places, tokens, None] * run.out  # a token chooses an expert once
            self._runs.append(run)
        return np.ascontiguousarray(out.T)

    def _run(self, expert: int, tokens: NDArray[np.intp], places: NDArray[np.intp], x: Floats) -> _Run:
        wide = x @ self._up[expert].T  # [m, C] -> [m, F]
        act, slope, spare, more = (np.empty_like(wide) for _ in range(4))
        gelu(wide, act, slope, spare, more)
        return _Run(expert, tokens, places, x, act, slope, act @ self._down[expert].T)

    def backward(self, d: Floats, a: Floats) -> Floats:
        """The gradient at a, [C, n], from that at the output; the choice itself has no slope."""
        plan = self._plan
        rows = np.ascontiguousarray(d.T)
        d_rows = np.zeros_like(rows)
        d_shares = np.zeros_like(self._shares)
        for run in self._runs:
            got = rows[run.tokens]  # [m, C]
            d_shares[run.places, run.tokens] = (got * run.out).sum(axis=1)
            got *= self._shares[run.places, run.tokens, None]
            self._d_down[run.expert] += got.T @ run.act
            d_wide = got @ self._down[run.expert] * run.slope
            self._d_up[run.expert] += d_wide.T @ run.x
            d_rows[run.tokens] += d_wide @ self._up[run.expert]
        if plan.n_active > 1:
            d_shares = (d_shares - (self._shares * d_shares).sum(axis=0, keepdims=True)) / self._sums
        d_p = np.zeros_like(self._p)
        np.put_along_axis(d_p, self.chosen, d_shares, axis=0)
        d_p += (plan.balance * plan.n_experts / self._total * self.load[:, None]).astype(d_p.dtype)
        d_scores = self._p * (d_p - (self._p * d_p).sum(axis=0, keepdims=True))
        self._d_router += d_scores @ a.T
        return np.asarray(d_rows.T + self._router.T @ d_scores)


class MixtureLM:
    """Losses and gradients of a language model with experts, for batches of one fixed shape.

    trunk: everything else, of a plan without feed-forward layers.  After `pieces` is used up `gradients` are those of
    the experts, `trunk_gradients` those of the trunk; `layers` are the mixtures, block by block.
    Raises ValueError when the trunk has feed-forward layers, or the shapes do not fit.
    """

    def __init__(self, trunk: Parameters, experts: ExpertParameters, batch: int, length: int | None = None) -> None:
        if trunk.config.feed_forward != "none" or trunk.config != experts.config:
            raise ValueError("a trunk has no feed-forward layers, and the experts are of its plan")
        self.gradients, self.layers = experts.like(), list[FastExperts]()
        self._experts, self._total = experts, batch * (length or trunk.config.context)
        self._model = FastLM(trunk, batch, length, self._total, self._made)

    def _made(self, block: int, n: int) -> FastExperts:
        self.layers.append(FastExperts(self._experts, self.gradients, block, n, self._total))
        return self.layers[-1]

    @property
    def trunk_gradients(self) -> Parameters:
        """Those of everything but the experts."""
        return self._model.gradients

    @property
    def loss(self) -> float:
        """The mean loss of the last batch in nats a token, without the price of its load."""
        return self._model.loss

    @property
    def penalty(self) -> float:
        """The price of the load of the last batch, over all blocks."""
        return sum(layer.penalty for layer in self.layers)

    def pieces(self, ids: NDArray[np.integer[Any]], targets: NDArray[np.integer[Any]]) -> Iterator[None]:
        """Loss and gradients of a batch, with a rest after each half of a block. Raises ValueError as `FastLM` does."""
        self.gradients.flat.fill(0.0)
        yield from self._model.pieces(ids, targets)

    def losses(self, ids: NDArray[np.integer[Any]], targets: NDArray[np.integer[Any]]) -> Floats:
        """The loss of every token in nats, [batch, length]; `layers` tell where they went."""
        return self._model.losses(ids, targets)
