"""Opening the models that come with the lab, and those that were typed in or received."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.paths import asset
from lab.core.text import _
from lab.engine.lm.exchange import lm_from_data
from lab.engine.text.ngram_next import NGramNext, fit_ngram_next
from lab.engine.text.tokenizer import CharTokenizer
from lab.experiments.e21_decoding.models import BundledModel, FixedModel, LanguageModel, NGramModel, ReceivedModel
from lab.experiments.e21_decoding.settings import Params, weights_of
from lab.kit.exchange import newest, outcome_names
from lab.kit.language_models import house_lm

__all__ = ["KINDS", "bundled", "ngram_counts", "open_model", "received_model", "refused"]

KINDS = ("distribution", "language-model")  # what can be sent here
ORDER, SMOOTHING = 5, 0.01
HELD_OUT = 0.1  # of the text, at its end: what the models were not trained on
MOST_LABELS = 64


def bundled(name: str = "main") -> BundledModel:
    """A bundled model with a cache of its own."""
    return BundledModel(house_lm(name))


@cache
def ngram_counts(order: int = ORDER) -> NGramNext:
    """The n-gram model of the same text that the bundled models were trained on."""
    text = asset("data/shakespeare.txt").read_text(encoding="utf-8")
    tokenizer = house_lm("main").tokenizer
    assert isinstance(tokenizer, CharTokenizer)
    ids = tokenizer.encode_array(text[: round(len(text) * (1 - HELD_OUT))])
    return fit_ngram_next(ids, order, tokenizer.size, SMOOTHING)


def open_model(params: Params, artifacts: Sequence[Artifact]) -> LanguageModel | None:
    """The model that the controls ask for; None for SmolLM2, which takes a while: see `lab.kit.smollm2`.

    Raises ParamError when what is to be used was never received, ValueError when it cannot be.
    """
    match params.model:
        case "house":
            return bundled()
        case "fivegram":
            return NGramModel(ngram_counts(), bundled())
        case "own":
            weights = weights_of(params.weights)
            return FixedModel(weights, [chr(ord("A") + i) for i in range(len(weights))])
        case "received":
            sent = next((each for each in reversed(artifacts) if each.kind in KINDS), None)
            if sent is not None and sent.kind == "language-model":
                return received_model(sent)
            return _received(newest(artifacts, "distribution", "model").data)
        case _:
            return None


def received_model(sent: Artifact) -> ReceivedModel:
    """A language model that was sent. Raises ValueError for one that cannot write."""
    model = lm_from_data(sent.data)
    if not model.config.causal:
        raise ValueError(_("This model cannot be read token by token: it has no mask."))
    return ReceivedModel(model)


def refused(artifact: Artifact) -> str:
    """Why what is being sent cannot be used here, in words; "" where it can."""
    if artifact.kind == "language-model":
        try:
            received_model(artifact)
        except ValueError as error:
            return str(error)
    return ""


def _received(data: Mapping[str, Any]) -> FixedModel:
    """Raises ValueError for what is no distribution."""
    values = np.asarray(data.get("probabilities", ()), np.float64)
    if values.ndim != 1 or not len(values) >= 2 or not np.isfinite(values).all() or values.min() < 0:
        raise ValueError(_("The distribution lacks “{key}”.").format(key="probabilities"))
    if not values.sum() > 0:
        raise ValueError(_("Probabilities are numbers of at least 0, and not all of them 0."))
    return FixedModel(values / values.sum(), outcome_names(data.get("labels"), len(values), 24))
