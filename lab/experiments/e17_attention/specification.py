"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.text import N_
from lab.experiments.e17_attention.challenges import CHALLENGES
from lab.experiments.e17_attention.gestures import ACTIONS
from lab.experiments.e17_attention.metrics import METRICS
from lab.experiments.e17_attention.presets import BREAKS, PRESETS
from lab.experiments.e17_attention.settings import Display, Params
from lab.experiments.e17_attention.simulation import build
from lab.experiments.e17_attention.words import curves, describe, limits, unavailable, unused
from lab.kit.smollm2 import refused_tuned

__all__ = ["SPECIFICATION"]

SPECIFICATION = Specification(
    params=Params,
    build=build,
    presets=PRESETS,
    challenges=CHALLENGES,
    breaks=BREAKS,
    display=Display,
    actions=ACTIONS,
    takes=("language-model",),
    refuses=refused_tuned,
    gives=("distribution", "language-model"),
    headline=(),
    metrics=METRICS,
    describe=describe,
    limits=limits,
    unused=unused,
    unavailable=unavailable,
    curves=curves,
    steps_per_second=1.0,
    first_drag=N_("Drag the query of “it”: its weights follow."),
    python_heavy=True,
)
