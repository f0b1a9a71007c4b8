"""The bars of the next token as values: the likeliest tokens, and all others together, so that nothing is hidden."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.text import _
from lab.engine.decoding.check import ChiSquare
from lab.experiments.e21_decoding.filtering import Filtered, Step, apply_filters
from lab.experiments.e21_decoding.models import Floats, LanguageModel
from lab.experiments.e21_decoding.samples import Samples
from lab.experiments.e21_decoding.settings import Params, order_of, write_order
from lab.experiments.e21_decoding.text import Text, quoted

__all__ = ["ROWS", "Bars", "Row", "bars_of", "distribution", "folded"]

ROWS = 12
KINDS = ("raw", "share")
OPENED = 96  # of all others, so many can be looked at
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


@dataclass(frozen=True, slots=True)
class Bars:
    """The bars of the next token. rows: the likeliest first.  others: all that is not among them, None if nothing is.
    more: the likeliest of all others.
    swapped: tokens kept if temperature and top-p changed places, None where that was not worked out."""

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
    more: tuple[Row, ...] = ()


def folded(bars: Bars, most: int, first: int = 0) -> Bars:
    """The same in at most so many rows, at least two: what there is no room for joins all others.

    first: how many of the likeliest are passed over. They stand together in the first row.
    """
    rows = [*bars.rows, *([bars.others] if bars.others else [])]
    kept = max(1, most - 1)
    if first <= 0:
        return (
            bars if len(rows) <= max(2, most) else replace(bars, rows=bars.rows[:kept], others=_together(rows[kept:]))
        )
    every = [*bars.rows, *bars.more]
    first = min(first, len(every) - 1)
    before, shown = every[:first], every[first : first + max(1, most - 2)]
    head = replace(_together(before), text=_("{n} before").format(n=first))
    left = every[first + len(shown) :]
    beyond = _beyond(bars)
    rest = _together([*left, *([beyond] if beyond else [])]) if left or beyond else None
    return replace(bars, rows=(head, *shown), others=rest)


def _beyond(bars: Bars) -> Row | None:
    """What is neither among the rows nor among those that can be looked at."""
    if bars.others is None or bars.others.members == len(bars.more):
        return None
    others, more = bars.others, bars.more
    raw, share = (max(0.0, getattr(others, kind) - math.fsum(getattr(row, kind) for row in more)) for kind in KINDS)
    members, count = others.members - len(more), others.count - sum(row.count for row in more)
    return Row(-1, "", raw, share, others.removed_by, count, members)


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
    weight = np.where(np.isnan(shares), raw, np.maximum(raw, shares))
    count = len(raw) if len(raw) <= ROWS + 1 else ROWS
    listed = min(len(raw), count + OPENED)
    order = _likeliest(weight, listed)
    every = tuple(
        Row(token, model.text(token), raw_p, share, removed_by, drawn)
        for token, raw_p, share, removed_by, drawn in zip(
            order[:listed].tolist(),
            raw[order[:listed]].tolist(),
            shares[order[:listed]].tolist(),
            filtered.removed_by[order[:listed]].tolist(),
            samples.counts[order[:listed]].tolist(),
        )
    )
    return Bars(
        every[:count],
        _others(filtered, np.sort(order[count:]), samples),
        filtered.steps,
        len(raw),
        filtered.kept,
        filtered.kept_mass,
        filtered.entropy,
        _swapped(scores, params, text),
        samples.total,
        samples.last,
        samples.test(shares) if not filtered.broken else None,
        every[count:],
    )


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


def _others(filtered: Filtered, tokens: NDArray[np.int64], samples: Samples) -> Row | None:
    if not len(tokens):
        return None
    shares, removed_by = filtered.shares[tokens], filtered.removed_by[tokens]
    kept = int((removed_by < 0).sum())
    share = float(shares.sum()) if kept or not filtered.broken else math.nan
    last = int(np.bincount(removed_by[removed_by >= 0].astype(int)).argmax()) if not kept else -1
    count = int(samples.counts[tokens].sum())
    return Row(-1, _("{n} others").format(n=len(tokens)), float(filtered.raw[tokens].sum()), share, last, count,
               len(tokens))  # fmt: skip


def _swapped(scores: Floats | None, params: Params, text: Text) -> int | None:
    """How many tokens would be kept if temperature and top-p changed places."""
    if scores is None or len(scores) > SMALL:
        return None
    order = list(order_of(params.order))
    i, j = order.index("temperature"), order.index("top_p")
    order[i], order[j] = order[j], order[i]
    return apply_filters(scores, replace(params, order=write_order(tuple(order))), text.ids).kept


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
