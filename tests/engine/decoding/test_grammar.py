"""Grammars: what fits, what may follow, and where a text may end."""

from __future__ import annotations

import json

import numpy as np
import pytest

from lab.engine.decoding.grammar import DIGITS, NUMBERS, YES_OR_NO, Grammar, TokenMasks


def fits(grammar: Grammar, text: str) -> bool:
    state = grammar.after(text)
    return state is not None and state in grammar.accepting


@pytest.mark.parametrize("text", ["[]", "[1]", "[0]", "[-2.5, 30]", " [1,2,3]", "[10, 0.125,-7]"])
def test_a_list_of_numbers_is_one_for_json_too(text: str) -> None:
    assert fits(NUMBERS, text) and isinstance(json.loads(text), list)


@pytest.mark.parametrize("text", ["[01]", "[1,]", "[,1]", "[1 2]", "[1.]", "[--1]", "[-]", "[1", "1, 2", "[1]]", "[a]"])
def test_what_json_refuses_does_not_fit(text: str) -> None:
    assert not fits(NUMBERS, text)
    with pytest.raises(ValueError):
        json.loads(text)


def test_digits_and_yes_or_no() -> None:
    assert [fits(DIGITS, text) for text in ("7", " 42", "", " ", "4 2", "  4")] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]
    answers = ("yes", "No", " yes", "ye", "yesno", "maybe", "YES")
    assert [fits(YES_OR_NO, text) for text in answers] == [True, True, True, False, False, False, False]


def test_only_a_text_that_nothing_may_follow_is_finished() -> None:
    assert YES_OR_NO.finished(YES_OR_NO.after("yes")) and not YES_OR_NO.finished(YES_OR_NO.after("ye"))
    assert not DIGITS.finished(DIGITS.after("7")) and not DIGITS.finished(None)
    assert NUMBERS.finished(NUMBERS.after("[1]"))


def test_a_token_of_several_characters_has_to_fit_with_all_of_them() -> None:
    names = ("[", "1", "12", ", 3", "]", "1]", "1,]", "a", "", "<end>")
    masks = TokenMasks(NUMBERS, names, end=9)
    state = NUMBERS.after("[1")
    assert state is not None
    allowed = [name for name, may in zip(names, masks.allowed(state)) if may]
    assert allowed == ["1", "12", ", 3", "]", "1]"]
    whole = NUMBERS.after("[1]")
    assert whole is not None and np.flatnonzero(masks.allowed(whole)).tolist() == [9]


def test_whatever_is_drawn_among_the_allowed_is_a_list_in_the_end() -> None:
    names = ("[", "]", ",", ".", "-", " ", *"0123456789", "10", ", 2")
    masks, rng = TokenMasks(NUMBERS, names), np.random.default_rng(0)
    for _text in range(200):
        text = ""
        while not NUMBERS.finished(state := NUMBERS.after(text)):
            assert state is not None
            text += names[rng.choice(np.flatnonzero(masks.allowed(state)))]
        assert all(isinstance(value, int | float) for value in json.loads(text))
