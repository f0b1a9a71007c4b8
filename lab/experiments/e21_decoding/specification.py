"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.text import N_
from lab.experiments.e21_decoding.challenges import CHALLENGES
from lab.experiments.e21_decoding.gestures import ACTIONS
from lab.experiments.e21_decoding.metrics import METRICS
from lab.experiments.e21_decoding.opening import TAKEN, refused
from lab.experiments.e21_decoding.presets import BREAKS, PRESETS
from lab.experiments.e21_decoding.settings import Display, Params
from lab.experiments.e21_decoding.simulation import build
from lab.experiments.e21_decoding.words import curves, describe, divergence, hidden, unavailable, unused

__all__ = ["SPECIFICATION"]

SPECIFICATION = Specification(
    params=Params,
    build=build,
    presets=PRESETS,
    challenges=CHALLENGES,
    breaks=BREAKS,
    display=Display,
    actions=ACTIONS,
    takes=TAKEN,
    gives=("distribution",),
    refuses=refused,
    headline=("kept", "mean_surprisal"),
    metrics=METRICS,
    describe=describe,
    unused=unused,
    hidden=hidden,
    unavailable=unavailable,
    curves=curves,
    divergence=divergence,
    steps_per_second=12.0,
    first_drag=N_("Press a bar to choose the next token yourself."),
    python_heavy=True,
)
