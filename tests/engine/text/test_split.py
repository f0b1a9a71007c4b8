"""The cut before the tokens."""

import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.engine.text.split import WHITE_SPACE, number_class, split


@pytest.mark.parametrize("splitter", ["none", "gpt2", "smollm"])
@given(text=st.text())
def test_the_pieces_joined_are_the_text(splitter, text):
    assert "".join(split(text, splitter)) == text


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Hello, world!", ["Hello", ",", " world", "!"]),
        ("I'm sure they'll", ["I", "'m", " sure", " they", "'ll"]),
        ("I'LL", ["I", "'", "LL"]),  # only small letters are contractions: GPT-2's own oversight
        ("a   b", ["a", "  ", " b"]),  # the last blank goes with the word
        ("a   ", ["a", "   "]),
        ("x_1", ["x", "_", "1"]),
        ("½ ² Ⅷ", ["½", " ²", " Ⅷ"]),
        ("५१ देव", ["५१", " द", "े", "व"]),  # a vowel sign is a mark, neither letter nor number
        ("a\x1cb", ["a", "\x1c", "b"]),  # not white space in Unicode, though Python's \s takes it
        ("", []),
    ],
)
def test_gpt2_cuts_letters_numbers_and_the_rest_apart(text, pieces):
    assert split(text, "gpt2") == pieces


def test_smollm_takes_every_digit_alone():
    assert split("in 1984", "smollm") == ["in", " ", "1", "9", "8", "4"]


def test_the_classes_agree_with_the_unicode_categories_at_every_code_point():
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    numbers = set(re.findall(f"[{number_class()}]", everything))
    letters = set(re.findall(rf"[^\W_{number_class()}]", everything))
    for found, category in ((numbers, "N"), (letters, "L")):
        assert found == {c for c in everything if unicodedata.category(c)[0] == category}


def test_white_space_is_what_unicode_says_it_is():
    found = set(re.findall(f"[{WHITE_SPACE}]", "".join(map(chr, range(0x10000)))))
    assert found == {c for c in map(chr, range(0x10000)) if c.isspace()} - set("\x1c\x1d\x1e\x1f")


def test_an_unknown_splitter_is_refused_by_name():
    with pytest.raises(ValueError, match="'words'"):
        split("a", "words")
