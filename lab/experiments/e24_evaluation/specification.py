"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab.core.artifact import Artifact
from lab.core.experiment import Specification
from lab.core.text import N_
from lab.engine.tuning.on_base import is_on_base
from lab.experiments.e24_evaluation.challenges import CHALLENGES
from lab.experiments.e24_evaluation.gestures import ACTIONS
from lab.experiments.e24_evaluation.items import KINDS
from lab.experiments.e24_evaluation.items import refused as refused_network
from lab.experiments.e24_evaluation.metrics import METRICS
from lab.experiments.e24_evaluation.passages import sent_model
from lab.experiments.e24_evaluation.presets import BREAKS, PRESETS
from lab.experiments.e24_evaluation.settings import Params
from lab.experiments.e24_evaluation.simulation import build
from lab.experiments.e24_evaluation.words import curves, describe, hidden, unavailable, unused
from lab.kit.smollm2 import refused_tuned

__all__ = ["SPECIFICATION"]


def suited(artifact: Artifact) -> Mapping[str, Any]:
    """A language model reads, another network is tested."""
    if artifact.kind == "language-model":
        weights = "house" if is_on_base(artifact.data) else "received"  # adapters alone are not rounded
        return {"topic": "perplexity", "reader": "received", "weights": weights, "data": "drawn"}
    return {"topic": "threshold", "data": "received", "reader": "house", "weights": "house"}


def refused(artifact: Artifact) -> str:
    """Why what is being sent cannot be used here, in words; "" where it can."""
    if artifact.kind != "language-model":
        return refused_network(artifact)
    if is_on_base(artifact.data):
        return refused_tuned(artifact)
    try:
        sent_model((artifact,))
    except ValueError as error:
        return str(error)
    return ""


SPECIFICATION = Specification(
    params=Params,
    build=build,
    presets=PRESETS,
    challenges=CHALLENGES,
    breaks=BREAKS,
    actions=ACTIONS,
    takes=(*KINDS, "language-model"),
    suited=suited,
    refuses=refused,
    metrics=METRICS,
    describe=describe,
    unused=unused,
    hidden=hidden,
    unavailable=unavailable,
    curves=curves,
    steps_per_second=20.0,
    first_drag=N_("Drag the line in the picture: the four numbers and both dots move together."),
)
