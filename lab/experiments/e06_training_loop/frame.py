"""What is shown of one line of the loop: the variables, the batch, and how far the run has come."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.experiments.e06_training_loop.loop import Memory
from lab.experiments.e06_training_loop.progress import Crash, Progress
from lab.experiments.e06_training_loop.samples import Samples
from lab.experiments.e06_training_loop.settings import Params

__all__ = ["LoopFrame"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LoopFrame:
    """One step. card: the line that has just run.  order: the cards, from the next batch on.  rate: η now.
    updates: [N, 7] pass, batch loss, ‖g‖, w, b, loss on all samples, samples seen.  epochs: [E, 4] pass, epoch
    loss, loss on all samples, step.  nonfinite: the first of loss, gradient, w and b that was not finite.  fetched:
    samples of this epoch so far.  between_epochs: also before the first.  random_start: where the random numbers of
    the first epoch begin; None in files from before it was written down."""

    step: int
    params: Params
    samples: Samples
    memory: Memory
    progress: Progress
    card: str
    order: tuple[str, ...]
    rate: float
    updates: Array
    epochs: Array
    stopped: str
    crash: Crash | None
    nonfinite: str
    received: bool
    fetched: int
    between_epochs: bool
    random_start: Mapping[str, Any] | None = None

    @property
    def batches_per_epoch(self) -> int:
        """How many batches an epoch has, the last one perhaps smaller."""
        return -(-self.samples.n // self.params.batch_size)

    @property
    def epoch_now(self) -> int:
        """The epoch we are in, counted from 1; 0 before the first."""
        return self.progress.epochs + (0 if self.between_epochs else 1)

    @cached_property
    def whole_loss(self) -> float:
        """The loss of the present line on all samples."""
        return self.samples.loss(self.memory.w, self.memory.b)

    def spread(self, column: int) -> float | None:
        """The standard deviation of w (3) or b (4) over the second half of the run; None for fewer than 20 rows."""
        half = self.updates[len(self.updates) // 2 :, column]
        if len(half) < 20:
            return None
        with np.errstate(all="ignore"):
            return float(np.std(half))

    @property
    def loss_ratio(self) -> float | None:
        """The same in best possible losses; None where a line can go through all samples."""
        return self.whole_loss / self.samples.best_loss if self.samples.best_loss > 0 else None

    @property
    def highest_loss(self) -> float | None:
        """The highest loss on all samples in the last 100 updates."""
        return float(np.max(self.updates[-100:, 5])) if len(self.updates) else None
