"""Tokenizers as plain data."""

import json

import pytest

from lab.engine.text.bpe_train import learn_bpe
from lab.engine.text.store import tokenizer_from_data, tokenizer_to_data
from lab.engine.text.tokenizer import CharTokenizer
from lab.engine.text.wordpiece import WordPieceTokenizer

BPE = learn_bpe("a rose is a rose is a rose", 9)
WORDPIECE = WordPieceTokenizer(["[UNK]", "[CLS]", "[SEP]", "a", "##b"])


@pytest.mark.parametrize("tokenizer", [CharTokenizer("abc é\n"), BPE, WORDPIECE])
def test_a_tokenizer_survives_json(tokenizer):
    again = tokenizer_from_data(json.loads(json.dumps(tokenizer_to_data(tokenizer))))
    assert again.encode("a b") == tokenizer.encode("a b")
    assert tokenizer_to_data(again) == tokenizer_to_data(tokenizer)


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "magic"},
        {"kind": "character"},
        {"kind": "bpe", "vocabulary": [1], "merges": [], "splitter": "gpt2", "unit": "byte", "specials": {}},
        {"kind": "bpe", "vocabulary": [], "merges": [], "splitter": "nothing", "unit": "byte", "specials": {}},
        {},
    ],
)
def test_malformed_data_are_refused(data):
    with pytest.raises(ValueError):
        tokenizer_from_data(data)


def test_other_objects_are_refused_by_name():
    with pytest.raises(ValueError, match="str"):
        tokenizer_to_data("abc")
