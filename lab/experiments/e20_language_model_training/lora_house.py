"""LoRA on a model of letters: adapters of the lab's Shakespeare model learn to answer in another voice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.text import _
from lab.engine.lm.data import Windows
from lab.engine.lm.fast import FastLM
from lab.engine.lm.parameters import n_parameters
from lab.engine.tuning.lora import LoRA, adapter_gradients, init_adapters, write_merged
from lab.engine.tuning.supervised import sft_batch
from lab.experiments.e20_language_model_training.house import (
    answering,
    base_for,
    held_out_questions,
    known_text,
    neutral_windows,
)
from lab.experiments.e20_language_model_training.lora import Array, LoraStage
from lab.experiments.e20_language_model_training.sending_on import as_artifact
from lab.experiments.e20_language_model_training.settings import Params
from lab.kit.language_models import shakespeare
from lab.kit.learner import Judge

__all__ = ["LoraHouse"]

PARTS = {"attention": ("qkv",), "all": ("qkv", "out", "up", "down")}
REPEATED = 0.5  # of the loss is the repeated Shakespeare's, where there is any


class LoraHouse(LoraStage):
    """See above."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: tuple[Artifact, ...] = ()) -> None:
        super().__init__(params, rng)
        self._base = base_for(params, artifacts)
        base = self._base.parameters
        self._work = base.copy()
        names = [f"block{k}.{part}" for k in range(base.config.n_layers) for part in PARTS[params.targets]]
        names = [name for name in names if name in base]
        rank = min(params.rank, *(min(base[name].shape) for name in names))
        fresh = init_adapters(base, tuple(names), rank, params.alpha * rank, rng)
        self._adapters = {
            name: LoRA(one.a.astype(np.float32), one.b.astype(np.float32), one.alpha) for name, one in fresh.items()
        }
        self._state = type(self._state).zeros(self._adapters)
        self._examples = [self._base.example(question, answer) for question, answer in self._taught]
        self._length = min(base.config.context, max(len(example.ids) for example in self._examples) - 1)
        self._fast = FastLM(self._work, params.batch + params.replay, self._length)
        read = self._base.letters.encode_array(known_text(self._base, shakespeare()[0][:400_000]))
        self._windows = Windows(read, self._length)
        self._judge = Judge(self._work, neutral_windows(self._base), 2)
        self._start = self._neutral = self._judge.now()
        self._record.replace(0, self._row())

    def _learning(self, number: int) -> Iterator[None]:
        """The adapters move once, in pieces."""
        ids, targets, weights = self._drawn()
        yield from self._fast.pieces(ids, targets, None, weights)
        self._learn(self._fast.loss, adapter_gradients(self._adapters, self._fast.gradients), number)

    def _working(self, number: int) -> Iterator[None]:
        yield from self._learning(number)
        write_merged(self._base.parameters, self._adapters, self._work)
        if number % self.EVERY == 0:
            yield from self._judge.judging()
            self._neutral = self._judge.loss
            answers = []
            for found in answering(self._work, self._base, held_out_questions(self._params.asked)):
                if found is None:
                    yield
                else:
                    answers.append(found)
            self._answers = tuple(answers)

    def _drawn(self) -> tuple[Any, Any, Any]:
        """Questions with answers, and below them windows of Shakespeare, if it is repeated."""
        batch = sft_batch([self._examples[n] for n in self._deck.draw(self._params.batch)], self._length)
        again = self._fast.batch - len(batch.ids)
        if not again:
            return batch.ids, batch.targets, batch.weights
        ids, targets = self._windows.sample(self._rng, again)
        weights = np.full(ids.shape, REPEATED / ids.size)
        return (
            np.concatenate((batch.ids, ids)),
            np.concatenate((batch.targets, targets)),
            np.concatenate(((1.0 - REPEATED) * batch.weights, weights)),
        )

    def _matrix(self, params: Params) -> tuple[Array, Array, LoRA] | None:
        """The query rows of a layer's attention."""
        config = self._base.parameters.config
        name = f"block{min(params.layer, config.n_layers) - 1}.qkv"
        rows, one = slice(0, config.d_model), self._adapters[name]
        return self._base.parameters[name][rows], one.delta()[rows], one

    def _whole(self) -> tuple[int, tuple[tuple[int, int], ...]]:
        shapes = tuple((one.b.shape[0], one.a.shape[1]) for one in self._adapters.values())
        return n_parameters(self._base.parameters.config), shapes

    def load(self, saved: Mapping[str, Any]) -> None:
        super().load(saved)
        write_merged(self._base.parameters, self._adapters, self._work)

    def model(self) -> Artifact:
        """With its adapters merged into it."""
        title = _("House model with an adapter, step {n}").format(n=self._state.step)
        return as_artifact(self._work, self._base.letters, title)
