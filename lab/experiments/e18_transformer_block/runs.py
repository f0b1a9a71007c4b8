"""The two runs that take many passes: one part after another switched off, and one place after another patched."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Generator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np

from lab.core.paths import asset
from lab.engine.inside.bench import Bench
from lab.engine.inside.patching import Patching
from lab.engine.transformer.edits import Edits
from lab.experiments.e18_transformer_block.frame import PartsPage, PatchPage
from lab.experiments.e18_transformer_block.settings import PARTS, Params
from lab.experiments.e18_transformer_block.texts import Tokenized, named
from lab.kit.arrays import read_only

__all__ = ["Parts", "PatchMap", "trained_without"]

MEASURED = {
    "": "none", "residual": "no residual", "norm": "no norm", "feed-forward": "no feed-forward",
    "positions": "no positions", "mask": "no mask", "scale": "no scale",
}  # fmt: skip


@lru_cache(maxsize=1)
def trained_without() -> Mapping[str, float]:
    """The surprise of small models that learned without a part from the start, by part; "" has all.

    Measured by build/measure_language.py: 2 layers of 64, 2,500 steps each.
    """
    found = json.loads(asset("data/measured_language.json").read_text("utf-8"))["ablations"]
    return MappingProxyType({part: float(found[name]["held_out"]) for part, name in MEASURED.items()})


class Parts:
    """One part after another is switched off in the trained model, and the held-out text is read again.

    judging: what measures the surprise with something changed.  unseen: whether the model did not learn from the text.
    """

    def __init__(self, judging: Callable[[Edits], Generator[float, None, float]], unseen: bool) -> None:
        self._judging, self._unseen = judging, unseen
        self._losses: list[float] = []
        self._work: Generator[float, None, float] | None = None

    def done(self) -> bool:
        """Whether all parts are measured."""
        return len(self._losses) > len(PARTS)

    def step(self) -> bool:
        """One layer of a pass; whether a measurement is complete."""
        if self._work is None:
            off = frozenset(tuple(PARTS)[len(self._losses) - 1 : len(self._losses)]) if self._losses else frozenset()
            self._work = self._judging(Edits(off))
        try:
            with np.errstate(over="ignore", invalid="ignore"):  # without norms a deep stream grows beyond all bounds
                next(self._work)
        except StopIteration as end:
            self._work = None
            self._losses.append(float(end.value))
            return True
        return False

    def shown(self, _params: Params) -> PartsPage:
        """What is measured so far."""
        found = [*self._losses, *[math.nan] * (1 + len(PARTS) - len(self._losses))]
        losses = MappingProxyType(dict(zip(PARTS, found[1:], strict=True)))
        return PartsPage(found[0], losses, trained_without(), self._unseen)

    def save(self) -> Any:
        """The measurements."""
        return list(self._losses)

    def load(self, state: Any) -> None:
        """Go back to saved measurements. Raises ValueError for too many."""
        found = [float(loss) for loss in state]
        if len(found) > 1 + len(PARTS):
            raise ValueError(f"state: {len(found)} losses, needs at most {1 + len(PARTS)}")
        self._losses, self._work = found, None


class PatchMap:
    """Numbers of the first text's stream are put into the other text, one place after another, from the last on."""

    def __init__(self, model: Tokenized, bench: Bench, trial: Patching) -> None:
        self._bench, self._model, self._trial = bench, model, trial
        self._restored = np.full((self._bench.sizes.n_layers + 1, len(self._trial.clean.ids)), np.nan)
        self._work: Generator[float, None, float] | None = None

    @property
    def _tried(self) -> int:
        return int(np.isfinite(self._restored).sum())

    def done(self) -> bool:
        """Whether all places are tried, or nothing could be restored."""
        return self._tried == self._restored.size or not self._trial.differs

    def step(self) -> bool:
        """One layer of a pass; whether a place is tried."""
        k, back = divmod(self._tried, self._restored.shape[1])
        t = self._restored.shape[1] - 1 - back
        if self._work is None:
            self._work = self._trial.stream(self._bench, k, t)
        try:
            next(self._work)
        except StopIteration as end:
            self._work, self._restored[k, t] = None, end.value
            return True
        return False

    def shown(self, params: Params) -> PatchPage:
        """What is tried so far."""
        streams, length = self._restored.shape
        one, two = (named(self._model, tuple(seen.ids.tolist())) for seen in (self._trial.clean, self._trial.other))
        first, second = (named(self._model, (token,))[0] for token in self._trial.answers)
        lit = min(params.layer, streams - 1), min(params.token or length, length) - 1
        return PatchPage(one, two, (first, second), self._trial.leads, read_only(self._restored), self._tried, lit)

    def save(self) -> Any:
        """The map so far."""
        return np.array(self._restored)

    def load(self, state: Any) -> None:
        """Go back to a saved map. Raises ValueError when it has another size."""
        found = np.array(state, np.float64)
        if found.shape != self._restored.shape:
            raise ValueError(f"state: a map of {found.shape}, needs {self._restored.shape}")
        self._restored, self._work = found, None
