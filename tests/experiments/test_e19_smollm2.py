"""What the lesson says of SmolLM2, whose pack no test has: its figures were measured by build/measure_smollm2.py."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from lab.catalog import find
from lab.core.lesson import lesson_path
from lab.core.params import checked
from lab.core.paths import asset, assets
from lab.experiments.e19_next_token.ladder import judged_text
from lab.experiments.e19_next_token.settings import Params

MEASURED: dict[str, Any] = json.loads(asset("data/measured_smollm2.json").read_text("utf-8"))
SUM = MEASURED["sum"]
LESSON = (assets() / "lessons/en" / lesson_path(find("next-token")).name).read_text("utf-8")
SPECIFICATION = find("next-token").load()


def said(words: str) -> list[str]:
    """The numbers of the one sentence of the lesson that begins so."""
    found = [" ".join(part.split()) for part in re.split(r"(?<=[.:?])\s", " ".join(LESSON.split()))]
    sentences = [sentence for sentence in found if sentence.startswith(words)]
    assert len(sentences) == 1, (words, sentences)
    return re.findall(r"\d+(?:\.\d+)?", sentences[0].removesuffix("."))


def test_the_preset_asks_what_was_measured() -> None:
    preset = next(preset for preset in SPECIFICATION.presets if preset.id == "sum")
    assert preset.setting.values["prompt"] == SUM["prompt"] and preset.setting.values["model"] == "smollm2"
    assert len(SUM["leads"]) == len(SUM["p"]) == len(SUM["four"]) == len(SUM["five"]) == 31


def test_four_leads_in_the_layers_the_lesson_names_and_five_in_the_last() -> None:
    fours = [layer for layer, token in enumerate(SUM["leads"]) if token == " four"]
    assert said("From layer") == [str(fours[0]), str(fours[-1]), f"{SUM['four'][fours[-1]]:.3f}"]
    assert fours == list(range(fours[0], fours[-1] + 1)) and fours[-1] == 29
    assert said("The last layer says") == [f"{SUM['five'][-1]:.3f}", f"{SUM['four'][-1]:.3f}"]
    assert SUM["leads"][-1] == " five" and SUM["five"][-1] > SUM["four"][-1]


@pytest.mark.parametrize(
    ("judged", "words"), [("shakespeare", "SmolLM2 needs"), ("modern", "On modern English it needs")]
)
def test_the_top_of_the_ladder_has_the_bits_that_the_lesson_gives_it(judged: str, words: str) -> None:
    assert said(words)[-1] == f"{MEASURED['ladder'][judged]['bits']:.2f}"
    _lead, text = judged_text(checked(Params, {"judged": judged}))
    assert 0 < MEASURED["ladder"][judged]["tokens"] < len(text) / 2, "pieces of words, not letters"
