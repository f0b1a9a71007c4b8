"""One run: a search, a walk through the graph, an agent, its calls, attacks on it, or what passages are good for. Each
has its own simulation; this is what they have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.params import ParamError, fields_of
from lab.core.text import _
from lab.engine.text.exchange import corpus_artifact
from lab.experiments.e23_retrieval_agents.acting import Acting
from lab.experiments.e23_retrieval_agents.attacking import Attacking
from lab.experiments.e23_retrieval_agents.calling import Calling
from lab.experiments.e23_retrieval_agents.finding import Finding
from lab.experiments.e23_retrieval_agents.frame import RetrievalFrame
from lab.experiments.e23_retrieval_agents.gestures import Action, EditObservation, SetCuts, SetText
from lab.experiments.e23_retrieval_agents.helping import Help
from lab.experiments.e23_retrieval_agents.repeating import Repeating
from lab.experiments.e23_retrieval_agents.settings import Params
from lab.experiments.e23_retrieval_agents.walking import Walking
from lab.kit.exchange import latest, nothing_received
from lab.kit.smollm2 import smollm2_path
from lab.kit.state import live_changes, read_run, reading_state, run_state

__all__ = ["Retrieving", "build"]

RESTARTING = frozenset(field.name for field in fields_of(Params) if field.restarts)


def build(params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> Retrieving:
    """A run at its start. Raises ParamError when a text is asked for that was never received."""
    return Retrieving(params, rng, artifacts)


class Retrieving:
    """One run at work."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> None:
        self.steps = 0
        self._params, self._artifacts = params, tuple(artifacts)
        self._received = latest(self._artifacts, "corpus") is not None
        if params.document == "received" and not self._received:
            raise nothing_received("document", "corpus")
        self._vectors = latest(self._artifacts, "embedding") is not None
        self._pack = smollm2_path() is not None
        if params.answerer == "smollm2" and not self._pack:
            raise ParamError("answerer", _("SmolLM2 is not on this computer: add its model pack."))
        self._start = dict(rng.bit_generator.state)
        self._begin()

    def _begin(self) -> None:
        """From the start, whatever was drawn since the run began."""
        self._rng = np.random.default_rng()
        self._rng.bit_generator.state = self._start
        self._part: Finding | Walking | Acting | Attacking | Help | Calling | Repeating
        match self._params.topic:
            case "find":
                self._part = Finding(self._params, self._artifacts)
            case "graph":
                self._part = Walking(self._params, self._rng)
            case "agent":
                self._part = Acting(self._params)
            case "injection":
                self._part = Attacking(self._params)
            case "calls":
                self._part = Calling(self._params)
            case "repeat":
                self._part = Repeating(self._params, self._rng)
            case _:
                self._part = Help(self._params)

    @property
    def opening(self) -> bool:
        """Whether something is read or measured beside the steps."""
        return self._part.opening

    @property
    def done(self) -> bool:
        """True when a further step would change nothing."""
        return self._part.done() and not self.opening

    def step(self) -> None:
        """A step of the run, or a piece of it."""
        if self.done:
            return
        if isinstance(self._part, Finding) and self._part.done():
            self._part.go_on()
        elif self._part.step():
            self.steps += 1

    def snapshot(self) -> RetrievalFrame:
        """What is shown of this step; nothing in it will ever change."""
        return RetrievalFrame(
            self.steps, self._params, self._part.shown(self.steps), self._received, self._pack, self._vectors
        )

    def retune(self, params: Params) -> None:
        """A live change. Raises ValueError for a control that needs a new start."""
        live_changes(self._params, params, restarting=RESTARTING)
        if params.answerer == "smollm2" and smollm2_path() is None:
            raise ParamError("answerer", _("SmolLM2 is not on this computer: add its model pack."))
        if params.document == "received" and not self._received:
            raise nothing_received("document", "corpus")
        if params.encoder == "received" and not self._vectors:
            raise nothing_received("encoder", "embedding")
        self._params = params
        self._part.retune(params)

    def look_again(self) -> None:
        """A model pack was added, or taken away."""
        self._pack = smollm2_path() is not None

    def act(self, action: Action) -> Action:
        """Apply a gesture. Returns the one that undoes it. Raises ValueError for one that is not of the open page."""
        if isinstance(action, SetCuts | SetText) and isinstance(self._part, Finding):
            return self._part.act(action)
        if isinstance(action, EditObservation) and isinstance(self._part, Acting):
            return self._part.act(action)
        raise ValueError(f"{type(action).__name__}: not on this page")

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
        if params != self._params:
            self._params, self._start = params, dict(state["start"])
            self._begin()
        self._start = dict(state["start"])
        self._part.load(state["part"])
        self.steps = step
        self._rng.bit_generator.state = dict(state["random"])

    def offer(self, kind: str) -> Artifact | None:
        """The document, or the scores of its chunks for the question that is shown."""
        if not isinstance(self._part, Finding) or not self._part.text.strip():
            return None
        if kind == "corpus":
            return corpus_artifact(self._part.text, _("A document"), _("Retrieval, tools, agents"))
        if kind == "table":
            return self._part.table()
        return None
