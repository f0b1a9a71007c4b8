"""What SmolLM2 answered to the tasks of experiment 22 with no, two, four and eight examples before each question:
measured once by build/measure_smollm2.py and stored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.paths import asset
from lab.core.text import N_
from lab.kit.arrays import freeze

__all__ = ["EXERCISES", "answered", "stored_prompts"]

EXERCISES = {
    "sentiment": N_("Reviews"),
    "swap": N_("Swap two words"),
    "invented": N_("Invented labels"),
    "capitals": N_("Capitals"),
}
"""The tasks that were measured."""


@cache
def stored_prompts() -> Mapping[str, Any]:
    """What was measured, by task: `answers` and `right`, [30][4] by question and number of examples."""
    found: dict[str, Any] = json.loads(asset("data/measured_smollm2.json").read_text("utf-8"))["prompts"]
    return found


@cache
def answered(task: str) -> NDArray[np.bool_]:
    """Whether each answer to a task is right, [30, 4]."""
    return freeze(np.array(stored_prompts()[task]["right"], np.bool_))
