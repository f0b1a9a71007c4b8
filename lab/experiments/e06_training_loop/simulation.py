"""The training loop, run one line at a time: fetch a batch, then the five cards in the learner's order. One `step` is
one line, so that a run can be stopped between any two of them, shown, rewound and gone on with."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.params import checked, plain
from lab.core.text import _
from lab.experiments.e06_training_loop.edits import EpochOrder, edited
from lab.experiments.e06_training_loop.frame import LoopFrame
from lab.experiments.e06_training_loop.gestures import (
    AddSample,
    Gesture,
    MoveSample,
    Order,
    Place,
    RemoveSample,
    SetSamples,
)
from lab.experiments.e06_training_loop.loop import RIGHT_ORDER, Memory, fetched, run_card
from lab.experiments.e06_training_loop.own_data import own_samples
from lab.experiments.e06_training_loop.progress import Crash, Progress, decay_factor, stop_reason
from lab.experiments.e06_training_loop.samples import Samples, make_samples
from lab.experiments.e06_training_loop.settings import Params
from lab.kit.arrays import freeze, freeze_all, read_only
from lab.kit.numbers import checked_number
from lab.kit.record import Record
from lab.kit.state import from_state, live_changes, reading_state, to_state

__all__ = ["TrainingLoop", "build"]

RESTARTING = ("data", "order", "n", "noise")
UPDATE_COLUMNS, EPOCH_COLUMNS, MAX_ROWS = 7, 4, 8192


def build(params: Params, rng: Generator, artifacts: Sequence[Any] = ()) -> TrainingLoop:
    """A loop before its first line. Raises ParamError when the samples are to be received and none were."""
    return TrainingLoop(params, rng, artifacts)


class TrainingLoop:
    """One model, its samples, and where in the loop we are."""

    def __init__(self, params: Params, rng: Generator, artifacts: Sequence[Any] = ()) -> None:
        self.steps = 0
        self._params, self._rng = params, rng
        self._received = any(artifact.kind == "table" for artifact in artifacts)
        self._samples = make_samples(params, rng, artifacts)
        self._random_start: Mapping[str, Any] | None = rng.bit_generator.state
        self._memory = Memory()
        self._order: tuple[str, ...] = RIGHT_ORDER
        self._card = "start"
        self._cards_left: tuple[str, ...] = ()  # cards of this pass that are still to be run
        self._epoch_rows: NDArray[np.int64] = np.arange(0)  # in the order of this epoch
        self._fetched = 0  # how many of them were fetched
        self._progress = Progress()
        self._crash: Crash | None = None
        self._nonfinite = ""  # what was the first that was not finite
        self._updates = Record(np.empty((0, UPDATE_COLUMNS)), most=MAX_ROWS)
        self._epochs = Record(np.empty((0, EPOCH_COLUMNS)), most=MAX_ROWS)

    # ------------------------------------------------------------------------------------- the loop

    def step(self) -> None:
        """One line: fetch the next batch, or run the next card."""
        if self.done:
            return
        self.steps += 1
        if not self._cards_left:
            self._fetch()
            return
        self._card, self._cards_left = self._cards_left[0], self._cards_left[1:]
        try:
            self._memory = run_card(self._card, self._memory, self._rate, self._params.batch_size, self._params.mistake)
        except (NameError, ValueError) as error:
            self._crash = Crash(self._card, f"{type(error).__name__}: {str(error).strip()}")
            return
        self._check_finite()
        if not self._cards_left:
            self._end_pass()

    def _fetch(self) -> None:
        samples, params = self._samples, self._params
        if self._fetched >= self._epoch_rows.size:  # a new epoch
            self._epoch_rows = freeze(self._rng.permutation(samples.n) if params.shuffle else np.arange(samples.n))
            self._fetched = 0
            self._progress = replace(self._progress, loss_sum=0.0, dealt=0)
        rows = self._epoch_rows[self._fetched : self._fetched + params.batch_size]
        self._fetched += rows.size
        x, y = samples.x[rows], samples.y[rows]
        freeze_all(x, y)
        self._memory = fetched(self._memory, rows, x, y, self._progress.passes)
        before = self._progress
        self._progress = replace(before, seen=before.seen + rows.size, dealt=before.dealt + rows.size)
        self._card = "fetch"
        self._cards_left = tuple(card for card in self._order if card != "zero" or params.zero_grad)

    @property
    def _rate(self) -> float:
        return self._params.learning_rate * decay_factor(self._params, self._progress.epochs)

    def _check_finite(self) -> None:
        """Remember the first number that is not finite."""
        m = self._memory
        values = (("loss", m.loss or 0.0), ("gradient", m.gw + m.gb), ("w", m.w), ("b", m.b))
        self._nonfinite = self._nonfinite or next((name for name, value in values if not math.isfinite(value)), "")

    def _end_pass(self) -> None:
        """The last card of a pass has run: write down what it led to; after the last batch, the epoch as well."""
        m, before = self._memory, self._progress
        loss = math.nan if m.loss is None else m.loss
        whole = self._samples.loss(m.w, m.b)
        assert m.rows is not None
        now = replace(
            before,
            passes=before.passes + 1,
            good=before.good + 1 if m.sound else 0,
            loss_sum=before.loss_sum + loss * m.rows.size,
        )
        self._updates.add(before.passes, (now.passes, loss, m.gradient_norm, m.w, m.b, whole, now.seen))
        if self._fetched >= self._epoch_rows.size:
            mean = now.loss_sum / max(1, now.dealt)
            better = mean < 0.99 * (math.inf if now.lowest is None else now.lowest)
            now = replace(
                now,
                epochs=now.epochs + 1,
                epoch_loss=mean,
                lowest=mean if better else now.lowest,
                waited=0 if better else now.waited + 1,
            )
            self._epochs.add(before.epochs, (now.passes, mean, whole, self.steps))
        self._progress = now

    # ------------------------------------------------------------------------------------ where we are

    def at_boundary(self, name: str) -> bool:
        """Whether the last step ended a "batch" or an "epoch"; every step ends a "sub-step"."""
        between = not self._cards_left and self._card != "start"
        if name == "epoch":
            return between and self._fetched >= self._epoch_rows.size
        return between if name == "batch" else True

    def boundary_before(self, name: str) -> int:
        """The step at which the batch or epoch before the present place ended: where a step back leads."""
        if name == "sub-step":
            return max(0, self.steps - 1)
        if name == "batch":
            length = 1 + len([card for card in self._order if card != "zero" or self._params.zero_grad])
            inside = length - len(self._cards_left) if self._cards_left else length
            return max(0, self.steps - inside)
        ends = self._epochs.rows[:, 3]
        return int(max(ends[ends < self.steps], default=0))

    @property
    def diverged(self) -> bool:
        """Whether a number is no longer finite."""
        return bool(self._nonfinite)

    @property
    def stopped(self) -> str:
        """Why the loop has stopped: "crash", "nan", "epochs", "target", "plateau"; "" while it runs."""
        if self._crash is not None:
            return "crash"
        if self._nonfinite:
            return "nan"
        return stop_reason(self._params, self._progress) if self.at_boundary("epoch") else ""

    @property
    def done(self) -> bool:
        """When a further step changes nothing."""
        return bool(self.stopped)

    def snapshot(self) -> LoopFrame:
        """What is shown now; nothing in it will ever change."""
        return LoopFrame(
            step=self.steps,
            params=self._params,
            samples=self._samples,
            memory=self._memory,
            progress=self._progress,
            card=self._card,
            order=self._order,
            rate=self._rate,
            updates=self._updates.rows,
            epochs=self._epochs.rows,
            stopped=self.stopped,
            crash=self._crash,
            nonfinite=self._nonfinite,
            received=self._received,
            fetched=self._fetched,
            between_epochs=self._card == "start" or self.at_boundary("epoch"),
            random_start=self._random_start,
        )

    # --------------------------------------------------------------------------------------- changed

    def retune(self, params: Params) -> None:
        """A live change. Raises ValueError for a control that needs a new start."""
        live_changes(self._params, params, restarting=RESTARTING)
        self._params = params

    def act(self, action: Gesture) -> Gesture | None:
        """Apply a gesture. Returns the one that undoes it, None where only a checkpoint can. Raises ValueError."""
        match action:
            case Order():
                return self._reorder(action)
            case Place():
                return self._place(action)
            case AddSample() | MoveSample() | RemoveSample():
                return self._edit(action) if action.data == self._params.data else None
            case SetSamples():
                if self._params.data == "own":
                    self._set_samples(action)
                return None
        raise ValueError(f"there is no gesture {type(action).__name__} here")

    def _reorder(self, action: Order) -> Order | None:
        if sorted(action.cards) != sorted(RIGHT_ORDER):
            raise ValueError(f"cards: {', '.join(action.cards)}; needs each of {', '.join(RIGHT_ORDER)} once")
        before, crashed = self._order, self._crash is not None
        self._order = tuple(action.cards)
        self._progress = replace(self._progress, good=0)
        if crashed:
            self._crash, self._cards_left = None, ()
        return None if crashed else Order(before)

    def _place(self, action: Place) -> Place | None:
        for name, value in (("w", action.w), ("b", action.b)):
            checked_number(value, name)
        m = self._memory
        if self.diverged:
            self._memory, self._nonfinite, self._cards_left = Memory(float(action.w), float(action.b)), "", ()
            return None
        self._memory = replace(m, w=float(action.w), b=float(action.b), move=None)
        return Place(m.w, m.b)

    def _edit(self, action: AddSample | MoveSample | RemoveSample) -> Gesture | None:
        found = edited(self._samples, EpochOrder(self._epoch_rows, self._fetched, self._memory.rows), action)
        if found is None:
            return None
        self._samples, order, inverse = found
        self._epoch_rows, self._fetched = order.rows, order.fetched
        self._memory = replace(self._memory, rows=order.batch)
        return inverse

    def _set_samples(self, action: SetSamples) -> None:
        """Another table: the epoch under way is over, and the next begins with it."""
        self._samples = own_samples(action, self._samples.origin.title)
        self._epoch_rows, self._fetched, self._cards_left, self._card = np.arange(0), 0, (), "start"
        self._memory = Memory(self._memory.w, self._memory.b)

    # ----------------------------------------------------------------------------------- kept, given

    def save(self) -> dict[str, Any]:
        """Everything, the random generator included."""
        return {
            "step": self.steps,
            "params": plain(self._params),
            "random": self._rng.bit_generator.state,
            "random_start": self._random_start,
            "x": self._samples.x,
            "y": self._samples.y,
            "samples": self._samples.save(),
            "received": self._received,
            "memory": self._memory.save(),
            "order": list(self._order),
            "card": self._card,
            "todo": list(self._cards_left),
            "deck": self._epoch_rows,
            "cursor": self._fetched,
            "progress": to_state(self._progress),
            "crash": None if self._crash is None else [self._crash.card, self._crash.text],
            "lost": self._nonfinite,
            "updates": _saved(self._updates, self._progress.passes),
            "epochs": _saved(self._epochs, self._progress.epochs),
        }

    @reading_state()
    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError when the state is damaged."""
        order, todo = tuple(state["order"]), tuple(state["todo"])
        if sorted(order) != sorted(RIGHT_ORDER) or not set(todo) <= set(RIGHT_ORDER) or int(state["step"]) < 0:
            raise ValueError(f"state: order {order}, left {todo}, step {state['step']}: there is no such loop")
        self._samples = Samples.load(state["x"], state["y"], state.get("samples"))
        self._received = bool(state.get("received", False))
        self._params = checked(Params, state["params"])
        self._rng.bit_generator.state = dict(state["random"])
        start = state.get("random_start")
        self._random_start = None if start is None else dict(start)
        self.steps, self._fetched = int(state["step"]), int(state["cursor"])
        self._order, self._cards_left, self._card = order, todo, str(state["card"])
        self._epoch_rows = read_only(state["deck"], np.int64)
        self._memory, self._progress = Memory.load(state["memory"]), from_state(Progress, state["progress"])
        crash = state["crash"]
        self._crash = None if crash is None else Crash(str(crash[0]), str(crash[1]))
        self._nonfinite = str(state["lost"])
        self._updates = _loaded(state["updates"], UPDATE_COLUMNS)
        self._epochs = _loaded(state["epochs"], EPOCH_COLUMNS)

    def offer(self, kind: str) -> Artifact | None:
        """The samples as a table of two columns, for an experiment that takes one."""
        if kind != "table":
            return None
        samples = self._samples
        names = {"x_name": _(samples.origin.x_name), "y_name": _(samples.origin.y_name)}
        title = _(samples.origin.title) or _("Samples of the training loop")
        origin = _("Training loop, step {step}").format(step=self.steps)
        return Artifact("table", title, {"x": samples.x, "y": samples.y, **names}, origin)


def _saved(record: Record, count: int) -> dict[str, Any]:
    """A record as plain values. count: how many rows were written in all."""
    return {"rows": record.rows, "stride": record.stride, "count": count}


def _loaded(state: Mapping[str, Any], columns: int) -> Record:
    return Record.load(state["rows"], columns, int(state["stride"]), MAX_ROWS)
