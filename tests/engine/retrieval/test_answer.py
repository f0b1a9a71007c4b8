"""Quoting and prompting: the best sentence or none, and never more tokens than there is room for."""

import numpy as np
import pytest

from lab.engine.pretrained.passages import load_passages
from lab.engine.retrieval.answer import assemble, quote
from lab.engine.retrieval.word_search import BM25, Words, words

PASSAGES = ["Japan lies in Asia. Its capital is Tokyo.", "Peru lies in South America. Its capital is Lima."]


def by_words(question):
    return lambda sentences: BM25(Words(sentences)).scores(question)


def count(text):
    return len(words(text))


def test_the_best_sentence_is_quoted_from_where_it_stands():
    found = quote(PASSAGES, by_words("Lima: the capital of which country?"))
    assert found.text == "Its capital is Lima." and found.passage == 1
    assert PASSAGES[1][found.start : found.end] == found.text and found.score > 0


def test_what_fits_too_little_is_not_quoted():
    assert quote(PASSAGES, by_words("Who wrote Hamlet?"), least=0.1) is None
    assert quote([], by_words("?")) is None and quote(["", " \n"], by_words("?")) is None
    assert quote(PASSAGES, lambda sentences: np.full(len(sentences), np.nan)) is None
    with pytest.raises(ValueError, match=r"returned shape \(1,\) for 4 sentences"):
        quote(PASSAGES, lambda sentences: np.zeros(1))


def test_quotes_from_real_passages_are_stretches_of_them():
    passages = [p.text for p in load_passages()[:20]]
    found = quote(passages, by_words("Which country has the highest point Noshak?"))
    assert "Noshak" in found.text and passages[found.passage][found.start : found.end] == found.text


def test_a_prompt_holds_the_passages_in_the_order_given():
    prompt = assemble("What is the capital of Peru?", PASSAGES[::-1], count, 100)
    assert prompt.text.index("Lima") < prompt.text.index("Tokyo") < prompt.text.index("Question: What is")
    assert prompt.tokens == count(prompt.text) and prompt.left_out == ()
    assert [part.passage for part in prompt.parts] == [None, 0, 1, None, None, None]


def test_what_does_not_fit_the_budget_is_left_out():
    frame = assemble("Why?", [], count, 100).tokens
    long, short = "word " * 20, "two words"
    prompt = assemble("Why?", [long, short], count, frame + 5)
    assert prompt.left_out == (0,) and "two words" in prompt.text and prompt.tokens == frame + 2
    assert assemble("Why?", [short], count, frame).left_out == (0,)
    with pytest.raises(ValueError, match=f"budget: {frame - 1} tokens, .* alone have {frame}"):
        assemble("Why?", [], count, frame - 1)


def test_a_passage_cannot_become_part_of_the_template():
    prompt = assemble("Why?", ["{question} {passages}"], count, 100)
    assert "{question} {passages}" in prompt.text


WRONG = ("{question}", "{passages}", "{question}{passages}", "{passages}{passages}{question}")


@pytest.mark.parametrize("template", WRONG)
def test_a_template_without_both_places_is_refused(template):
    with pytest.raises(ValueError, match="template: needs"):
        assemble("Why?", [], count, 100, template)
