"""What runs have in common that ask a language model: a step is worked off in pieces, SmolLM2 is opened on the way, and
what the hand does meanwhile is done in its order once the model is there."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from lab.core.params import checked, fields_of, plain
from lab.core.pieces import part_of
from lab.core.text import _
from lab.kit.smollm2 import Opened, Opening, smollm2_path, waiting_for
from lab.kit.state import live_changes

__all__ = ["ModelRun", "Scoring", "opening_of"]

Floats = NDArray[np.floating[Any]]


class Scoring(Protocol):
    """A model that says the score of every next token."""

    @property
    def size(self) -> int:
        """How many tokens there are."""

    @property
    def scores(self) -> Floats:
        """The score of every next token after what was read last, [V], float64."""


P = TypeVar("P")  # the settings
M = TypeVar("M", bound=Scoring)


def opening_of(path: Path, make: Callable[[Opened], M]) -> Opening[M]:
    """The pack of a run, being opened."""
    return Opening(path, make)


class ModelRun(Generic[P, M]):
    """A run with settings, a random generator, and a model whose scores are known once it has read the prompt.

    model: None while SmolLM2 is not there.  scores: None before the prompt is read.  share: of what is being done.
    unit: the step that is being made.  Who inherits says

        reading_prompt  read the prompt, and set `scores` at the end of it
        working         one step in pieces; nothing that is shown changes before its end
        over            whether a further step would change nothing
        apply           do what an action says
        opened          SmolLM2 is there, and has read the prompt
        check           refuse settings
        retuned         controls were changed
    """

    ACTIONS: tuple[type, ...] = ()

    def __init__(self, params: P, rng: np.random.Generator, make: Callable[[Opened], M]) -> None:
        """make: the model of a pack. Whoever inherits sets `model` and calls `begin`."""
        self.steps = 0
        self.params, self.rng = params, rng
        self.path = smollm2_path()
        self.model: M | None = None
        self.scores: Floats | None = None
        self.share: float | None = None
        self.unit: Iterator[float] | None = None
        self._make = make
        self._pack: Opening[M] | None = None  # being opened, or open
        self._before: Any = None  # the generator's state when the unit began
        self._waiting: list[tuple[P, Any]] = []  # settings or actions, with the settings before each
        self._restarting = tuple(field.name for field in fields_of(type(params)) if field.restarts)

    def begin(self, model: M | None) -> None:
        """Let a model that is there read the prompt. None: SmolLM2, which `step` opens."""
        self.model = model
        if model is not None:
            for _share in self.reading_prompt(model):
                pass

    # ------------------------------------------------------------------------------------------- hooks

    def reading_prompt(self, model: M) -> Iterator[float]:
        """Read the prompt; yields the share that is done."""
        raise NotImplementedError

    def working(self, model: M) -> Iterator[float]:
        """One step in pieces, the model being there; yields the share that is done."""
        raise NotImplementedError

    def over(self, model: M) -> bool:
        """Whether a further step would change nothing, the model being there."""
        raise NotImplementedError

    def apply(self, action: Any, model: M) -> None:
        """Do what an action says; one that does not fit, as when a log is replayed, changes nothing."""

    def opened(self, model: M) -> None:
        """SmolLM2 is there, and has read the prompt."""

    def check(self, params: P) -> None:
        """Refuse settings. Raises ValueError."""

    def retuned(self, names: Mapping[str, Any]) -> None:
        """Controls were changed live: their names, with the new values."""

    # ------------------------------------------------------------------------------------ where it is

    @property
    def unread(self) -> bool:
        """Whether SmolLM2 is being opened, or reads the prompt."""
        return self.scores is None and not self.missing

    @property
    def opening(self) -> bool:
        """Whether there is something to go on with unasked, as the worker does."""
        return self.unread

    @property
    def known_scores(self) -> Floats:
        """The scores, where the prompt was read."""
        assert self.scores is not None
        return self.scores

    @property
    def error(self) -> str:
        """Why SmolLM2 cannot be opened; "" while nothing is wrong."""
        return self._pack.error if self._pack is not None else ""

    @property
    def missing(self) -> str:
        """Why the model cannot be had; "" where it can."""
        if self.model is not None:
            return ""
        lacking = _("SmolLM2 is not on this computer yet. It comes as a model pack, one file to add.")
        return self.error or ("" if self.path else lacking)

    @property
    def done(self) -> bool:
        """True when a further step would change nothing."""
        if self.model is None or self.scores is None:
            return bool(self.missing)
        return self.over(self.model)

    # --------------------------------------------------------------------------------------- stepping

    def step(self) -> None:
        """A step, or a piece of it."""
        if self.done:
            return
        if self.unit is None:
            self._before = self.rng.bit_generator.state
            self.unit = self._opening_model() if self.model is None or self.scores is None else self.working(self.model)
        counts, self.share = not self.unread, next(self.unit, None)
        if self.share is None:
            self.unit = None
            self.steps += counts
            if not counts and not self.unread:
                self._do_waiting()

    def _opening_model(self) -> Iterator[float]:
        """Open SmolLM2 and read the prompt."""
        model = yield from self.waiting_for_pack()
        if model is None:
            return
        for share in self.reading_prompt(model):
            yield 0.5 + 0.5 * share
        self.model = model
        self.opened(model)

    def waiting_for_pack(self) -> Generator[float, None, M | None]:
        """Rest until SmolLM2 is there, or cannot be: then None is returned. That is half of what has to be done."""
        assert self.path is not None
        self._pack = self._pack or opening_of(self.path, self._make)
        return (yield from part_of(waiting_for(self._pack), 0.0, 0.5))

    def _do_waiting(self) -> None:
        """What was done while SmolLM2 was being opened is done again in its order, from the controls it began with: so
        a file with gestures at its first step opens to the text it was saved with."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self.params = waiting[0][0]
        for _before, done in waiting:
            self.retune(done) if isinstance(done, type(self.params)) else self.act(done)

    # --------------------------------------------------------------------------------------- the hand

    def retune(self, params: P) -> None:
        """A live change. Raises ValueError for a control that needs a new start, or settings that cannot be."""
        self.check(params)
        names = live_changes(self.params, params, restarting=self._restarting)
        if names:
            self._abandon_step()
            if self.unread:
                self._waiting.append((self.params, params))
        self.params = params
        self.retuned(names)

    def look_again(self) -> None:
        """A model pack was added or removed: SmolLM2 can be had now, or no more; one that is open stays open."""
        self.path = smollm2_path()
        if self.model is None:
            self._pack = None
            self._abandon_step()

    def _abandon_step(self) -> None:
        """Forget a step that is only half made."""
        if self.unit is not None:
            self.unit, self.share = None, None
            self.rng.bit_generator.state = self._before

    def act(self, action: Any) -> Any:
        """Apply an action; None, for it has no inverse where the text goes on. One that does not fit the present text
        changes nothing. Raises ValueError for one that is none here, or that cannot be."""
        if not isinstance(action, self.ACTIONS):
            raise ValueError(f"there is no gesture {type(action).__name__} here")
        self._abandon_step()
        if self.model is not None and self.scores is not None:
            self.apply(action, self.model)
        elif self.unread:
            self._waiting.append((self.params, action))
        return None

    # ----------------------------------------------------------------------------------- kept, loaded

    def saved(self) -> dict[str, Any]:
        """Step, settings, random generator and scores, by name. Scores are kept, not worked out again: a model that has
        to read the whole text anew would make going one step back slow."""
        return {
            "step": self.steps,
            "params": plain(self.params),
            "random": self._before if self.unit is not None else self.rng.bit_generator.state,
            "scores": self.scores.copy() if self.scores is not None else None,
        }

    def back_to(self, state: Mapping[str, Any]) -> tuple[M, Floats] | None:
        """Go back to what `saved` wrote; SmolLM2 is opened where it is not, on the worker's thread.

        The model and the scores, or None where it had not read the prompt yet: then they are to be those it was opened
        with. Raises ValueError when the state is of another run, or is damaged.
        """
        params = checked(type(self.params), state["params"])
        if any(getattr(params, name) != getattr(self.params, name) for name in self._restarting):
            raise ValueError("state: of another run, with another model or prompt")
        self.check(params)
        self.params, self.unit, self.share, self._waiting = params, None, None, []
        self.steps = int(state["step"])
        self.rng.bit_generator.state = dict(state["random"])
        if state["scores"] is None:
            return None
        if self.model is None:
            self.model = self._open_now()
        scores = np.asarray(state["scores"], np.float64)
        if scores.shape != (self.model.size,):
            raise ValueError(f"state: scores {scores.shape}, needs [{self.model.size}]")
        return self.model, scores.copy()

    def _open_now(self) -> M:
        if self.path is None:
            raise ValueError(self.missing)
        self._pack = self._pack or opening_of(self.path, self._make)
        return self._pack.now()
