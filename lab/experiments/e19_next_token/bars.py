"""The bars of the next token as values: the likeliest tokens, and all others together, so that nothing is hidden."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.basics.activations import softmax
from lab.kit.language_models import Floats, LanguageModel

__all__ = ["LISTED", "Bars", "Row", "bars_of", "page_of_bars", "tempered"]

LISTED = 120  # tokens that can be looked at one by one
ROWS = 12  # of them are metrics


@dataclass(frozen=True, slots=True)
class Row:
    """One bar. token: −1 for many together.  p: the model's own probability.  drawn: at the temperature that is chosen.
    members: how many tokens it is."""

    token: int
    text: str
    p: float
    drawn: float
    members: int = 1


@dataclass(frozen=True, slots=True)
class Bars:
    """rows: the likeliest first.  others: how many are not among them.  size: of the vocabulary.  entropy: of the
    model's own probabilities, in bits."""

    rows: tuple[Row, ...]
    others: int
    size: int
    entropy: float


def tempered(scores: Floats, temperature: float) -> NDArray[np.float64]:
    """The probabilities that a token is drawn with, [V]; at 0 the first of the likeliest has all."""
    if temperature <= 0:
        one = np.zeros(len(scores))
        one[int(scores.argmax())] = 1.0
        return one
    return np.asarray(softmax(scores, temperature), np.float64)


def bars_of(scores: Floats, temperature: float, model: LanguageModel) -> Bars:
    """What is shown of the next token."""
    p, drawn = np.asarray(softmax(scores), np.float64), tempered(scores, temperature)
    order = np.argsort(-p, kind="stable")[:LISTED].tolist()
    rows = tuple(Row(t, model.text(t), float(p[t]), float(drawn[t])) for t in order)
    some = p[p > 0]
    return Bars(rows, len(p) - len(rows), len(p), float(-(some * np.log2(some)).sum()) + 0.0)


def page_of_bars(bars: Bars, most: int, first: int = 0) -> list[Row]:
    """At most so many rows, at least three: what is passed over stands together before them, the rest behind."""
    most = max(3, most)
    before = bars.rows[:first]
    room = most - bool(first)
    left = bars.size - first
    shown = bars.rows[first : first + (room if left <= room and not bars.others else room - 1)]
    found = [_together(before)] if before else []
    found += shown
    beyond = bars.size - first - len(shown)
    if beyond:
        p, drawn = (
            max(0.0, 1.0 - math.fsum(getattr(row, kind) for row in (*before, *shown))) for kind in ("p", "drawn")
        )
        found.append(Row(-1, "", p, drawn, beyond))
    return found


def _together(rows: tuple[Row, ...]) -> Row:
    return Row(-1, "", math.fsum(r.p for r in rows), math.fsum(r.drawn for r in rows), len(rows))
