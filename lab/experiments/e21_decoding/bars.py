"""The bars of the next token as values: the likeliest tokens, and all others together, so that nothing is hidden."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from lab.core.text import _
from lab.engine.decoding.check import ChiSquare
from lab.experiments.e21_decoding.filtering import Step

__all__ = ["ROWS", "Bars", "Row", "folded"]

ROWS = 12


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


def folded(bars: Bars, most: int) -> Bars:
    """The same in at most so many rows, at least two: what there is no room for joins all others."""
    rows = [*bars.rows, *([bars.others] if bars.others else [])]
    kept = max(1, most - 1)
    return bars if len(rows) <= max(2, most) else replace(bars, rows=bars.rows[:kept], others=_together(rows[kept:]))


def _together(rows: list[Row]) -> Row:
    """Many rows as one; it is removed when all of them are."""
    members = sum(row.members for row in rows)
    removed_by = -1 if any(row.removed_by < 0 for row in rows) else max(row.removed_by for row in rows)
    raw, share = (math.fsum(getattr(row, kind) for row in rows) for kind in ("raw", "share"))
    return Row(-1, _("{n} others").format(n=members), raw, share, removed_by, sum(row.count for row in rows), members)
