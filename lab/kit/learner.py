"""A model of the lab's own engine that learns: its weights, AdamW's two moments, and what finds the gradients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.engine.lm.fast import FastLM, Outcome
from lab.engine.lm.optimizer import AdamWState, adamw_step, clip_gradients
from lab.engine.lm.parameters import Parameters

__all__ = ["BETAS", "CLIP", "Judge", "Learner"]

Floats = NDArray[np.floating[Any]]
Ids = NDArray[np.integer[Any]]
BETAS = (0.9, 0.99)
CLIP = 1.0  # the longest a gradient may be


class Learner:
    """Weights that are trained, a step in pieces. `loss` is that of the last batch, `length` of its gradient; `seen`
    the gradient of each watched weight after clipping. watch: their places in the flat vector."""

    def __init__(self, parameters: Parameters, batch: int, length: int, watch: Ids | None = None) -> None:
        self.parameters = parameters
        self.state = AdamWState.zeros(parameters)
        self.fast = FastLM(parameters, batch, length)
        self.loss, self.length = float("nan"), float("nan")
        self._watch = np.zeros(0, np.intp) if watch is None else watch
        self.seen: Floats = np.full(len(self._watch), np.nan)

    def learning(
        self, ids: Ids, targets: Ids, rate: float, decay: float, weights: Floats | None = None
    ) -> Iterator[None]:
        """One step of AdamW in pieces; nothing changes before the last of them. ids, targets, weights: [B, T]."""
        yield from self.fast.pieces(ids, targets, None, weights)
        self._update(rate, decay)

    def learning_of(self, ids: Ids, outcome: Outcome, rate: float, decay: float) -> Iterator[None]:
        """The same for any loss of the scores; outcome: as in `FastLM.pieces_of`."""
        yield from self.fast.pieces_of(ids, outcome)
        self._update(rate, decay)

    def _update(self, rate: float, decay: float) -> None:
        self.loss = self.fast.loss
        self.length = clip_gradients(self.fast.gradients, CLIP)
        self.seen = self.fast.gradients.flat[self._watch].astype(np.float64)
        adamw_step(self.parameters, self.fast.gradients, self.state, rate, *BETAS, weight_decay=decay)

    @property
    def finite(self) -> bool:
        """Whether all weights are numbers."""
        return bool(np.isfinite(self.parameters.flat).all())

    def save(self) -> dict[str, Any]:
        return {
            "weights": self.parameters.flat.copy(),
            "mean": self.state.mean.copy(),
            "square": self.state.square.copy(),
            "updates": self.state.step,
            "loss": self.loss,
            "length": self.length,
            "seen": self.seen.copy(),
        }

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError for weights of another model."""
        for kind, into in (("weights", self.parameters.flat), ("mean", self.state.mean), ("square", self.state.square)):
            flat = np.asarray(saved[kind], np.float32)
            if flat.shape != into.shape:
                raise ValueError(f"state: {kind} of shape {flat.shape}, needs {into.shape}")
            into[...] = flat
        self.state.step = int(saved["updates"])
        self.loss, self.length = float(saved["loss"]), float(saved["length"])
        seen = np.array(saved["seen"], np.float64)
        if seen.shape != self.seen.shape:
            raise ValueError(f"state: seen of shape {seen.shape}, needs {self.seen.shape}")
        self.seen = seen


class Judge:
    """The loss of a model on texts that it does not learn, in pieces. ids: [N, T + 1]."""

    def __init__(self, parameters: Parameters, ids: Ids, at_once: int = 4) -> None:
        """Raises ValueError unless the texts come in groups of `at_once`."""
        if len(ids) % at_once:
            raise ValueError(f"ids: {len(ids)} texts, needs a multiple of {at_once}")
        self._ids, self._at_once = ids, at_once
        self._fast = FastLM(parameters, at_once, ids.shape[1] - 1)
        self.loss = float("nan")

    def judging(self) -> Iterator[None]:
        """Read all texts, some at a time; the mean loss is then in `loss`."""
        total = 0.0
        for at in range(0, len(self._ids), self._at_once):
            part = self._ids[at : at + self._at_once]
            total += float(self._fast.losses(part[:, :-1], part[:, 1:]).sum(dtype=np.float64))
            yield
        self.loss = total / (self._ids.size - len(self._ids))

    def now(self) -> float:
        """The loss at once."""
        for _piece in self.judging():
            pass
        return self.loss
