"""Opening the models that come with the lab, and those that were typed in or received."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.params import ParamError
from lab.core.paths import asset
from lab.core.text import _
from lab.engine.lm.exchange import lm_from_data
from lab.engine.text.ngram_next import NGramNext, fit_ngram_next
from lab.engine.text.tokenizer import CharTokenizer
from lab.engine.tuning.on_base import OnBase
from lab.experiments.e21_decoding.models import BundledModel, FixedModel, LanguageModel, NGramModel
from lab.experiments.e21_decoding.settings import Params, weights_of
from lab.kit.exchange import outcome_names
from lab.kit.language_models import house_lm, readable
from lab.kit.smollm2 import refused_tuned, tuned_in

__all__ = ["TAKEN", "bundled", "ngram_counts", "open_model", "refused", "sent", "sent_tuned"]

TAKEN = ("distribution", "language-model")
"""What can be sent here."""

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
    """The model that the controls ask for; None for SmolLM2, tuned or not, which takes a while: see `lab.kit.smollm2`.

    Raises ParamError when what is to be used was never received, ValueError when it does not fit.
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
            return _received(sent(artifacts))
        case _:
            return None


def sent(artifacts: Sequence[Artifact]) -> Artifact | None:
    """What was sent last; None where nothing was."""
    return next((artifact for artifact in reversed(artifacts) if artifact.kind in TAKEN), None)


def refused(artifact: Artifact) -> str:
    """Why what is being sent cannot be used here, in words; "" where it can."""
    try:
        return refused_tuned(artifact) if _received(artifact) is None else ""
    except ValueError as error:
        return str(error)


def sent_tuned(params: Params, artifacts: Sequence[Artifact]) -> OnBase | None:
    """The adapters of SmolLM2 that were sent and are to be used; None where none are."""
    return tuned_in(sent(artifacts)) if params.model == "received" else None


def _received(artifact: Artifact | None) -> LanguageModel | None:
    """None for SmolLM2 with adapters."""
    if artifact is None:
        text = _("nothing was received yet: send a distribution or a language model here from another experiment")
        raise ParamError("model", text)
    if artifact.kind == "distribution":
        return _fixed(artifact.data)
    if tuned_in(artifact) is not None:
        return None
    return BundledModel(readable(lm_from_data(artifact.data)))


def _fixed(data: Mapping[str, Any]) -> FixedModel:
    """Raises ValueError for what is no distribution."""
    values = np.asarray(data.get("probabilities", ()), np.float64)
    if values.ndim != 1 or not len(values) >= 2 or not np.isfinite(values).all() or values.min() < 0:
        raise ValueError(_("The distribution lacks “{key}”.").format(key="probabilities"))
    if not values.sum() > 0:
        raise ValueError(_("Probabilities are numbers of at least 0, and not all of them 0."))
    return FixedModel(values / values.sum(), outcome_names(data.get("labels"), len(values), 24))
