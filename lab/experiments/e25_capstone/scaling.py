"""Several small trainings, one after the other, each larger than the one before: of the model, or of the text it reads.
The first ones foretell the others, and before one that is foretold the learner bets."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.params import replaced
from lab.core.records import dataclass
from lab.engine.lm.parameters import LMConfig, init_parameters, n_parameters
from lab.experiments.e25_capstone.settings import Params, plan_of
from lab.experiments.e25_capstone.texts import Prepared
from lab.experiments.e25_capstone.training import Training
from lab.experiments.e25_capstone.writing import seconds_per_step
from lab.kit.arrays import read_only

__all__ = ["BATCH", "CONTEXT", "FITTED", "Planned", "Scaling", "ScalingPage", "planned", "straight_line"]

BATCH, CONTEXT = 16, 32
TOKENS = BATCH * CONTEXT  # of one step
FITTED = 4  # runs that the line is laid through; before the next one the learner bets
SIZES = ((24, 1), (32, 1), (48, 1), (64, 1), (96, 1), (192, 1))  # width and blocks
READ_BY = (32, 1)  # the model that reads more and more
SHARES = (1.0, 1.5, 2.0, 3.0, 6.0, 20.0)  # of the tokens that are asked for
BOLDNESS = 0.5  # a learning rate of so much over the width was found to suit these models


@dataclass(frozen=True, slots=True)
class Planned:
    """One training. plan: of its model.  steps: of its training.  grown: what is larger than in the one before,
    parameters or tokens."""

    plan: LMConfig
    steps: int
    grown: int

    @property
    def parameters(self) -> int:
        """The numbers of the model."""
        return n_parameters(self.plan)

    @property
    def tokens(self) -> int:
        """How many it reads."""
        return self.steps * TOKENS


def settings_of(params: Params, width: int, layers: int, steps: int) -> Params:
    """The controls as one of the trainings has them."""
    fixed = {
        "layers": layers, "heads": "4", "width": width, "context": CONTEXT, "batch": BATCH, "steps": steps, "wide": 4,
        "positions": "rope", "dropout": 0.0, "learning_rate": BOLDNESS / width, "schedule": "cosine", "start": "fresh",
    }  # fmt: skip
    return replaced(params, fixed)


def _shapes(params: Params) -> list[tuple[int, int, int]]:
    """Width, blocks and steps of every training."""
    if params.grows == "model":
        return [(width, layers, max(1, round(params.budget / TOKENS))) for width, layers in SIZES]
    return [(*READ_BY, max(1, round(share * params.budget / TOKENS))) for share in SHARES]


def planned(params: Params, vocab_size: int) -> tuple[Planned, ...]:
    """All trainings, the smallest first."""
    found = []
    for width, layers, steps in _shapes(params):
        plan = plan_of(settings_of(params, width, layers, steps), vocab_size)
        grown = n_parameters(plan) if params.grows == "model" else steps * TOKENS
        found.append(Planned(plan, steps, grown))
    return tuple(found)


def straight_line(x: NDArray[Any], y: NDArray[Any]) -> tuple[float, float]:
    """Factor A and slope b of y = A · x^b, by least squares of the logarithms: a straight line where both axes count in
    powers of ten.

    x, y: [n], positive, n at least 2.
    """
    slope, level = np.polyfit(np.log(x), np.log(y), 1)
    return math.exp(float(level)), float(slope)


@dataclass(frozen=True, slots=True, eq=False)
class ScalingPage:
    """The trainings so far. title: of the text.  results: [n], held-out losses of those that are done.  course: [m, 3],
    training, step counted over all of them, held-out loss.  loss: of the last batch.  bet: the one that counts, None
    before there is one.  settled: the bet can no longer be changed.  seconds: one step of each takes here."""

    params: Params
    title: str
    planned: tuple[Planned, ...]
    results: NDArray[Any]
    course: NDArray[Any]
    step: int
    loss: float | None
    bet: float | None
    settled: bool
    lost: bool
    seconds: tuple[float, ...]

    @property
    def now(self) -> int:
        """Which training is under way, or next, from 0; how many there are, when all are done."""
        return len(self.results)

    @property
    def waiting(self) -> bool:
        """Whether a bet is wanted before it goes on."""
        return self.now == FITTED and self.bet is None

    @property
    def line(self) -> tuple[float, float] | None:
        """Factor and slope of the line through the first trainings, as soon as they are done and the learner has bet:
        a bet that only copies the line teaches nothing."""
        if len(self.results) < FITTED or self.waiting:
            return None
        return straight_line(np.array([one.grown for one in self.planned[:FITTED]]), self.results[:FITTED])

    def foretold(self, number: int) -> float | None:
        """What the line says of a training."""
        line = self.line
        return None if line is None else line[0] * self.planned[number].grown ** line[1]

    def became(self, number: int) -> float | None:
        """What a training came to."""
        return float(self.results[number]) if number < len(self.results) else None

    @property
    def seconds_left(self) -> float:
        """How long all the rest takes on this machine."""
        done = self.step - sum(one.steps for one in self.planned[: self.now])
        whole = sum(one.steps * t for one, t in zip(self.planned[self.now :], self.seconds[self.now :]))
        return whole - (done * self.seconds[self.now] if self.now < len(self.planned) else 0.0)


class Scaling:
    """All trainings at work. A step is one step of the training under way."""

    def __init__(self, params: Params, text: Prepared, rng: np.random.Generator, seed: int) -> None:
        """rng: draws the first weights, and what is read."""
        self._params, self._text, self._rng, self._seed = params, text, rng, seed
        self.planned = planned(params, text.tokenizer.size)
        self._results: list[float] = []
        self._course: list[tuple[float, float, float]] = []  # of those that are done
        self._bet: float | None = None  # the one that counts, since the training it is about began
        self._inner: Training | None = None

    # ------------------------------------------------------------------------------------------- steps

    @property
    def lost(self) -> bool:
        """Whether a loss is no number any more."""
        return self._inner is not None and self._inner.lost

    @property
    def waiting(self) -> bool:
        """Whether a bet is wanted before it goes on."""
        return len(self._results) == FITTED and self._chosen is None

    @property
    def done(self) -> bool:
        """When all trainings are made, or a bet is wanted."""
        return len(self._results) == len(self.planned) or self.waiting

    @property
    def finishing(self) -> bool:
        """Whether a step that is under way has changed a model already."""
        return self._inner is not None and self._inner.finishing

    @property
    def _chosen(self) -> float | None:
        """The bet that counts now."""
        return self._bet if self._bet is not None else self._params.bet or None

    def step(self, number: int) -> bool:
        """A piece of the step of that number, counted over all trainings; True when it is complete."""
        if self._inner is None:
            self._inner = self._begun()
        if not self._inner.step(number - self._before()):
            return False
        self._complete(number)
        return True

    def _begun(self) -> Training:
        one = self.planned[len(self._results)]
        params = settings_of(self._params, one.plan.d_model, one.plan.n_layers, one.steps)
        parameters = init_parameters(one.plan, self._rng)
        return Training(params, parameters, self._text, self._rng, self._seed, writes=False)

    def _before(self) -> int:
        """Steps of all trainings that are done."""
        return sum(one.steps for one in self.planned[: len(self._results)])

    def _complete(self, number: int) -> None:
        """With the first step of the training that is bet on, the bet counts. Where a training is made, its result
        stays and the model goes."""
        inner = self._inner
        if inner is None:
            return
        if len(self._results) == FITTED and inner.made:
            self._bet = self._chosen
        if inner.lost or number - self._before() < self.planned[len(self._results)].steps:
            return
        self._course += self._under_way()
        self._results.append(self._course[-1][2])
        self._inner = None

    def _under_way(self) -> list[tuple[float, float, float]]:
        """The course of the training under way."""
        if self._inner is None:
            return []
        before, number = self._before(), len(self._results)
        return [(float(number), before + row[0], row[2]) for row in self._inner.judged().tolist()]

    def settle(self) -> None:
        """What is under way is finished where a model has changed already, and given up else."""
        inner = self._inner
        if inner is not None:
            inner.settle()
            self._complete(self._before() + inner.made)

    def retune(self, params: Params) -> None:
        """A bet."""
        self.settle()
        self._params = params

    # ------------------------------------------------------------------------------------------- shown

    def page(self, params: Params, title: str, step: int) -> ScalingPage:
        """What is shown of a step."""
        inner = self._inner
        course = np.array([*self._course, *self._under_way()], np.float64).reshape(-1, 3)
        return ScalingPage(
            params, title, self.planned, read_only(np.array(self._results, np.float64)), read_only(course), step,
            None if inner is None else inner.loss, self._chosen, self._bet is not None, self.lost,
            tuple(seconds_per_step(one.plan, BATCH) for one in self.planned),
        )  # fmt: skip

    # ------------------------------------------------------------------------------------------- state

    def save(self) -> dict[str, Any]:
        """All that cannot be worked out again."""
        inner = {} if self._inner is None else self._inner.save()
        return {"course": [list(row) for row in self._course], "bet": self._bet or 0.0, "inner": inner}

    def load(self, saved: Mapping[str, Any], params: Params) -> None:
        """Back to what was saved. Raises ValueError when it is of other trainings."""
        course = [(float(number), float(step), float(loss)) for number, step, loss in saved["course"]]
        bet, inner = float(saved["bet"]), saved["inner"]
        results = [row[2] for row, after in zip(course, [*course[1:], (math.nan,) * 3]) if row[0] != after[0]]
        if len(results) > len(self.planned) or not all(math.isfinite(value) for value in [*results, bet]):
            raise ValueError(f"state: {len(results)} results, of {len(self.planned)} trainings")
        self._params, self._course, self._results, self._inner = params, course, results, None
        self._bet = bet or None
        if inner:
            if len(results) == len(self.planned):
                raise ValueError("state: a training after the last one")
            self._inner = self._begun()
            self._inner.load(inner, self._inner.params)
