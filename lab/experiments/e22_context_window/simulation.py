"""One run: positions, models that learn, a needle, a long text or a cache. Each has its own simulation; this is what
they have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

from lab.core.artifact import Artifact
from lab.core.params import ParamError, fields_of
from lab.core.text import _
from lab.engine.lm.exchange import lm_to_data
from lab.experiments.e22_context_window.cache import Cache
from lab.experiments.e22_context_window.cache_llama import LlamaCache
from lab.experiments.e22_context_window.frame import ContextFrame
from lab.experiments.e22_context_window.haystack import Haystack
from lab.experiments.e22_context_window.memory import Memory
from lab.experiments.e22_context_window.models import bundled
from lab.experiments.e22_context_window.positions import Positions
from lab.experiments.e22_context_window.prompts import Prompts
from lab.experiments.e22_context_window.schemes import Schemes
from lab.experiments.e22_context_window.settings import Params
from lab.experiments.e22_context_window.sinks import Sinks
from lab.experiments.e22_context_window.tape import Tape
from lab.kit.exchange import latest, nothing_received
from lab.kit.smollm2 import smollm2_path
from lab.kit.state import live_changes, read_run, reading_state, run_state

__all__ = ["Reading", "build"]

RESTARTING = frozenset(field.name for field in fields_of(Params) if field.restarts)


def build(params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> Reading:
    """A run at its start. Raises ParamError when a model or a text is asked for that was never received, ValueError
    for one that does not fit."""
    return Reading(params, rng, artifacts)


class Reading:
    """One run at work."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> None:
        self.steps = 0
        self._params, self._artifacts = params, tuple(artifacts)
        self._received = any(latest(self._artifacts, kind) for kind in ("language-model", "corpus"))
        if params.source == "received" and not self._received:
            raise nothing_received("source", "language-model")
        self._pack = smollm2_path() is not None
        if params.source == "smollm2" and not self._pack:
            raise ParamError("source", _("SmolLM2 is not on this computer: add its model pack."))
        self._start = dict(rng.bit_generator.state)
        self._begin()

    def _begin(self) -> None:
        """From the start, whatever was drawn since the run began."""
        self._rng = np.random.default_rng()
        self._rng.bit_generator.state = self._start
        self._part: Positions | Schemes | Tape | Haystack | Memory | Sinks | Cache | LlamaCache | Prompts
        match self._params.topic:
            case "positions":
                self._part = Positions(self._params, self._rng)
            case "schemes":
                self._part = Schemes(self._params, self._rng)
            case "tape" if self._params.source == "smollm2":
                self._part = Haystack(self._params, self._rng)
            case "tape":
                self._part = Tape(self._params, self._rng)
            case "memory" if self._params.source == "smollm2":
                self._part = Sinks(self._params, self._rng)
            case "memory":
                self._part = Memory(self._params, self._rng, self._artifacts)
            case "prompts":
                self._part = Prompts(self._params, self._rng)
            case "cache" if self._params.source == "smollm2":
                self._part = LlamaCache(self._params, self._rng)
            case _:
                self._part = Cache(self._params, self._rng)

    @property
    def opening(self) -> bool:
        """Whether something is measured beside the steps."""
        return isinstance(self._part, Schemes | Tape) and self._part.opening

    @property
    def done(self) -> bool:
        """True when a further step would change nothing."""
        return self._part.done() and not self.opening

    def step(self) -> None:
        """A step of the run, or a piece of it."""
        if not self.done and self._part.step(self.steps + 1):
            self.steps += 1

    def snapshot(self) -> ContextFrame:
        """What is shown of this step; nothing in it will ever change."""
        return ContextFrame(self.steps, self._params, self._part.shown(self._params), self._received, self._pack)

    def retune(self, params: Params) -> None:
        """A live change. Raises ValueError for a control that needs a new start."""
        live_changes(self._params, params, restarting=RESTARTING)
        self._params = params
        self._part.retune(params)

    def look_again(self) -> None:
        """A model pack was added, or taken away."""
        self._pack = smollm2_path() is not None

    def act(self, action: object) -> NoReturn:
        """There are no gestures but those of the controls. Raises ValueError."""
        raise ValueError(f"there is no gesture {type(action).__name__} here")

    # ------------------------------------------------------------------------------------ kept, given

    def save(self) -> dict[str, Any]:
        """Everything, the random generator included."""
        return run_state(self.steps, self._params, self._rng) | {"start": self._start, "part": self._part.save()}

    @reading_state()
    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError when the state is of another run or is damaged."""
        step, params = read_run(Params, state)
        if params.topic != self._params.topic:
            raise ValueError(f"state: of the run {params.topic}, needs {self._params.topic}")
        self._params, self._start = params, dict(state["start"])
        self._begin()
        self._part.load(state["part"])
        self.steps = step
        self._rng.bit_generator.state = dict(state["random"])

    def offer(self, kind: str) -> Artifact | None:
        """A model that reads, or has learned, on the open page; the text that is read."""
        if kind == "language-model":
            if isinstance(self._part, Schemes):
                return self._part.model(self._params.scheme)
            name = "copier" if isinstance(self._part, Tape) else "shakespeare-main"
            title = _("Letter copier") if isinstance(self._part, Tape) else _("House model")
            return Artifact(kind, title, lm_to_data(bundled(name)), _("Context windows"))
        if kind == "corpus" and isinstance(self._part, Memory | Sinks):
            return self._part.text(_("The text of the page “Memory”"))
        return None
