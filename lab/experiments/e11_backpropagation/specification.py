"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.metric import Family, Metrics
from lab.core.text import N_
from lab.experiments.e11_backpropagation.challenges import CHALLENGES
from lab.experiments.e11_backpropagation.gestures import ACTIONS
from lab.experiments.e11_backpropagation.presets import BREAKS, PRESETS
from lab.experiments.e11_backpropagation.settings import Display, Params
from lab.experiments.e11_backpropagation.simulation import build

__all__ = ["SPECIFICATION"]

LABELS = {
    "step": N_("step"),
    "round": N_("updates done"),
    "loss": N_("output L"),
    "loss_before": N_("output one round ago"),
    "nodes": N_("nodes"),
    "links": N_("links"),
    "gradients_known": N_("gradients known"),
    "looked_at": N_("looked at"),
    "shut": N_("gates shut"),
    "source_of_trouble": N_("where it became infinite"),
    "paths": N_("paths"),
    "paths_to": N_("paths end at"),
    "path_sum": N_("sum over paths"),
    "path_through": N_("gradient through the end of the paths"),
    "claimed": N_("gradient by the chain rule"),
    "measured": N_("slope by nudging"),
    "measured_32": N_("slope by nudging, float32"),
    "error": N_("error of the check"),
    "error_32": N_("error of the check, float32"),
    "lowest_error": N_("smallest error of the check"),
    "lowest_error_32": N_("smallest error, float32"),
    "best_h": N_("best h"),
    "best_h_32": N_("best h, float32"),
    "blanks": N_("blanks"),
    "blanks_right": N_("blanks filled in rightly"),
    "wrong_rules": N_("wrong rules"),
    "wrong_rules_found": N_("wrong rules found"),
    "right_rules_accused": N_("right rules accused"),
    "rate_used": N_("η of the last update"),
}

SPECIFICATION = Specification(
    params=Params,
    build=build,
    presets=PRESETS,
    challenges=CHALLENGES,
    breaks=BREAKS,
    display=Display,
    actions=ACTIONS,
    granularities=(N_("node"), N_("pass"), N_("round")),
    takes=("network",),
    gives=("loss-surface", "network"),
    headline=("loss",),
    metrics=Metrics(
        Family(
            lambda frame: frame.metrics(),
            lambda frame, name: frame.explain(name),
            labels=LABELS,
            digits={"error": 2, "error_32": 2, "lowest_error": 2, "lowest_error_32": 2},
        )
    ),
    describe=lambda frame: frame.describe(),
    unused=lambda frame: frame.unused(),
    unavailable=lambda frame: frame.unavailable(),
    curves=lambda frame: frame.curves(),
    divergence=lambda frame: frame.divergence,
    steps_per_second=2.0,
    first_drag=N_("Press Step, then drag the leaf called a up and down."),
    python_heavy=True,
)
