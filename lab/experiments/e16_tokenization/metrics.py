"""Every number on screen: of the training text, of the text that is read, and of all readers that are compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lab.core.arithmetic import Term
from lab.core.metric import Family, Metric, Metrics, Value
from lab.core.text import N_, _
from lab.experiments.e16_tokenization import arithmetic as why
from lab.experiments.e16_tokenization.frame import TokenFrame
from lab.experiments.e16_tokenization.reading import Reading, piece_text
from lab.experiments.e16_tokenization.texts import SENTENCES
from lab.experiments.e16_tokenization.training import Merge, PairRow
from lab.kit.metrics import Column, numbered, of_part

__all__ = ["METRICS"]

MOST_PAIRS = 12
"""So many pairs of the league table are metrics."""

READERS = {"characters": N_("characters"), "words": N_("words"), "own": N_("my tokenizer"), "gpt2": "GPT-2"}
COSTS = tuple((language, who) for language in SENTENCES for who in ("own", "gpt2"))

OF_A_READING: tuple[Metric[Reading], ...] = (
    Metric("tokens", N_("tokens"), lambda reading: reading.tokens),
    Metric("size", N_("vocabulary"), lambda reading: reading.size),
    Metric("per_word", N_("tokens a word"), lambda reading: reading.per_word, why.per_word),
    Metric("per_character", N_("tokens a character"), lambda reading: reading.per_character, why.per_character),
    Metric("bytes_per_token", N_("bytes a token"), lambda reading: reading.bytes_per_token, why.bytes_per_token),
    Metric("share", N_("share of the window"), lambda reading: reading.share, why.share),
)
"""What is compared: those of the reader `own` are called `own_tokens`, `own_size` …"""


def _of_last(value: Callable[[TokenFrame, Merge], Value]) -> Callable[[TokenFrame], Value]:
    """A number of the newest merge; None before the first."""
    return lambda frame: None if frame.last is None else value(frame, frame.last)


def _of_next(value: Callable[[TokenFrame, PairRow], Value]) -> Callable[[TokenFrame], Value]:
    """A number of the most frequent pair; None where none is left."""
    return lambda frame: value(frame, frame.league[0]) if frame.league else None


def _reader(who: str, name: str) -> Family[TokenFrame]:
    """All that is compared, of one reader."""
    rows = (replace(row, name=f"{who}_{row.name}", label=f"{name}: {row.label}") for row in OF_A_READING)
    return of_part(lambda frame: frame.readings.get(who), *rows)


def _costs(frame: TokenFrame) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for who, costs in frame.costs_by_reader.items():
        for language, cost in zip(SENTENCES, costs, strict=True):
            found[f"cost_{language}_{who}"] = cost
            found[f"times_{language}_{who}"] = cost / costs[0]
    return found


def _why_times(frame: TokenFrame, name: str) -> Term | None:
    what, language, who = name.split("_")
    costs = dict(zip(SENTENCES, frame.costs_by_reader[who], strict=True))
    return why.times(costs[language], costs["english"]) if what == "times" else None


METRICS: Metrics[TokenFrame] = Metrics(
    Metric("step", N_("step"), lambda frame: frame.step),
    Metric("merges", N_("merges"), lambda frame: frame.merges),
    Metric("vocabulary", N_("tokens in the vocabulary"), lambda frame: frame.size, why.vocabulary, 6),
    Metric("bytes", N_("bytes of the training text"), lambda frame: frame.n_bytes, digits=6),
    Metric("tokens", N_("tokens"), lambda frame: frame.n_tokens, why.tokens, 6),
    Metric(
        "bytes_per_token",
        N_("bytes a token"),
        lambda frame: frame.n_bytes / frame.n_tokens if frame.n_tokens else None,
        why.training_bytes_per_token,
        3,
    ),
    Metric(
        "tokens_per_word",
        N_("tokens a word, of the training text"),
        lambda frame: frame.n_tokens / frame.n_words if frame.n_words else None,
        why.training_per_word,
        3,
    ),
    Metric("newest", N_("newest token"), _of_last(lambda frame, last: piece_text(frame.token))),
    Metric("pair_count", N_("its pair was counted"), _of_last(lambda frame, last: last.count)),
    Metric("saved", N_("tokens saved by it"), _of_last(lambda frame, last: last.before - last.after), why.saved),
    Metric("tied", N_("equally frequent pairs then"), _of_last(lambda frame, last: last.ties)),
    Metric("next", N_("next token"), _of_next(lambda frame, pair: piece_text(pair.left_token + pair.right_token))),
    Metric("next_count", N_("its pair is counted"), _of_next(lambda frame, pair: pair.count)),
    Metric("next_tied", N_("equally frequent pairs now"), _of_next(lambda frame, pair: frame.ties)),
    Metric("greedy_tokens", N_("tokens if greed had chosen"), lambda frame: frame.greedy),
    numbered(
        MOST_PAIRS,
        Column(
            "pair",
            "pair {n}",
            lambda frame: [
                f"{piece_text(row.left_token)}+{piece_text(row.right_token)}" for row in frame.league[:MOST_PAIRS]
            ],
        ),
        Column("count", "count of pair {n}", lambda frame: [row.count for row in frame.league[:MOST_PAIRS]]),
    ),
    of_part(
        lambda frame: frame.strip,
        Metric("read_tokens", N_("tokens of the text"), lambda reading: reading.tokens),
        Metric("read_bytes", N_("bytes of the text"), lambda reading: reading.bytes),
        Metric("read_characters", N_("characters of the text"), lambda reading: reading.characters),
        Metric("read_words", N_("words of the text"), lambda reading: reading.words or None),
        Metric(
            "read_bytes_per_token",
            N_("bytes a token, of the text"),
            lambda reading: reading.bytes_per_token,
            why.bytes_per_token,
            3,
        ),
        Metric("read_per_word", N_("tokens a word"), lambda reading: reading.per_word, why.per_word, 3),
        Metric(
            "read_per_character", N_("tokens a character"), lambda reading: reading.per_character, why.per_character
        ),
        Metric("read_share", N_("share of a window of 1024 tokens"), lambda reading: reading.share, why.share),
    ),
    Metric("read_size", N_("tokens in the vocabulary of who reads"), lambda frame: frame.strip.size, why.read_size),
    Metric("round_trip", "decode(encode(x)) = x", lambda frame: _("yes") if frame.strip.same else _("no")),
    Metric("signs", N_("signs obeyed"), lambda frame: frame.strip.special_tokens),
    Metric(
        "tree_leaves", N_("smallest pieces in the token"), lambda frame: frame.tree[0].leaves if frame.tree else None
    ),
    Metric("tree_rank", N_("rank of its merge"), lambda frame: frame.tree[0].rank if frame.tree else None),
    of_part(
        lambda frame: frame.ladder,
        Metric("word", N_("word that is read"), lambda ladder: ladder.text),
        Metric("rung", N_("merges inside the word"), lambda ladder: ladder.made),
        Metric("rungs", N_("merges inside the word, in all"), lambda ladder: len(ladder.rungs) - 1),
        Metric("rung_tokens", N_("pieces of the word"), lambda ladder: len(ladder.rung.tokens)),
        Metric("rung_rank", N_("rank of this merge"), lambda ladder: ladder.rung.rank),
        Metric("rung_next", N_("rank of the next"), lambda ladder: ladder.rung.next_rank),
    ),
    *(_reader(who, name) for who, name in READERS.items()),
    of_part(
        lambda frame: frame.readings.get("words"),
        Metric("strangers", N_("words it does not know"), lambda words: sum(not piece.known for piece in words.pieces)),
    ),
    Family(
        _costs,
        _why_times,
        {f"cost_{one}_{who}": f"{one}, {READERS[who]}: tokens" for one in SENTENCES for who in ("own", "gpt2")}
        | {
            f"times_{one}_{who}": f"{one}, {READERS[who]}: times English"
            for one in SENTENCES
            for who in ("own", "gpt2")
        },
    ),
)
