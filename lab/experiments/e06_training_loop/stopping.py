"""When the loop stops, and how the learning rate fades: both are looked at once an epoch."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from lab.engine.basics.schedules import Constant, Cosine, Linear, Schedule, StepDecay

if TYPE_CHECKING:
    from lab.experiments.e06_training_loop.frame import Progress
    from lab.experiments.e06_training_loop.settings import Params

__all__ = ["decay_factor", "stop_reason"]


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
