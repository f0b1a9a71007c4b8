"""Why this number: every read-out as a small calculation from what was counted."""

from __future__ import annotations

from lab.core.arithmetic import Term, given
from lab.core.text import _
from lab.experiments.e16_tokenization.frame import TokenFrame
from lab.experiments.e16_tokenization.reading import WINDOW, Reading

__all__ = [
    "bytes_per_token", "per_character", "per_word", "read_size", "saved", "share", "times", "tokens",
    "training_bytes_per_token", "training_per_word", "vocabulary",
]  # fmt: skip


# --------------------------------------------------------------------------------- of the training text


def tokens(frame: TokenFrame) -> Term | None:
    """The tokens before the newest merge, less those it saved."""
    last = frame.last
    return None if last is None else given(_("before"), last.before) - given(_("glued"), last.before - last.after)


def saved(frame: TokenFrame) -> Term | None:
    last = frame.last
    return None if last is None else given(_("before"), last.before) - given(_("after"), last.after)


def training_bytes_per_token(frame: TokenFrame) -> Term:
    return given(_("bytes"), frame.n_bytes) / given(_("tokens"), frame.n_tokens)


def training_per_word(frame: TokenFrame) -> Term:
    return given(_("tokens"), frame.n_tokens) / given(_("words"), frame.n_words)


def vocabulary(frame: TokenFrame) -> Term:
    smallest, merges = given(_("smallest"), frame.units), given(_("merges"), frame.merges)
    signs = frame.size - frame.units - frame.merges
    return smallest + merges + given(_("signs"), signs) if signs else smallest + merges


def read_size(frame: TokenFrame) -> Term | None:
    """The vocabulary, where the own tokenizer reads."""
    return vocabulary(frame) if frame.strip.size == frame.size else None


# ------------------------------------------------------------------------------ of a text that was read


def bytes_per_token(reading: Reading) -> Term:
    return given(_("bytes"), reading.bytes) / given(_("tokens"), reading.tokens)


def per_word(reading: Reading) -> Term:
    return given(_("tokens"), reading.tokens) / given(_("words"), reading.words)


def per_character(reading: Reading) -> Term:
    return given(_("tokens"), reading.tokens) / given(_("characters"), reading.characters)


def share(reading: Reading) -> Term:
    return given(_("tokens"), reading.tokens) / given(_("window"), WINDOW)


def times(cost: int, english: int) -> Term:
    """How many times the tokens of the English sentence another language takes."""
    return given(_("tokens"), cost) / given(_("tokens of the English one"), english)
