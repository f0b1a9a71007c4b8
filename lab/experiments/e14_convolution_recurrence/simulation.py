"""One run: a kernel that slides, readers of digits, a memory, or a speller. Each has its own simulation; this is what
they have in common, with the learner's drawing and list of names, which all of them keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.params import fields_of
from lab.core.text import _
from lab.experiments.e14_convolution_recurrence.digits_run import DigitsRun
from lab.experiments.e14_convolution_recurrence.frame import Page, SlidingFrame
from lab.experiments.e14_convolution_recurrence.gestures import ACTIONS, MOST_NAMES, SlideTo, TakeNames, drawn
from lab.experiments.e14_convolution_recurrence.memory_run import MemoryRun
from lab.experiments.e14_convolution_recurrence.names_run import NamesRun
from lab.experiments.e14_convolution_recurrence.pictures import PAD, drawn_digit
from lab.experiments.e14_convolution_recurrence.settings import Params
from lab.experiments.e14_convolution_recurrence.sliding import Picture, Signal
from lab.kit.arrays import read_only
from lab.kit.exchange import newest
from lab.kit.state import live_changes, read_run, reading_state, run_state

__all__ = ["Sliding", "build"]

RESTARTING = frozenset(field.name for field in fields_of(Params) if field.restarts)
FIRST_DIGIT = 3


def build(params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> Sliding:
    """A run at its start. Raises ParamError when a text is asked for that was never received, on whichever page."""
    if params.source == "received":
        newest(artifacts, "corpus", "source")
    return Sliding(params, rng, artifacts)


class Sliding:
    """One run at work."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> None:
        self.steps = 0
        self._params, self._artifacts = params, tuple(artifacts)
        self._received = any(artifact.kind == "corpus" for artifact in artifacts)
        self._start = dict(rng.bit_generator.state)
        self._pad, self._names = drawn_digit(FIRST_DIGIT), ()  # type: Any, tuple[str, ...]
        self._begin()

    def _begin(self) -> None:
        """From the start, whatever was drawn since the run began."""
        self._rng = np.random.default_rng()
        self._rng.bit_generator.state = self._start
        self._part: Signal | Picture | DigitsRun | MemoryRun | NamesRun
        if self._params.topic == "signal":
            self._part = Signal(self._params)
        elif self._params.topic == "picture":
            self._part = Picture(self._params)
        elif self._params.topic == "digits":
            self._part = DigitsRun(self._params, self._rng)
        elif self._params.topic == "memory":
            self._part = MemoryRun(self._params, self._rng)
        else:
            self._part = NamesRun(self._params, self._rng, self._names, self._artifacts)

    @property
    def done(self) -> bool:
        """True when a further step would change nothing."""
        return self._part.done

    @property
    def diverged(self) -> bool:
        """Whether a weight is no number any more."""
        return isinstance(self._part, MemoryRun) and self._part.lost is not None

    def step(self) -> None:
        """A step of the run, or a piece of it."""
        if not self.done and self._part.step(self.steps + 1):
            self.steps += 1

    def snapshot(self) -> SlidingFrame:
        """What is shown of this step; nothing in it will ever change."""
        return SlidingFrame(self.steps, self._params, self._shown(), self._received)

    def _shown(self) -> Page:
        part = self._part
        if isinstance(part, Signal | Picture):
            return part.shown(self._pad)
        return part.shown(self.steps, self._pad) if isinstance(part, DigitsRun) else part.shown(self.steps)

    def retune(self, params: Params) -> None:
        """A live change. Raises ValueError for a control that needs a new start."""
        live_changes(self._params, params, restarting=RESTARTING)
        self._params = params
        self._part.retune(params)

    def act(self, action: Any) -> Any:
        """A gesture. Returns the one that takes it back. Raises ValueError for one that cannot be."""
        if not isinstance(action, ACTIONS):
            raise ValueError(f"there is no gesture {type(action).__name__} here")
        if isinstance(action, TakeNames):
            return self._take(action)
        if isinstance(action, SlideTo):
            if not isinstance(self._part, Signal | Picture):
                raise ValueError(_("A kernel slides on the pages “Signal” and “Picture”."))
            return SlideTo(self._part.put(action.place))
        self._pad, back = drawn(self._pad, action)
        return back

    def _take(self, action: TakeNames) -> TakeNames:
        """Another list; where it is the one that is learned, learning begins anew."""
        names = tuple(str(name) for name in action.names)
        if names and not (len(names) >= 3 and all(name.isalpha() and name == name.lower() for name in names)):
            raise ValueError(_("Type at least 3 names, one a line."))
        if len(names) > MOST_NAMES:
            raise ValueError(_("{n} names are more than {most}.").format(n=len(names), most=MOST_NAMES))
        back, self._names = TakeNames(self._names), names
        if isinstance(self._part, NamesRun) and self._params.source == "own":
            self._begin()
            self.steps = 0
        return back

    # ------------------------------------------------------------------------------------ kept, given

    def save(self) -> dict[str, Any]:
        """Everything, the random generator included."""
        mine = {"start": self._start, "part": self._part.save(), "pad": self._pad, "names": list(self._names)}
        return run_state(self.steps, self._params, self._rng) | mine

    @reading_state()
    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError when the state is of another run or is damaged."""
        step, params = read_run(Params, state)
        if params.topic != self._params.topic:
            raise ValueError(f"state: of the run {params.topic}, needs {self._params.topic}")
        pad = read_only(state["pad"])
        if pad.shape != (PAD, PAD):
            raise ValueError(f"state: a drawing of shape {pad.shape}, needs {(PAD, PAD)}")
        self._pad = self._pad if np.array_equal(pad, self._pad) else pad
        same = dict(state["start"]) == self._start and tuple(state["names"]) == self._names
        same = same and not set(RESTARTING) & set(live_changes(self._params, params))
        self._params, self._start = params, dict(state["start"])
        self._names = tuple(str(name) for name in state["names"])
        if not same:
            self._begin()
        self._part.load(state["part"], params)
        self.steps = step
        self._rng.bit_generator.state = dict(state["random"])

    def offer(self, kind: str) -> Artifact | None:
        """The dense reader of digits as a network; a hundred made-up names as a text."""
        return self._part.offer(kind, self.steps) if isinstance(self._part, DigitsRun | NamesRun) else None
