"""One run: positions, models that learn, a needle, a long text or a cache. Each has its own simulation; this is what
they have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

from lab.core.artifact import Artifact
from lab.core.params import ParamError
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
from lab.kit.topic_run import TopicRun

__all__ = ["Reading", "build"]


def build(params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> Reading:
    """A run at its start. Raises ParamError when a model or a text is asked for that was never received, ValueError
    for one that does not fit."""
    return Reading(params, rng, artifacts)


Part = Positions | Schemes | Tape | Haystack | Memory | Sinks | Cache | LlamaCache | Prompts


class Reading(TopicRun[Params, Part]):
    """One run at work."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> None:
        super().__init__(params, rng)
        self._artifacts = tuple(artifacts)
        self._received = any(latest(self._artifacts, kind) for kind in ("language-model", "corpus"))
        if params.source == "received" and not self._received:
            raise nothing_received("source", "language-model")
        self._pack = smollm2_path() is not None
        if params.source == "smollm2" and not self._pack:
            raise ParamError("source", _("SmolLM2 is not on this computer: add its model pack."))
        self._begin()

    def _made(self, params: Params) -> Part:
        deep = params.source == "smollm2"
        match params.topic:
            case "positions":
                return Positions(params, self._rng)
            case "schemes":
                return Schemes(params, self._rng)
            case "tape":
                return Haystack(params, self._rng) if deep else Tape(params, self._rng)
            case "memory":
                return Sinks(params, self._rng) if deep else Memory(params, self._rng, self._artifacts)
            case "prompts":
                return Prompts(params, self._rng)
        return LlamaCache(params, self._rng) if deep else Cache(params, self._rng)

    @property
    def opening(self) -> bool:
        """Whether something is measured beside the steps."""
        return isinstance(self._part, Schemes | Tape) and self._part.opening

    @property
    def done(self) -> bool:
        """True when a further step would change nothing."""
        return super().done and not self.opening

    def snapshot(self) -> ContextFrame:
        """What is shown of this step; nothing in it will ever change."""
        return ContextFrame(self.steps, self._params, self._part.shown(self._params), self._received, self._pack)

    def _retuned(self, params: Params, changed: Mapping[str, Any]) -> None:
        self._part.retune(params)

    def _load_part(self, saved: Any, params: Params) -> None:
        self._part.load(saved)

    def look_again(self) -> None:
        """A model pack was added, or taken away."""
        self._pack = smollm2_path() is not None

    def act(self, action: object) -> NoReturn:
        """There are no gestures but those of the controls. Raises ValueError."""
        raise ValueError(f"there is no gesture {type(action).__name__} here")

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
