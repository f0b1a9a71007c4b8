"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from typing import Any

from lab.core.artifact import Artifact
from lab.core.experiment import Specification
from lab.core.text import N_
from lab.experiments.e12_overfitting.challenges import CHALLENGES
from lab.experiments.e12_overfitting.gestures import ACTIONS
from lab.experiments.e12_overfitting.metrics import METRICS
from lab.experiments.e12_overfitting.presets import BREAKS, PRESETS
from lab.experiments.e12_overfitting.settings import Display, Params
from lab.experiments.e12_overfitting.simulation import build
from lab.experiments.e12_overfitting.words import curves, describe, hidden, limits, unavailable, unused
from lab.kit.exchange import other_inputs

__all__ = ["SPECIFICATION"]


def suited(artifact: Artifact) -> dict[str, Any]:
    """A table becomes the points of the curve; points in classes, and networks, go to the four networks."""
    return {"task": "curve" if artifact.kind == "table" else "net"}


SPECIFICATION = Specification(
    params=Params,
    build=build,
    presets=PRESETS,
    challenges=CHALLENGES,
    breaks=BREAKS,
    display=Display,
    actions=ACTIONS,
    takes=("table", "points", "network"),
    gives=("table", "points", "network"),
    suited=suited,
    refuses=other_inputs(2),
    metrics=METRICS,
    headline=("held_error", "seen_error"),
    describe=describe,
    limits=limits,
    unused=unused,
    hidden=hidden,
    unavailable=unavailable,
    curves=curves,
    steps_per_second=8.0,
    first_drag=N_("Drag the line called “degree” on the error curve."),
    python_heavy=True,
)
