"""A needle in a haystack: a few letters that belong together lie somewhere in a long row of random ones, and at the
end the model is asked for the last of them. It finds them at any distance, as long as its window still holds them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.basics.activations import softmax
from lab.engine.lm.rolling import RollingLM
from lab.experiments.e22_context_window.models import bundled
from lab.experiments.e22_context_window.settings import TAPE, Params
from lab.kit.arrays import freeze

__all__ = ["CUE", "PLACES", "TRIALS", "Tape", "TapePage", "needle_at"]

Array = NDArray[np.floating[Any]]
TRIALS, CUE, LETTERS = 16, 2, 4
PLACES = tuple(range(2, TAPE - 10 + 1, 4))
"""The distances of the recall curve, in letters."""
ALPHABET = 26


@dataclass(frozen=True, slots=True, eq=False)
class TapePage:
    """The first of the texts, and what was found.

    letters: TAPE of them; the needle begins at `at` and has CUE letters and the answer.  found: the chance that the
    model gives the right letter on this text, nan while it reads.  mean: the same over all texts.  guess: what it says
    instead or also, its first choice.  recall: [P] the mean at each of PLACES, nan where not measured yet.
    """

    params: Params
    letters: str
    at: int
    answer: str
    guess: str
    found: float
    mean: float
    recall: Array
    pending: bool

    @property
    def seen(self) -> bool:
        """Whether the window still holds the answer."""
        return self.params.distance < self.params.window

    def place_is(self, place: int) -> Literal["ahead", "kept", "fallen"]:
        """Whether a letter is still to be read, in the window, or has fallen off, when `upto` letters are read."""
        p = self.params
        if place >= p.upto:
            return "ahead"
        return "kept" if p.window >= TAPE or place >= p.upto - p.window or place < p.sinks else "fallen"

    @property
    def fallen(self) -> int:
        """How many letters have fallen off when `upto` are read."""
        p = self.params
        return 0 if p.window >= TAPE else max(0, p.upto - p.window - p.sinks)

    @property
    def measured(self) -> int:
        return int(np.isfinite(self.recall).sum())


def needle_at(distance: int) -> int:
    """Where the needle begins when its last letter lies so many letters before the last one of the text."""
    return TAPE - 1 - distance - CUE


class _Trial:
    """Texts with the needle at one distance, being read."""

    def __init__(self, hay: NDArray[np.int64], needles: NDArray[np.int64], params: Params, distance: int) -> None:
        self.texts, self._at = hay.copy(), 0
        self.texts[:, needle_at(distance) : needle_at(distance) + CUE + 1] = needles
        self.texts[:, -CUE:] = needles[:, :CUE]
        self.answers = needles[:, -1]
        window = None if params.window >= TAPE else params.window
        sinks = 0 if window is None else params.sinks
        self._model = RollingLM(bundled("copier").parameters, len(hay), window, sinks)
        self.chances: Array = np.full(len(hay), math.nan)
        self.guess = -1

    def read(self) -> bool:
        """Some letters more; True when the text is at its end."""
        scores: Array = np.zeros(0)
        for _letter in range(LETTERS):
            scores = self._model.step(self.texts[:, self._at])
            self._at += 1
        if self._at < TAPE:
            return False
        p = softmax(scores.astype(np.float64))
        self.chances = p[np.arange(len(p)), self.answers]
        self.guess = int(p[0].argmax())
        return True


class Tape:
    """The texts of a run and what was found in them; only the simulation touches them."""

    def __init__(self, params: Params, rng: np.random.Generator) -> None:
        self._params = params
        orders = np.stack([rng.permutation(ALPHABET) + 1 for _trial in range(TRIALS)])  # 0 is the space
        self._needles = orders[:, : CUE + 1]
        picks = rng.integers(CUE + 1, ALPHABET, (TRIALS, TAPE))
        self._hay = np.take_along_axis(orders, picks, axis=1)
        self._recall = np.full(len(PLACES), np.nan)
        self._trial: _Trial | None = None
        self._ask()

    def _ask(self) -> None:
        """Have the needle looked for where it lies now."""
        self._now: _Trial | None = self._trial_at(self._params.distance)
        self._shown = self._now

    def _trial_at(self, distance: int) -> _Trial:
        return _Trial(self._hay, self._needles, self._params, distance)

    @property
    def opening(self) -> bool:
        """Whether the texts on screen are still being read."""
        return self._now is not None

    def done(self) -> bool:
        return bool(np.isfinite(self._recall).all())

    def step(self, _number: int) -> bool:
        """A piece of a text; True when one more distance is measured."""
        if self._now is not None:
            if self._now.read():
                self._now = None
            return False
        place = int(np.isnan(self._recall).argmax())
        if self._trial is None:
            self._trial = self._trial_at(PLACES[place])
        if not self._trial.read():
            return False
        self._recall[place] = self._trial.chances.mean()
        self._trial = None
        return True

    def retune(self, params: Params) -> None:
        """Another place of the needle is looked at; with another window all is measured anew."""
        before, self._params = self._params, params
        if (before.window, before.sinks) != (params.window, params.sinks):
            self._recall, self._trial = np.full(len(PLACES), np.nan), None
            self._ask()
        elif before.distance != params.distance:
            self._ask()

    def shown(self, params: Params) -> TapePage:
        trial, tokens = self._shown, bundled("copier").tokenizer
        guess = "" if trial.guess < 0 else tokens.decode([trial.guess])
        letters = tokens.decode([int(token) for token in trial.texts[0]])
        answer = tokens.decode([int(trial.answers[0])])
        return TapePage(
            params, letters, needle_at(params.distance), answer, guess, float(trial.chances[0]),
            float(trial.chances.mean()), freeze(self._recall.copy()), self.opening,
        )  # fmt: skip

    def save(self) -> dict[str, Any]:
        return {"recall": self._recall.copy()}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError for another number of distances."""
        recall = np.array(saved["recall"], np.float64)
        if recall.shape != self._recall.shape:
            raise ValueError(f"state: recall of shape {recall.shape}, needs {self._recall.shape}")
        self._recall, self._trial = recall, None
        self._ask()
