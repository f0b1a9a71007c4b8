"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.metric import Family, Metrics
from lab.core.text import N_
from lab.experiments.e05_gradient_descent.challenges import CHALLENGES
from lab.experiments.e05_gradient_descent.gestures import Follow, Place
from lab.experiments.e05_gradient_descent.presets import BREAKS, PRESETS
from lab.experiments.e05_gradient_descent.settings import OPTIMIZER_NAMES, Display, Params
from lab.experiments.e05_gradient_descent.simulation import build

__all__ = ["SPECIFICATION"]

LABELS = {
    "step": N_("step"),
    "x": N_("weight x"),
    "y": N_("weight y"),
    "loss": N_("loss"),
    "gradient_norm": N_("gradient norm ‖∇L‖"),
    "gradient_x": N_("slope along x"),
    "gradient_y": N_("slope along y"),
    "step_length": N_("length of the last step ‖Δ‖"),
    "step_x": N_("last step along x"),
    "step_y": N_("last step along y"),
    "next_x": N_("next x"),
    "next_y": N_("next y"),
    "learning_rate": N_("η now"),
    "velocity_x": N_("velocity along x"),
    "velocity_y": N_("velocity along y"),
    "root_v_x": N_("√v along x"),
    "root_v_y": N_("√v along y"),
    "distance": N_("distance to the nearest minimum"),
    "distance_share": N_("distance left, of that at the start"),
    "distance_factor": N_("distance left by the last step"),
    "lowest": N_("lowest possible loss"),
    "limit": N_("largest stable η"),
    "condition": N_("condition number"),
    "table_slope": N_("slope in the table's units"),
    "table_intercept": N_("intercept in the table's units"),
}
"""What each read-out is called; those of one ball carry its name as well."""

OF_EACH_BALL = ("x", "y", "loss", "gradient_norm", "step_length", "next_x", "next_y", "distance")
DIGITS = {
    "loss": 4,
    "distance_share": 4,
    "distance_factor": 3,
    "gradient_norm": 3,
    "step_length": 3,
    "condition": 3,
}


def _labels() -> dict[str, str]:
    labels = dict(LABELS)
    for optimizer, name in OPTIMIZER_NAMES.items():
        labels |= {f"{metric}_{optimizer}": f"{LABELS[metric]} · {name}" for metric in OF_EACH_BALL}
    return labels


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
    metrics=Metrics(
        Family(lambda frame: frame.metrics(), lambda frame, name: frame.explain(name), labels=_labels(), digits=DIGITS)
    ),
    describe=lambda frame: frame.describe(),
    limits=lambda frame: frame.limits(),
    unused=lambda frame: frame.unused(),
    unavailable=lambda frame: frame.unavailable(),
    curves=lambda frame: frame.curves(),
    divergence=lambda frame: frame.divergence,
    steps_per_second=4.0,
    python_heavy=True,
)
