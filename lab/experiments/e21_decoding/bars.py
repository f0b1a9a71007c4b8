"""The bars of the next token as values: the likeliest tokens, and all others together, so that nothing is hidden."""

from __future__ import annotations

from dataclasses import dataclass

from lab.engine.decoding_check import ChiSquare
from lab.experiments.e21_decoding.funnel import Step

__all__ = ["ROWS", "Bars", "Row"]

ROWS = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One bar. token: −1 for all others together.  raw: the model's own probability.  share: after the filters.
    fell: the number of the step that struck it out, −1: none.  count: of samples.  members: how many tokens it is."""

    token: int
    text: str
    raw: float
    share: float
    fell: int
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
