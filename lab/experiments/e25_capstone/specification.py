"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab.core.artifact import Artifact
from lab.core.experiment import Specification
from lab.core.params import ParamError
from lab.core.text import N_, _
from lab.engine.lm.exchange import lm_from_data
from lab.experiments.e25_capstone.challenges import CHALLENGES
from lab.experiments.e25_capstone.gestures import ACTIONS
from lab.experiments.e25_capstone.metrics import METRICS
from lab.experiments.e25_capstone.presets import BREAKS, PRESETS
from lab.experiments.e25_capstone.settings import Params, check_size
from lab.experiments.e25_capstone.simulation import build
from lab.experiments.e25_capstone.texts import LEAST
from lab.experiments.e25_capstone.words import curves, describe, divergence, hidden, unavailable, unused
from lab.kit.smollm2 import refused_adapters

__all__ = ["SPECIFICATION"]


def _suited(artifact: Artifact) -> Mapping[str, Any]:
    """A text is learned from, a tokenizer cuts the text, a model goes on learning; the other two stay as they are."""
    own = {"corpus": "shakespeare", "tokens": "folded", "start": "fresh", "page": "train"}
    return own | {{"corpus": "corpus", "tokenizer": "tokens", "language-model": "start"}[artifact.kind]: "received"}


def _refuses(artifact: Artifact) -> str:
    """Why a text is too short, adapters are no model, or a model cannot go on learning; "" for all else."""
    if why := refused_adapters(artifact):
        return why
    if artifact.kind == "language-model":
        return _too_much(artifact)
    text = artifact.data.get("text")
    if artifact.kind != "corpus" or not isinstance(text, str) or len(text) >= LEAST:
        return ""
    return _("It needs a text of at least {least} characters, and this one has {n}.").format(least=LEAST, n=len(text))


def _too_much(artifact: Artifact) -> str:
    try:
        check_size(lm_from_data(artifact.data).config, "start")
    except ParamError as error:
        return error.message
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
    takes=("corpus", "tokenizer", "language-model"),
    gives=("language-model", "corpus"),
    suited=_suited,
    refuses=_refuses,
    headline=("result",),
    metrics=METRICS,
    describe=describe,
    unused=unused,
    hidden=hidden,
    unavailable=unavailable,
    curves=curves,
    divergence=divergence,
    steps_per_second=200.0,
    portable=True,
    first_drag=N_("Press Run, and read what it writes."),
)
