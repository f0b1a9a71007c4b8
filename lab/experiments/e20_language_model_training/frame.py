"""What is shown of one step: the page of the open stage."""

from __future__ import annotations

from typing import Any

from lab.core.records import dataclass
from lab.experiments.e20_language_model_training.settings import Params

__all__ = ["TrainingFrame"]


@dataclass(frozen=True, slots=True, eq=False)
class TrainingFrame:
    """One step. page: a frozen value of the open stage.  received: whether another experiment has sent a model.
    pack: whether SmolLM2 is on this computer."""

    step: int
    params: Params
    page: Any
    received: bool
    pack: bool
