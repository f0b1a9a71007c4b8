"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.text import N_
from lab.experiments.e02_feature_scaling.challenges import CHALLENGES
from lab.experiments.e02_feature_scaling.gestures import ACTIONS
from lab.experiments.e02_feature_scaling.metrics import METRICS
from lab.experiments.e02_feature_scaling.presets import BREAKS, PRESETS
from lab.experiments.e02_feature_scaling.settings import Display, Params
from lab.experiments.e02_feature_scaling.simulation import build
from lab.experiments.e02_feature_scaling.words import curves, describe, unavailable, unused
from lab.kit.exchange import until_received

__all__ = ["SPECIFICATION"]

SPECIFICATION = Specification(
    params=Params,
    build=build,
    presets=PRESETS,
    challenges=CHALLENGES,
    breaks=BREAKS,
    display=Display,
    actions=ACTIONS,
    takes=("table",),
    gives=("table",),
    headline=("loss_raw", "loss_scaled"),
    first_drag=N_("Drag the orange ball: both races start from there."),
    metrics=METRICS,
    describe=describe,
    unused=unused,
    unavailable=until_received("data", unavailable),
    curves=curves,
    steps_per_second=8.0,
)
