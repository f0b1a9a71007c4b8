"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab.core.artifact import Artifact
from lab.core.experiment import Specification
from lab.core.text import N_
from lab.experiments.e15_embeddings.challenges import CHALLENGES
from lab.experiments.e15_embeddings.frame import EmbeddingFrame
from lab.experiments.e15_embeddings.gestures import ACTIONS
from lab.experiments.e15_embeddings.limits import divergence, hidden
from lab.experiments.e15_embeddings.metrics import METRICS
from lab.experiments.e15_embeddings.presets import BREAKS, PRESETS
from lab.experiments.e15_embeddings.settings import Params
from lab.experiments.e15_embeddings.simulation import build
from lab.experiments.e15_embeddings.tables import KINDS
from lab.experiments.e15_embeddings.words import curves, describe
from lab.kit.exchange import until_received
from lab.kit.smollm2 import refused_adapters

__all__ = ["SPECIFICATION"]


def _suited(artifact: Artifact) -> Mapping[str, Any]:
    """Tokens are learned from, vectors are put on the map; the other page stays as it is."""
    if artifact.kind == "tokenizer":
        return {"topic": "learn", "pieces": "received", "source": "glove"}
    return {"topic": "map", "source": "received", "pieces": "words"}


def _no_tokenizer(frame: EmbeddingFrame) -> dict[str, tuple[str, ...]]:
    return {} if frame.tokenizer else {"pieces": ("received",)}


SPECIFICATION = Specification(
    params=Params,
    build=build,
    presets=PRESETS,
    challenges=CHALLENGES,
    breaks=BREAKS,
    actions=ACTIONS,
    takes=(*KINDS, "tokenizer"),
    refuses=refused_adapters,
    gives=("embedding", "points"),
    suited=_suited,
    headline=("cosine",),
    metrics=METRICS,
    describe=describe,
    hidden=hidden,
    unavailable=until_received("source", _no_tokenizer),
    curves=curves,
    divergence=divergence,
    steps_per_second=60.0,
    first_drag=N_("Press Run. Then take a word by its ring and drag it away: what pulls it back?"),
)
