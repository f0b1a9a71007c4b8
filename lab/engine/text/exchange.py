"""How a text and a tokenizer travel from one experiment to another: a corpus is its text with a title, a tokenizer
is the JSON text of `store`. Whatever arrives may come from a stranger's file, so the readers believe
nothing and name what is wrong.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lab.core.artifact import Artifact
from lab.core.text import _
from lab.engine.text.bpe import BPETokenizer
from lab.engine.text.store import tokenizer_from_data, tokenizer_to_data
from lab.engine.text.tokenizer import CharTokenizer, replace_surrogates
from lab.engine.text.wordpiece import WordPieceTokenizer

__all__ = ["MAX_TEXT", "MAX_TOKENS", "corpus_artifact", "read_corpus", "read_tokenizer", "tokenizer_artifact"]

MAX_TEXT = 2_000_000
"""So many characters a corpus may have."""
MAX_TOKENS = 200_000
"""So many tokens the vocabulary of a tokenizer may have."""

AnyTokenizer = CharTokenizer | BPETokenizer | WordPieceTokenizer


def corpus_artifact(text: str, title: str, origin: str = "") -> Artifact:
    """A text as an artifact. Raises ValueError when it is empty or longer than MAX_TEXT characters."""
    _check_text(text)
    return Artifact("corpus", title, {"text": replace_surrogates(text)}, origin)


def read_corpus(data: Mapping[str, Any]) -> str:
    """The text of a corpus. Raises ValueError when there is none, or it is empty or too long."""
    text = data.get("text")
    if not isinstance(text, str):
        raise ValueError(_("a corpus needs a text, and there is none"))
    _check_text(text)
    return replace_surrogates(text)


def tokenizer_artifact(tokenizer: AnyTokenizer, title: str, origin: str = "") -> Artifact:
    """A tokenizer as an artifact: its vocabulary and, where it has some, its merges."""
    return Artifact("tokenizer", title, {"tokenizer": json.dumps(tokenizer_to_data(tokenizer))}, origin)


def read_tokenizer(data: Mapping[str, Any]) -> AnyTokenizer:
    """The tokenizer that `tokenizer_artifact` wrote.

    Raises ValueError when it is missing, malformed, or has more than MAX_TOKENS tokens.
    """
    written = data.get("tokenizer")
    if not isinstance(written, str):
        raise ValueError(_("a tokenizer needs its vocabulary as text, and there is none"))
    try:
        found = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise ValueError(_("the tokenizer cannot be read: {error}").format(error=error)) from None
    if not isinstance(found, dict):
        raise ValueError(_("the tokenizer cannot be read: it is no table of names"))
    tokens: Any = found.get("alphabet", found.get("vocabulary", ()))
    if hasattr(tokens, "__len__") and len(tokens) > MAX_TOKENS:
        message = _("the tokenizer has {n} tokens; at most {most} are read")
        raise ValueError(message.format(n=len(tokens), most=MAX_TOKENS))
    return tokenizer_from_data(found)


def _check_text(text: str) -> None:
    if not text:
        raise ValueError(_("the text is empty"))
    if len(text) > MAX_TEXT:
        message = _("the text has {n} characters; at most {most} are read")
        raise ValueError(message.format(n=len(text), most=MAX_TEXT))
