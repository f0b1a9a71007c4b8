"""One run: a kernel that slides, readers of digits, a memory, or a speller. Each has its own simulation; this is what
they have in common, with the learner's drawing and list of names, which all of them keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
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
from lab.kit.state import live_changes
from lab.kit.topic_run import TopicRun

__all__ = ["Sliding", "build"]

FIRST_DIGIT = 3


def build(params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> Sliding:
    """A run at its start. Raises ParamError when a text is asked for that was never received, on whichever page."""
    if params.source == "received":
        newest(artifacts, "corpus", "source")
    return Sliding(params, rng, artifacts)


Part = Signal | Picture | DigitsRun | MemoryRun | NamesRun


class Sliding(TopicRun[Params, Part]):
    """One run at work."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> None:
        super().__init__(params, rng)
        self._artifacts = tuple(artifacts)
        self._received = any(artifact.kind == "corpus" for artifact in artifacts)
        self._pad, self._names = drawn_digit(FIRST_DIGIT), ()  # type: Any, tuple[str, ...]
        self._begin()

    def _made(self, params: Params) -> Part:
        match params.topic:
            case "signal":
                return Signal(params)
            case "picture":
                return Picture(params)
            case "digits":
                return DigitsRun(params, self._rng)
            case "memory":
                return MemoryRun(params, self._rng)
        return NamesRun(params, self._rng, self._names, self._artifacts)

    @property
    def diverged(self) -> bool:
        """Whether a weight is no number any more."""
        return isinstance(self._part, MemoryRun) and self._part.lost is not None

    def snapshot(self) -> SlidingFrame:
        """What is shown of this step; nothing in it will ever change."""
        return SlidingFrame(self.steps, self._params, self._shown(), self._received)

    def _shown(self) -> Page:
        part = self._part
        if isinstance(part, Signal | Picture):
            return part.shown(self._pad)
        return part.shown(self.steps, self._pad) if isinstance(part, DigitsRun) else part.shown(self.steps)

    def _retuned(self, params: Params, changed: Mapping[str, Any]) -> None:
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
        return super().save() | {"pad": self._pad, "names": list(self._names)}

    def _reload(self, state: Mapping[str, Any], params: Params) -> None:
        pad = read_only(state["pad"])
        if pad.shape != (PAD, PAD):
            raise ValueError(f"state: a drawing of shape {pad.shape}, needs {(PAD, PAD)}")
        self._pad = self._pad if np.array_equal(pad, self._pad) else pad
        same = dict(state["start"]) == self._start and tuple(state["names"]) == self._names
        same = same and not set(self._restarting) & set(live_changes(self._params, params))
        self._params, self._start = params, dict(state["start"])
        self._names = tuple(str(name) for name in state["names"])
        if not same:
            self._begin()

    def _load_part(self, saved: Any, params: Params) -> None:
        self._part.load(saved, params)

    def offer(self, kind: str) -> Artifact | None:
        """The dense reader of digits as a network; a hundred made-up names as a text."""
        return self._part.offer(kind, self.steps) if isinstance(self._part, DigitsRun | NamesRun) else None
