"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.metric import Family, Metrics
from lab.core.text import N_
from lab.experiments.e09_decision_boundaries.challenges import CHALLENGES
from lab.experiments.e09_decision_boundaries.gestures import ACTIONS
from lab.experiments.e09_decision_boundaries.presets import BREAKS, PRESETS
from lab.experiments.e09_decision_boundaries.settings import Display, Params
from lab.experiments.e09_decision_boundaries.simulation import build

__all__ = ["SPECIFICATION"]

LABELS = {
    "step": N_("step"),
    "epoch": N_("epoch"),
    "points": N_("points"),
    "hidden_points": N_("points hidden for the test"),
    "parameters": N_("parameters"),
    "units": N_("hidden units"),
    "layers": N_("hidden layers"),
    "classes": N_("classes"),
    "batch": N_("points in a step"),
    "dead": N_("dead units"),
    "twins": N_("twin units"),
    "pixels": N_("pixels along a side"),
    "ball_x": N_("x₁ of the ball"),
    "ball_y": N_("x₂ of the ball"),
    "loss_seen": N_("loss, seen"),
    "loss_test": N_("loss, test"),
    "accuracy_seen": N_("accuracy, seen"),
    "accuracy_test": N_("accuracy, test"),
    "right_seen": N_("right, seen"),
    "right_test": N_("right, test"),
    "count_seen": N_("points judged, seen"),
    "count_test": N_("points judged, test"),
    "p_a": N_("belief in class A at the ball"),
    "p_b": N_("belief in class B at the ball"),
    "p_c": N_("belief in class C at the ball"),
    "p_d": N_("belief in class D at the ball"),
    "z": N_("sum z at the ball"),
}

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
    headline=("loss_seen", "accuracy_test"),
    metrics=Metrics(
        Family(
            lambda frame: frame.metrics(),
            lambda frame, name: frame.explain(name),
            labels=LABELS,
            digits={"loss_seen": 3, "loss_test": 3, "accuracy_seen": 3, "accuracy_test": 3, "epoch": 4, "p_b": 3},
        )
    ),
    describe=lambda frame: frame.describe(),
    unused=lambda frame: frame.unused(),
    unavailable=lambda frame: frame.unavailable(),
    curves=lambda frame: frame.curves(),
    divergence=lambda frame: frame.divergence,
    steps_per_second=100.0,
    first_drag=N_("Drag across the canvas: you are painting points."),
)
