"""Preferences on answers: of two answers to a question the pirate's is liked more. DPO moves an adapter of the house
model until the liked answer is likelier, measured against the base; no answer is shown as one to be written."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.params import replaced
from lab.engine.lm.fast import FastLM
from lab.engine.tuning.lora import adapter_gradients
from lab.engine.tuning.preference import dpo, dpo_weights
from lab.engine.tuning.supervised import log_probabilities, sft_batch
from lab.experiments.e20_language_model_training.lora import Array, Judged
from lab.experiments.e20_language_model_training.lora_house import LoraHouse
from lab.experiments.e20_language_model_training.own_examples import taught
from lab.experiments.e20_language_model_training.settings import Params

__all__ = ["Preferred"]

BETA = 0.1  # how far the chances may move before a pair counts as decided: small goes far


class Preferred(LoraHouse):
    """See above. It draws from a generator of its own, so that what learns beside it keeps its numbers."""

    RATE = 1e-3

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: tuple[Artifact, ...] = ()) -> None:
        own = np.random.default_rng()
        own.bit_generator.state = rng.bit_generator.state
        super().__init__(replaced(params, {"batch": 2 * max(1, params.batch // 2)}), own, artifacts)
        others = [self._base.example(question, answer) for question, answer in taught("", "plain")]
        self._pairs = list(zip(self._examples, others, strict=True))
        self._before = FastLM(self._base.parameters, self._fast.batch, self._length)

    def _learning(self, number: int) -> Iterator[None]:
        drawn = [self._pairs[place] for place in self._deck.draw(self._fast.batch // 2)]
        batch = sft_batch([pair[side] for side in (0, 1) for pair in drawn], self._length)
        counts, found = batch.weights > 0, list[Array]()
        for model in (self._fast, self._before):
            losses = model.losses(batch.ids, batch.targets).astype(np.float64)
            found.append(log_probabilities(losses, counts).reshape(2, -1))
            yield
        now, before = found
        result = dpo(now[0], now[1], before[0], before[1], BETA)
        yield from self._fast.pieces(batch.ids, batch.targets, None, dpo_weights(result, counts))
        self._learn(result.loss, adapter_gradients(self._adapters, self._fast.gradients), number)

    def judged(self) -> Judged:
        """As ever; before the first step every pair is undecided."""
        found = super().judged()
        return found if found.loss is not None else replace(found, loss=math.log(2.0))

    def save(self) -> dict[str, Any]:
        return super().save() | {"random": dict(self._rng.bit_generator.state)}

    def load(self, saved: Mapping[str, Any]) -> None:
        super().load(saved)
        self._rng.bit_generator.state = dict(saved["random"])
