"""The stages there are, in the order of training."""

from __future__ import annotations

from typing import Any

from lab.experiments.e20_language_model_training.compare_facts import COMPARE
from lab.experiments.e20_language_model_training.credit_facts import CREDIT
from lab.experiments.e20_language_model_training.distil_facts import DISTIL
from lab.experiments.e20_language_model_training.lora_facts import LORA
from lab.experiments.e20_language_model_training.preferences_facts import PREFERENCES
from lab.experiments.e20_language_model_training.pretrain_facts import PRETRAIN
from lab.experiments.e20_language_model_training.reward_facts import REWARD
from lab.experiments.e20_language_model_training.stage import StageKind
from lab.experiments.e20_language_model_training.supervised_facts import SUPERVISED

__all__ = ["STAGES", "kind_of"]

STAGES: dict[str, StageKind] = {
    kind.name: kind for kind in (PRETRAIN, SUPERVISED, LORA, REWARD, CREDIT, PREFERENCES, COMPARE, DISTIL)
}


def kind_of(page: Any) -> StageKind:
    """The kind of stage that a page is of. Raises ValueError when it is of none."""
    for kind in STAGES.values():
        if isinstance(page, kind.page):
            return kind
    raise ValueError(f"there is no stage with a page of kind {type(page).__name__}")
