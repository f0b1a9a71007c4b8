"""Why this number: every read-out as a small calculation from what was counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.core.arithmetic import Term, given
from lab.core.text import _
from lab.experiments.e16_tokenization.reading import WINDOW, Reading

if TYPE_CHECKING:
    from lab.experiments.e16_tokenization.frame import TokenFrame

__all__ = ["explain_metric"]


def explain_metric(frame: TokenFrame, name: str) -> Term | None:
    """The derivation of a metric by its name; None where it was simply counted, or there is none."""
    if frame.metrics().get(name) is None:
        return None
    match name:
        case "tokens":
            return _tokens(frame)
        case "saved" if frame.last is not None:
            return given(_("before"), frame.last.before) - given(_("after"), frame.last.after)
        case "bytes_per_token":
            return given(_("bytes"), frame.n_bytes) / given(_("tokens"), frame.n_tokens)
        case "tokens_per_word":
            return given(_("tokens"), frame.n_tokens) / given(_("words"), frame.n_words)
        case "vocabulary":
            return _vocabulary(frame)
        case "read_size" if frame.strip.size == frame.size:
            return _vocabulary(frame)
    if name.startswith("times_"):
        return _times(frame, name)
    who, _bar, what = name.partition("_")
    readings = {"read": frame.strip, "own": frame.own}
    if frame.others is not None:
        others = frame.others
        readings |= {"characters": others.characters, "words": others.words, "gpt2": others.gpt2}
    return _of_a_reading(readings[who], what) if who in readings else None


def _tokens(frame: TokenFrame) -> Term | None:
    """The tokens before the newest merge, less those it saved."""
    last = frame.last
    if last is None:
        return None
    return given(_("before"), last.before) - given(_("glued"), last.before - last.after)


def _vocabulary(frame: TokenFrame) -> Term:
    smallest, merges = given(_("smallest"), frame.units), given(_("merges"), frame.merges)
    signs = frame.size - frame.units - frame.merges
    return smallest + merges + given(_("signs"), signs) if signs else smallest + merges


def _of_a_reading(reading: Reading, what: str) -> Term | None:
    tokens = given(_("tokens"), reading.tokens)
    match what:
        case "bytes_per_token":
            return given(_("bytes"), reading.bytes) / tokens
        case "per_word":
            return tokens / given(_("words"), reading.words)
        case "per_character":
            return tokens / given(_("characters"), reading.characters)
        case "share":
            return tokens / given(_("window"), WINDOW)
    return None


def _times(frame: TokenFrame, name: str) -> Term | None:
    _head, language, who = name.split("_")
    metrics = frame.metrics()
    cost, english = metrics[f"cost_{language}_{who}"], metrics[f"cost_english_{who}"]
    assert isinstance(cost, int) and isinstance(english, int)
    return given(_("tokens"), cost) / given(_("tokens of the English one"), english)
