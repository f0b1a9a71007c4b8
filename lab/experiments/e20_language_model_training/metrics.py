"""Every number on screen. Each stage has its own; all have a loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lab.core.metric import Metric, Metrics
from lab.core.text import N_
from lab.experiments.e20_language_model_training.frame import TrainingFrame
from lab.experiments.e20_language_model_training.stage import StageKind
from lab.experiments.e20_language_model_training.stages import STAGES
from lab.kit.metrics import of_part

__all__ = ["METRICS"]


def _open(kind: StageKind) -> Callable[[TrainingFrame], Any]:
    """The open page, if it is of this kind."""
    return lambda frame: frame.page if isinstance(frame.page, kind.page) else None


METRICS: Metrics[TrainingFrame] = Metrics(
    Metric("step", N_("step"), lambda frame: frame.step),
    *(of_part(_open(kind), *kind.metrics) for kind in STAGES.values()),
)
