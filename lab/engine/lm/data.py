"""Text as a language model is fed with it: windows cut at random for training, one after the other for judging.
The target of every token is the token after it, so a window of n tokens is n lessons at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.lm.fast import FastLM
from lab.engine.lm.parameters import Parameters

__all__ = ["Windows", "consecutive_windows", "held_out_loss", "split_held_out"]

Ids = NDArray[np.integer[Any]]
JUDGED_AT_ONCE = 32  # windows


@dataclass(frozen=True)
class Windows:
    """A text from which windows are drawn at random, each start as likely as any other.

    ids: [N] the text; context: tokens in a window.
    Raises ValueError when the text is not longer than one window.
    """

    ids: Ids
    context: int

    def __post_init__(self) -> None:
        if self.ids.ndim != 1 or len(self.ids) <= self.context:
            raise ValueError(f"ids must be one text longer than the context {self.context}, got {self.ids.shape}")

    def sample(self, rng: np.random.Generator, batch: int) -> tuple[Ids, Ids]:
        """`batch` windows and their targets: two of [batch, context]."""
        starts = rng.integers(0, len(self.ids) - self.context, batch)
        places = starts[:, None] + np.arange(self.context)  # [B, T]
        return self.ids[places], self.ids[places + 1]


def split_held_out(ids: Ids, share: float = 0.1) -> tuple[Ids, Ids]:
    """The text to learn from and the last `share` of it, held out.

    Raises ValueError unless 0 < share < 1.
    """
    if not 0.0 < share < 1.0:
        raise ValueError(f"share must be between 0 and 1, got {share}")
    cut = int(len(ids) * (1.0 - share))
    return ids[:cut], ids[cut:]


def consecutive_windows(ids: Ids, context: int) -> tuple[Ids, Ids]:
    """The whole text in windows side by side, and their targets: two of [N, context]; a rest is left out.

    Raises ValueError when the text is not longer than one window.
    """
    n = (len(ids) - 1) // context
    if n < 1:
        raise ValueError(f"ids must be longer than the context {context}, got {len(ids)}")
    return ids[: n * context].reshape(n, context), ids[1 : n * context + 1].reshape(n, context)


def held_out_loss(parameters: Parameters, ids: Ids, context: int | None = None) -> float:
    """The mean loss in nats per token over consecutive windows; the first tokens of a window know little before.

    context: tokens in a window; None takes the whole context of the model.
    Raises ValueError when the text is not longer than one window.
    """
    windows, targets = consecutive_windows(ids, context or parameters.config.context)
    total, workers = 0.0, {}
    for start in range(0, len(windows), JUDGED_AT_ONCE):
        part = slice(start, start + JUDGED_AT_ONCE)
        n = len(windows[part])
        if n not in workers:
            workers[n] = FastLM(parameters, n, windows.shape[1])
        total += float(workers[n].losses(windows[part], targets[part]).sum(dtype=np.float64))
    return total / windows.size
