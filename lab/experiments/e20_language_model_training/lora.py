"""LoRA: the model stays frozen, and beside some of its matrices thin adapters learn another voice. What a run of it is
for any model; `lora_house` and `lora_real` say what is learned from and how it is judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.records import dataclass
from lab.engine.tuning.adapters import AdapterState, adam, adapters_from_data, adapters_to_data, n_learned
from lab.engine.tuning.lora import LoRA
from lab.experiments.e20_language_model_training.examples import speaks_pirate, style_share
from lab.experiments.e20_language_model_training.own_examples import taught
from lab.experiments.e20_language_model_training.settings import Params
from lab.experiments.e20_language_model_training.stage import InPieces
from lab.experiments.e20_language_model_training.supervised import CLIMB, Deck
from lab.kit.arrays import freeze
from lab.kit.record import Past, Record

__all__ = ["COLUMNS", "Answers", "Judged", "LoraPage", "LoraStage", "Real"]

Array = NDArray[np.floating[Any]]
Answers = tuple[tuple[str, str], ...]
COLUMNS = ("answers", "neutral", "style")
DRAWN = 128  # rows and columns that are drawn of a larger matrix, evenly spaced


@dataclass(frozen=True, slots=True)
class Real:
    """How it stands with SmolLM2. missing: why it cannot be had.  doing: what is going on, in words, and its share.
    read_seconds, step_seconds: as measured on this computer.  megabytes: what it will take at most."""

    missing: str = ""
    doing: str = ""
    share: float | None = None
    read_seconds: float = 0.0
    step_seconds: float = 0.0
    megabytes: float = 0.0


@dataclass(frozen=True, slots=True)
class Judged:
    """How a run stands. start, neutral: the loss of neutral text at first and now.  share: which part of all numbers
    learns.  loss: of the last batch."""

    answers: Answers
    start: float | None
    neutral: float | None
    share: float
    loss: float | None


@dataclass(frozen=True, slots=True, eq=False)
class LoraPage:
    """Adapters that learn. past: see COLUMNS.  change: [rows, columns] what is added to the shown matrix, or the matrix
    with it where it is merged.  singular: [r] of what is added.  gap: the largest difference between the two ways of
    computing, beside and merged.  answers: to questions that were never learned.  style: the share of them that are in
    a pirate's voice.  learned, whole: numbers that learn, and all.  matrices: (rows, columns) of each with an adapter.
    """

    params: Params
    past: Past
    change: Array
    singular: Array
    gap: float
    answers: Answers
    loss: float | None
    neutral: float | None
    start: float | None
    style: float | None
    learned: int
    whole: int
    matrices: tuple[tuple[int, int], ...]
    every: int
    most: int
    finite: bool
    real: Real | None

    @property
    def step(self) -> int:
        return self.past.step

    @property
    def share(self) -> float:
        """Which part of all numbers learns."""
        return self.learned / self.whole

    @property
    def forgotten(self) -> float | None:
        """By what share the loss of neutral text has risen."""
        return None if self.neutral is None or self.start is None else self.neutral / self.start - 1.0

    def judged(self, column: int) -> tuple[Array, Array]:
        """The steps at which the texts were read, and a column of the record there."""
        steps, values = self.past.steps, self.past.column(column)
        kept = ((steps % self.every == 0) | (steps == self.step)) & np.isfinite(values)
        return steps[kept], values[kept]

    def judged_loss(self) -> tuple[Array, Array]:
        """The loss of the batch at every step that is kept."""
        values = self.past.column(0)
        kept = np.isfinite(values)
        return self.past.steps[kept], values[kept]

    def lit(self) -> frozenset[tuple[int, int]]:
        """Which answers are in a pirate's voice."""
        return frozenset((row, 0) for row, (_question, answer) in enumerate(self.answers) if speaks_pirate(answer))


