"""One run: a walk through a pass, parts switched off one after another, or places patched one after another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.params import fields_of
from lab.core.text import _
from lab.engine.lm.exchange import lm_from_data, lm_to_data
from lab.engine.lm.file import SavedLM
from lab.engine.lm.parameters import init_parameters
from lab.experiments.e18_transformer_block.frame import BlockFrame, Page
from lab.experiments.e18_transformer_block.passes import Reading, budget_page
from lab.experiments.e18_transformer_block.runs import Parts, Patching
from lab.experiments.e18_transformer_block.settings import MODELS, Params
from lab.experiments.e18_transformer_block.texts import bundled, encoded, text_of
from lab.kit.exchange import latest, nothing_received
from lab.kit.state import live_changes, read_run, reading_state, run_state

__all__ = ["Inside", "build"]

RESTARTING = frozenset(field.name for field in fields_of(Params) if field.restarts)


def build(params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> Inside:
    """A run at its start. Raises ParamError when a model is asked for that was never received."""
    return Inside(params, rng, artifacts)


class Inside:
    """One run at work."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> None:
        self.steps = 0
        self._params = params
        received = latest(artifacts, "language-model")
        self._received: SavedLM | None = lm_from_data(received.data) if received else None
        self._start = dict(rng.bit_generator.state)
        self._begin()

    def _begin(self) -> None:
        """From the start, whatever was drawn since the run began."""
        self._rng = np.random.default_rng()
        self._rng.bit_generator.state = self._start
        self._model = self._chosen()
        self._ids = encoded(self._model, text_of(self._params.model, self._params.text))
        self._reading: Reading | None = None
        self._part: Parts | Patching | None = None
        if self._params.topic == "parts":
            self._part = Parts(self._params, self._model)
        elif self._params.topic == "patch":
            self._part = Patching(self._params, self._model)

    def _chosen(self) -> SavedLM:
        name = self._params.model
        if name == "received":
            if self._received is None:
                raise nothing_received("model", "language-model")
            return self._received
        if name == "random":
            trained = bundled("shakespeare")
            return replace(trained, parameters=init_parameters(trained.config, self._rng), checkpoints={})
        return bundled(name)

    def _read(self) -> Reading:
        """The pass that is looked at; read anew when other parts work."""
        if self._reading is None or self._reading.edits.without != self._params.without:
            self._reading = Reading(self._model, self._ids, self._params.without)
        return self._reading

    @property
    def done(self) -> bool:
        """True when a further step would change nothing."""
        if self._part is not None:
            return self._part.done()
        return self.steps >= len(self._read().stations())

    def step(self) -> None:
        """The next part of the walk, or a piece of a measurement."""
        if not self.done and (self._part is None or self._part.step()):
            self.steps += 1

    def snapshot(self) -> BlockFrame:
        """What is shown of this step; nothing in it will ever change."""
        return BlockFrame(self.steps, self._params, self._page(), self._received is not None)

    def _page(self) -> Page:
        params = self._params
        if self._part is not None:
            return self._part.shown(params)
        match params.page:
            case "lens":
                return self._read().lens(params)
            case "who":
                return self._read().who(params)
            case "budget":
                return budget_page(params, self._model)
        return self._read().block(params, self.steps)

    def retune(self, params: Params) -> None:
        """A live change. Raises ValueError for a control that needs a new start."""
        live_changes(self._params, params, restarting=RESTARTING)
        self._params = params

    def act(self, action: object) -> None:
        """There are no gestures here beside the controls. Raises ValueError."""
        raise ValueError(f"there is no gesture {type(action).__name__} here")

    # ------------------------------------------------------------------------------------ kept, given

    def save(self) -> dict[str, Any]:
        """Everything; what was read is read again."""
        state = run_state(self.steps, self._params, self._rng) | {"start": self._start}
        return state | {"part": None if self._part is None else self._part.save()}

    @reading_state()
    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError when the state is of another run or is damaged."""
        step, params = read_run(Params, state)
        if params.topic != self._params.topic:
            raise ValueError(f"state: of the run {params.topic}, needs {self._params.topic}")
        self._params, self._start = params, dict(state["start"])
        self._begin()
        if self._part is not None:
            self._part.load(state["part"])
        self.steps = step
        self._rng.bit_generator.state = dict(state["random"])

    def offer(self, kind: str) -> Artifact | None:
        """The model that is looked into."""
        if kind != "language-model" or self._params.model == "random":
            return None
        return Artifact(kind, _(MODELS[self._params.model]), lm_to_data(self._model), _("Transformer block"))
