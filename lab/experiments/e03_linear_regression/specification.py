"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.text import N_
from lab.experiments.e03_linear_regression.challenges import CHALLENGES
from lab.experiments.e03_linear_regression.gestures import ACTIONS
from lab.experiments.e03_linear_regression.limits import divergence, limits, unavailable, unused
from lab.experiments.e03_linear_regression.metrics import METRICS
from lab.experiments.e03_linear_regression.presets import BREAKS, PRESETS
from lab.experiments.e03_linear_regression.settings import Display, Params
from lab.experiments.e03_linear_regression.simulation import build
from lab.experiments.e03_linear_regression.words import curves, describe
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
    gives=("table", "loss-surface"),
    headline=("rmse", "best_rmse"),
    metrics=METRICS,
    describe=describe,
    limits=limits,
    unused=unused,
    unavailable=until_received("data", unavailable),
    curves=curves,
    divergence=divergence,
    steps_per_second=8.0,
    first_drag=N_("Drag one end of the orange line."),
    python_heavy=True,
)
