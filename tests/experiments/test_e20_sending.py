"""Training language models: a tuned model goes to the experiments that look at models, and one that comes is tuned."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from lab import catalog
from lab.core.artifact import Artifact
from lab.core.experiment import Setting
from lab.core.headless import played
from lab.core.params import ParamError, checked
from lab.engine.lm.exchange import lm_from_data, lm_to_data
from lab.engine.lm.file import SavedLM
from lab.engine.lm.parameters import LMConfig, init_parameters
from lab.engine.text.bpe import BPETokenizer
from lab.engine.text.tokenizer import CharTokenizer, Tokenizer
from lab.experiments.e20_language_model_training.house import Base, held_out_questions, writing_answer
from lab.shell.box.receiving import received_by

SPECIFICATION = catalog.find("language-model-training").load()
TUNED = [
    {"stage": "supervised", "style": "pirate"},
    {"stage": "lora", "rank": 2, "asked": 3},
    {"stage": "compare"},
    {"stage": "supervised", "own": "Is it day? > Yes."},
]
TAKERS = [one for one in catalog.experiments() if "language-model" in one.load().takes]
PASSED_ON = ("attention", "transformer-block", "next-token", "capstone")
"""Those that send a received model on as it is, so that it can be asked for."""


@cache
def tuned(place: int, steps: int = 10):
    simulation = played(SPECIFICATION, Setting(TUNED[place], steps=steps))
    return simulation, simulation.offer("language-model")


def opened(specification, artifact: Artifact):
    return specification.build(
        checked(specification.params, received_by(specification, artifact)), np.random.default_rng(0), (artifact,)
    )


def test_a_tuned_model_is_taken_where_models_are_looked_at() -> None:
    ids = {one.id for one in TAKERS}
    assert ids >= {*PASSED_ON, "context-window", "evaluation", "language-model-training"}


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("taker", TAKERS, ids=lambda one: one.id)
def test_a_tuned_model_arrives_with_all_its_weights(taker, place: int) -> None:
    _giver, artifact = tuned(place)
    specification = taker.load()
    assert specification.refuses(artifact) == ""
    receiver = opened(specification, artifact)
    for _ in range(0 if taker.id in ("capstone", "language-model-training") else 3):  # they would train it
        receiver.step()
    assert specification.describe(receiver.snapshot())
    if taker.id in PASSED_ON:
        back = lm_from_data(receiver.offer("language-model").data).parameters.flat
        assert np.array_equal(back, lm_from_data(artifact.data).parameters.flat)


@pytest.mark.parametrize("place", range(len(TUNED)))
def test_what_is_sent_answers_as_the_page_says(place: int) -> None:
    simulation, artifact = tuned(place)
    page = simulation.snapshot().page
    model = lm_from_data(artifact.data)
    assert isinstance(model.tokenizer, CharTokenizer)
    answers = page.column("lora").answers if TUNED[place]["stage"] == "compare" else [said for _q, said in page.answers]
    for question, shown in zip(held_out_questions(3), answers, strict=False):
        writing = writing_answer(model.parameters, Base(model.parameters, model.tokenizer), question)
        with pytest.raises(StopIteration) as end:
            while True:
                next(writing)
        assert end.value.value == shown


def test_a_tuned_model_is_tuned_further_when_it_comes_back() -> None:
    simulation, artifact = tuned(0)
    start = opened(SPECIFICATION, artifact).snapshot().page
    assert start.neutral == pytest.approx(simulation.snapshot().page.neutral, rel=1e-6)
    assert start.neutral > 1.001 * played(SPECIFICATION, Setting({"stage": "supervised"})).snapshot().page.neutral


def model(tokenizer: Tokenizer | None = None, **changes: object) -> Artifact:
    letters = tokenizer or CharTokenizer("\n ?.:'QAabcdefghijklmnopqrstuvwxyz")
    config = replace(LMConfig(letters.size, context=64, d_model=16, n_heads=2, positions="rope"), **changes)
    saved = SavedLM(init_parameters(config, np.random.default_rng(0)), letters)
    return Artifact("language-model", "small", lm_to_data(saved), "a test")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        ({"context": 63}, "too few letters"),
        ({"causal": False}, "to be tuned here"),
        ({"d_model": 512, "n_layers": 4}, "too large"),
        ({"tokenizer": BPETokenizer([bytes((b,)) for b in range(256)], [], "none")}, "tokens are letters"),
    ],
)
def test_what_cannot_be_tuned_is_refused_before_a_box_is_opened(changes: dict, words: str) -> None:
    artifact = model(**changes)
    why = SPECIFICATION.refuses(artifact)
    assert bool(why) == bool(words) and words in why
    if words:
        with pytest.raises(ParamError, match=words):
            opened(SPECIFICATION, artifact)
    else:
        assert opened(SPECIFICATION, artifact).snapshot().page.finite
