"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.text import N_
from lab.experiments.e09_decision_boundaries.challenges import CHALLENGES
from lab.experiments.e09_decision_boundaries.gestures import ACTIONS
from lab.experiments.e09_decision_boundaries.limits import divergence, unavailable, unused
from lab.experiments.e09_decision_boundaries.metrics import METRICS
from lab.experiments.e09_decision_boundaries.presets import BREAKS, PRESETS
from lab.experiments.e09_decision_boundaries.settings import Display, Params
from lab.experiments.e09_decision_boundaries.simulation import build
from lab.experiments.e09_decision_boundaries.words import curves, describe
from lab.kit.exchange import other_inputs, until_received

__all__ = ["SPECIFICATION"]

SPECIFICATION = Specification(
    params=Params,
    build=build,
    presets=PRESETS,
    challenges=CHALLENGES,
    breaks=BREAKS,
    display=Display,
    actions=ACTIONS,
    granularities=("batch", "epoch"),
    takes=("points", "network", "table"),
    gives=("network", "points", "loss-surface"),
    refuses=other_inputs(2),
    headline=("loss_seen", "accuracy_test"),
    metrics=METRICS,
    describe=describe,
    unused=unused,
    unavailable=until_received("data", unavailable),
    curves=curves,
    divergence=divergence,
    steps_per_second=100.0,
    first_drag=N_("Drag across the canvas: you are painting points."),
)
