"""Texts and tokenizers come back from a journey as they left, and nothing malformed is let in."""

from __future__ import annotations

import json

import pytest

from lab.core.artifact import Artifact
from lab.core.scene import packed, unpacked
from lab.engine.text.bpe_train import learn_bpe
from lab.engine.text.exchange import corpus_artifact, read_corpus, read_tokenizer, tokenizer_artifact
from lab.engine.text.store import tokenizer_to_data
from lab.engine.text.tokenizer import CharTokenizer


def through_a_file(artifact: Artifact) -> dict:
    return unpacked(json.loads(json.dumps(packed(dict(artifact.data)))))


@pytest.mark.parametrize("text", ["to be\n", "👩‍🚀 पानी 水", "a" * 5000])
def test_a_text_comes_back_as_it_left(text: str) -> None:
    artifact = corpus_artifact(text, "a text", "here")
    assert (artifact.kind, artifact.title, artifact.origin) == ("corpus", "a text", "here")
    assert read_corpus(through_a_file(artifact)) == text


@pytest.mark.parametrize("unit", ["byte", "character"])
def test_a_learned_tokenizer_comes_back_equal(unit) -> None:
    tokenizer = learn_bpe("she sells sea shells 🐚", 9, "gpt2", unit)
    again = read_tokenizer(through_a_file(tokenizer_artifact(tokenizer, "mine")))
    assert tokenizer_to_data(again) == tokenizer_to_data(tokenizer)
    assert again.encode("sea shells") == tokenizer.encode("sea shells")


def test_an_alphabet_is_a_tokenizer_too() -> None:
    tokenizer = CharTokenizer.of("to be or not to be")
    assert read_tokenizer(tokenizer_artifact(tokenizer, "letters").data) == tokenizer


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "needs a text"),
        ({"text": 7}, "needs a text"),
        ({"text": ""}, "empty"),
        ({"text": "a" * 2_000_001}, "at most"),
    ],
)
def test_what_is_no_text_is_refused_with_a_sentence(data, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_corpus(data)


BROKEN = {"kind": "bpe", "vocabulary": ["61"], "merges": [[0, 0, 9]], "splitter": "none", "unit": "byte"}
BROKEN["specials"] = {}


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (None, "vocabulary as text"),
        ("{", "cannot be read"),
        ("[" * 100_000, "cannot be read"),
        ("[1, 2]", "no table"),
        ('{"kind": "magic"}', "kind"),
        ('{"kind": "bpe", "vocabulary": ["61"]}', "malformed"),
        (json.dumps(BROKEN), "9"),
        (json.dumps({"kind": "character", "alphabet": "a" * 200_001}), "at most"),
    ],
)
def test_what_is_no_tokenizer_is_refused_with_a_sentence(written, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_tokenizer({"tokenizer": written})


def test_a_text_that_is_empty_cannot_be_sent() -> None:
    with pytest.raises(ValueError, match="empty"):
        corpus_artifact("", "nothing")
