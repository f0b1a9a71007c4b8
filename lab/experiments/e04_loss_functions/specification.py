"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.metric import Family, Metrics
from lab.core.text import N_
from lab.experiments.e04_loss_functions.challenges import CHALLENGES
from lab.experiments.e04_loss_functions.frame import LISTED
from lab.experiments.e04_loss_functions.gestures import ACTIONS
from lab.experiments.e04_loss_functions.presets import BREAKS, PRESETS
from lab.experiments.e04_loss_functions.settings import Display, Params
from lab.experiments.e04_loss_functions.simulation import build

__all__ = ["SPECIFICATION"]

LABELS = {
    "step": N_("step"),
    "slope": N_("slope w"),
    "intercept": N_("intercept b"),
    "n": N_("points"),
    "learning_rate": N_("η now"),
    "loss": N_("loss"),
    "gradient_w": N_("slope of the loss along w"),
    "gradient_b": N_("slope of the loss along b"),
    "next_slope": N_("next w"),
    "next_intercept": N_("next b"),
    "limit": N_("largest stable η"),
    "best_slope": N_("slope of the best line"),
    "best_intercept": N_("intercept of the best line"),
    "best_loss": N_("least possible loss"),
    "owner": N_("point that owns most"),
    "owner_share": N_("share of the largest owner"),
    "typical_miss": N_("root of the loss, in y's unit"),
    "evaluations": N_("evaluations bought"),
    "lowest_found": N_("lowest loss found"),
}
OF_EACH_POINT = {
    "residual": N_("residual of point"),
    "loss": N_("loss of point"),
    "share": N_("share of point"),
    "gradient": N_("slope ∂L/∂ŷ of point"),
}


def _labels() -> dict[str, str]:
    labels = dict(LABELS)
    for name, words in OF_EACH_POINT.items():
        labels |= {f"{name}_{i}": f"{words} {i}" for i in range(1, LISTED + 1)}
    return labels


def _digits() -> dict[str, int]:
    digits = dict.fromkeys(("loss", "best_slope", "best_intercept", "best_loss", "limit", "typical_miss"), 3)
    of_each = {f"{name}_{i}": 2 for name in ("share", "gradient") for i in range(1, LISTED + 1)}
    return digits | of_each | {"owner_share": 2}


SPECIFICATION = Specification(
    params=Params,
    build=build,
    presets=PRESETS,
    challenges=CHALLENGES,
    breaks=BREAKS,
    display=Display,
    actions=ACTIONS,
    takes=("table",),
    gives=("loss-surface", "table"),
    headline=("loss",),
    first_drag=N_("Drag one of the two orange dots of the line."),
    metrics=Metrics(
        Family(
            lambda frame: frame.metrics(), lambda frame, name: frame.explain(name), labels=_labels(), digits=_digits()
        )
    ),
    describe=lambda frame: frame.describe(),
    limits=lambda frame: frame.limits(),
    unused=lambda frame: frame.unused(),
    unavailable=lambda frame: frame.unavailable(),
    curves=lambda frame: frame.curves(),
    divergence=lambda frame: frame.divergence,
    steps_per_second=30.0,
    python_heavy=True,
)
