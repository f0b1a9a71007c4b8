"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.text import N_
from lab.experiments.e19_next_token.challenges import CHALLENGES
from lab.experiments.e19_next_token.gestures import ACTIONS
from lab.experiments.e19_next_token.metrics import METRICS
from lab.experiments.e19_next_token.presets import BREAKS, PRESETS
from lab.experiments.e19_next_token.settings import Display, Params
from lab.experiments.e19_next_token.simulation import build
from lab.experiments.e19_next_token.words import curves, describe, hidden, suited, unavailable, unused
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
    takes=("corpus", "language-model"),
    gives=("corpus", "language-model"),
    suited=suited,
    refuses=refused_tuned,
    headline=("entropy", "mean_surprisal"),
    metrics=METRICS,
    describe=describe,
    unused=unused,
    hidden=hidden,
    unavailable=unavailable,
    curves=curves,
    steps_per_second=8.0,
    first_drag=N_("Press a bar to write that letter yourself."),
    python_heavy=True,
)
