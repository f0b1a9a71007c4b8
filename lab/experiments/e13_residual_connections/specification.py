"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.text import N_
from lab.experiments.e13_residual_connections.challenges import CHALLENGES
from lab.experiments.e13_residual_connections.gestures import ACTIONS
from lab.experiments.e13_residual_connections.limits import divergence, hidden, limits, unused
from lab.experiments.e13_residual_connections.metrics import METRICS
from lab.experiments.e13_residual_connections.presets import BREAKS, PRESETS
from lab.experiments.e13_residual_connections.settings import Params
from lab.experiments.e13_residual_connections.simulation import build
from lab.experiments.e13_residual_connections.words import curves, describe
from lab.kit.exchange import until_received

__all__ = ["SPECIFICATION"]

SPECIFICATION = Specification(
    params=Params,
    build=build,
    presets=PRESETS,
    challenges=CHALLENGES,
    breaks=BREAKS,
    actions=ACTIONS,
    takes=("network",),
    gives=("loss-surface",),
    suited=lambda artifact: {"topic": "stack", "source": "received"},
    headline=("loss",),
    metrics=METRICS,
    describe=describe,
    limits=limits,
    unused=unused,
    hidden=hidden,
    unavailable=until_received("source"),
    curves=curves,
    divergence=divergence,
    steps_per_second=20.0,
    first_drag=N_("Press on the arcs above the blocks, or drag along them: each is a skip."),
)
