"""One run: a walk through a pass, parts switched off or places patched one after another, or a mixture that learns."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.params import ParamError, fields_of
from lab.core.pieces import Pieces, part_of
from lab.core.text import _
from lab.engine.inside.house import HouseBench
from lab.engine.inside.patching import begin_patching, beginning_patching
from lab.engine.inside.steering import mean_difference, measuring_difference
from lab.engine.lm.exchange import lm_from_data, lm_to_data
from lab.engine.lm.file import SavedLM
from lab.engine.lm.parameters import init_parameters
from lab.experiments.e18_transformer_block.experts import Experts
from lab.experiments.e18_transformer_block.frame import BlockFrame, Page, Waiting
from lab.experiments.e18_transformer_block.limits import LETTERED
from lab.experiments.e18_transformer_block.naming import Naming
from lab.experiments.e18_transformer_block.passes import HouseReading, budget_page, judging_house
from lab.experiments.e18_transformer_block.pretrained import (
    DeepReading,
    Pretrained,
    judging_pretrained,
    opening_pretrained,
    reading_by_pretrained,
)
from lab.experiments.e18_transformer_block.probing import Probing
from lab.experiments.e18_transformer_block.runs import Parts, PatchMap
from lab.experiments.e18_transformer_block.settings import MODELS, Params
from lab.experiments.e18_transformer_block.steer import Steering
from lab.experiments.e18_transformer_block.texts import bundled, encoded, listed, not_lettered, steered_text, text_of
from lab.kit.exchange import latest, nothing_received
from lab.kit.smollm2 import smollm2_path
from lab.kit.state import live_changes, read_run, reading_state, run_state

__all__ = ["Inside", "build"]

OVERFLOWING = frozenset({"norm"})  # what thirty blocks cannot do without: their numbers grow beyond all bounds
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
        self._pretrained: Pretrained | None = None
        self._begin()

    def _begin(self) -> None:
        """From the start, whatever was drawn since the run began."""
        self._rng = np.random.default_rng()
        self._rng.bit_generator.state = self._start
        self._pack, params = smollm2_path() is not None, self._params
        self._model = None if params.topic == "experts" else self._chosen()
        self._reading: HouseReading | DeepReading | None = None
        self._part: Parts | PatchMap | Steering | Probing | Naming | Experts | None = None
        self._work = Pieces[None]()
        if params.topic == "experts":
            self._part = Experts(params, self._rng)
        elif self._model is None:
            self._work = Pieces(self._opening())
        elif params.topic == "parts":
            self._part = Parts(partial(judging_house, self._model, params.model), True)
        elif params.topic == "patch":
            bench = HouseBench(self._model.parameters)
            one, two = (encoded(self._model, text) for text in self._texts())
            self._part = PatchMap(self._model, bench, begin_patching(bench, one, two))
        elif params.topic == "probes":
            self._part = Probing(self._model, self._rng)
        elif params.topic == "features":
            self._part = Naming(self._model, min(params.place, self._model.config.n_layers), self._rng)
        elif params.topic == "steer":
            bench, model = HouseBench(self._model.parameters), self._model
            wanted, opposite = ([encoded(model, text) for text in texts] for texts in self._lists())
            at = min(params.stream, bench.sizes.n_layers)
            vector = mean_difference(bench, wanted, opposite, at)
            ids = encoded(model, steered_text(params.model, params.text))
            self._part = Steering(model, bench, at, vector, (wanted, opposite), ids)

    def _texts(self) -> tuple[str, str]:
        """The text that is read, and the other one of a patch."""
        params = self._params
        return text_of(params.model, params.text), text_of(params.model, params.other, True)

    def _lists(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The wanted texts, and the opposite ones."""
        params = self._params
        return listed(params.model, params.wanted, False), listed(params.model, params.opposite, True)

    def _chosen(self) -> SavedLM | None:
        """The model at hand; None for SmolLM2, which is opened in pieces."""
        name = self._params.model
        if name == "smollm2":
            if self._params.topic in LETTERED:
                raise not_lettered()
            if not self._pack and self._pretrained is None:
                raise ParamError("model", _("SmolLM2 is not on this computer: add its model pack."))
            return None
        if name == "received":
            if self._received is None:
                raise nothing_received("model", "language-model")
            return self._received
        if name == "random":
            trained = bundled("shakespeare")
            return replace(trained, parameters=init_parameters(trained.config, self._rng), checkpoints={})
        return bundled(name)

    def _opening(self) -> Generator[float, None, None]:
        """SmolLM2 is opened, and reads what has to be read before anything is shown."""
        params = self._params
        if self._pretrained is None:
            self._pretrained = yield from part_of(opening_pretrained(), 0.0, 0.5)
        model = self._pretrained
        one, two = (model.encoded(text) for text in self._texts())
        if params.topic == "parts":
            self._part = Parts(partial(judging_pretrained, model), False)
        elif params.topic == "patch":
            trial = yield from part_of(beginning_patching(model.bench, one, two), 0.5, 1.0)
            self._part = PatchMap(model, model.bench, trial)
        elif params.topic == "steer":
            wanted, opposite = ([model.encoded(text) for text in texts] for texts in self._lists())
            at = min(params.stream, model.bench.sizes.n_layers)
            vector = yield from part_of(measuring_difference(model.bench, wanted, opposite, at), 0.5, 1.0)
            ids = model.encoded(steered_text(params.model, params.text))
            self._part = Steering(model, model.bench, at, vector, (wanted, opposite), ids)
        else:
            without = params.without - OVERFLOWING
            self._reading = yield from part_of(reading_by_pretrained(model, one, without), 0.5, 1.0)

    def _read(self) -> HouseReading | DeepReading | None:
        """The pass that is looked at; read anew when other parts work. None while a large model is read."""
        if self._model is not None and (self._reading is None or self._reading.edits.without != self._params.without):
            ids = encoded(self._model, self._texts()[0])
            self._reading = HouseReading(self._model, ids, self._params.without)
        return self._reading

    @property
    def _unread(self) -> bool:
        """Whether rows of the lens of SmolLM2 are wanted and still missing."""
        reading = self._reading
        wanted = self._model is None and self._params.page == "lens" and self._part is None
        return wanted and reading is not None and not reading.rows.done

    @property
    def opening(self) -> bool:
        """Whether SmolLM2 is being opened, or reads; `step` goes on with it."""
        return self._work.left or self._unread

    @property
    def done(self) -> bool:
        """True when a further step would change nothing."""
        if self.opening:
            return False
        if self._part is not None:
            return self._part.done()
        reading = self._read()
        return reading is None or self.steps >= len(reading.stations())

    def step(self) -> None:
        """The next part of the walk, or a piece of a measurement, or of what has to be read before."""
        if self._work.left:
            self._work.go_on()
        elif self._unread:
            assert self._reading is not None
            self._reading.read_on()
        elif not self.done and (self._part is None or self._part.step()):
            self.steps += 1

    def snapshot(self) -> BlockFrame:
        """What is shown of this step; nothing in it will ever change."""
        return BlockFrame(self.steps, self._params, self._page(), self._received is not None, self._pack)

    def _page(self) -> Page:
        params = self._params
        if self._part is not None:
            return self._part.shown(params)
        if params.page == "budget" and params.topic == "walk":
            return budget_page(params, self._model)
        reading = self._read()
        if reading is None:
            return Waiting(self._work.share)
        match params.page:
            case "lens":
                return reading.lens(params)
            case "who":
                return reading.who(params)
        return reading.block(params, self.steps)

    def retune(self, params: Params) -> None:
        """A live change. Raises ValueError for a control that needs a new start."""
        live_changes(self._params, params, restarting=RESTARTING)
        anew = self._params.without != params.without and self._model is None and self._part is None
        self._params = params
        if anew:
            self._reading, self._work = None, Pieces(self._opening())

    def look_again(self) -> None:
        """The model pack may have come, or gone."""
        self._pack = smollm2_path() is not None

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
        while self._work.left and step:
            self._work.go_on()
        if self._part is not None:
            self._part.load(state["part"])
        self.steps = step
        self._rng.bit_generator.state = dict(state["random"])

    def offer(self, kind: str) -> Artifact | None:
        """The model that is looked into."""
        if kind != "language-model" or self._params.model == "random" or self._model is None:
            return None
        return Artifact(kind, _(MODELS[self._params.model]), lm_to_data(self._model), _("Transformer block"))
