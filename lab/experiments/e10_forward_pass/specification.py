"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.text import N_
from lab.experiments.e10_forward_pass.challenges import CHALLENGES
from lab.experiments.e10_forward_pass.gestures import ACTIONS
from lab.experiments.e10_forward_pass.limits import hidden, limits, unused
from lab.experiments.e10_forward_pass.metrics import METRICS
from lab.experiments.e10_forward_pass.presets import BREAKS, PRESETS
from lab.experiments.e10_forward_pass.settings import Display, Params
from lab.experiments.e10_forward_pass.simulation import build
from lab.experiments.e10_forward_pass.words import curves, describe
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
    granularities=(N_("neuron"), N_("layer"), N_("all")),
    takes=("network",),
    gives=("network",),
    metrics=METRICS,
    describe=describe,
    limits=limits,
    unused=unused,
    hidden=hidden,
    unavailable=until_received("net"),
    curves=curves,
    steps_per_second=2.0,
    first_drag=N_("Drag an input up or down: every number behind it follows."),
)
