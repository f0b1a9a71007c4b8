"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.text import N_
from lab.experiments.e04_loss_functions.challenges import CHALLENGES
from lab.experiments.e04_loss_functions.gestures import ACTIONS
from lab.experiments.e04_loss_functions.limits import divergence, limits, unavailable, unused
from lab.experiments.e04_loss_functions.metrics import METRICS
from lab.experiments.e04_loss_functions.presets import BREAKS, PRESETS
from lab.experiments.e04_loss_functions.settings import Display, Params
from lab.experiments.e04_loss_functions.simulation import build
from lab.experiments.e04_loss_functions.words import curves, describe
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
    gives=("loss-surface", "table"),
    headline=("loss",),
    first_drag=N_("Drag one of the two orange dots of the line."),
    metrics=METRICS,
    describe=describe,
    limits=limits,
    unused=unused,
    unavailable=until_received("data", unavailable),
    curves=curves,
    divergence=divergence,
    steps_per_second=30.0,
    python_heavy=True,
)
