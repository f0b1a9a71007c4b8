"""Decoding a model that another experiment sent: it writes its own tokens, by its own scores."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.artifact import Artifact
from lab.core.headless import advance, built
from lab.core.params import checked
from lab.engine.lm.exchange import lm_to_data
from lab.engine.lm.file import SavedLM
from lab.engine.lm.parameters import LMConfig, init_parameters
from lab.engine.text.tokenizer import CharTokenizer
from lab.experiments.e21_decoding.gestures import CheckDrafts
from lab.experiments.e21_decoding.settings import PAGES, Params
from lab.kit.gestures import Measure
from lab.kit.language_models import HouseModel, house_lm
from lab.shell.box.receiving import received_by

SPECIFICATION = find("decoding").load()
LETTERS = CharTokenizer("\n .abcdefghijklmnopqrstuvwxyz")
SMALL = LMConfig(LETTERS.size, context=16, d_model=16, n_heads=2, positions="rope")
FIXED = Artifact("distribution", "two", {"probabilities": np.array([0.5, 0.5]), "labels": ["x", "y"]})


def saved(**changes: Any) -> SavedLM:
    return SavedLM(init_parameters(replace(SMALL, **changes), np.random.default_rng(0)), LETTERS)


def sent(model: SavedLM) -> Artifact:
    return Artifact("language-model", "small", lm_to_data(model), "a test")


def opened(*artifacts: Artifact, **values: Any) -> Any:
    values = {**received_by(SPECIFICATION, artifacts[-1]), **values}
    return built(SPECIFICATION, checked(Params, values), 0, artifacts)


def test_a_model_that_was_sent_says_its_own_scores() -> None:
    model = saved()
    taker, asked = opened(sent(model), prompt="Once"), HouseModel(model)
    for _share in asked.reading(LETTERS.encode("nce")):
        pass
    frame = taker.snapshot()
    assert frame.text == "nce" and frame.unknown == "O" and frame.reads and frame.context == 16
    shares = np.exp(asked.scores - asked.scores.max())
    shares /= shares.sum()
    assert {row.text: row.raw for row in frame.bars.rows} == pytest.approx(
        {LETTERS.decode([n]): shares[n] for n in range(LETTERS.size) if LETTERS.decode([n]) in
         {row.text for row in frame.bars.rows}}
    )  # fmt: skip
    for _token in range(24):  # further than it sees
        advance(taker)
    frame = taker.snapshot()
    assert len(frame.tokens) == 27 and frame.unseen == asked.window(27) > 0
    again = opened(sent(model), prompt="Once")
    again.load(taker.save())
    for one in (taker, again):
        advance(one)
    assert taker.snapshot().text == again.snapshot().text


@pytest.mark.parametrize("page", PAGES)
def test_every_page_works_with_it(page: str) -> None:
    taker = opened(sent(saved()), page=page)
    for _step in range(3):
        advance(taker)
    frame = taker.snapshot()
    assert SPECIFICATION.describe(frame) and not frame.missing
    assert "prompt" not in SPECIFICATION.unused(frame)


@pytest.mark.parametrize(("context", "lengths", "passes"), [(9, (8,), 4), (8, (8,), 0), (5, (5,), 0), (16, (8, 16), 4)])
def test_a_model_that_sees_little_is_measured_as_far_as_it_sees(context: int, lengths: Any, passes: int) -> None:
    taker = opened(sent(saved(context=context)), prompt="to be or not to be", page="cache")
    taker.act(Measure())
    found = taker.snapshot().measured
    assert found.lengths == lengths and len(found.at_once) == passes
    assert min(found.cached + found.plain) > 0 and len(found.errors) == 2


@pytest.mark.parametrize(("model", "same"), [(house_lm("drafter"), True), (saved(), False)])
def test_the_small_drafters_guess_only_letters_that_it_knows(model: SavedLM, same: bool) -> None:
    taker = opened(sent(model), prompt="to be or not to be or not to ", page="drafts", drafter="fivegram")
    advance(taker)
    guesses = taker.snapshot().drafts.latest[0].guesses
    assert all(0 <= token < model.config.vocab_size for token in guesses)
    taker.act(CheckDrafts(50))
    assert not same or taker.snapshot().checked is not None
    blind = opened(sent(model), page="drafts", drafter="blind")
    advance(blind)
    assert blind.snapshot().drafts.latest[0].q == pytest.approx([1 / model.config.vocab_size] * 4, abs=1e-3)


@pytest.mark.parametrize(
    ("artifact", "words"),
    [
        (sent(saved()), ""),
        (sent(saved(causal=False)), "no mask"),
        (sent(saved(norm_place="post")), "norms are behind"),
        (Artifact("language-model", "x", {}), "is missing"),
        (FIXED, ""),
        (Artifact("distribution", "x", {}), "lacks"),
    ],
)
def test_what_cannot_be_read_is_refused_before_a_box_opens(artifact: Artifact, words: str) -> None:
    why = SPECIFICATION.refuses(artifact)
    assert bool(why) == bool(words) and words in why
    if words:
        with pytest.raises(ValueError, match=words):
            opened(artifact)


def test_what_was_sent_last_is_used_and_a_distribution_reads_no_text() -> None:
    last = opened(sent(saved()), FIXED).snapshot()
    assert [row.text for row in last.bars.rows] == ["x", "y"] and "prompt" in SPECIFICATION.unused(last)
    assert len(opened(FIXED, sent(saved())).snapshot().bars.rows) > 2
