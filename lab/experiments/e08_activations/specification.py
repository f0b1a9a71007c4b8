"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.text import N_
from lab.experiments.e08_activations.challenges import CHALLENGES
from lab.experiments.e08_activations.limits import divergence, hidden, limits, unused
from lab.experiments.e08_activations.metrics import METRICS
from lab.experiments.e08_activations.presets import BREAKS, PRESETS
from lab.experiments.e08_activations.settings import Display, Params
from lab.experiments.e08_activations.simulation import build
from lab.experiments.e08_activations.words import curves, describe
from lab.kit.exchange import until_received

__all__ = ["SPECIFICATION"]

SPECIFICATION = Specification(
    params=Params,
    build=build,
    presets=PRESETS,
    challenges=CHALLENGES,
    breaks=BREAKS,
    display=Display,
    takes=("distribution",),
    gives=("distribution",),
    headline=("loss", "gradient_norm"),
    metrics=METRICS,
    describe=describe,
    limits=limits,
    unused=unused,
    hidden=hidden,
    unavailable=until_received("source"),
    curves=curves,
    divergence=divergence,
    steps_per_second=4.0,
    first_drag=N_("Drag the ball along the curve."),
    python_heavy=True,
)
