"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.text import N_
from lab.experiments.e22_context_window.challenges import CHALLENGES
from lab.experiments.e22_context_window.metrics import METRICS
from lab.experiments.e22_context_window.models import refused
from lab.experiments.e22_context_window.presets import BREAKS, PRESETS
from lab.experiments.e22_context_window.settings import Params
from lab.experiments.e22_context_window.simulation import build
from lab.experiments.e22_context_window.words import curves, describe, hidden, limits, unavailable, unused

__all__ = ["SPECIFICATION"]


SPECIFICATION = Specification(
    params=Params,
    build=build,
    presets=PRESETS,
    challenges=CHALLENGES,
    breaks=BREAKS,
    takes=("language-model", "corpus"),
    gives=("language-model", "corpus"),
    suited=lambda artifact: {"topic": "memory", "source": "received"},
    refuses=refused,
    headline=(),
    metrics=METRICS,
    describe=describe,
    limits=limits,
    unused=unused,
    hidden=hidden,
    unavailable=unavailable,
    curves=curves,
    steps_per_second=20.0,
    first_drag=N_("Drag the bar between the two handles: the score does not move."),
)