class LoraStage(InPieces):
    """A run of it; who inherits makes the adapters and says `_working`, `_matrix` and `_finish`."""

    RATE, EVERY, MOST = 1e-2, 10, 200

    def __init__(self, params: Params, rng: np.random.Generator) -> None:
        self._params, self._rng = params, rng
        self._adapters: dict[str, LoRA] = {}
        self._state = AdapterState.zeros(self._adapters)
        self._taught = taught(params.own, "pirate")
        self._deck = Deck(len(self._taught), rng)
        self._loss: float | None = None
        self._neutral: float | None = None
        self._start: float | None = None
        self._answers: Answers = ()
        self._unit: Iterator[None] | None = None
        self._record = Record(np.full((1, len(COLUMNS)), np.nan))

    # ------------------------------------------------------------------------------------------- hooks

    def _working(self, number: int) -> Iterator[None]:
        """One step in pieces; it calls `_learn` with the gradients it found."""
        raise NotImplementedError

    def _matrix(self, params: Params) -> tuple[Array, Array, LoRA] | None:
        """The shown matrix, what is added to it, and the adapter; None where there is none yet."""
        raise NotImplementedError

    def _whole(self) -> tuple[int, tuple[tuple[int, int], ...]]:
        """How many numbers the model has, and the shapes of the matrices with adapters."""
        raise NotImplementedError

    def real(self) -> Real | None:
        """How it stands with SmolLM2; None for a model of the lab."""
        return None

    # ------------------------------------------------------------------------------------------- steps

    @property
    def opening(self) -> bool:
        return False

    @property
    def done(self) -> bool:
        return self._state.step >= self.MOST or self.diverged

    @property
    def diverged(self) -> bool:
        return not all(np.isfinite(one.a).all() and np.isfinite(one.b).all() for one in self._adapters.values())

    def _learn(self, loss: float, gradients: Mapping[str, LoRA], number: int) -> None:
        """One step of Adam."""
        rate = self.RATE * self._params.rate * min(1.0, number / CLIMB)
        self._loss = loss
        self._adapters, self._state = adam(self._adapters, gradients, self._state, rate)

    @property
    def _style(self) -> float | None:
        return style_share([answer for _question, answer in self._answers]) if self._answers else None

    def judged(self) -> Judged:
        """What it said when it was judged last; unlike a frame, nothing is worked out for it."""
        share = n_learned(self._adapters) / self._whole()[0]
        return Judged(self._answers, self._start, self._neutral, share, self._loss)

    def _row(self) -> list[float]:
        return [float("nan") if value is None else value for value in (self._loss, self._neutral, self._style)]

    def frame(self, step: int, params: Params) -> LoraPage:
        whole, matrices = self._whole()
        found = self._matrix(params)
        change: Array = np.zeros((1, 1))
        singular: Array = np.zeros(0)
        gap = 0.0
        if found is not None:
            matrix, added, one = found
            every = -(-max(matrix.shape) // DRAWN)
            change = (matrix + added if params.merged else added)[::every, ::every]
            singular = one.singular_values().astype(np.float64)
            x = np.random.default_rng(0).normal(0, 1, (16, matrix.shape[1])).astype(matrix.dtype)
            beside = x @ matrix.T + one.scale * ((x @ one.a.T) @ one.b.T)[:, : len(matrix)]
            gap = float(np.abs(beside - x @ (matrix + added).T).max())
        return LoraPage(
            params, self._record.past(step, self._row()), freeze(change.astype(np.float32)), freeze(singular), gap,
            self._answers, self._loss, self._neutral, self._start, self._style, n_learned(self._adapters), whole,
            matrices, self.EVERY, self.MOST, not self.diverged, self.real(),
        )  # fmt: skip

    def retune(self, params: Params) -> None:
        self._params = params

    def act(self, action: Any) -> NoReturn:
        raise ValueError(f"there is no gesture {type(action).__name__} in this stage")

    def model(self) -> Artifact | None:
        """The model as it is now, to be sent; None where it cannot be."""
        return None

    # ------------------------------------------------------------------------------------------- kept

    def save(self) -> dict[str, Any]:
        return {
            "adapters": adapters_to_data(self._adapters),
            "mean": adapters_to_data(self._state.mean),
            "square": adapters_to_data(self._state.square),
            "updates": self._state.step,
            "left": list(self._deck.left),
            "numbers": [self._loss, self._neutral, self._start],
            "answers": [list(pair) for pair in self._answers],
            "rows": self._record.rows,
            "stride": self._record.stride,
        }

    def load(self, saved: Mapping[str, Any]) -> None:
        adapters = adapters_from_data(saved["adapters"], self._adapters)
        mean, square = (adapters_from_data(saved[name], self._adapters) for name in ("mean", "square"))
        self._adapters, self._state = adapters, AdapterState(mean, square, int(saved["updates"]))
        left = [int(place) for place in saved["left"]]
        if any(not 0 <= place < len(self._taught) for place in left):
            raise ValueError(f"state: examples {left[:5]}, there are {len(self._taught)}")
        self._deck = Deck(len(self._taught), self._rng, left)
        self._loss, self._neutral, self._start = (None if x is None else float(x) for x in saved["numbers"])
        self._answers = tuple((str(question)[:200], str(answer)[:400]) for question, answer in saved["answers"])
        self._record = Record.load(saved["rows"], len(COLUMNS), int(saved["stride"]))
        self._unit = None
