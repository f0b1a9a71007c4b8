"""A language model at its training. A step is one update of AdamW, made in small pieces; at some steps the model is
judged on text it has never read, and writes a sample."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from lab.engine.lm.data import Windows
from lab.engine.lm.fast import FastLM
from lab.engine.lm.optimizer import AdamWState, Schedule, adamw_step, clip_gradients
from lab.engine.lm.parameters import Parameters
from lab.experiments.e25_capstone.moments import Album, Moments
from lab.experiments.e25_capstone.settings import Params
from lab.experiments.e25_capstone.texts import Prepared
from lab.experiments.e25_capstone.writing import Sample, begins_with, writing
from lab.kit.arrays import read_only
from lab.kit.record import Past, Record

__all__ = ["CLIP", "EVERY", "Training", "judging_due", "rate_at"]

CLIP = 1.0  # the longest a gradient may be
WARM_UP = 20  # the rate rises over one step of so many
FLOOR = 20  # and falls to one part of so many of its peak
EVERY = 100
EARLY = (1, 10, 25, 50)
JUDGED_AT_ONCE = 512  # tokens
MOST_SAMPLES = 40
COLUMNS = 2  # loss of the batch, length of its gradient


def judging_due(step: int, last: int) -> bool:
    """Whether the model is judged, and writes, after this step. last: of the training."""
    return step in EARLY or step % EVERY == 0 or step == last


def rate_at(params: Params, step: int) -> float:
    """The learning rate of a step, counted from 0."""
    if params.schedule == "constant":
        return params.learning_rate
    peak = params.learning_rate
    return Schedule(peak, params.steps, params.steps // WARM_UP, peak / FLOOR)(step)


class Training:
    """The model, its optimiser, and what was seen of both."""

    def __init__(
        self,
        params: Params,
        parameters: Parameters,
        text: Prepared,
        rng: np.random.Generator,
        seed: int,
        writes: bool = True,
    ) -> None:
        """rng: draws what is read.  seed: of what it writes.  writes: whether it does, where it is judged."""
        self._params, self._text, self._rng, self._seed, self._writes = params, text, rng, seed, writes
        self.parameters = parameters
        self._state = AdamWState.zeros(parameters)
        self._worker = FastLM(parameters, params.batch)
        self._reader = Windows(text.learn, parameters.config.context)
        n = max(1, JUDGED_AT_ONCE // parameters.config.context)
        self._parts = [slice(a, a + n) for a in range(0, len(text.windows), n)]
        self._judge_of: dict[int, FastLM] = {}
        self._record, self._now = Record(np.empty((0, COLUMNS)), most=2048), [math.nan, math.nan]
        self._judged: list[tuple[float, float, float]] = []  # step, loss of the steps since the last, held-out loss
        self._since: list[float] = []
        self.samples: tuple[Sample, ...] = ()
        self._album = self._empty_album()
        self._work: Iterator[None] | None = None
        self._before: Any = None  # the generator, before what was read in a step that is under way
        self._updated = False
        self._kept: Any = None  # the weights before an update that is not counted yet

    def _empty_album(self) -> Album:
        prompt = begins_with(self._text.tokenizer, self._params.prompt)
        return Album(self._text, prompt, self.parameters.config.context)

    # ------------------------------------------------------------------------------------------- steps

    @property
    def lost(self) -> bool:
        """Whether the loss is no number any more."""
        return bool(self._judged or self._since) and not math.isfinite(self._now[0])

    def step(self, number: int) -> bool:
        """A piece of step `number`, counted from 1; True when it is complete."""
        if self._work is None:
            self._before, self._updated = self._rng.bit_generator.state, False
            self._work = self._pieces(number)
        with np.errstate(all="ignore"):  # a rate far too large ends in numbers that are none, and is told of
            ended = next(self._work, self) is self
        if ended:
            self._work = None
        return ended

    def settle(self) -> None:
        """What is under way is finished where the model has changed already, and given up else."""
        if self._work is None:
            return
        if self._updated:
            with np.errstate(all="ignore"):
                for _piece in self._work:
                    pass
        else:
            self._rng.bit_generator.state = self._before
        self._work = None

    @property
    def params(self) -> Params:
        """The controls it is trained with."""
        return self._params

    @property
    def made(self) -> int:
        """How many updates are made."""
        return self._state.step

    @property
    def settled(self) -> Parameters:
        """The model after the last complete step, in memory of its own."""
        kept = self._kept if self.finishing else None
        return self.parameters.copy() if kept is None else Parameters(self.parameters.config, kept.copy())

    @property
    def finishing(self) -> bool:
        """Whether a step that is under way has changed the model already."""
        return self._work is not None and self._updated

    def _pieces(self, number: int) -> Iterator[None]:
        params, worker = self._params, self._worker
        ids, targets = self._reader.sample(self._rng, params.batch)
        dropping = self._rng if self.parameters.config.dropout else None
        yield from worker.pieces(ids, targets, dropping)
        length = clip_gradients(worker.gradients, CLIP)
        if number > 1:
            self._record.add(number - 2, self._now)
        due = judging_due(number, params.steps)
        self._kept = self.parameters.flat.copy() if due else None
        adamw_step(self.parameters, worker.gradients, self._state, rate_at(params, number - 1))
        self._updated, self._now = True, [worker.loss, length]
        self._since.append(worker.loss)
        if due and math.isfinite(worker.loss):
            yield from self._judging(number)

    def _judging(self, number: int) -> Iterator[None]:
        """Measure the held-out loss, and write."""
        text, total = self._text, 0.0
        for part in self._parts:
            windows = text.windows[part]
            judge = self._judge_of.get(len(windows))
            if judge is None:
                judge = self._judge_of[len(windows)] = FastLM(self.parameters, len(windows))
            total += float(judge.losses(windows, text.targets[part]).sum(dtype=np.float64))
            yield
        self._judged.append((float(number), float(np.mean(self._since)), total / text.windows.size))
        self._since = []
        if self._writes and math.isfinite(total):
            yield from self._writing(number)
            yield from self._album.taking(number, self.parameters, self._judged[-1][2], self.samples[-1].text)

    def _writing(self, number: int) -> Iterator[None]:
        rng = np.random.default_rng((self._seed, number))
        writer = writing(self.parameters, self._text.tokenizer, self._params, rng)
        while True:
            try:
                next(writer)
            except StopIteration as end:
                self.samples = (*self.samples, Sample(number, end.value))[-MOST_SAMPLES:]
                return
            yield

    def retune(self, params: Params) -> None:
        """Other controls, from the next step on."""
        self.settle()
        self._params = params
        if not len(self._album):  # then another prompt can still be the one that is read
            self._album = self._empty_album()

    # ------------------------------------------------------------------------------------------- shown

    @property
    def loss(self) -> float | None:
        """The loss of the last batch, in nats a token."""
        return self._now[0] if math.isfinite(self._now[0]) else None

    @property
    def gradient(self) -> float | None:
        """How long its gradient was, before it was clipped."""
        return self._now[1] if math.isfinite(self._now[1]) else None

    def judged(self) -> Any:
        """[n, 3], read-only: step, mean loss of the steps since the row before, loss on held-out text."""
        return read_only(np.array(self._judged, np.float64).reshape(-1, 3))

    def moments(self) -> Moments:
        """The model through time."""
        return self._album.moments()

    def past(self, step: int) -> Past:
        """The loss of every batch; the row of step 1 is the first."""
        return Past(self._record.rows, self._record.stride, max(0, step - 1), tuple(self._now))

    # ------------------------------------------------------------------------------------------- state

    def save(self) -> dict[str, Any]:
        """All that cannot be worked out again."""
        return {
            "flat": self.parameters.flat.copy(),
            "mean": self._state.mean.copy(),
            "square": self._state.square.copy(),
            "updates": self._state.step,
            "now": list(self._now),
            "judged": [list(row) for row in self._judged],
            "since": list(self._since),
            "samples": [[one.step, one.text] for one in self.samples],
            "rows": self._record.rows,
            "stride": self._record.stride,
            "album": self._album.save(),
        }

    def load(self, saved: Mapping[str, Any], params: Params) -> None:
        """Back to what was saved. Raises ValueError when it is of another model."""
        self._work, self._params = None, params
        arrays = [np.asarray(saved[name], np.float32) for name in ("flat", "mean", "square")]
        if any(array.shape != self.parameters.flat.shape for array in arrays):
            raise ValueError(f"state: a model of {arrays[0].shape}, needs {self.parameters.flat.shape}")
        now, judged = [float(value) for value in saved["now"]], [tuple(map(float, row)) for row in saved["judged"]]
        if len(now) != COLUMNS or any(len(row) != 3 for row in judged):
            raise ValueError("state: the losses do not fit")
        self._record = Record.load(saved["rows"], COLUMNS, int(saved["stride"]), most=2048)
        for target, array in zip((self.parameters.flat, self._state.mean, self._state.square), arrays):
            np.copyto(target, array)
        self._state.step, self._now = int(saved["updates"]), now
        self._judged = [(row[0], row[1], row[2]) for row in judged]
        self._since = [float(value) for value in saved["since"]]
        self._album.load(saved.get("album", {}), self.parameters)
        self.samples = tuple(Sample(int(step), str(text)) for step, text in saved["samples"])
