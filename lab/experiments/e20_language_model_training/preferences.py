"""Preferences: a small model that writes names learns from pairs of which one is liked more, directly (DPO), or with a
reward model that is fitted to the pairs and then pleased (PPO)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.lm.fast import FastLM
from lab.engine.tuning.names import END, LETTERS, LONGEST, letter_features, name_batch, names_of
from lab.engine.tuning.policy import advantages, leashed_rewards, policy_weights, ppo
from lab.engine.tuning.preference import DPO, RewardModel, dpo, dpo_weights, fit_reward_step
from lab.engine.tuning.supervised import log_probabilities
from lab.engine.tuning.written import write
from lab.experiments.e20_language_model_training.sending_on import as_artifact
from lab.experiments.e20_language_model_training.settings import Params
from lab.experiments.e20_language_model_training.stage import Trained
from lab.experiments.e20_language_model_training.tastes import (
    LIKED,
    PAIRS,
    Pair,
    edited,
    namer,
    pairs_of,
    written_names,
)  # fmt: skip
from lab.kit.arrays import freeze
from lab.kit.learner import Learner
from lab.kit.record import Past, Record

__all__ = ["COLUMNS", "RATES", "WRITTEN", "Preferences", "PreferencesPage", "fitted"]

Array = NDArray[np.floating[Any]]
RATES = {"dpo": 1e-4, "ppo": 3e-4}  # usual learning rates
EPSILON, UPDATES = 0.2, 2  # of PPO: the clip, and how often a batch is learned from
FITTING, FIT_RATE, FIT_DECAY = 200, 0.3, 0.01  # of the reward model
HELD_OUT = 100  # pairs of the same taste that nobody learns from
WRITTEN, EXAM_SEED, EXAM_EVERY = 256, 7, 5  # names an exam looks at
COLUMNS = ("chosen", "rejected", "loss", "sure", "drift", "letters", "liked", "reward")


@cache
def fitted(pairs: tuple[Pair, ...]) -> RewardModel:
    """A reward model fitted to pairs: a number for each letter, and one for each last letter."""
    chosen, rejected = (letter_features([pair[side] for pair in pairs]) for side in (0, 1))
    model = RewardModel(np.zeros(2 * len(LETTERS)))
    for _step in range(FITTING):
        model, _result = fit_reward_step(model, chosen, rejected, FIT_RATE, FIT_DECAY)
    return model


def agreement(model: RewardModel, pairs: tuple[Pair, ...]) -> float:
    """In how many of the pairs the preferred name gets the higher reward, as a share."""
    chosen, rejected = (model.score(letter_features([pair[side] for pair in pairs])) for side in (0, 1))
    return float((chosen > rejected).mean())


@dataclass(frozen=True, slots=True, eq=False)
class PreferencesPage:
    """The run. past: see COLUMNS.  pairs: 40.  logs, reference: the log-probability of the preferred names and the
    others, [2, 40] each, now and at the start.  margins, pulls: of DPO, [40].  weights: of the reward model, [52].
    held_out: in how many other pairs it agrees.  names: what the model writes now.  before: what it wrote at first."""

    params: Params
    past: Past
    pairs: tuple[Pair, ...]
    logs: Array
    reference: Array
    margins: Array
    pulls: Array
    weights: Array
    held_out: float
    names: tuple[str, ...]
    before: tuple[str, ...]
    finite: bool

    @property
    def step(self) -> int:
        return self.past.step

    def now(self, name: str) -> float:
        """A column of the present step."""
        return float(self.past.now[COLUMNS.index(name)])

    def course(self, name: str) -> tuple[Array, Array]:
        """The steps and a column at each."""
        place = COLUMNS.index(name)
        return self.past.steps, self.past.columns(place, place + 1)[:, 0]

    @property
    def liked_before(self) -> float:
        """The share of names that fitted the taste at first."""
        return float(np.mean([LIKED[self.params.taste](name) for name in self.before]))

    @property
    def letters_before(self) -> float:
        """The mean length at first."""
        return float(np.mean([len(name) for name in self.before]))


class Preferences(Trained):
    """See above."""

    opening = False

    def __init__(self, params: Params, rng: np.random.Generator, _artifacts: tuple[Artifact, ...] = ()) -> None:
        self._params, self._seed = params, int(rng.integers(2**31))
        self._pairs = edited(params.taste, params.edits)
        base = namer().parameters
        self._batch = name_batch([pair[side] for side in (0, 1) for pair in self._pairs])
        self._rows = len(self._batch[0])
        self._policy = Learner(base.copy(np.float32), self._rows, LONGEST)
        self._base = FastLM(base, self._rows, LONGEST)
        self._model = fitted(self._pairs)
        self._held_out = agreement(self._model, pairs_of(params.taste, 1, HELD_OUT))
        self._reference = self._pair_logs(self._base)
        self._before = self._names = _first_names()
        self._drift = 0.0
        self._measure()
        self._unit: Iterator[None] | None = None
        self._record = Record(np.array([self._row()]))

    def _learners(self) -> tuple[Learner, ...]:
        return (self._policy,)

    def _pair_logs(self, model: FastLM) -> Array:
        """The log-probability of every preferred and every other name, [2, 40]."""
        ids, targets, counts = self._batch
        return log_probabilities(model.losses(ids, targets).astype(np.float64), counts).reshape(2, PAIRS)

    def _measure(self) -> None:
        """How likely the names of the pairs are now."""
        self._logs = self._pair_logs(self._policy.fast)
        self._result = self._compared()

    def _compared(self) -> DPO:
        tiny = max(self._params.beta, 1e-12)  # with β = 0 every margin is 0
        return dpo(self._logs[0], self._logs[1], self._reference[0], self._reference[1], tiny)

    def _working(self, number: int) -> Iterator[None]:
        if self._params.learning == "ppo":
            yield from self._please(number)
        elif self._params.beta > 0.0:
            ids, targets, counts = self._batch
            yield from self._policy.learning(ids, targets, self._rate, 0.0, dpo_weights(self._compared(), counts))
        self._measure()
        yield
        if number % EXAM_EVERY == 0 and self._policy.finite:
            self._names = written_names(self._policy.parameters, WRITTEN, EXAM_SEED)
            yield
            self._drift = self._drifted()

    @property
    def _rate(self) -> float:
        return RATES[self._params.learning] * self._params.rate

    def _please(self, number: int) -> Iterator[None]:
        """One batch of names: written, scored by the reward model, and learned from with PPO's clip."""
        rng = np.random.default_rng((self._seed, number))
        written = write(self._policy.parameters, np.full((self._rows, 1), END), LONGEST, rng, end=END)
        scores = self._model.score(letter_features(names_of(written.ids)))
        yield
        ids = np.concatenate([np.full((self._rows, 1), END), written.ids[:, :-1]], axis=1)
        targets, counts = written.ids, written.counts
        old = -self._policy.fast.losses(ids, targets).astype(np.float64)
        reference = -self._base.losses(ids, targets).astype(np.float64)
        gains = advantages(leashed_rewards(scores, old, reference, counts, self._params.beta), counts)
        yield
        for update in range(UPDATES):
            new = -self._policy.fast.losses(ids, targets).astype(np.float64) if update else old
            result = ppo(new, old, gains, counts, EPSILON)
            yield from self._policy.learning(ids, targets, self._rate, 0.0, policy_weights(result.d_log))

    def _drifted(self) -> float:
        """How much likelier the names that the model writes now are under it than at the start, in nats a name: an
        estimate of the divergence."""
        total, known = 0.0, [name for name in self._names if name]
        known = known[: len(known) - len(known) % self._rows]
        for at in range(0, len(known), self._rows):
            ids, targets, counts = name_batch(known[at : at + self._rows])
            apart = self._base.losses(ids, targets) - self._policy.fast.losses(ids, targets)
            total += float(apart[counts].sum(dtype=np.float64))
        return total / len(known) if known else self._drift

    def _row(self) -> list[float]:
        """What is recorded of a step: see COLUMNS."""
        names, result = self._names, self._result
        chosen, rejected = self._logs.mean(axis=1)
        letters = np.mean([len(name) for name in names])
        liked = np.mean([LIKED[self._params.taste](name) for name in names])
        reward = self._model.score(letter_features(names)).mean()
        sure = (result.margins > 0).mean()
        numbers = (chosen, rejected, result.loss, sure, self._drift, letters, liked, reward)
        return [float(number) for number in numbers]

    def frame(self, step: int, params: Params) -> PreferencesPage:
        past = self._record.past(step, self._row())
        logs, reference, margins, pulls, weights = (
            freeze(np.array(array))
            for array in (self._logs, self._reference, self._result.margins, self._result.pull, self._model.weights)
        )
        return PreferencesPage(
            params, past, self._pairs, logs, reference, margins, pulls, weights, self._held_out, self._names,
            self._before, self._policy.finite,
        )  # fmt: skip

    def retune(self, params: Params) -> None:
        self._params = params
        self._result = self._compared()

    def act(self, action: Any) -> NoReturn:
        raise ValueError(f"there is no gesture {type(action).__name__} in this stage")

    def save(self) -> dict[str, Any]:
        return {
            "policy": self._policy.save(),
            "logs": self._logs.copy(),
            "names": list(self._names),
            "drift": self._drift,
            "rows": self._record.rows,
            "stride": self._record.stride,
        }

    def load(self, saved: Mapping[str, Any]) -> None:
        self._policy.load(saved["policy"])
        logs = np.array(saved["logs"], np.float64)
        names = tuple(str(name) for name in saved["names"])
        if logs.shape != (2, PAIRS) or len(names) != WRITTEN or any(set(name) - set(LETTERS) for name in names):
            raise ValueError(f"state: log-probabilities of shape {logs.shape}, {len(names)} names")
        self._logs, self._names, self._drift = logs, names, float(saved["drift"])
        self._result = self._compared()
        self._record = Record.load(saved["rows"], len(COLUMNS), int(saved["stride"]))
        self._unit = None

    def model(self) -> Artifact:
        title = _("Name model, after {n} updates").format(n=self._policy.state.step)
        return as_artifact(self._policy.parameters, namer().tokenizer, title)


@cache
def _first_names() -> tuple[str, ...]:
    """What the model writes as it comes."""
    return written_names(namer().parameters, WRITTEN, EXAM_SEED)
