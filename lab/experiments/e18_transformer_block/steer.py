"""The run of the page “Steer”: one direction, added to the stream with one strength after another."""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from typing import Any

import numpy as np

from lab.engine.basics.activations import log_softmax
from lab.engine.inside.bench import Bench, Floats, Keep
from lab.engine.inside.steering import steered
from lab.experiments.e18_transformer_block.frame import SteerPage
from lab.experiments.e18_transformer_block.settings import Params
from lab.experiments.e18_transformer_block.texts import Tokenized, named
from lab.kit.arrays import read_only

__all__ = ["STRENGTHS", "Steering"]

STRENGTHS = (-2.0, -1.0, 0.0, 1.0, 2.0, 4.0)

Text = Sequence[int]


class Steering:
    """The strengths are tried in order. vector [C]: the direction from one list of texts to the other.

    wanted, other: both lists.  ids: the text that is read meanwhile.
    """

    def __init__(
        self, model: Tokenized, bench: Bench, stream: int, vector: Floats, lists: tuple[Sequence[Text], Sequence[Text]],
        ids: Text,
    ) -> None:  # fmt: skip
        self._bench, self._stream, self._vector, self._ids = bench, stream, vector, list(ids)
        one, two = (frozenset(token for text in texts for token in text) for texts in lists)
        self._own = sorted(one - two)
        self._names = named(model, tuple(self._own))
        self._found: list[tuple[float, float]] = []
        self._work: Generator[float, None, Any] | None = None

    def done(self) -> bool:
        """Whether all strengths are tried."""
        return len(self._found) == len(STRENGTHS)

    def step(self) -> bool:
        """One layer of a pass; whether a strength is tried."""
        if self._work is None:
            edits = steered(self._vector, self._stream, STRENGTHS[len(self._found)])
            self._work = self._bench.passing(self._ids, edits, Keep(stream=False))
        try:
            next(self._work)
        except StopIteration as end:
            self._work = None
            self._found.append(self._measured(end.value.logits))
            return True
        return False

    def _measured(self, logits: Floats) -> tuple[float, float]:
        """The chance of tokens that only the wanted texts have, and the surprise: means over the text."""
        p = log_softmax(logits.astype(np.float64))
        effect = float(np.exp(p[:, self._own]).sum(axis=1).mean())
        following = self._ids[1:]
        surprise = -p[np.arange(len(following)), following]
        return effect, float(surprise.mean()) if following else 0.0

    def shown(self, _params: Params) -> SteerPage:
        """What is tried so far."""
        table = np.array([*self._found, *[(math.nan, math.nan)] * (len(STRENGTHS) - len(self._found))])
        size = float(np.linalg.norm(self._vector))
        return SteerPage(STRENGTHS, read_only(table[:, 0]), read_only(table[:, 1]), self._stream, size, self._names)

    def save(self) -> Any:
        """What was found."""
        return [list(pair) for pair in self._found]

    def load(self, state: Any) -> None:
        """Go back to what was found. Raises ValueError for too many."""
        found = [(float(effect), float(surprise)) for effect, surprise in state]
        if len(found) > len(STRENGTHS):
            raise ValueError(f"state: {len(found)} strengths, needs at most {len(STRENGTHS)}")
        self._found, self._work = found, None
