"""Whose fault was it? One answer of the sorting model, a place a step: what each beginning is worth, by going on from
it many times, and what it would be worth with another digit there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.basics.activations import softmax
from lab.engine.lm.exchange import lm_to_data
from lab.engine.lm.rolling import RollingLM
from lab.engine.tuning.credit import worth
from lab.engine.tuning.sorting import DIGITS, SIGN, features
from lab.experiments.e20_language_model_training.judges import judge_of
from lab.experiments.e20_language_model_training.settings import Params
from lab.experiments.e20_language_model_training.sorter import sorter
from lab.kit.arrays import freeze

__all__ = ["OTHERS", "ROLLOUTS", "Credit", "CreditPage", "check_digits"]

Array = NDArray[np.floating[Any]]
Ids = NDArray[np.integer[Any]]
ROLLOUTS, OTHERS = 256, 64  # from each beginning of the answer, and from one with another digit


def check_digits(text: str) -> None:
    """Refuse what is not five digits. Raises ValueError with a sentence."""
    if len(text) != DIGITS or not (text.isascii() and text.isdigit()):
        raise ValueError(_("Five digits are needed, such as 53416."))


@dataclass(frozen=True, slots=True, eq=False)
class CreditPage:
    """question, answer: five digits each.  read: places that were worked out.  values: what the answer was worth before
    its first digit, after it, …, [6].  others: the same with each of the ten digits at each place, [5, 10].  chances:
    how likely the model writes each there, [5, 10]. What is not worked out yet is nan.  formula: of the judge."""

    params: Params
    question: str
    answer: str
    formula: str
    read: int
    values: Array
    others: Array
    chances: Array

    @property
    def credits(self) -> Array:
        """What each digit changed, [5]."""
        return freeze(np.diff(self.values))

    @property
    def wanted(self) -> str:
        """The right answer."""
        return "".join(sorted(self.question))

    @property
    def worst(self) -> int | None:
        """The place of the digit that cost most, from 0; None while nothing is worked out or nothing was lost."""
        known = np.nan_to_num(self.credits)
        return int(known.argmin()) if known.min() < 0 else None


class Credit:
    """See above."""

    opening, diverged = False, False

    def __init__(self, params: Params, rng: np.random.Generator, _artifacts: tuple[Artifact, ...] = ()) -> None:
        self._params, self._seed = params, int(rng.integers(2**31))
        self._judge = judge_of(params.judge, params.formula)
        self._question = np.array([*(int(digit) for digit in params.digits), SIGN])
        self._answer = np.array([int(digit) for digit in params.answer])
        self._values = np.full(DIGITS + 1, np.nan)
        self._others, self._chances = np.full((2, DIGITS, SIGN), np.nan)
        self._read = 0
        self._values[0] = self._worth(self._answer[None, :0], ROLLOUTS, 0)[0]

    @property
    def done(self) -> bool:
        return self._read >= DIGITS

    def _scores(self, asked: Ids, answers: Ids) -> Array:
        return self._judge.scores(features(asked, answers))

    def _worth(self, begun: Ids, rollouts: int, at: int) -> Array:
        rng = np.random.default_rng((self._seed, at, rollouts))
        return worth(sorter().parameters, self._question, begun, DIGITS, self._scores, rollouts, rng)

    def step(self, number: int) -> bool:
        """Work out the next place."""
        at = self._read
        before = self._answer[:at]
        scores = RollingLM(sorter().parameters).read_many(np.concatenate([self._question, before])[None])[0, -1]
        self._chances[at] = softmax(scores.astype(np.float64))[:SIGN]
        others = np.concatenate([np.tile(before, (SIGN, 1)), np.arange(SIGN)[:, None]], axis=1)
        self._others[at] = self._worth(others, OTHERS, at + 1)
        self._values[at + 1] = self._worth(self._answer[None, : at + 1], ROLLOUTS, at + 1)[0]
        self._read = at + 1
        return True

    def frame(self, step: int, params: Params) -> CreditPage:
        arrays = (freeze(array.copy()) for array in (self._values, self._others, self._chances))
        return CreditPage(params, params.digits, params.answer, self._judge.formula, self._read, *arrays)

    def retune(self, params: Params) -> None:
        self._params = params

    def act(self, action: Any) -> NoReturn:
        raise ValueError(f"there is no gesture {type(action).__name__} in this stage")

    def save(self) -> dict[str, Any]:
        return {"read": self._read, "values": self._values.copy(), "places": np.stack([self._others, self._chances])}

    def load(self, saved: Mapping[str, Any]) -> None:
        values, places, read = (np.array(saved["values"]), np.array(saved["places"]), int(saved["read"]))
        if values.shape != (DIGITS + 1,) or places.shape != (2, DIGITS, SIGN) or not 0 <= read <= DIGITS:
            raise ValueError(f"state: places of shape {places.shape}, needs {(2, DIGITS, SIGN)}")
        self._values, (self._others, self._chances), self._read = values, places.astype(np.float64), read

    def model(self) -> Artifact:
        return Artifact("language-model", _("Sorting model"), lm_to_data(sorter()), _("Training language models"))
