"""tokenizer.json, as it is written elsewhere: characters and byte-level BPE are read, all else is refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from lab.engine.text.bpe import BPETokenizer
from lab.engine.text.exchange import MAX_TOKENS
from lab.engine.text.store import tokenizer_to_data
from lab.engine.text.tokenizer import CharTokenizer
from lab.engine.text.tokenizer_json import padded, tokenizer_from_json
from tests.engine.lm.elsewhere import byte_tokenizer, character_tokenizer


def changed(data: dict[str, Any], part: str, **values: Any) -> dict[str, Any]:
    return data | {part: data[part] | values}


def test_characters_come_as_characters() -> None:
    assert tokenizer_from_json(character_tokenizer("ba \n")) == CharTokenizer("ba \n")


def test_signs_beside_the_characters_keep_their_ids_and_are_never_read_in_a_text() -> None:
    found = tokenizer_from_json(character_tokenizer("ab<", ("<s>",)))
    assert isinstance(found, BPETokenizer) and found.specials == {"<s>": 3}
    assert found.encode("a<b") == [0, 2, 1] and found.size == 4


def test_bpe_without_merges_and_without_a_rule_is_characters_too() -> None:
    data = character_tokenizer("ab")
    data |= {"pre_tokenizer": None, "model": {"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": []}}
    assert tokenizer_from_json(data) == CharTokenizer("ab")
    with pytest.raises(ValueError, match="rule of its own"):  # words: "ab" would be one, and unknown
        tokenizer_from_json(data | {"model": {"type": "WordLevel", "vocab": {"a": 0, "b": 1}}})


def test_bytes_are_glued_by_rank_and_never_across_a_word() -> None:
    found = tokenizer_from_json(byte_tokenizer())
    assert found.size == 260
    assert [found.token(i) for i in found.encode("the then é")] == [b"the", b" the", b"n", b" ", b"\xc3", b"\xa9"]


def test_merges_may_be_written_as_pairs() -> None:
    data = byte_tokenizer()
    pairs = [merge.split(" ") for merge in data["model"]["merges"]]
    assert tokenizer_from_json(changed(data, "model", merges=pairs)) == tokenizer_from_json(data)


def test_digits_cut_out_first_are_smollms_rule() -> None:
    data = byte_tokenizer()
    rules = [{"type": "Digits", "individual_digits": True}, data["pre_tokenizer"]]
    found = tokenizer_from_json(data | {"pre_tokenizer": {"type": "Sequence", "pretokenizers": rules}})
    assert isinstance(found, BPETokenizer) and found.splitter == "smollm"
    plain = tokenizer_from_json(changed(data, "pre_tokenizer", use_regex=False))
    assert isinstance(plain, BPETokenizer) and plain.splitter == "none"


def test_the_labs_own_layout_is_read_as_well() -> None:
    assert tokenizer_from_json(tokenizer_to_data(CharTokenizer("xyz"))) == CharTokenizer("xyz")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({}, "malformed"),
        ({"model": {"vocab": []}}, "malformed"),
        (changed(byte_tokenizer(), "model", type="Unigram"), "Unigram is not read"),
        (changed(byte_tokenizer(), "model", type="WordPiece"), "WordPiece is not read"),
        (byte_tokenizer() | {"normalizer": {"type": "Lowercase"}}, "a normalizer"),
        (changed(byte_tokenizer(), "model", byte_fallback=True), "byte fallback"),
        (changed(byte_tokenizer(), "model", dropout=0.1), "dropout"),
        (changed(byte_tokenizer(), "model", end_of_word_suffix="</w>"), "end of words"),
        (changed(byte_tokenizer(), "model", continuing_subword_prefix="##"), "prefix"),
        (changed(byte_tokenizer(), "model", ignore_merges=True), "no merge makes"),
        (changed(byte_tokenizer(), "pre_tokenizer", add_prefix_space=True), "rule of its own"),
        (changed(byte_tokenizer(), "model", merges=["t x"]), "lacks"),
        (changed(byte_tokenizer(), "model", merges="t h"), "no list"),
        (byte_tokenizer() | {"added_tokens": [{"id": 300, "content": "<s>"}]}, "ids are not 0"),
        (byte_tokenizer() | {"added_tokens": [{"id": 259}]}, "added_tokens"),
        (byte_tokenizer() | {"pre_tokenizer": "ByteLevel"}, "pre_tokenizer"),
        (byte_tokenizer() | {"pre_tokenizer": {"type": "Metaspace"}}, "rule of its own"),
        (character_tokenizer() | {"pre_tokenizer": {"type": "Whitespace"}}, "rule of its own"),
        (changed(character_tokenizer(), "model", vocab={"a": 0, "bc": 1}), "rule of its own"),
        (changed(character_tokenizer(), "model", vocab={"a": 0, "b": "1"}), "ids are not 0"),
    ],
)
def test_what_cuts_in_another_way_is_refused_by_name(data: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        tokenizer_from_json(data)


@pytest.mark.parametrize("more", [0, 1])
def test_a_vocabulary_may_have_so_many_tokens_and_no_more(more: int) -> None:
    letters = [chr(0x10000 + i) for i in range(MAX_TOKENS + more)]
    data = changed(character_tokenizer(), "model", vocab={letter: i for i, letter in enumerate(letters)})
    if more:
        with pytest.raises(ValueError, match=f"{MAX_TOKENS + 1} tokens; at most {MAX_TOKENS}"):
            tokenizer_from_json(data)
    else:
        assert tokenizer_from_json(data).size == MAX_TOKENS


def test_a_table_that_was_rounded_up_gets_tokens_that_no_text_has() -> None:
    found = tokenizer_from_json(byte_tokenizer())
    assert padded(found, 260) is found
    wide = padded(found, 264)
    assert wide.size == 264 and wide.encode("<unused 260>") == found.encode("<unused 260>")
    with pytest.raises(ValueError, match="260 tokens, the model 259"):
        padded(found, 259)
    with pytest.raises(ValueError, match="2 tokens, the model 3"):
        padded(CharTokenizer("ab"), 3)
