"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.artifact import Artifact
from lab.core.experiment import Specification
from lab.core.text import N_
from lab.engine.text.exchange import read_corpus
from lab.experiments.e23_retrieval_agents.challenges import CHALLENGES
from lab.experiments.e23_retrieval_agents.gestures import ACTIONS
from lab.experiments.e23_retrieval_agents.metrics import METRICS
from lab.experiments.e23_retrieval_agents.presets import BREAKS, PRESETS
from lab.experiments.e23_retrieval_agents.reading import lacking
from lab.experiments.e23_retrieval_agents.settings import Params
from lab.experiments.e23_retrieval_agents.simulation import build
from lab.experiments.e23_retrieval_agents.words import curves, describe, hidden, unavailable, unused

__all__ = ["SPECIFICATION"]


def refused(artifact: Artifact) -> str:
    """Why what is being sent cannot be read here, in words; "" where it can."""
    try:
        if artifact.kind == "embedding":
            return lacking(artifact)
        read_corpus(artifact.data)
    except ValueError as error:
        return str(error)
    return ""


def suited(artifact: Artifact) -> dict[str, object]:
    """The setting in which what was sent is used at once."""
    if artifact.kind == "embedding":
        return {"document": "rules", "view": "search", "method": "vectors", "encoder": "received"}
    return {"document": "received", "encoder": "minilm"}


SPECIFICATION = Specification(
    params=Params,
    build=build,
    presets=PRESETS,
    challenges=CHALLENGES,
    breaks=BREAKS,
    actions=ACTIONS,
    takes=("corpus", "embedding"),
    gives=("corpus", "table"),
    suited=suited,
    refuses=refused,
    headline=(),
    metrics=METRICS,
    describe=describe,
    hidden=hidden,
    unused=unused,
    unavailable=unavailable,
    curves=curves,
    steps_per_second=2.0,
    first_drag=N_("Drag one of the cuts through an answer."),
)
