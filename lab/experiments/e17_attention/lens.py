"""Through two lenses. QK: why a head gives a token that score, by the products of query and key and by what in the
stream these were made of. OV: what it says when it looks there, by the length of what it writes and by the next tokens
that this makes likelier. Every split sums to what the model computed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lab.core.records import dataclass
from lab.engine.lm.lenses import ScoreParts, Source
from lab.experiments.e17_attention.chain import Chain
from lab.experiments.e17_attention.reading import Floats, Internals
from lab.kit.arrays import read_only

__all__ = ["DISTANCE", "MOST_COLUMNS", "OVLens", "Part", "QKLens", "seen_through_ov", "seen_through_qk", "source_name"]

MOST_COLUMNS, OF_THE_TEXT, MOST_ROWS = 12, 7, 18
DISTANCE = "distance"


@dataclass(frozen=True, slots=True)
class Part:
    """One summand of a score: a part of the query times a part of the key, or what the distance adds (both None)."""

    query: Source | None
    key: Source | None
    value: float

    @property
    def name(self) -> str:
        """The two sources, as they are called: token × 1·3."""
        if self.query is None or self.key is None:
            return DISTANCE
        return f"{source_name(self.query)} × {source_name(self.key)}"


@dataclass(frozen=True, slots=True, eq=False)
class QKLens:
    """The score of the lit cell.

    products: [D], q·k number by number.  whole: what query and key were made of, None where the source is no model
    whose stream can be taken apart.  parts: the summands of the score, the largest first, whatever their sign.
    by_distance: [T], the score if the key stood 0, 1, … tokens back; None where the distance changes nothing.
    """

    products: Floats
    whole: ScoreParts | None
    parts: tuple[Part, ...]
    by_distance: Floats | None

    @property
    def score(self) -> float:
        """The sum of the products."""
        return float(self.products.sum())

    @property
    def best_distance(self) -> int | None:
        """How many tokens back the key would have to stand for the largest score."""
        return None if self.by_distance is None else int(np.argmax(self.by_distance))

    def brought(self) -> tuple[Source, float] | None:
        """The source of the key that brings most of the score, and how much: the sum of its column."""
        if self.whole is None:
            return None
        columns = self.whole.straight.sum(axis=0)
        most = int(np.argmax(columns))
        return self.whole.sources[most], float(columns[most])


@dataclass(frozen=True, slots=True, eq=False)
class OVLens:
    """What the token that looks is told.

    lengths: [T], how long what the head writes would be with all its weight on one token: ‖v·W_o‖.
    shares: [T], weight times length, as shares of their sum.  told: [T, T], the same for every token that looks.
    rows: the R tokens looked at that are told of, from 0, in their order.  columns: K next tokens.
    pushes: [R, K], how far each would move the logits of these, against the mean of all tokens, if it had all the
    weight.  total: [K], what the head does to them with its weights.  logits: [K], all that the model says of them,
    against the mean as well. Empty where the source expects no next token.
    """

    lengths: Floats
    shares: Floats
    told: Floats
    rows: tuple[int, ...]
    columns: tuple[str, ...]
    pushes: Floats
    total: Floats
    logits: Floats

    @property
    def favoured(self) -> int | None:
        """The place of the next token that the head makes likelier most."""
        return int(np.argmax(self.total)) if self.columns else None

    @property
    def hindered(self) -> int | None:
        """The place of the next token that it makes unlikelier most."""
        return int(np.argmin(self.total)) if self.columns else None


def source_name(source: Source) -> str:
    """A part of the stream, short, and counted from 1: 1·3 is head 3 of layer 1, FF 1 the feed-forward layer,
    b 1 the biases of its attention."""
    match source.kind:
        case "head":
            return f"{source.layer + 1}·{source.head + 1}"
        case "feed-forward":
            return f"FF {source.layer + 1}"
        case "bias":
            return f"b {source.layer + 1}"
    return source.kind


def seen_through_qk(chain: Chain, internals: Internals) -> QKLens:
    """The score of the lit cell, taken apart."""
    at, cell = (chain.layer, chain.head), (chain.row, chain.column)
    products = read_only(chain.q[chain.row] * chain.k[chain.column])
    whole = internals.score_parts(at, *cell)
    distances = internals.by_distance(at, *cell)
    return QKLens(products, whole, () if whole is None else _sorted(whole), _kept(distances))


def _kept(values: Floats | None) -> Floats | None:
    return None if values is None else read_only(values)


def _sorted(whole: ScoreParts) -> tuple[Part, ...]:
    parts = [
        Part(query, key, float(whole.straight[i, j]))
        for i, query in enumerate(whole.sources)
        for j, key in enumerate(whole.sources)
    ]
    if whole.distance:
        parts.append(Part(None, None, whole.distance))
    return tuple(sorted(parts, key=lambda part: -abs(part.value)))


def seen_through_ov(chain: Chain, internals: Internals, ids: Sequence[int]) -> OVLens:
    """What the lit token is told. ids: of the T tokens."""
    at, row = (chain.layer, chain.head), chain.row
    lengths = internals.value_lengths(at)
    told = chain.weights * lengths[None]
    sums = told.sum(axis=1, keepdims=True)
    told = told / np.where(sums > 0.0, sums, 1.0)
    lengths, told = read_only(lengths), read_only(told)
    rows = _rows(told[row], np.isfinite(chain.masked[row]))
    pushed = internals.pushed(at, row)
    if pushed is None:
        nothing = read_only(np.zeros(0))
        return OVLens(lengths, told[row], told, rows, (), read_only(np.zeros((len(rows), 0))), nothing, nothing)
    pushes, logits = (part - part.mean(axis=-1, keepdims=True) for part in pushed)
    total = chain.weights[row] @ pushes
    columns = _columns([int(ids[j]) for j in rows], total)
    labels = tuple(internals.token(column) for column in columns)
    cells = read_only(pushes[np.ix_(rows, columns)])
    return OVLens(
        lengths, told[row], told, rows, labels, cells, read_only(total[columns]), read_only(logits[columns])
    )  # fmt: skip


def _rows(shares: Floats, visible: Floats) -> tuple[int, ...]:
    """The tokens looked at that are told of: all that can be seen, of many those that tell most, in their order."""
    seen = np.flatnonzero(visible)
    order = seen[np.argsort(-shares[seen], kind="stable")][:MOST_ROWS]
    return tuple(sorted(order.tolist()))


def _columns(ids: Sequence[int], total: Floats) -> list[int]:
    """Next tokens: first those that are looked at, in their order, then those that are moved most, among them the one
    that is moved up most and the one that is moved down most."""
    chosen = list(dict.fromkeys(ids))
    chosen = [c for c in chosen if c in sorted(chosen, key=lambda c: -abs(total[c]))[:OF_THE_TEXT]]
    by_size = [int(np.argmax(total)), int(np.argmin(total)), *np.argsort(-np.abs(total), kind="stable").tolist()]
    by_size = list(dict.fromkeys(by_size))
    return (chosen + [c for c in by_size if c not in chosen])[: min(MOST_COLUMNS, len(total))]
