"""The run of the page “Experts”: a small mixture of experts and a dense model of the same size at work learn the plays
side by side, from the same windows. After every step both are judged on text that neither learned from.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.paths import asset
from lab.engine.lm.data import Windows, consecutive_windows, split_held_out
from lab.engine.lm.fast import FastLM
from lab.engine.lm.mixture import ExpertPlan, MixtureLM, init_experts
from lab.engine.lm.optimizer import AdamWState, Learned, Schedule, adamw_step
from lab.engine.lm.parameters import LMConfig, init_parameters
from lab.experiments.e18_transformer_block.frame import ExpertsPage
from lab.experiments.e18_transformer_block.letters import COLUMNS, Name, column_of, kinds_of, named_by
from lab.experiments.e18_transformer_block.settings import Params
from lab.experiments.e18_transformer_block.texts import bundled
from lab.kit.arrays import read_only

__all__ = ["BATCH", "CONTEXT", "IDLE", "PLAN", "STEPS", "UPDATES", "Experts"]

Ids = NDArray[np.integer[Any]]
BATCH, CONTEXT = 24, 32  # windows that an update learns from, and their letters
UPDATES, STEPS = 10, 200  # updates of a step, and steps of a run
JUDGED = 64  # windows that are judged after every step
PLAN = LMConfig(64, context=CONTEXT, d_model=48, n_heads=4, n_layers=2, d_ff=96)
RATE = Schedule(4e-3, UPDATES * STEPS, 50, 4e-4)
IDLE = 0.01  # an expert that gets less of the letters is idle
Slopes = tuple[Learned, Learned, AdamWState]  # what learns, its slopes, and what AdamW remembers of it


@lru_cache(maxsize=1)
def plays() -> tuple[Ids, Ids]:
    """The plays, letter by letter: what is learned from, and the end, which is not."""
    tokenizer: Any = bundled("shakespeare").tokenizer
    text = asset("data/shakespeare.txt").read_text("utf-8")
    learn, kept = split_held_out(np.array(tokenizer.encode(text, "drop"), np.int64))
    return learn, kept


class Experts:
    """Both models at work.  rng: draws how they start, and then every window; it is of the run, which saves it."""

    def __init__(self, params: Params, rng: np.random.Generator) -> None:
        plan = ExpertPlan(params.experts, min(params.active, params.experts), 1, params.balance)
        plan = replace(plan, d_expert=PLAN.d_ff // plan.n_active)
        trunk = replace(PLAN, feed_forward="none")
        self.updates, self._rng = 0, rng
        dense, shared = init_parameters(PLAN, rng), init_parameters(trunk, rng)
        experts = init_experts(trunk, plan, rng)
        self._plan = plan
        self._dense, self._mixture = FastLM(dense, BATCH), MixtureLM(shared, experts, BATCH)
        parts: tuple[tuple[Learned, Learned], ...] = (
            (dense, self._dense.gradients),
            (shared, self._mixture.trunk_gradients),
            (experts, self._mixture.gradients),
        )
        self._learning: list[Slopes] = [(what, slope, AdamWState.zeros(what)) for what, slope in parts]
        self._windows = Windows(plays()[0], CONTEXT)
        self._text = consecutive_windows(plays()[1][: JUDGED * CONTEXT + 1], CONTEXT)
        self._judges = FastLM(dense, JUDGED), MixtureLM(shared, experts, JUDGED)
        self._read = bundled("shakespeare").tokenizer.decode(self._text[0].ravel().tolist())
        self._columns = np.array([column_of(letter) for letter in self._read])
        self._kinds = kinds_of(self._read)
        self._losses: list[tuple[float, float]] = []
        self._loads: list[list[NDArray[np.float64]]] = []
        self._chosen: NDArray[np.int16] = np.zeros((0, 0, 0), np.int16)  # of the judged text: [L, k, M]
        self._judge()

    # ------------------------------------------------------------------------------------------- learning

    def done(self) -> bool:
        """Whether all updates are made."""
        return self.updates >= UPDATES * STEPS

    def step(self) -> bool:
        """One update of both models; whether that ends a step, and both are judged."""
        ids, targets = self._windows.sample(self._rng, BATCH)
        self._dense.loss_and_gradients(ids, targets)
        for _piece in self._mixture.pieces(ids, targets):
            pass
        rate = RATE(self.updates)
        for model in (self._learning[:1], self._learning[1:]):
            _update(model, rate)
        self.updates += 1
        if self.updates % UPDATES:
            return False
        self._judge()
        return True

    def _judge(self) -> None:
        dense, mixture = (float(judge.losses(*self._text).mean(dtype=np.float64)) for judge in self._judges)
        self._losses.append((dense, mixture))
        layers = self._judges[1].layers
        self._loads.append([layer.load for layer in layers])
        self._chosen = np.stack([layer.chosen for layer in layers]).astype(np.int16)

    # ------------------------------------------------------------------------------------------- shown

    def shown(self, params: Params) -> ExpertsPage:
        """What is learned so far, and where the letters of the judged text went when it was judged last."""
        block = min(params.layer or 1, PLAN.n_layers) - 1
        chosen = self._chosen[block]  # [k, M]
        taken = np.stack([(chosen == expert).any(axis=0) for expert in range(self._plan.n_experts)])  # [N, M]
        names = tuple(named_by(row, self._kinds) if row.mean() >= IDLE else Name("", 0.0, 0.0) for row in taken)
        of = np.zeros((len(self._columns), len(COLUMNS)))
        of[np.arange(len(self._columns)), self._columns] = 1.0
        count = of.sum(axis=0)
        takes = np.where(count > 0, taken @ of / np.maximum(count, 1.0), np.nan)
        losses = np.array(self._losses)
        numbers = [what.flat.size for what, _slopes, _state in self._learning]
        wide = numbers[2] - PLAN.n_layers * self._plan.n_experts * PLAN.d_model  # of all experts, without routers
        active = sum(numbers[1:]) - wide + wide * self._plan.n_active // self._plan.n_experts
        return ExpertsPage(
            self.updates, read_only(losses[:, 0]), read_only(losses[:, 1]), read_only(np.array(self._loads)),
            read_only(takes), names, block, min(params.expert, self._plan.n_experts) - 1, self._plan.n_active,
            (numbers[0], active, sum(numbers[1:])), params.balance,
        )  # fmt: skip

    # ------------------------------------------------------------------------------------------- kept

    def save(self) -> Any:
        """The numbers of both models, what AdamW remembers, and what was judged."""
        parts = [
            [np.array(v) for v in (what.flat, state.mean, state.square)] for what, _slopes, state in self._learning
        ]
        judged = {"losses": np.array(self._losses), "loads": np.array(self._loads), "chosen": np.array(self._chosen)}
        return {"updates": self.updates, "parts": parts} | judged

    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError for another number of experts, or of judgements."""
        updates, losses, loads = int(state["updates"]), np.asarray(state["losses"]), np.asarray(state["loads"])
        shape = updates // UPDATES + 1, PLAN.n_layers, self._plan.n_experts
        chosen = np.array(state["chosen"], np.int16)
        if losses.shape != (shape[0], 2) or loads.shape != shape or chosen.shape != self._chosen.shape:
            raise ValueError(f"state: {updates} updates, judged {losses.shape}, loads {loads.shape}, needs {shape}")
        for (what, _slopes, adam), saved in zip(self._learning, state["parts"], strict=True):
            for values, kept in zip((what.flat, adam.mean, adam.square), saved, strict=True):
                if values.shape != np.shape(kept):
                    raise ValueError(f"state: numbers of shape {np.shape(kept)}, needs {values.shape}")
                values[...] = kept
            adam.step = updates
        self.updates, self._chosen = updates, chosen
        self._losses = [(float(a), float(b)) for a, b in losses.tolist()]
        self._loads = [list(row) for row in loads]


def _update(parts: list[Slopes], rate: float) -> None:
    """AdamW on all parts of a model, its slopes together no longer than 1."""
    length = math.sqrt(sum(float(slopes.flat @ slopes.flat) for _what, slopes, _state in parts))
    for what, slopes, state in parts:
        if length > 1.0:
            np.multiply(slopes.flat, 1.0 / length, out=slopes.flat)
        adamw_step(what, slopes, state, rate)
