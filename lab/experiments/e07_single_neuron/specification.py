"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.text import N_
from lab.experiments.e07_single_neuron.challenges import CHALLENGES
from lab.experiments.e07_single_neuron.gestures import ACTIONS
from lab.experiments.e07_single_neuron.limits import unused
from lab.experiments.e07_single_neuron.metrics import METRICS
from lab.experiments.e07_single_neuron.presets import BREAKS, PRESETS
from lab.experiments.e07_single_neuron.settings import Display, Params
from lab.experiments.e07_single_neuron.simulation import build
from lab.experiments.e07_single_neuron.words import curves, describe
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
    takes=("points",),
    gives=("network", "points"),
    headline=("loss", "norm"),
    metrics=METRICS,
    describe=describe,
    unused=unused,
    unavailable=until_received("data"),
    curves=curves,
    steps_per_second=4.0,
    first_drag=N_("Drag the ring called b: the boundary slides."),
    python_heavy=True,
)
