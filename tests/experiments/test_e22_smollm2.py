"""What the lesson says of SmolLM2, whose pack no test has: its figures were measured by build/measure_smollm2.py."""

from __future__ import annotations

import json
import re
from typing import Any

from lab.catalog import find
from lab.core.lesson import lesson_path
from lab.core.paths import asset, assets
from lab.experiments.e22_context_window.cache import BITS
from lab.experiments.e22_context_window.cache_llama import TOKENS

MEASURED: dict[str, Any] = json.loads(asset("data/measured_smollm2.json").read_text("utf-8"))
LESSON = (assets() / "lessons/en" / lesson_path(find("context-window")).name).read_text("utf-8")


def said(words: str) -> list[str]:
    """The numbers of the one sentence of the lesson that begins so."""
    found = [" ".join(part.split()) for part in re.split(r"(?<=[.:?])\s", " ".join(LESSON.split()))]
    sentences = [sentence for sentence in found if sentence.startswith(words)]
    assert len(sentences) == 1, (words, sentences)
    return re.findall(r"\d+(?:\.\d+)?", sentences[0].removesuffix("."))


def test_a_cache_in_few_bits_changes_the_choices_that_the_lesson_says() -> None:
    cache = MEASURED["cache"]
    same = dict(zip(BITS, cache["same"], strict=True))
    assert said("In 8 bits its first choice") == ["8", f"{100 * same[8]:.0f}", "100", "4", f"{100 * same[4]:.0f}"]
    assert said("The largest number of a key") == [f"{MEASURED['keys']['spread']:.0f}"]
    assert cache["tokens"] == TOKENS and cache["errors"] == sorted(cache["errors"])
