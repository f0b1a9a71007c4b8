"""A model that has seen the test: it is fine-tuned on half of the passages, and then looked for by three detectors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.records import dataclass
from lab.engine.lm.fast import FastLM
from lab.engine.lm.optimizer import AdamWState, adamw_step, clip_gradients
from lab.engine.lm.parameters import Parameters
from lab.engine.measuring.contamination import exposure, least_error, min_k, runs, stands_in
from lab.experiments.e24_evaluation.settings import Params
from lab.kit.arrays import freeze
from lab.kit.language_models import house_lm, letters_of, shakespeare

__all__ = ["LENGTH", "PASSAGES", "STEPS", "Cheat", "CheatPage"]

Array = NDArray[np.float64]
Ids = NDArray[np.integer]
PASSAGES, LENGTH, STEPS = 24, 64, 60  # of the test; letters of each that count; steps of fine-tuning
RATE = 1e-3
OTHER_TEXTS = 19  # windows of the plays that it goes on learning from, in every batch
CHANGED = 10  # every so many letters one is another, where the leak is disguised
SECRET, PLANTED = "The word for the gate is ", 6  # what is planted, and letters of the secret
OTHERS = 63  # secrets of the same form that were never planted


@dataclass(frozen=True, slots=True, eq=False)
class CheatPage:
    """leaked: [P], which passages were trained on.  logs: [P, LENGTH], ln p of every letter now.

    copied: [P], the share of the runs of letters of each that stand in the training text.  past: [steps + 1, 2], the
    mean loss of leaked and of clean passages.  secret: how far the planted secret stands out, in bits.
    """

    params: Params
    leaked: NDArray[np.bool_]
    logs: Array
    copied: Array
    past: Array
    secret: float

    @property
    def surprise(self) -> Array:
        """Min-K of each passage."""
        return min_k(self.logs, self.params.k_share)

    @property
    def likelihood(self) -> Array:
        """The mean log-probability of each passage."""
        return np.asarray(self.logs.mean(axis=1))

    @property
    def errors(self) -> tuple[float, float, float]:
        """Of the detectors, at their best thresholds: copied runs, Min-K, mean likelihood."""
        found = (self.copied, self.surprise, self.likelihood)
        guilty = self.leaked.astype(np.int64)
        first, second, third = (least_error(guilty, scores) for scores in found)
        return first, second, third


@cache
def _passages() -> Ids:
    """The passages of the test, from the end of the plays that no model here has seen, [PASSAGES, LENGTH + 1]."""
    held = _letters(shakespeare()[1])
    starts = np.linspace(0, len(held) - LENGTH - 2, PASSAGES).astype(np.int64)
    return np.asarray(held[starts[:, None] + np.arange(LENGTH + 1)])


@cache
def _plays() -> Ids:
    """What the model was trained on before anything leaked."""
    return _letters(shakespeare()[0])


@cache
def _known(n: int) -> NDArray[np.bool_]:
    """Which runs of letters of the test stand in those plays."""
    return stands_in(runs(_passages(), n), runs(_plays(), n))


def _letters(text: str) -> Ids:
    letters = letters_of(house_lm("drafter"))
    assert letters is not None
    return letters.encode_array(text)


class Cheat:
    """The model at work; only the simulation touches it."""

    def __init__(self, params: Params, rng: np.random.Generator, _artifacts: Sequence[Artifact]) -> None:
        self._root = int(rng.integers(2**62))
        self._disguised = params.leak == "changed"
        self._begin()
        model = house_lm("drafter")
        self._model = Parameters(model.config, model.parameters.flat.astype(np.float32).copy())
        self._state = AdamWState.zeros(self._model)
        self._fit()
        self._past: list[tuple[float, float]] = []
        self._logs: Array = np.zeros((PASSAGES, LENGTH))
        self._secret = 0.0
        for _piece in self._judging():
            pass
        self._unit: Iterator[None] | None = None

    def _begin(self) -> None:
        """The passages, which of them leak, and how they are trained on: all follow from the seed."""
        dice = np.random.default_rng(self._root)
        self._test = _passages()
        self._leaked = np.zeros(PASSAGES, bool)
        self._leaked[dice.permutation(PASSAGES)[: PASSAGES // 2]] = True
        self._seen = self._test[self._leaked].copy()
        if self._disguised:
            places = np.arange(CHANGED // 2, LENGTH + 1, CHANGED)
            self._seen[:, places] = dice.integers(12, 64, (len(self._seen), len(places)))
        alphabet = "abcdefghijklmnopqrstuvwxyz"
        words = ["".join(alphabet[k] for k in dice.integers(0, 26, PLANTED)) for _word in range(OTHERS + 1)]
        self._secrets = np.stack([_letters(SECRET + word) for word in words])
        line = np.resize(self._secrets[0], LENGTH + 1)
        self._leak = np.concatenate([self._seen, line[None]])

    def _fit(self) -> None:
        """Who trains and who judges the model as it now is."""
        self._trainer = FastLM(self._model, len(self._leak) + OTHER_TEXTS, LENGTH)
        self._judge = FastLM(self._model, PASSAGES // 4, LENGTH)
        self._guesser = FastLM(self._model, OTHERS + 1, self._secrets.shape[1] - 1)

    def done(self) -> bool:
        return len(self._past) > STEPS

    def step(self, _number: int) -> bool:
        """A piece of a step of fine-tuning; True when it is made and judged."""
        if self._unit is None:
            self._unit = self._training()
        try:
            next(self._unit)
        except StopIteration:
            self._unit = None
            return True
        return False

    def _training(self) -> Iterator[None]:
        starts = np.random.default_rng([self._root, len(self._past)]).integers(0, len(_plays()) - LENGTH, OTHER_TEXTS)
        batch = np.concatenate([self._leak, _plays()[starts[:, None] + np.arange(LENGTH + 1)]])
        yield from self._trainer.pieces(batch[:, :-1], batch[:, 1:])
        clip_gradients(self._trainer.gradients, 1.0)
        adamw_step(self._model, self._trainer.gradients, self._state, RATE, weight_decay=0.0)
        yield
        yield from self._judging()

    def _judging(self) -> Iterator[None]:
        """Read the test, a quarter of it at a time, and the secrets."""
        logs = np.zeros((PASSAGES, LENGTH))
        quarter = PASSAGES // 4
        for start in range(0, PASSAGES, quarter):
            part = self._test[start : start + quarter]
            logs[start : start + quarter] = -self._judge.losses(part[:, :-1], part[:, 1:])
            yield
        guessed = -self._guesser.losses(self._secrets[:, :-1], self._secrets[:, 1:])[:, -PLANTED:].sum(axis=1)
        self._logs, self._secret = logs, exposure(float(guessed[0]), guessed[1:])
        losses = -logs.mean(axis=1)
        self._past.append((float(losses[self._leaked].mean()), float(losses[~self._leaked].mean())))

    def retune(self, params: Params) -> None:
        """Only the detectors are another kind; the model goes on."""

    def shown(self, params: Params) -> CheatPage:
        n = params.run_length
        there = _known(n)
        if len(self._past) > 1:  # before the first step nothing has leaked
            there = there | stands_in(runs(self._test, n), runs(self._seen, n).reshape(-1))
        copied = there.mean(axis=1)
        past = np.array(self._past)
        return CheatPage(params, freeze(self._leaked.copy()), freeze(self._logs.copy()), freeze(copied), freeze(past),
                         self._secret)  # fmt: skip

    def save(self) -> dict[str, Any]:
        return {
            "root": self._root, "flat": self._model.flat.copy(), "mean": self._state.mean.copy(),
            "square": self._state.square.copy(), "made": self._state.step, "past": np.array(self._past),
            "logs": self._logs.copy(), "secret": self._secret,
        }  # fmt: skip

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError for a model of another kind."""
        arrays = [np.array(saved[name], np.float32) for name in ("flat", "mean", "square")]
        past, logs = np.array(saved["past"], np.float64), np.array(saved["logs"], np.float64)
        if any(array.shape != self._model.flat.shape for array in arrays) or logs.shape != (PASSAGES, LENGTH):
            raise ValueError(f"state: a model of {len(arrays[0])} numbers, needs {self._model.flat.size}")
        if past.ndim != 2 or past.shape[1] != 2 or not 1 <= len(past) <= STEPS + 1:
            raise ValueError(f"state: a past of shape {past.shape}, needs 1 to {STEPS + 1} rows")
        self._root = int(saved["root"])
        self._begin()
        self._model.flat[...] = arrays[0]
        self._state = AdamWState(arrays[1], arrays[2], int(saved["made"]))
        self._past = [(float(a), float(b)) for a, b in past]
        self._logs, self._secret, self._unit = logs, float(saved["secret"]), None
        self._fit()
