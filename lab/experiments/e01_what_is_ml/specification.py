"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.text import N_
from lab.experiments.e01_what_is_ml.challenges import CHALLENGES
from lab.experiments.e01_what_is_ml.gestures import ACTIONS
from lab.experiments.e01_what_is_ml.metrics import METRICS
from lab.experiments.e01_what_is_ml.presets import BREAKS, PRESETS
from lab.experiments.e01_what_is_ml.settings import Display, Params
from lab.experiments.e01_what_is_ml.simulation import build
from lab.experiments.e01_what_is_ml.words import curves, describe, unused

__all__ = ["SPECIFICATION"]

SPECIFICATION = Specification(
    params=Params,
    build=build,
    presets=PRESETS,
    challenges=CHALLENGES,
    breaks=BREAKS,
    display=Display,
    actions=ACTIONS,
    gives=("table",),
    headline=("mse",),
    metrics=METRICS,
    describe=describe,
    unused=unused,
    curves=curves,
    steps_per_second=8.0,
    first_drag=N_("Drag one of the two orange dots."),
    python_heavy=True,
)
