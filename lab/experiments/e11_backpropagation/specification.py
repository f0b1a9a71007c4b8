"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.text import N_
from lab.experiments.e11_backpropagation.challenges import CHALLENGES
from lab.experiments.e11_backpropagation.gestures import ACTIONS
from lab.experiments.e11_backpropagation.limits import divergence, unused
from lab.experiments.e11_backpropagation.metrics import METRICS
from lab.experiments.e11_backpropagation.presets import BREAKS, PRESETS
from lab.experiments.e11_backpropagation.settings import Display, Params
from lab.experiments.e11_backpropagation.simulation import build
from lab.experiments.e11_backpropagation.words import curves, describe
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
    granularities=(N_("node"), N_("pass"), N_("round")),
    takes=("network",),
    gives=("loss-surface", "network"),
    headline=("loss",),
    metrics=METRICS,
    describe=describe,
    unused=unused,
    unavailable=until_received("graph"),
    curves=curves,
    divergence=divergence,
    random=False,
    steps_per_second=2.0,
    first_drag=N_("Press Step, then drag the leaf called a up and down."),
    python_heavy=True,
)
