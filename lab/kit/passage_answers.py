"""What SmolLM2 answered to the questions about the library, with nothing before a question and with passages: measured
once by build/measure_smollm2.py and stored, and what makes an answer right."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.paths import asset
from lab.core.text import N_
from lab.engine.pretrained.passages import load_answers, load_questions
from lab.kit.arrays import freeze

__all__ = ["WAYS", "is_right", "judged", "stored", "stored_right"]

WAYS = {
    "none": N_("Nothing"),
    "first": N_("Ranked first"),
    "right": N_("The right one"),
    "three": N_("Best three"),
}
"""What stands before a question."""


@cache
def stored() -> Mapping[str, Any]:
    """What was measured for the lessons."""
    found: dict[str, Any] = json.loads(asset("data/measured_smollm2.json").read_text("utf-8"))["retrieval"]
    return found


@cache
def stored_right() -> NDArray[np.bool_]:
    """Whether each stored answer is right, [60, 4]: by question, and by what stood before it."""
    return judged(stored()["answers"])


def judged(answers: Sequence[Sequence[str]]) -> NDArray[np.bool_]:
    """Whether each answer is right, [n, 4]; answers: to the first n questions."""
    key, asked = load_answers(), load_questions()
    right = np.zeros((len(answers), len(WAYS)), np.bool_)
    for number, row in enumerate(answers):
        right[number] = [is_right(text, key[asked[number].text]) for text in row]
    return freeze(right)


def is_right(answer: str, accepted: Sequence[str]) -> bool:
    """Whether one of the accepted texts, in small letters, stands in an answer."""
    return any(text in answer.lower() for text in accepted)
