"""One run: vectors that learn, a map, analogies, a direction, a word in context, or cheaper vectors. Each has a part of
its own; this is what they have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.text import _
from lab.engine.text.exchange import read_tokenizer
from lab.experiments.e15_embeddings.analogies import Analogies
from lab.experiments.e15_embeddings.compact import Compact
from lab.experiments.e15_embeddings.context import Context
from lab.experiments.e15_embeddings.corpora import checked_lines, lines_of
from lab.experiments.e15_embeddings.directions import Directions
from lab.experiments.e15_embeddings.frame import EmbeddingFrame
from lab.experiments.e15_embeddings.gestures import Action, SetOwn
from lab.experiments.e15_embeddings.learning import Learning
from lab.experiments.e15_embeddings.mapping import Atlas
from lab.experiments.e15_embeddings.settings import Params
from lab.experiments.e15_embeddings.tables import KINDS, check_own
from lab.kit.exchange import latest, nothing_received
from lab.kit.topic_run import TopicRun

__all__ = ["MOST_TEXT", "Embedding", "build"]

MOST_TEXT = 200_000
Part = Learning | Atlas | Analogies | Directions | Context | Compact


def build(params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> Embedding:
    """A run at its start. Raises ParamError when an embedding is asked for that was never received, ValueError for one
    that does not fit."""
    return Embedding(params, rng, artifacts)


class Embedding(TopicRun[Params, Part]):
    """One run at work."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> None:
        super().__init__(params, rng)
        self._artifacts, self._own = tuple(artifacts), ""
        self._received = any(artifact.kind in KINDS for artifact in artifacts)
        sent = latest(self._artifacts, "tokenizer")
        if params.source == "received" and not self._received:  # also where another page is open
            raise nothing_received("source", "embedding")
        if params.pieces == "received" and sent is None:
            raise nothing_received("pieces", "tokenizer")
        self._tokenizer = read_tokenizer(sent.data) if sent is not None else None
        self._begin()

    def _made(self, params: Params) -> Part:
        match params.topic:
            case "learn":
                return Learning(params, self._rng, self._own, self._tokenizer)
            case "map":
                return Atlas(params, self._rng, self._own, self._artifacts)
            case "analogy":
                return Analogies(params)
            case "direction":
                return Directions(params, self._rng)
            case "context":
                return Context(params)
            case "compact":
                return Compact(params, self._rng)

    @property
    def opening(self) -> bool:
        """Whether the sentences are being read in which a word stands; `step` goes on with it."""
        return isinstance(self._part, Context) and self._part.opening

    @property
    def diverged(self) -> bool:
        """Whether a vector has run away."""
        return isinstance(self._part, Learning) and self._part.lost is not None

    def snapshot(self) -> EmbeddingFrame:
        """What is shown of this step; nothing in it will ever change."""
        return EmbeddingFrame(
            self.steps, self._params, self._part.shown(self.steps), self._received, self._tokenizer is not None
        )

    def _retuned(self, params: Params, changed: Mapping[str, Any]) -> None:
        self._part.retune(params)

    def act(self, action: Action) -> Action:
        """A gesture. Returns the one that takes it back. Raises ValueError for one that cannot be."""
        if isinstance(action, SetOwn):
            return self._take_own(action)
        if not isinstance(self._part, Learning):
            raise ValueError(_("Sentences and words are changed on the page “Learn”."))
        return self._part.act(action)

    def _take_own(self, action: SetOwn) -> SetOwn:
        """A text of the learner's own; where it is in use the run begins anew with it."""
        text, before, p = str(action.text), self._own, self._params
        if len(text) > MOST_TEXT:
            raise ValueError(
                _("The text has {n} characters; at most {most} are read.").format(n=len(text), most=MOST_TEXT)
            )
        if text.strip() and p.topic == "map":
            check_own(text)
        elif text.strip():
            checked_lines(lines_of("own", text))
        self._own = text
        if (p.topic, p.source) == ("map", "own") or (p.topic, p.corpus) == ("learn", "own"):
            try:
                self._begin()
            except ValueError:
                self._own = before
                raise
        return SetOwn(before)

    # ------------------------------------------------------------------------------------ kept, given

    def save(self) -> dict[str, Any]:
        """Everything, the random generator included."""
        return super().save() | {"own": self._own}

    def _reload(self, state: Mapping[str, Any], params: Params) -> None:
        self._own = str(state["own"])
        super()._reload(state, params)

    def _load_part(self, saved: Any, params: Params) -> None:
        self._part.load(saved, params)

    def offer(self, kind: str) -> Artifact | None:
        """The words of the open page with their vectors, or the places of a map."""
        return self._part.offer(kind) if isinstance(self._part, Learning | Atlas) else None
