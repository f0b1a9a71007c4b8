"""Asking by example: an answer is what greedy writing gives, whatever was asked before."""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from lab.engine.decoding.grammar import TokenMasks
from lab.engine.decoding.json_schema import schema_grammar
from lab.engine.pretrained.chat import generate
from lab.engine.pretrained.few_shot import FewShot, token_texts
from lab.engine.pretrained.smollm2 import SmolLM2, open_gguf
from tests.engine.pretrained_files import tiny_gguf

BEGINNING, QUESTION = "in the and\n", "the in"


@pytest.fixture
def model(tmp_path: Path) -> SmolLM2:
    return open_gguf(tiny_gguf(tmp_path / "tiny.gguf"))


def answered(work: Generator[float, None, str]) -> tuple[str, list[float]]:
    shares: list[float] = []
    while True:
        try:
            shares.append(next(work))
        except StopIteration as end:
            return end.value, shares


def written(model: SmolLM2, text: str, length: int) -> str:
    """By the other way: all tokens at once, then greedily on."""
    llama, tokens = open_like(model)
    stop = tuple(tokens.specials.values())
    return "".join(one.piece for one in generate(llama, tokens, tokens.encode(text), length, stop))


def open_like(model: SmolLM2) -> tuple[Any, Any]:
    model.llama.reset()
    return model.llama, model.tokenizer


@pytest.mark.parametrize("beginning", ["", BEGINNING])
def test_the_answer_is_what_greedy_writing_gives(model: SmolLM2, beginning: str) -> None:
    expected = written(model, beginning + QUESTION, 6)
    found, shares = answered(FewShot(model.llama, model.tokenizer, beginning, ()).answering(QUESTION, 6))
    assert found == expected
    assert shares == sorted(shares) and 0 < shares[0] < shares[-1] < 1


def test_no_answer_depends_on_the_questions_before_it(model: SmolLM2) -> None:
    asked = FewShot(model.llama, model.tokenizer, BEGINNING, ())
    first = answered(asked.answering(QUESTION, 5))[0]
    other = answered(asked.answering("and and", 5))[0]
    assert other != first
    assert answered(asked.answering(QUESTION, 5))[0] == first
    half = asked.answering("and", 5)
    next(half)  # and is given up
    assert answered(asked.answering(QUESTION, 5))[0] == first
    model.llama.reset()  # somebody else used the cache
    assert answered(asked.answering(QUESTION, 5))[0] == first


def test_a_beginning_is_read_once(model: SmolLM2) -> None:
    asked = FewShot(model.llama, model.tokenizer, BEGINNING * 9, ())
    first = answered(asked.answering(QUESTION, 2))[1]
    again = answered(asked.answering(QUESTION, 2))[1]
    assert first[0] < 0.25 <= again[0] and len(again) < len(first)


def test_an_answer_ends_before_a_stop_and_at_its_length(model: SmolLM2) -> None:
    whole = answered(FewShot(model.llama, model.tokenizer, BEGINNING, ()).answering(QUESTION, 8))[0]
    assert len(whole) > 3
    stop = whole[2]
    cut = answered(FewShot(model.llama, model.tokenizer, BEGINNING, (stop,)).answering(QUESTION, 8))[0]
    assert cut == whole[: whole.find(stop)]
    missing = answered(FewShot(model.llama, model.tokenizer, BEGINNING, ("never",)).answering(QUESTION, 8))[0]
    assert missing == whole
    short = answered(FewShot(model.llama, model.tokenizer, BEGINNING, ()).answering(QUESTION, 1))[0]
    assert whole.startswith(short) and len(short) < len(whole)


@pytest.mark.parametrize(("question", "length"), [("", 3), (QUESTION, 0)])
def test_nothing_to_read_or_to_write_is_refused(model: SmolLM2, question: str, length: int) -> None:
    with pytest.raises(ValueError, match="needs a question and a length of at least 1"):
        next(FewShot(model.llama, model.tokenizer, BEGINNING).answering(question, length))


SCHEMA = {"type": "object", "properties": {"tool": {"enum": ["send", "search"]}, "input": {"type": "string"}}}


@pytest.mark.parametrize("question", [QUESTION, "and", "the the"])
@pytest.mark.parametrize("length", [29, 34, 60])
def test_an_answer_that_is_held_to_a_schema_is_whole_however_short_it_has_to_be(
    model: SmolLM2, question: str, length: int
) -> None:
    masks = TokenMasks(schema_grammar(SCHEMA), token_texts(model.tokenizer))
    held = FewShot(model.llama, model.tokenizer, BEGINNING, (), masks)
    value = json.loads(answered(held.answering(question, length))[0])
    assert list(value) == ["tool", "input"] and value["tool"] in ("send", "search") and isinstance(value["input"], str)


def test_what_is_not_held_is_no_json_here_and_a_form_that_cannot_end_in_time_is_refused(model: SmolLM2) -> None:
    free = answered(FewShot(model.llama, model.tokenizer, BEGINNING, ()).answering(QUESTION, 40))[0]
    with pytest.raises(ValueError):
        json.loads(free)
    masks = TokenMasks(schema_grammar(SCHEMA), token_texts(model.tokenizer))
    held = FewShot(model.llama, model.tokenizer, BEGINNING, (), masks)
    shortest = len('{"tool": "send", "input": ""}')
    with pytest.raises(ValueError, match="no text of the grammar"):
        answered(held.answering(QUESTION, shortest - 1))
    assert set(json.loads(answered(held.answering(QUESTION, shortest))[0])) == {"tool", "input"}


def test_tokens_do_as_well_as_texts(model: SmolLM2) -> None:
    ids = model.tokenizer.encode(BEGINNING)
    by_text = answered(FewShot(model.llama, model.tokenizer, BEGINNING, ()).answering(QUESTION, 5))[0]
    by_ids = FewShot(model.llama, model.tokenizer, ids, ()).answering(model.tokenizer.encode(QUESTION), 5)
    assert answered(by_ids)[0] == by_text


def test_signs_and_parts_of_characters_are_no_texts(model: SmolLM2) -> None:
    texts = token_texts(model.tokenizer)
    assert len(texts) == model.tokenizer.size
    assert all(texts[sign] == "" for sign in model.tokenizer.specials.values())
    assert texts[model.tokenizer.encode("a")[0]] == "a"
    first, *_rest = model.tokenizer.encode("é")
    assert texts[first] == ""  # half of it
