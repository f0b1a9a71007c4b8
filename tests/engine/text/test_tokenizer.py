"""Character tokens, and the spelling that makes every token visible."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.engine.text.tokenizer import CharTokenizer, replace_surrogates, visible

PLAYS = (Path(__file__).parents[3] / "assets/data/shakespeare.txt").read_text("utf-8")


def test_the_alphabet_of_a_text_is_its_characters_in_code_point_order():
    assert CharTokenizer.of("banana!").alphabet == "!abn"


@given(st.text(min_size=1))
def test_decoding_an_encoding_gives_the_text_back(text):
    tokenizer = CharTokenizer.of(text)
    assert tokenizer.decode(tokenizer.encode(text)) == text
    assert tokenizer.encode_array(text).tolist() == tokenizer.encode(text)


def test_a_shuffled_alphabet_keeps_its_own_order_of_ids():
    tokenizer = CharTokenizer("zax")
    assert tokenizer.encode("axz") == [1, 2, 0]
    assert tokenizer.encode_array("axz").tolist() == [1, 2, 0]


def test_a_character_without_a_token_is_named_or_dropped_as_requested():
    tokenizer = CharTokenizer("abc")
    assert tokenizer.unknown("abxcyx") == "xy"
    assert tokenizer.encode("axb", unknown="drop") == [0, 1]
    for encode in (tokenizer.encode, tokenizer.encode_array):
        with pytest.raises(ValueError, match="'x'"):
            encode("axb")


def test_an_alphabet_must_hold_something_and_nothing_twice():
    for alphabet in ("", "aba"):
        with pytest.raises(ValueError, match="alphabet"):
            CharTokenizer(alphabet)


@pytest.mark.parametrize("token_id", [-1, 3])
def test_an_id_outside_the_alphabet_is_refused(token_id):
    with pytest.raises(ValueError, match="outside 0 … 2"):
        CharTokenizer("abc").decode([0, token_id])


def test_the_plays_have_64_characters_and_38_in_lower_case():
    assert CharTokenizer.of(PLAYS).size == 64
    assert CharTokenizer.of(PLAYS.lower()).size == 38


@pytest.mark.parametrize(
    ("token", "shown"),
    [
        (b" the", "␠the"),
        (b"\n\t\r", "⏎⇥␍"),
        ("é€😀".encode(), "é€😀"),
        ("😀".encode()[:2], "⟨F0⟩⟨9F⟩"),
        (b"a\x80b", "a⟨80⟩b"),
        (b"\x00\x1b\x7f", "⟨00⟩⟨1B⟩⟨7F⟩"),
    ],
)
def test_every_token_can_be_shown(token, shown):
    assert visible(token) == shown


def test_half_a_surrogate_pair_is_replaced_and_a_whole_one_joined():
    assert replace_surrogates("a\ud83db") == "a\ufffdb"
    assert replace_surrogates("\ud83d\ude00") == "😀"
