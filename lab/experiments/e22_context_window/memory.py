"""How long a text can become. The same texts are read three ways: with everything kept, with a sliding window, and
with the window and the first few letters; the loss at each letter shows where the reader is lost.

Source: Xiao et al., Efficient Streaming Language Models with Attention Sinks, 2024."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.records import dataclass
from lab.engine.lm.rolling import RollingLM
from lab.engine.text.exchange import corpus_artifact
from lab.engine.transformer.positions import rope_rates, yarn_sharpness
from lab.experiments.e22_context_window.models import known_ids, model_for, pieces, text_for
from lab.experiments.e22_context_window.settings import LENGTH, Params
from lab.kit.arrays import freeze

__all__ = ["UNIT", "WAYS", "Memory", "MemoryPage"]

Array = NDArray[np.floating[Any]]
TEXTS, UNIT = 16, 8
WAYS = ("all", "window", "sinks")
READING = ("window", "sinks", "stretch", "factor")
"""The controls that the reading depends on."""


@dataclass(frozen=True, slots=True, eq=False)
class MemoryPage:
    """losses: [3, T] in nats, the mean over the texts at each letter, nan where it was not read yet.

    read: letters so far.  context: how long the texts were that the model was trained on.  positions: its scheme.
    near, far: the stretch that counts as within, and where beyond begins.  missing: why nothing can be read, or "".
    """

    params: Params
    losses: Array
    read: int
    context: int
    positions: str
    near: tuple[int, int]
    far: int
    missing: str = ""

    @property
    def length(self) -> int:
        return int(self.losses.shape[1])

    def stretches(self, letters: int = 16) -> tuple[NDArray[np.float64], Array]:
        """The middles of stretches of so many letters, [S], and the mean loss in each that is read, [3, S]."""
        count = self.read // letters
        places: NDArray[np.float64] = np.arange(0.5, count) * letters
        return places, self.losses[:, : count * letters].reshape(len(WAYS), count, letters).mean(axis=2)

    def beyond(self, way: str) -> float | None:
        """The mean loss from `far` on, as far as it was read."""
        if self.read <= self.far:
            return None
        return float(self.losses[WAYS.index(way), self.far : self.read].mean())

    def within(self) -> float | None:
        """The mean loss in the stretch `near`, with everything kept."""
        if self.read < self.near[1]:
            return None
        return float(self.losses[0, self.near[0] : self.near[1]].mean())


class Memory:
    """The three readers; only the simulation touches them. Raises ValueError for what cannot be read."""

    def __init__(self, params: Params, _rng: np.random.Generator, artifacts: Sequence[Artifact]) -> None:
        self._params, self._model = params, model_for(params, artifacts)
        text = text_for(params, artifacts)
        self._text = text
        config = self._model.config
        most = config.context if config.positions == "learned" else LENGTH
        ids = pieces(known_ids(self._model, text), TEXTS, min(most, LENGTH) + 1)
        self._ids = ids[:, : (ids.shape[1] - 1) // UNIT * UNIT + 1]
        self._begin()

    def _begin(self) -> None:
        self._losses = np.full((len(WAYS), self._ids.shape[1] - 1), np.nan)
        self._read, self._ways = 0, 0  # letters that all have read, and how many ways have read the next one
        self._readers = self._made()
        self._known = 0  # letters that the readers have in their memory: fewer after a load

    def _made(self) -> list[RollingLM]:
        p, model = self._params, self._model.parameters
        config = model.config
        rates, sharp = None, 1.0
        if config.positions == "rope" and p.stretch != "none":
            rates = rope_rates(config.d_head, config.rope_base, p.stretch, p.factor, config.context)
            sharp = yarn_sharpness(p.factor) if p.stretch == "yarn" else 1.0
        return [RollingLM(model, TEXTS, window, sinks, rates, sharp)
                for window, sinks in ((None, 0), (p.window, 0), (p.window, p.sinks))]  # fmt: skip

    def done(self) -> bool:
        return bool(self._read >= self._losses.shape[1])

    def step(self, _number: int) -> bool:
        """One letter by one of the readers; True when all have read eight more."""
        at = self._known
        loss = self._readers[self._ways].loss(self._ids[:, at], self._ids[:, at + 1]).mean()
        self._losses[self._ways, at] = loss
        self._ways += 1
        if self._ways < len(WAYS):
            return False
        self._known, self._ways = at + 1, 0
        if self._known <= self._read:
            return False  # read once more, after a load
        self._read = self._known
        return self._read % UNIT == 0

    def retune(self, params: Params) -> None:
        """With another window, or another stretch, the texts are read anew."""
        before, self._params = self._params, params
        if any(getattr(before, name) != getattr(params, name) for name in READING):
            self._begin()

    def shown(self, params: Params) -> MemoryPage:
        config = self._model.config
        read = self._read // UNIT * UNIT
        losses = self._losses.copy()
        losses[:, read:] = np.nan
        half, whole = config.context // 2, config.context  # far: half a trained length past the trained length
        return MemoryPage(params, freeze(losses), read, whole, config.positions, (half, whole), whole + half)

    def save(self) -> dict[str, Any]:
        return {"losses": self._losses.copy(), "read": self._read}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError for texts of another length."""
        losses, read = np.array(saved["losses"], np.float64), int(saved["read"])
        if losses.shape != self._losses.shape or not 0 <= read <= losses.shape[1]:
            raise ValueError(f"state: losses of shape {losses.shape}, {read} read; needs {self._losses.shape}")
        self._begin()
        self._losses, self._read = losses, read

    def text(self, origin: str) -> Artifact:
        """The text that is read, to be sent."""
        return corpus_artifact(self._text, origin)
