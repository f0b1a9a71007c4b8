"""Tokenizers as plain data, so that a model file, a scene or an artifact can carry the tokenizer it was trained
with. Only numbers, strings and lists come out, and only what is well-formed goes in again: never a pickle.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab.engine.text.bpe import BPETokenizer
from lab.engine.text.tokenizer import CharTokenizer, Tokenizer
from lab.engine.text.wordpiece import WordPieceTokenizer

__all__ = ["tokenizer_from_data", "tokenizer_to_data"]


def tokenizer_to_data(tokenizer: Tokenizer) -> dict[str, Any]:
    """A tokenizer as JSON-ready data; `tokenizer_from_data` gives an equal one back.

    Raises ValueError when the tokenizer is none of the lab's own.
    """
    if isinstance(tokenizer, CharTokenizer):
        return {"kind": "character", "alphabet": tokenizer.alphabet}
    if isinstance(tokenizer, WordPieceTokenizer):
        return {"kind": "wordpiece", "vocabulary": list(tokenizer.vocabulary)}
    if isinstance(tokenizer, BPETokenizer):
        return {
            "kind": "bpe",
            "vocabulary": [token.hex() for token in tokenizer.vocabulary],
            "merges": [list(merge) for merge in tokenizer.merges],
            "splitter": tokenizer.splitter,
            "unit": tokenizer.unit,
            "specials": dict(tokenizer.specials),
        }
    raise ValueError(f"tokenizer must be a character, BPE or WordPiece tokenizer, got {type(tokenizer).__name__}")


def tokenizer_from_data(data: Mapping[str, Any]) -> CharTokenizer | BPETokenizer | WordPieceTokenizer:
    """The tokenizer that `tokenizer_to_data` wrote.

    Raises ValueError when the kind is unknown or a part is missing or malformed.
    """
    try:
        if data["kind"] == "character":
            return CharTokenizer(str(data["alphabet"]))
        if data["kind"] == "wordpiece":
            return WordPieceTokenizer([str(token) for token in data["vocabulary"]])
        if data["kind"] == "bpe":
            merges = [(int(left), int(right), int(glued)) for left, right, glued in data["merges"]]
            vocabulary = [bytes.fromhex(token) for token in data["vocabulary"]]
            specials = {str(text): int(i) for text, i in data["specials"].items()}
            return BPETokenizer(vocabulary, merges, data["splitter"], data["unit"], specials)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"data of a tokenizer is malformed: {error!r}") from error
    raise ValueError(f"data of a tokenizer has kind {data['kind']!r}, known are character, bpe and wordpiece")
