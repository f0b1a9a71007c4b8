"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.text import N_
from lab.experiments.e20_language_model_training.challenges import CHALLENGES
from lab.experiments.e20_language_model_training.house import refused
from lab.experiments.e20_language_model_training.metrics import METRICS
from lab.experiments.e20_language_model_training.presets import BREAKS, PRESETS
from lab.experiments.e20_language_model_training.settings import Params
from lab.experiments.e20_language_model_training.simulation import build
from lab.experiments.e20_language_model_training.words import (
    curves,
    describe,
    divergence,
    hidden,
    unavailable,
    unused,
)

__all__ = ["SPECIFICATION"]

SPECIFICATION = Specification(
    params=Params,
    build=build,
    presets=PRESETS,
    challenges=CHALLENGES,
    breaks=BREAKS,
    takes=("language-model",),
    gives=("language-model",),
    suited=lambda artifact: {"stage": "supervised", "source": "received"},
    refuses=refused,
    headline=("loss",),
    metrics=METRICS,
    describe=describe,
    unused=unused,
    hidden=hidden,
    unavailable=unavailable,
    divergence=divergence,
    curves=curves,
    steps_per_second=20.0,
    first_drag=N_("Drag the dashed line in the plan of the learning rate: it is where the warm-up ends."),
)
