"""What is shown of one line of the loop: the variables, the batch, how far the run has come, and every number
about it. A frame never changes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.arithmetic import Term
from lab.core.metric import Value
from lab.core.simulation import Curve, Divergence, Limit
from lab.core.text import _
from lab.experiments.e06_training_loop.arithmetic import explain_metric
from lab.experiments.e06_training_loop.loop import Memory
from lab.experiments.e06_training_loop.notes import divergence_of, limits_of, unused_of
from lab.experiments.e06_training_loop.samples import Samples
from lab.experiments.e06_training_loop.settings import Params
from lab.experiments.e06_training_loop.words import described

__all__ = ["Crash", "LoopFrame", "Progress"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Crash:
    """The card at which Python gave up, and what it printed."""

    card: str
    text: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come. passes: times through the inner loop.  good: of these, the last ones in a
    row whose update used the gradient of its own batch.  loss_sum, dealt: of the samples of this epoch so
    far, and how many they are.  lowest, waited: the lowest loss of an epoch, and epochs since then, for the plateau."""

    passes: int = 0
    epochs: int = 0
    seen: int = 0
    good: int = 0
    loss_sum: float = 0.0
    dealt: int = 0
    epoch_loss: float | None = None
    lowest: float = math.inf
    waited: int = 0

    def out(self) -> dict[str, Any]:
        """As plain values; no lowest loss yet is None, for files know no infinity."""
        values = asdict(self)
        return values | {"lowest": self.lowest if math.isfinite(self.lowest) else None}

    @staticmethod
    def of(values: Mapping[str, Any]) -> Progress:
        """The inverse of `out`."""
        lowest = values["lowest"]
        return Progress(**{**values, "lowest": math.inf if lowest is None else lowest})


@dataclass(frozen=True, slots=True, eq=False)
class LoopFrame:
    """One step. card: the line that has just run.  order: the cards, from the next batch on.  left:
    samples of this epoch that are still to come.  rate: η now.  updates: [N, 7] pass, batch loss, ‖g‖, w,
    b, loss on all samples, samples seen.  epochs: [E, 4] pass, epoch loss, loss on all samples, step.
    deck: how many samples this epoch has.  resting: between two epochs, or before the first."""

    step: int
    params: Params
    samples: Samples
    memory: Memory
    progress: Progress
    card: str
    order: tuple[str, ...]
    left: int
    rate: float
    updates: Array
    epochs: Array
    stopped: str
    crash: Crash | None
    lost: str
    received: bool
    deck: int
    resting: bool

    @property
    def batches_per_epoch(self) -> int:
        """How many batches an epoch has, the last one perhaps smaller."""
        return -(-self.samples.n // self.params.batch_size)

    @property
    def epoch_now(self) -> int:
        """The epoch we are in, counted from 1; 0 before the first."""
        return self.progress.epochs + (0 if self.resting else 1)

    @property
    def whole_loss(self) -> float:
        """The loss of the present line on all samples."""
        return self.samples.loss(self.memory.w, self.memory.b)

    def spread(self, column: int) -> float | None:
        """The standard deviation of w (3) or b (4) over the second half of the run; None for fewer than
        20 rows."""
        half = self.updates[len(self.updates) // 2 :, column]
        if len(half) < 20:
            return None
        with np.errstate(all="ignore"):
            return float(np.std(half))

    def metrics(self) -> dict[str, Value]:
        """Every number on screen."""
        m, progress, samples = self.memory, self.progress, self.samples
        whole, move = self.whole_loss, m.move
        return {
            "step": self.step,
            "iteration": progress.passes,
            "epoch": progress.epochs,
            "samples_seen": progress.seen,
            "batch_rows": 0 if m.rows is None else int(m.rows.size),
            "batches_per_epoch": self.batches_per_epoch,
            "loss": m.loss,
            "epoch_loss": progress.epoch_loss,
            "loss_all": whole,
            "best_loss": samples.best_loss,
            "loss_ratio": whole / samples.best_loss if samples.best_loss > 0 else None,
            "gradient_w": m.gw,
            "gradient_b": m.gb,
            "gradient_norm": m.gradient_norm,
            "batches_in_gradient": m.batches,
            "learning_rate": self.rate,
            "old_w": move.w if move else None,
            "old_b": move.b if move else None,
            "delta_w": m.w - move.w if move else None,
            "delta_b": m.b - move.b if move else None,
            "w": m.w,
            "b": m.b,
            "best_w": samples.best_w,
            "best_b": samples.best_b,
            "w_spread": self.spread(3),
            "b_spread": self.spread(4),
            "highest_loss": float(np.max(self.updates[-100:, 5])) if len(self.updates) else None,
            "good_passes": progress.good,
            "stopped": self.stopped,
            "error": self.crash.text if self.crash else None,
        }

    def explain(self, name: str) -> Term | None:
        """The arithmetic of a read-out, from the very numbers that were used."""
        return explain_metric(self, name)

    def describe(self) -> str:
        """The state in one or two sentences."""
        return described(self)

    def limits(self) -> dict[str, Limit]:
        """Where the learning rate becomes too large, and how far the batch slider reaches."""
        return limits_of(self)

    def unused(self) -> dict[str, str]:
        """The controls without effect now, and why."""
        return unused_of(self)

    def unavailable(self) -> dict[str, tuple[str, ...]]:
        """The choices that cannot be taken now."""
        return {} if self.received else {"data": ("received",)}

    @property
    def divergence(self) -> Divergence | None:
        """What became infinite, if anything did."""
        return divergence_of(self)

    def curves(self) -> tuple[Curve, ...]:
        """The chart as data."""
        passes, x = self.updates[:, 0], _("update")
        return (
            Curve(_("batch loss"), x, _("loss"), passes, self.updates[:, 1]),
            Curve(_("epoch loss"), x, _("loss"), self.epochs[:, 0], self.epochs[:, 1]),
            Curve("‖g‖", x, "‖g‖", passes, self.updates[:, 2]),
            Curve("w", x, "w", passes, self.updates[:, 3]),
            Curve("b", x, "b", passes, self.updates[:, 4]),
        )
