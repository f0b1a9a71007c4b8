"""The tries of a run: who makes them, and those that were made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from lab.experiments.e21_decoding.models import LanguageModel
from lab.experiments.e21_decoding.problems import problems_for
from lab.experiments.e21_decoding.settings import Params
from lab.experiments.e21_decoding.solving import Solver, solver_for
from lab.experiments.e21_decoding.tried import Tries

__all__ = ["Attempts"]


class Attempts:
    """Problems are made when they are first asked for, and so is who tries them."""

    def __init__(self) -> None:
        self._tries = Tries()
        self._solver: Solver | None = None

    def of(self, model: LanguageModel | None) -> Tries:
        """All tries; with a model, also the problems that it is asked."""
        if model is not None and not self._tries.problems:
            self._tries = replace(self._tries, problems=problems_for(model))
        return self._tries

    def done(self, model: LanguageModel, params: Params) -> bool:
        """Whether every problem has had its tries."""
        return self.of(model).of(params).complete >= params.tries

    def trying(self, model: LanguageModel, params: Params, rng: np.random.Generator) -> Iterator[float]:
        """The problem whose turn it is is tried once; nothing changes before the end."""
        self._solver = self._solver or solver_for(model)
        tries = self.of(model)
        number = tries.of(params).next
        made = yield from self._solver.trying(tries.problems[number], params, rng)
        self._tries = tries.with_try(params, number, made)

    def load(self, saved: Sequence[Any], model: LanguageModel | None) -> None:
        """Go back to what was saved. Raises ValueError when it is of other problems."""
        if saved and model is not None:
            self._tries = Tries.load(saved, problems_for(model))
        else:
            self._tries = replace(self._tries, sets=())
