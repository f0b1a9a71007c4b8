"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.text import N_
from lab.experiments.e05_gradient_descent.challenges import CHALLENGES
from lab.experiments.e05_gradient_descent.gestures import Follow, Place
from lab.experiments.e05_gradient_descent.limits import divergence, limits, suited, unused
from lab.experiments.e05_gradient_descent.metrics import METRICS
from lab.experiments.e05_gradient_descent.presets import BREAKS, PRESETS
from lab.experiments.e05_gradient_descent.settings import Display, Params
from lab.experiments.e05_gradient_descent.simulation import build
from lab.experiments.e05_gradient_descent.words import curves, describe
from lab.kit.exchange import until_received

__all__ = ["SPECIFICATION"]

SPECIFICATION = Specification(
    params=Params,
    build=build,
    presets=PRESETS,
    challenges=CHALLENGES,
    breaks=BREAKS,
    display=Display,
    actions=(Place, Follow),
    takes=("loss-surface",),
    gives=("loss-surface",),
    headline=("loss", "gradient_norm"),
    first_drag=N_("Drag the ring called “start” to another place on the map."),
    metrics=METRICS,
    describe=describe,
    limits=limits,
    unused=unused,
    unavailable=until_received("surface"),
    curves=curves,
    divergence=divergence,
    suited=suited,
    steps_per_second=4.0,
    python_heavy=True,
)
