"""How far a run has come, why it stops, and how the learning rate decays: both are looked at once an epoch."""

from __future__ import annotations

from functools import lru_cache

from lab.core.records import dataclass
from lab.engine.basics.schedules import Constant, Cosine, Linear, Schedule, StepDecay
from lab.experiments.e06_training_loop.settings import Params

__all__ = ["Crash", "Progress", "decay_factor", "stop_reason"]


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
    lowest: float | None = None
    waited: int = 0


def stop_reason(params: Params, progress: Progress) -> str:
    """Why the loop stops at the end of this epoch: "target", "plateau", "epochs"; "" when it goes on."""
    if progress.epoch_loss is None or params.stop == "nan":
        return ""
    if params.stop == "target" and progress.epoch_loss <= params.target:
        return "target"
    if params.stop == "plateau" and progress.waited >= params.patience:
        return "plateau"
    return "epochs" if progress.epochs >= params.epochs else ""


def decay_factor(params: Params, epoch: int) -> float:
    """What η is multiplied by in an epoch, counted from 0."""
    return _schedule(params.decay, params.epochs)(epoch)


@lru_cache(maxsize=16)
def _schedule(name: str, epochs: int) -> Schedule:
    match name:
        case "step":
            return StepDecay(10, 0.5)
        case "cosine":
            return Cosine(epochs)
        case "linear":
            return Linear(epochs)
    return Constant()
