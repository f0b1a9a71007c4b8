"""Five small models that differ only in how they know where a letter stands. They learn from the same short texts,
step by step, and are then read four times as far: that is where the schemes part."""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.basics.activations import softmax
from lab.engine.lm.data import Windows
from lab.engine.lm.exchange import lm_to_data
from lab.engine.lm.fast import FastLM
from lab.engine.lm.file import SavedLM
from lab.engine.lm.optimizer import AdamWState, Schedule, adamw_step, clip_gradients
from lab.engine.lm.parameters import LMConfig, Parameters, init_parameters
from lab.engine.lm.reference import forward
from lab.engine.lm.rolling import RollingLM
from lab.engine.transformer.positions import rope_rates, yarn_sharpness
from lab.experiments.e22_context_window.models import pieces, shakespeare
from lab.experiments.e22_context_window.settings import SCHEMES, Params, Scheme
from lab.kit.arrays import freeze

__all__ = ["EVERY", "FARTHER", "MOST", "Schemes", "SchemesPage", "config_for"]

Array = NDArray[np.floating[Any]]
WIDTH, HEADS, BATCH = 32, 2, 8
MOST, WARMUP, RATE = 1000, 40, 1e-2
EVERY, FARTHER, POINTS = 20, 4, 4  # steps between judgements, lengths read, points a trained length
TEXTS, GROUP = 32, 4
NAMES: tuple[Scheme, ...] = tuple(SCHEMES)
Task = Callable[[], None]


def config_for(params: Params, scheme: Scheme, context: int) -> LMConfig:
    """The plan of one of the models."""
    size = shakespeare()[0].size
    return LMConfig(size, context, WIDTH, HEADS, params.layers, 2 * WIDTH, positions=scheme)


@dataclass(frozen=True, slots=True, eq=False)
class SchemesPage:
    """What five models cost, in nats a letter.

    places: [P] the middle of each stretch of letters.  curves: [5, P] the loss there, nan where a model cannot read, or
    has not been judged.  stretched: [P] that of RoPE with its rates slowed down, None without.
    steps, inside: [N] and [N, 5], the loss within the trained length at every judgement so far.
    moved: [5], by how much of its probability an answer changed when the letters before the last were shuffled.
    """

    params: Params
    places: Array
    curves: Array
    stretched: Array | None
    steps: Array
    inside: Array
    moved: Array
    pending: bool

    def near(self, scheme: Scheme) -> float:
        """The loss in the last quarter of the trained length."""
        return float(self.curves[NAMES.index(scheme), POINTS - 1])

    def far(self, scheme: Scheme) -> float:
        """The loss from twice the trained length on."""
        return float(self.curves[NAMES.index(scheme), 2 * POINTS :].mean())

    @property
    def moved_of_marked(self) -> float:
        """That of the marked scheme."""
        return float(self.moved[NAMES.index(self.params.scheme)])

    @property
    def stretched_far(self) -> float | None:
        return None if self.stretched is None else float(self.stretched[2 * POINTS :].mean())


