"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.text import N_
from lab.experiments.e14_convolution_recurrence.challenges import CHALLENGES
from lab.experiments.e14_convolution_recurrence.gestures import ACTIONS
from lab.experiments.e14_convolution_recurrence.limits import divergence, hidden, limits, unused
from lab.experiments.e14_convolution_recurrence.metrics import METRICS
from lab.experiments.e14_convolution_recurrence.presets import BREAKS, PRESETS
from lab.experiments.e14_convolution_recurrence.settings import Params
from lab.experiments.e14_convolution_recurrence.simulation import build
from lab.experiments.e14_convolution_recurrence.words import curves, describe
from lab.kit.exchange import until_received

__all__ = ["SPECIFICATION"]

SPECIFICATION = Specification(
    params=Params,
    build=build,
    presets=PRESETS,
    challenges=CHALLENGES,
    breaks=BREAKS,
    actions=ACTIONS,
    takes=("corpus",),
    gives=("network", "picture-network", "corpus"),
    suited=lambda artifact: {"topic": "names", "source": "received"},
    headline=("result",),
    metrics=METRICS,
    describe=describe,
    limits=limits,
    unused=unused,
    hidden=hidden,
    unavailable=until_received("source"),
    curves=curves,
    divergence=divergence,
    steps_per_second=20.0,
    first_drag=N_("Drag the kernel along the signal, or drag a number up and down."),
)
