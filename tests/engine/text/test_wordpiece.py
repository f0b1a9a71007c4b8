"""BERT's WordPiece, id for id.

The frozen ids ("bert" in reference/language_tokenizers.json) were made once with the `tokenizers` library 0.23.3:
WordPiece over MiniLM's vocabulary with BertNormalizer (lower case, accents stripped) and BertPreTokenizer.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from lab.engine.text.wordpiece import WordPieceTokenizer, basic_words, wash

ASSETS = Path(__file__).parents[3] / "assets"
REFERENCE = json.loads((Path(__file__).parents[1] / "reference/language_tokenizers.json").read_text("ascii"))
SMALL = WordPieceTokenizer(["[UNK]", "[CLS]", "[SEP]", "un", "##aff", "##able", "want", "##ed", ",", "runn", "##ing"])


@pytest.fixture(scope="module")
def bert():
    with np.load(ASSETS / "models/minilm-l6-int8.npz", allow_pickle=False) as archive:
        return WordPieceTokenizer(archive["vocab"].tobytes().decode().split("\n"))


@pytest.mark.parametrize("k", range(len(REFERENCE["texts"])))
def test_bert_gives_the_reference_ids(bert, k):
    assert bert.encode(REFERENCE["texts"][k]) == REFERENCE["bert"][k]


def test_the_longest_beginning_wins_and_the_rest_continues_it():
    assert SMALL.encode("UNWANTED,running") == [0, 8, 9, 10]  # "##want" is missing, so the word is unknown
    assert SMALL.encode("unaffable") == [3, 4, 5]
    assert SMALL.decode([3, 4, 5, 6]) == "unaffable want"


def test_a_frame_puts_the_special_tokens_around(bert):
    ids = bert.encode("Hello world", frame=True)
    assert ids == [101, 7592, 2088, 102]
    assert bert.decode(ids) == "[CLS] hello world [SEP]"


def test_special_tokens_typed_by_a_reader_are_ordinary_text(bert):
    assert 102 not in bert.encode("[SEP]")


def test_washing_removes_accents_capitals_and_control_characters():
    assert wash("Café\tÅ\x00\u200b") == "cafe a"
    assert basic_words("it's 北京!") == ["it", "'", "s", "北", "京", "!"]


def test_a_word_over_a_hundred_characters_is_unknown():
    assert SMALL.encode("a" * 101) == [0]


def test_a_vocabulary_without_the_special_tokens_is_refused():
    with pytest.raises(ValueError, match=r"\[CLS\]"):
        WordPieceTokenizer(["[UNK]", "[SEP]", "a"])
