"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.text import N_
from lab.experiments.e06_training_loop.challenges import CHALLENGES
from lab.experiments.e06_training_loop.gestures import ACTIONS
from lab.experiments.e06_training_loop.limits import divergence, limits, unused
from lab.experiments.e06_training_loop.metrics import METRICS
from lab.experiments.e06_training_loop.presets import BREAKS, PRESETS
from lab.experiments.e06_training_loop.settings import Display, Params
from lab.experiments.e06_training_loop.simulation import build
from lab.experiments.e06_training_loop.words import curves, describe
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
    granularities=(N_("sub-step"), N_("batch"), N_("epoch")),
    takes=("table",),
    gives=("table",),
    headline=(),
    metrics=METRICS,
    describe=describe,
    limits=limits,
    unused=unused,
    unavailable=until_received("data"),
    curves=curves,
    divergence=divergence,
    steps_per_second=100.0,
    first_drag=N_("Drag a card of the loop to another place."),
    python_heavy=True,
)