class Schemes:
    """The models at work; only the simulation touches them."""

    def __init__(self, params: Params, rng: np.random.Generator) -> None:
        self._params, self._rng = params, rng
        start = copy.deepcopy(rng)
        self._models = {
            name: init_parameters(config_for(params, name, params.trained), copy.deepcopy(start)) for name in NAMES
        }
        self._states = {name: AdamWState.zeros(model) for name, model in self._models.items()}
        self._fast = {name: FastLM(model, BATCH) for name, model in self._models.items()}
        self._judges = {name: FastLM(self._longer(name), GROUP) for name in NAMES}
        self._windows = Windows(shakespeare()[1], params.trained)
        self._schedule = Schedule(RATE, MOST, WARMUP, RATE / 10)
        self._texts = pieces(shakespeare()[2][:60_000], TEXTS, FARTHER * params.trained + 1)
        self._curves = np.full((len(NAMES), FARTHER * POINTS), np.nan)
        self._stretched: Array | None = None
        self._moved = np.full(len(NAMES), np.nan)
        self._found: dict[str, Array] = {}
        self._steps, self._inside = list[float](), list[Array]()
        self._tasks: deque[Task] = deque(self._judgement(0))
        self._waiting: deque[Task] = deque()  # what is measured beside the run: RoPE, stretched
        while self._tasks:  # as they begin, they only guess
            self._tasks.popleft()()
        self._ask()

    # ------------------------------------------------------------------------------------------ steps

    @property
    def opening(self) -> bool:
        """Whether stretched RoPE is being read."""
        return bool(self._waiting)

    def done(self) -> bool:
        return self._states["rope"].step >= MOST

    def step(self, number: int) -> bool:
        """A piece of a step; True when all five have made it."""
        if self._waiting:
            self._waiting.popleft()()
            return False
        if not self._tasks:
            ids, targets = self._windows.sample(self._rng, BATCH)
            self._tasks.extend(self._update(name, ids, targets) for name in NAMES)
            if number % EVERY == 0 or number >= MOST:
                self._tasks.extend(self._judgement(number))
        self._tasks.popleft()()
        if self._tasks:
            return False
        if number % EVERY == 0:
            self._ask()
        return True

    def _update(self, name: Scheme, ids: Any, targets: Any) -> Task:
        def update() -> None:
            fast, state = self._fast[name], self._states[name]
            fast.loss_and_gradients(ids, targets)
            clip_gradients(fast.gradients, 1.0)
            adamw_step(self._models[name], fast.gradients, state, self._schedule(state.step))

        return update

    def _judgement(self, number: int) -> list[Task]:
        """Each model reads the held-out texts, group after group."""
        found: list[Task] = [self._reading(n, at) for n in NAMES for at in range(0, TEXTS, GROUP)]
        return [*found, partial(self._judged, number)]

    def _longer(self, name: Scheme) -> Parameters:
        """A model with the longer context, the numbers its own; a learned table has no more rows than it has."""
        model = self._models[name]
        if name == "learned":
            return model
        return Parameters(replace(model.config, context=FARTHER * self._params.trained), model.flat)

    def _reading(self, name: Scheme, at: int) -> Task:
        def read() -> None:
            judge, texts = self._judges[name], self._texts[at : at + GROUP]
            losses = judge.losses(texts[:, : judge.length], texts[:, 1 : judge.length + 1])
            self._found[name] = self._found.get(name, 0.0) + losses.sum(axis=0, dtype=np.float64) / TEXTS

        return read

    def _judged(self, number: int) -> None:
        for place, name in enumerate(NAMES):
            by_point = self._found.pop(name).reshape(-1, self._params.trained // POINTS).mean(axis=1)
            self._curves[place, : len(by_point)] = by_point
            self._moved[place] = self._shuffled(name)
        self._steps.append(float(number))
        self._inside.append(self._curves[:, :POINTS].mean(axis=1))

    def _shuffled(self, name: Scheme) -> float:
        """Total variation between what is expected after a text, and after the same with its first letters shuffled."""
        text = self._texts[0, : self._params.trained]
        order = np.random.default_rng(0).permutation(len(text) - 1)
        both = np.stack((text, np.append(text[order], text[-1])))
        p = softmax(forward(self._models[name], both).logits[:, -1].astype(np.float64))
        return round(float(np.abs(p[0] - p[1]).sum() / 2), 6)

    # -------------------------------------------------------------------------------- RoPE, stretched

    def retune(self, params: Params) -> None:
        """Another stretch is read at once."""
        before, self._params = self._params, params
        if any(getattr(before, name) != getattr(params, name) for name in ("base", "stretch", "factor")):
            self._ask()

    def _ask(self) -> None:
        """Have stretched RoPE read, unless it is as it was trained."""
        p = self._params
        self._waiting.clear()
        if p.stretch == "none":
            self._stretched = None
            return
        rates = rope_rates(WIDTH // HEADS, self._models["rope"].config.rope_base, p.stretch, p.factor, p.trained)
        sharp = yarn_sharpness(p.factor) if p.stretch == "yarn" else 1.0
        losses = np.zeros(FARTHER * p.trained)
        for at in range(0, TEXTS, GROUP):
            self._waiting.append(partial(self._read_on, rates, sharp, losses, at))

    def _read_on(self, rates: Array, sharp: float, losses: Array, at: int) -> None:
        """One group of texts more."""
        rolling = RollingLM(self._models["rope"], GROUP, rates=rates, sharpness=sharp)
        losses += rolling.losses(self._texts[at : at + GROUP]).sum(axis=0, dtype=np.float64) / TEXTS
        if at + GROUP == TEXTS:
            self._stretched = losses.reshape(-1, self._params.trained // POINTS).mean(axis=1)

    # ------------------------------------------------------------------------------------- shown, kept

    def shown(self, params: Params) -> SchemesPage:
        each = params.trained / POINTS
        places = (np.arange(FARTHER * POINTS) + 0.5) * each
        stretched = None if self._stretched is None else freeze(self._stretched.copy())
        return SchemesPage(
            params, freeze(places), freeze(self._curves.copy()), stretched, freeze(np.array(self._steps)),
            freeze(np.array(self._inside)), freeze(self._moved.copy()), self.opening,
        )  # fmt: skip

    def save(self) -> dict[str, Any]:
        return {
            "models": {name: model.flat.copy() for name, model in self._models.items()},
            "means": {name: state.mean.copy() for name, state in self._states.items()},
            "squares": {name: state.square.copy() for name, state in self._states.items()},
            "updates": self._states["rope"].step,
            "curves": self._curves.copy(),
            "moved": self._moved.copy(),
            "steps": np.array(self._steps),
            "inside": np.array(self._inside),
            "judged": None if self._stretched is None or self._waiting else self._stretched.copy(),
        }

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError for models of other sizes."""
        for name, model in self._models.items():
            state = self._states[name]
            for kind, into in (("models", model.flat), ("means", state.mean), ("squares", state.square)):
                flat = np.asarray(saved[kind][name], np.float32)
                if flat.shape != into.shape:
                    raise ValueError(f"state: {kind} of {name}: shape {flat.shape}, needs {into.shape}")
                into[...] = flat
            state.step = int(saved["updates"])
        curves, moved = np.array(saved["curves"], np.float64), np.array(saved["moved"], np.float64)
        inside, steps = np.array(saved["inside"], np.float64), np.array(saved["steps"], np.float64)
        if curves.shape != self._curves.shape or moved.shape != self._moved.shape or len(inside) != len(steps):
            raise ValueError(f"state: curves of shape {curves.shape}, needs {self._curves.shape}")
        self._curves, self._moved = curves, moved
        self._steps, self._inside = steps.tolist(), list(inside)
        self._tasks.clear()
        self._found.clear()
        self._ask()
        if saved["judged"] is not None and self._waiting:
            self._waiting.clear()
            self._stretched = np.array(saved["judged"], np.float64)

    def model(self, scheme: Scheme) -> Artifact:
        """One of the models, to be sent."""
        saved = SavedLM(self._models[scheme].copy(), shakespeare()[0], {})
        title = _("Small model, positions: {scheme}").format(scheme=_(SCHEMES[scheme]))
        return Artifact("language-model", title, lm_to_data(saved))
