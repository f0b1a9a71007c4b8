"""A training under the rules of the league: one's own, or that of a result that is checked by training it again."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.params import replaced
from lab.core.records import dataclass
from lab.engine.lm.parameters import LMConfig, init_parameters, n_parameters
from lab.engine.text.ngram import Rung
from lab.experiments.e25_capstone.league_rules import (
    TRAINED,
    Result,
    against_rules,
    house_results,
    result_of,
    settings_from,
    tokens_of,
    weights_hash,
)
from lab.experiments.e25_capstone.settings import Params, plan_of
from lab.experiments.e25_capstone.texts import Prepared
from lab.experiments.e25_capstone.training import Training
from lab.experiments.e25_capstone.writing import seconds_per_step
from lab.kit.arrays import read_only

__all__ = ["AGREES", "League", "LeaguePage", "entry_of"]

AGREES = 0.01
"""Nats. Two computers round differently, and a training makes more of it: so far the same one may end apart."""


def entry_of(opened: Sequence[Result], number: int) -> Result | None:
    """The entry of a number: from 1 those of the lab, then those that were opened; None for one's own, 0, and where
    there is none of that number."""
    entries = (*house_results(), *opened)
    return entries[number - 1] if 1 <= number <= len(entries) else None


@dataclass(frozen=True, slots=True, eq=False)
class LeaguePage:
    """A training under the rules. params: the controls.  trained: those it is trained with.  entries: of the board.
    checked: the entry that is trained again, None for one's own.  refused: why it is not allowed, "" where it is.
    judged: [n, 3], as on the Train page.  made: one's own result, as soon as it is there.  spoiled: a control is not as
    it was when the training began.  weights: the hash in the end, "" before.  rungs: what tables come to."""

    params: Params
    trained: Params
    plan: LMConfig
    parameters: int
    tokens: int
    entries: tuple[Result, ...]
    checked: Result | None
    refused: str
    spoiled: bool
    step: int
    judged: NDArray[Any]
    loss: float | None
    made: Result | None
    weights: str
    lost: bool
    seconds: float
    rungs: tuple[Rung, ...]

    @property
    def held_out(self) -> float | None:
        """The last loss on held-out text."""
        return float(self.judged[-1, 2]) if len(self.judged) else None

    @property
    def complete(self) -> bool:
        """Whether the training was made to its end."""
        return not self.refused and self.step >= self.trained.steps and not self.lost

    @property
    def difference(self) -> float | None:
        """How far the training came from what the entry says; None before its end, and for one's own."""
        held = self.held_out
        return held - self.checked.nats if self.checked is not None and self.complete and held is not None else None

    @property
    def agreed(self) -> bool | None:
        """Whether both agree; None as `difference`."""
        return None if self.difference is None else abs(self.difference) <= AGREES


class League:
    """One training at work."""

    def __init__(self, params: Params, text: Prepared, seed: int, opened: Sequence[Result]) -> None:
        """seed: of one's own training.  opened: the results that were brought."""
        self._text, self._seed, self._opened = text, seed, tuple(opened)
        self._begin(params)

    def _begin(self, params: Params) -> None:
        self._params = params
        self._checked = entry_of(self._opened, params.checks)
        self._trained = settings_from(params, self._checked)
        self._plan = plan_of(self._trained, self._text.tokenizer.size)
        self._refused = against_rules(n_parameters(self._plan), tokens_of(self._trained))
        seed = self._seed if self._checked is None else self._checked.seed
        self._rng = np.random.default_rng(seed)  # of all that is drawn in it
        self._training: Training | None = None
        self._made: Result | None = None
        self._weights, self._counted = "", 0  # the second: steps that are complete
        if not self._refused:
            parameters = init_parameters(self._plan, self._rng)
            self._training = Training(self._trained, parameters, self._text, self._rng, seed, writes=False)

    # ------------------------------------------------------------------------------------------- steps

    @property
    def lost(self) -> bool:
        """Whether the loss is no number any more."""
        return self._training is not None and self._training.lost

    @property
    def done(self) -> bool:
        """Whether nothing is to be trained any more, or ever was."""
        return self._training is None or self.spoiled or self._counted >= self._trained.steps

    @property
    def spoiled(self) -> bool:
        """Whether a control, or the entry that is trained again, is not what it was when the training began: nobody
        could repeat such a run."""
        if entry_of(self._opened, self._params.checks) != self._checked:
            return True
        return self._checked is None and any(
            getattr(self._params, name) != getattr(self._trained, name) for name in TRAINED
        )

    @property
    def finishing(self) -> bool:
        """Whether a step that is under way has changed the model already."""
        return self._training is not None and self._training.finishing

    def step(self, number: int) -> bool:
        """A piece of step `number`; True when it is complete."""
        if self._training is None or not self._training.step(number):
            return False
        self._counted = number
        self._complete()
        return True

    def _complete(self) -> None:
        """In the end the result is written down."""
        training = self._training
        if training is None or self._counted < self._trained.steps or training.lost:
            return
        self._weights = weights_hash(training.parameters)
        if self._checked is None:
            nats = float(training.judged()[-1, 2])
            if math.isfinite(nats):
                self._made = result_of(self._params.maker, self._trained, self._seed, training.parameters, nats)

    def settle(self) -> None:
        """What is under way is finished where the model has changed already, and given up else."""
        if self._training is not None:
            self._training.settle()
            self._counted = self._training.made
            self._complete()

    def retune(self, params: Params) -> None:
        """Other controls. Before the first step it begins with them; later they must be taken back first."""
        self.settle()
        if self._training is None or not self._training.made:
            self._begin(params)
        else:
            self._params = params
            self._complete()

    def opens(self, opened: Sequence[Result]) -> None:
        """Other results on the board."""
        self._opened = tuple(opened)
        self.retune(self._params)

    # ------------------------------------------------------------------------------------------- shown

    def page(self, step: int) -> LeaguePage:
        """What is shown of a step."""
        training = self._training
        judged = read_only(np.zeros((0, 3))) if training is None else training.judged()
        return LeaguePage(
            self._params, self._trained, self._plan, n_parameters(self._plan), tokens_of(self._trained),
            (*house_results(), *self._opened), self._checked, self._refused, self.spoiled, step, judged,
            None if training is None else training.loss, None if self.spoiled else self._made, self._weights, self.lost,
            seconds_per_step(self._plan, self._trained.batch), self._text.rungs,
        )  # fmt: skip

    # ------------------------------------------------------------------------------------------- state

    def save(self) -> dict[str, Any]:
        """All that cannot be worked out again."""
        inner = {} if self._training is None else self._training.save()
        trained = {name: getattr(self._trained, name) for name in TRAINED}
        return {"inner": inner, "trained": trained, "random": self._rng.bit_generator.state, "seed": self._seed}

    def load(self, saved: Mapping[str, Any], params: Params) -> None:
        """Back to what was saved. Raises ValueError when it is of another training."""
        self._seed = int(saved["seed"])
        self._begin(replaced(params, {name: saved["trained"][name] for name in TRAINED}))
        self._params = params
        if bool(saved["inner"]) != (self._training is not None):
            raise ValueError("state: a training against the rules, or none")
        if self._training is not None:
            self._training.load(saved["inner"], self._trained)
            self._counted = self._training.made
        self._rng.bit_generator.state = dict(saved["random"])
        self._complete()
