"""The text that is learned from: cut into tokens, its last tenth kept apart, and the n-gram ladder that stands beside
every curve. All of it follows from the text, so it is worked out once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.paths import asset
from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.text.exchange import AnyTokenizer
from lab.engine.text.ngram import Rung, best_smoothing, fit_ngram
from lab.engine.text.store import tokenizer_from_data, tokenizer_to_data
from lab.engine.text.tokenizer import CharTokenizer, replace_surrogates
from lab.kit.arrays import freeze

__all__ = ["EXAMPLE", "JUDGED", "LEAST", "SLOW", "Prepared", "house_text", "prepared", "tokens_of", "without_ladder"]

Ids = NDArray[np.integer[Any]]
HELD_OUT = 0.1
LEAST = 200  # characters
JUDGED = 8192  # tokens of the held-out part that the curves are measured on
HIGHEST = 5  # runs of so many tokens are counted
SLOW = 300_000  # characters that a tokenizer of pairs reads
KEPT = 8  # texts that stay ready: a preset or a challenge takes its own
TIED = 0.05  # smoothings are tried in steps of this ratio's order

EXAMPLE = (
    "the cat sat on the mat. the dog sat on the log. the cat saw the dog. the dog saw the cat.\n"
    "the cat ran to the log. the dog ran to the mat. the cat sat on the log. the dog sat on the mat.\n"
    "a bird sat in the tree. the cat saw the bird. the bird saw the cat. the bird flew to the log.\n"
    "the dog ran to the tree. the bird sang. the cat sat still. the dog sat still. the bird sang on.\n"
    "the sun came up. the cat sat in the sun. the dog sat in the sun. the bird flew to the sun.\n"
    "the rain came down. the cat ran to the log. the dog ran to the tree. the bird sat still.\n"
    "the sun came on. the bird sang. the cat saw the bird. the dog saw the cat. the cat ran on.\n"
)
"""The text of one's own before there is one."""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A text made ready. learn: [N] ids.  windows, targets: [n, T], the part of the held-out text that judges.

    characters: of the whole text.  per_token: characters in a token, on average.  rungs: the ladder, measured on the
    same tokens as the model.
    """

    tokenizer: AnyTokenizer
    characters: int
    learn: Ids
    held: int
    windows: Ids
    targets: Ids
    per_token: float
    rungs: tuple[Rung, ...]


def house_text(corpus: str) -> str:
    """A text that comes with the program. Raises ValueError where there is none of that name."""
    if corpus == "shakespeare":
        return asset("data/shakespeare.txt").read_text("utf-8")
    if corpus == "names":
        return _mixed_names()
    raise ValueError(f"there is no text {corpus!r}")


@lru_cache(maxsize=1)
def _mixed_names() -> str:
    """Names, one a line; mixed up, or the last tenth would hold nothing but names with W and Z."""
    names = asset("data/names.txt").read_text("utf-8").split()
    return "\n".join(names[place] for place in np.random.default_rng(0).permutation(len(names))) + "\n"


def tokens_of(text: str, kind: str, received: AnyTokenizer | None) -> tuple[str, AnyTokenizer]:
    """The text as it is read, and what cuts it. received: used where it is given; a character it lacks is left out."""
    if received is not None:
        if isinstance(received, CharTokenizer):
            if received.unknown(text) and not received.unknown(text.lower()):
                text = text.lower()
            strangers = set(received.unknown(text))
            text = "".join(c for c in text if c not in strangers) if strangers else text
        return text, received
    if kind == "folded":
        text = text.lower()
    return text, CharTokenizer.of(text)


def prepared(text: str, kind: str, received: AnyTokenizer | None, context: int) -> Prepared:
    """A text made ready for windows of so many tokens. Raises ValueError, in words, for one that is too short."""
    written = "" if received is None else json.dumps(tokenizer_to_data(received))
    return _prepared(text, kind, written, context)


@lru_cache(maxsize=KEPT)
def _cut(text: str, kind: str, written: str) -> tuple[AnyTokenizer, int, Ids]:
    """What cuts the text, how many characters it has then, and its ids."""
    received = tokenizer_from_data(json.loads(written)) if written else None
    text, tokenizer = tokens_of(replace_surrogates(text), kind, received)
    if isinstance(tokenizer, CharTokenizer):
        return tokenizer, len(text), freeze(tokenizer.encode_array(text).astype(np.int32))
    text = text[:SLOW]
    return tokenizer, len(text), freeze(np.array(tokenizer.encode(text), np.int32))


def without_ladder(text: str, tokenizer: AnyTokenizer, context: int) -> Prepared:
    """A text made ready with a tokenizer at hand, and no ladder, which is slow where there are many different tokens.

    Raises ValueError, in words, for a text that is too short.
    """
    return _without_ladder(text, json.dumps(tokenizer_to_data(tokenizer)), context)


@lru_cache(maxsize=KEPT)
def _without_ladder(text: str, written: str, context: int) -> Prepared:
    return _parted(*_cut(text, "characters", written), context, False)


@lru_cache(maxsize=KEPT)
def _prepared(text: str, kind: str, written: str, context: int) -> Prepared:
    return _parted(*_cut(text, kind, written), context, True)


def _parted(tokenizer: AnyTokenizer, characters: int, ids: Ids, context: int, laddered: bool) -> Prepared:
    """The last tenth kept apart."""
    held = max(round(HELD_OUT * len(ids)), context + 1)
    if len(ids) < 3 * held or len(ids) < 50:
        message = _("The text has {n} tokens; a context of {context} needs {least}.")
        raise ValueError(message.format(n=len(ids), context=context, least=max(50, 3 * (context + 1))))
    learn, judge = ids[:-held], ids[-held:]
    windows, targets, at = _judged(judge, context)
    rungs = _ladder(learn, judge, tokenizer.size, at) if laddered else ()
    return Prepared(tokenizer, characters, learn, held, freeze(windows), freeze(targets), characters / len(ids), rungs)


def _judged(judge: Ids, context: int) -> tuple[Ids, Ids, Ids]:
    """Windows spread evenly over the held-out text, their targets, and the places of those: [n, T] each."""
    there = (len(judge) - 1) // context
    n = max(1, min(there, JUDGED // context))
    starts = np.linspace(0, there - 1, n).round().astype(np.int64) * context
    places = starts[:, None] + np.arange(context)
    return judge[places], judge[places + 1], places + 1


def _ladder(learn: Ids, judge: Ids, size: int, at: Ids) -> tuple[Rung, ...]:
    """Models that count runs of 1 … 5 tokens, each with the smoothing that flatters it most on what is judged."""
    rungs = []
    wanted = at.reshape(-1)
    before = learn[-HIGHEST:]
    whole = np.concatenate([before, judge]).astype(np.int64)
    for order in range(1, HIGHEST + 1):
        if order * np.log2(max(size, 2)) >= 63 or len(learn) < order:
            break
        model = fit_ngram(learn.astype(np.int64), order, size)
        smoothing, _flattered = best_smoothing(model, whole[: min(len(whole), 4 * JUDGED)])
        losses = model.losses(whole, smoothing)  # of whole[order − 1:]
        rungs.append(Rung(order, model.n_stored, smoothing, float(losses[wanted + len(before) - order + 1].mean())))
    return tuple(rungs)


def sequence_text(tokenizer: AnyTokenizer, ids: Sequence[int]) -> str:
    """Ids as text."""
    return tokenizer.decode(ids)
