"""The bars of the next token as values: the likeliest tokens, and all others together, so that nothing is hidden. Any
of the others can be looked up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import field, replace

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.decoding.check import ChiSquare
from lab.experiments.e21_decoding.filtering import Filtered, Step, apply_filters
from lab.experiments.e21_decoding.models import Floats, LanguageModel
from lab.experiments.e21_decoding.samples import Counts, Samples
from lab.experiments.e21_decoding.settings import Params, order_of, write_order
from lab.experiments.e21_decoding.text import Text
from lab.kit.branching import quoted

__all__ = ["ROWS", "Bars", "Everything", "Row", "bars_of", "distribution", "folded", "found"]

ROWS = 12
KINDS = ("raw", "share")
SMALL = 1000  # tokens up to which it is worked out what another order would keep
MOST_OFFERED = 40


@dataclass(frozen=True, slots=True)
class Row:
    """One bar. token: −1 for all others together.  raw: the model's own probability.  share: after the filters.
    removed_by: the number of its filter, −1: none.  count: of samples.  members: how many tokens it is."""

    token: int
    text: str
    raw: float
    share: float
    removed_by: int
    count: int
    members: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Everything:
    """All tokens of a vocabulary. names: their texts, [V].  filtered, counts: what became of them, [V]."""

    names: Sequence[str]
    filtered: Filtered
    counts: Counts

    def row(self, token: int) -> Row:
        """The bar of a token."""
        filtered = self.filtered
        raw, share = float(filtered.raw[token]), float(filtered.shares[token])
        return Row(token, self.names[token], raw, share, int(filtered.removed_by[token]), int(self.counts[token]))

    def order(self) -> NDArray[np.int64]:
        """All tokens, the likeliest first: [V]."""
        return _likeliest(_weight(self.filtered), len(self.names))

    def together(self, tokens: NDArray[np.int64]) -> Row | None:
        """Many tokens as one bar; None where there is none."""
        return _others(self.filtered, np.sort(tokens), self.counts)

    def holding(self, wanted: str) -> NDArray[np.int64]:
        """The tokens with `wanted` in them, whatever the case: first the token that is it, then the one that is it
        behind a space, then the likeliest first."""
        small = wanted.casefold()
        classes = {token: _likeness(name, wanted) for token, name in enumerate(self.names) if small in name.casefold()}
        order = [int(token) for token in self.order() if int(token) in classes]
        return np.array(sorted(order, key=classes.__getitem__), np.int64)


def _likeness(name: str, wanted: str) -> int:
    return 0 if name == wanted else 1 if name == " " + wanted else 2


@dataclass(frozen=True, slots=True)
class Bars:
    """The bars of the next token. rows: the likeliest first.  others: all that is not among them, None if nothing is.
    swapped: tokens kept if temperature and top-p changed places, None where that was not worked out.
    fine: the rows are not the likeliest, so small numbers are written out.  every: where any other is looked up."""

    rows: tuple[Row, ...]
    others: Row | None
    steps: tuple[Step, ...]
    size: int
    kept: int
    kept_mass: float
    entropy: float
    swapped: int | None
    samples: int
    latest: int
    fit: ChiSquare | None
    fine: bool = False
    every: Everything | None = field(default=None, compare=False, repr=False)


def folded(bars: Bars, most: int, first: int = 0) -> Bars:
    """The same in at most so many rows, at least two: what there is no room for joins all others.

    first: how many of the likeliest are passed over. They stand together in the first row.
    """
    rows = [*bars.rows, *([bars.others] if bars.others else [])]
    kept = max(1, most - 1)
    if first <= 0 or bars.every is None:
        return (
            bars if len(rows) <= max(2, most) else replace(bars, rows=bars.rows[:kept], others=_together(rows[kept:]))
        )
    order = bars.every.order()
    first = min(first, len(order) - 1)
    beyond = first + max(1, most - 2)
    head = bars.every.together(order[:first])
    assert head is not None
    shown = tuple(bars.every.row(int(token)) for token in order[first:beyond])
    head = replace(head, text=_("{n} before").format(n=first))
    return replace(bars, rows=(head, *shown), others=bars.every.together(order[beyond:]), fine=True)


def found(bars: Bars, most: int, wanted: str) -> Bars:
    """The same with the tokens that have `wanted` in them, in at most so many rows; all that is not shown stands
    together."""
    if bars.every is None:
        return bars
    tokens = bars.every.holding(wanted)[: max(1, most - 1)]
    rest = np.ones(bars.size, bool)
    rest[tokens] = False
    rows = tuple(bars.every.row(int(token)) for token in tokens)
    return replace(bars, rows=rows, others=bars.every.together(np.flatnonzero(rest)), fine=True)


def _together(rows: list[Row]) -> Row:
    """Many rows as one; it is removed when all of them are."""
    members = sum(row.members for row in rows)
    removed_by = -1 if any(row.removed_by < 0 for row in rows) else max(row.removed_by for row in rows)
    raw, share = (math.fsum(getattr(row, kind) for row in rows) for kind in KINDS)
    return Row(-1, _("{n} others").format(n=members), raw, share, removed_by, sum(row.count for row in rows), members)


def bars_of(
    filtered: Filtered, scores: Floats | None, params: Params, text: Text, samples: Samples, model: LanguageModel
) -> Bars:
    """What is shown of the next token."""
    raw, shares = filtered.raw, filtered.shares
    count = len(raw) if len(raw) <= ROWS + 1 else ROWS
    order = _likeliest(_weight(filtered), count)
    every = Everything(model.names(), filtered, samples.counts)
    return Bars(
        tuple(every.row(int(token)) for token in order[:count]),
        every.together(order[count:]),
        filtered.steps,
        len(raw),
        filtered.kept,
        filtered.kept_mass,
        filtered.entropy,
        _swapped(scores, params, text, filtered),
        samples.total,
        samples.last,
        samples.test(shares) if not filtered.broken else None,
        every=every,
    )


def _weight(filtered: Filtered) -> Floats:
    """How long the bar of each token is, or was: [V]."""
    raw, shares = filtered.raw, filtered.shares
    return np.where(np.isnan(shares), raw, np.maximum(raw, shares))


def _likeliest(weight: Floats, count: int) -> NDArray[np.int64]:
    """The `count` largest in order, of equals the first, and after them all the others in any order."""
    if count == len(weight):
        return np.argsort(-weight, kind="stable")
    least = np.partition(weight, -count)[-count]
    top = np.flatnonzero(weight >= least)
    top = top[np.argsort(-weight[top], kind="stable")][:count]
    rest = np.ones(len(weight), bool)
    rest[top] = False
    return np.append(top, np.flatnonzero(rest))


def _others(filtered: Filtered, tokens: NDArray[np.int64], counts: Counts) -> Row | None:
    if not len(tokens):
        return None
    shares, removed_by = filtered.shares[tokens], filtered.removed_by[tokens]
    kept = int((removed_by < 0).sum())
    share = float(shares.sum()) if kept or not filtered.broken else math.nan
    last = int(np.bincount(removed_by[removed_by >= 0].astype(int)).argmax()) if not kept else -1
    count = int(counts[tokens].sum())
    return Row(-1, _("{n} others").format(n=len(tokens)), float(filtered.raw[tokens].sum()), share, last, count,
               len(tokens))  # fmt: skip


def _swapped(scores: Floats | None, params: Params, text: Text, like: Filtered) -> int | None:
    """How many tokens would be kept if temperature and top-p changed places."""
    if scores is None or len(scores) > SMALL:
        return None
    order = list(order_of(params.order))
    i, j = order.index("temperature"), order.index("top_p")
    order[i], order[j] = order[j], order[i]
    return apply_filters(
        scores, replace(params, order=write_order(tuple(order))), text.ids, like.barred, like.bias
    ).kept


def distribution(filtered: Filtered, model: LanguageModel, params: Params, origin: str) -> Artifact:
    """The bars as another experiment takes them: the likeliest of those left, and the rest together."""
    order = np.argsort(-filtered.shares, kind="stable")
    order = order[filtered.shares[order] > 0]
    kept, rest = order[:MOST_OFFERED], order[MOST_OFFERED:]
    shares = filtered.shares[kept].tolist()
    labels = [quoted(model.text(int(token)))[1:-1] for token in kept]
    if len(rest):
        shares.append(float(filtered.shares[rest].sum()))
        labels.append(_("{count} others").format(count=len(rest)))
    while len(shares) < 2:  # a choice of one is no distribution elsewhere
        shares.append(0.0)
        labels.append(_("all others"))
    data = {"labels": labels, "probabilities": np.array(shares), "temperature": params.temperature}
    return Artifact("distribution", _("Next token, {n} choices").format(n=len(order)), data, origin)
