"""Scores of the learner's own from a table: a column of numbers, perhaps with a column of names beside it; or one
row of numbers under its headings."""

from __future__ import annotations

import numpy as np

from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.basics.table import Table
from lab.experiments.e08_activations.scores import parse_scores, write_names, write_scores
from lab.kit.numbers import show_short

__all__ = ["OwnScores", "scores_of"]


@dataclass(frozen=True, slots=True)
class OwnScores:
    """logits, names: as the controls hold them.  along: whether they stood in one row and not in a column."""

    logits: str
    names: str = ""
    along: bool = False


def scores_of(table: Table, score: str, name: str = "") -> OwnScores:
    """The scores in a column, with the names in another, or, of a table of one row, the scores along it.

    Raises ValueError when a score is missing, or when there are too few or too many.
    """
    figures = [column for column in table.columns if column.numbers is not None]
    along = len(table) == 1 and len(figures) > 1
    if along:
        values = np.array([column.numbers[0] for column in figures if column.numbers is not None])
        names = [column.name for column in figures] if table.read_as.header else []
    else:
        values = table.numbers(score)[:, 0]
        column = table.column(name) if name else None
        if column is None:
            names = []
        elif column.numbers is not None:
            names = [show_short(value, 12) for value in column.numbers.tolist()]
        else:
            names = list(column.words or ())
    if np.isnan(values).any():
        raise ValueError(_("A score is missing: every class needs one."))
    logits = write_scores(values.tolist())
    parse_scores(logits)
    return OwnScores(logits, write_names(names), along)
