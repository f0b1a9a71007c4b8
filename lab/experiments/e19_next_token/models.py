"""The model that the controls ask for."""

from __future__ import annotations

from collections.abc import Sequence

from lab.core.artifact import Artifact
from lab.engine.lm.exchange import lm_from_data
from lab.engine.lm.file import SavedLM
from lab.experiments.e19_next_token.settings import CHECKPOINTS, Params
from lab.kit.exchange import latest, newest
from lab.kit.language_models import CountModel, HouseModel, LanguageModel, house_lm
from lab.kit.smollm2 import tuned_in

__all__ = ["ORDERS", "checkpoint_model", "open_model", "saved_model", "sent_tuned"]

ORDERS = {"unigram": 1, "bigram": 2, "trigram": 3, "fourgram": 4, "fivegram": 5}


def checkpoint_model(step: str) -> HouseModel:
    """The small model as it was after so many steps."""
    small = house_lm("drafter")
    return HouseModel(small, None if step == CHECKPOINTS[-1] else small.checkpoints[int(step)])


def saved_model(params: Params, artifacts: Sequence[Artifact]) -> SavedLM | None:
    """The model as it is sent to other experiments; None for one that is no transformer of the lab, as a tuned SmolLM2.

    Raises ParamError when it was never received, ValueError when what was received is none.
    """
    match params.model:
        case "house":
            return house_lm("main")
        case "small":
            small = house_lm("drafter")
            return SavedLM(checkpoint_model(params.checkpoint).parameters, small.tokenizer, small.info)
        case "received":
            artifact = newest(artifacts, "language-model", "model")
            return None if tuned_in(artifact) is not None else lm_from_data(artifact.data)
    return None


def sent_tuned(params: Params, artifacts: Sequence[Artifact]) -> Artifact | None:
    """SmolLM2 with adapters, where it was sent and is to be used."""
    artifact = latest(artifacts, "language-model") if params.model == "received" else None
    return artifact if tuned_in(artifact) is not None else None


def open_model(params: Params, artifacts: Sequence[Artifact]) -> LanguageModel | None:
    """None for SmolLM2, tuned or not, which takes a while. Raises as `saved_model` does, ValueError for a model without
    a mask."""
    if params.model in ORDERS:
        return CountModel(ORDERS[params.model])
    saved = saved_model(params, artifacts)
    return None if saved is None else HouseModel(saved)
