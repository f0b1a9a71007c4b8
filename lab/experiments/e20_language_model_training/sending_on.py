"""How a model that has learned is sent on."""

from __future__ import annotations

import numpy as np

from lab.core.artifact import Artifact
from lab.core.text import _
from lab.engine.lm.exchange import lm_to_data
from lab.engine.lm.file import SavedLM
from lab.engine.lm.parameters import Parameters
from lab.engine.text.tokenizer import Tokenizer

__all__ = ["as_artifact"]


def as_artifact(parameters: Parameters, tokenizer: Tokenizer, title: str) -> Artifact:
    """A model, to be sent."""
    saved = SavedLM(parameters.copy(np.float32), tokenizer, {})
    return Artifact("language-model", title, lm_to_data(saved), _("Training language models"))
