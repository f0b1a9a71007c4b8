"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.metric import Family, Metrics
from lab.core.text import N_
from lab.experiments.e01_what_is_ml.challenges import CHALLENGES
from lab.experiments.e01_what_is_ml.gestures import ACTIONS
from lab.experiments.e01_what_is_ml.presets import BREAKS, PRESETS
from lab.experiments.e01_what_is_ml.settings import Display, Params
from lab.experiments.e01_what_is_ml.simulation import build

__all__ = ["SPECIFICATION"]

LABELS = {
    "step": N_("step"),
    "slope": N_("slope w"),
    "intercept": N_("intercept b"),
    "mse": N_("error"),
    "best_mse": N_("best possible seen error"),
    "best_slope": N_("best slope"),
    "best_intercept": N_("best intercept"),
    "ratio": N_("error, in best possible errors"),
    "my_slope": N_("slope of the locked line"),
    "my_intercept": N_("intercept of the locked line"),
    "my_mse": N_("seen error of the locked line"),
    "new_mse": N_("new error"),
    "ask_x": N_("x of the question"),
    "guess": N_("your guess"),
    "line_answer": N_("the line's answer to the question"),
    "truth": N_("the true answer"),
    "guess_miss": N_("how far your guess was off"),
    "line_miss": N_("how far the line was off"),
    "rule_mse": N_("error of the rule on seen points"),
    "rule_new_mse": N_("error of the rule on new points"),
    "line_closer": N_("new points on which the line is closer"),
    "rule_closer": N_("new points on which the rule is closer"),
    "n_seen": N_("seen points"),
    "n_new": N_("new points"),
    "model_bytes": N_("bytes of the whole model"),
    "x_mean": N_("mean of the seen x"),
    "x_spread": N_("typical spread of the seen x"),
    "scaled_slope": N_("slope in typical spreads of x"),
    "level": N_("height of the line at the mean x"),
}
DIGITS = {"mse": 3, "best_mse": 3, "new_mse": 3, "my_mse": 3, "rule_mse": 3, "rule_new_mse": 3, "ratio": 3}

SPECIFICATION = Specification(
    params=Params,
    build=build,
    presets=PRESETS,
    challenges=CHALLENGES,
    breaks=BREAKS,
    display=Display,
    actions=ACTIONS,
    gives=("table",),
    headline=("mse",),
    metrics=Metrics(
        Family(
            lambda frame: frame.metrics(),
            lambda frame, name: frame.explain(name),
            labels=LABELS | {f"miss_{i}": N_("miss of point") + f" {i}" for i in range(1, 61)},
            digits=DIGITS,
        )
    ),
    describe=lambda frame: frame.describe(),
    unused=lambda frame: frame.unused(),
    curves=lambda frame: frame.curves(),
    steps_per_second=8.0,
    first_drag=N_("Drag one of the two orange dots."),
    python_heavy=True,
)
