"""What the lesson says of SmolLM2, whose pack no test has: its figures were measured by build/measure_smollm2.py."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np

from lab.catalog import find
from lab.core.lesson import lesson_path
from lab.core.paths import asset, assets
from lab.experiments.e22_context_window.cache import BITS
from lab.experiments.e22_context_window.cache_llama import TOKENS
from lab.experiments.e22_context_window.haystack import DEPTHS, LENGTHS, Needle

MEASURED: dict[str, Any] = json.loads(asset("data/measured_smollm2.json").read_text("utf-8"))
LESSON = (assets() / "lessons/en" / lesson_path(find("context-window")).name).read_text("utf-8")
LONGEST = 4096  # tokens of the texts that the lesson speaks of


def said(words: str) -> list[str]:
    """The numbers of the one sentence of the lesson that begins so."""
    found = [" ".join(part.split()) for part in re.split(r"(?<=[.:?])\s", " ".join(LESSON.split()))]
    sentences = [sentence for sentence in found if sentence.startswith(words)]
    assert len(sentences) == 1, (words, sentences)
    return re.findall(r"\d+(?:\.\d+)?", sentences[0].removesuffix("."))


def test_the_needle_was_found_as_often_as_the_lesson_says() -> None:
    needle = MEASURED["needle"]
    assert " ".join(LESSON.split()).count(needle["sentence"]) == 1
    read = {int(length): found for length, found in needle["lengths"].items() if int(length) <= LONGEST}
    assert list(read) == [length for length in LENGTHS if length <= LONGEST]
    said_so = [said for found in read.values() for said in found["said"]]
    right = sum(said == needle["answer"] for said in said_so)
    assert said("We gave it") == [str(len(said_so)), str(LONGEST), str(right)]
    chances = [p for found in read.values() for p in found["chances"]]
    assert said("How sure it was") == [f"{min(chances):.2f}", f"{max(chances):.2f}"]
    longest = dict(zip(reversed(DEPTHS), read[LONGEST]["chances"], strict=True))
    assert said("In the longest text") == [f"{longest[0.5]:.2f}", f"{longest[0.0]:.2f}"]
    assert said("Its window holds") == [str(LENGTHS[-1])]


def test_the_needle_is_the_one_of_the_first_seed() -> None:
    needle = Needle.drawn(np.random.default_rng(0))
    assert needle.sentence == MEASURED["needle"]["sentence"] and needle.answer == MEASURED["needle"]["answer"]


def test_a_cache_in_few_bits_changes_the_choices_that_the_lesson_says() -> None:
    cache = MEASURED["cache"]
    same = dict(zip(BITS, cache["same"], strict=True))
    assert said("In 8 bits its first choice") == ["8", f"{100 * same[8]:.0f}", "100", "4", f"{100 * same[4]:.0f}"]
    assert said("The largest number of a key") == [f"{MEASURED['keys']['spread']:.0f}"]
    assert cache["tokens"] == TOKENS and cache["errors"] == sorted(cache["errors"])
