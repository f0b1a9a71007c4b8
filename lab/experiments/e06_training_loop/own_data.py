"""A table of the learner's own as samples: two of its columns, x scaled on request so that one learning rate
suits it; and what was done to the rows on the way, in words."""

from __future__ import annotations

import numpy as np

from lab.core.numbers import show_number
from lab.core.text import _
from lab.engine.basics.table import Table, left_out_words
from lab.experiments.e06_training_loop.gestures import SetSamples
from lab.experiments.e06_training_loop.samples import LEAST, MOST, Origin, Samples, samples_of

__all__ = ["changes", "own_samples", "table_of"]

NAME_LENGTH = 60


def table_of(table: Table, x_name: str, y_name: str, scale: bool, title: str = "") -> SetSamples:
    """Two columns of numbers as samples; rows with a missing cell are left out.

    scale: whether x is brought to mean 0 and standard deviation 1.
    Raises ValueError when too few rows are left, too many, or x does not vary.
    """
    read = table.numbers(x_name, y_name)
    rows = read[~np.isnan(read).any(axis=1)]
    if not LEAST <= len(rows) <= MOST:
        message = _("{n} rows have a number in both columns; from {least} to {most} are needed.")
        raise ValueError(message.format(n=len(rows), least=LEAST, most=MOST))
    x, center, spread = rows[:, 0], 0.0, 0.0
    if scale:
        center, spread = float(x.mean()), float(x.std())
        if spread == 0:
            raise ValueError(_("All numbers of “{name}” are the same: they cannot be scaled.").format(name=x_name))
        x = (x - center) / spread
    names = (x_name[:NAME_LENGTH], y_name[:NAME_LENGTH], title[:NAME_LENGTH])
    columns = tuple(x.tolist()), tuple(rows[:, 1].tolist())
    return SetSamples(*columns, *names, len(read) - len(rows), center, spread)


def own_samples(action: SetSamples, title: str) -> Samples:
    """The samples of a gesture. Raises ValueError as `samples_of` does."""
    x_name, y_name = action.x_name[:NAME_LENGTH] or "x", action.y_name[:NAME_LENGTH] or "y"
    left_out, center, spread = max(0, int(action.left_out)), float(action.center), max(0.0, float(action.spread))
    origin = Origin(action.title[:NAME_LENGTH] or title, x_name, y_name, left_out, center, spread)
    return samples_of(np.asarray(action.x, np.float64), np.asarray(action.y, np.float64), origin)


def changes(left_out: int, center: float, spread: float, n: int = 0) -> tuple[str, ...]:
    """What was done to the rows of a table on their way to the loop, in words. n: how many are left."""
    left_out_notes = left_out_words(left_out, MOST if n == MOST else 0)
    if not spread:
        return left_out_notes
    scaled = _("x is scaled: (x − {center}) / {spread}")
    shown = scaled.format(center=show_number(center, 3), spread=show_number(spread, 3)).replace("− −", "+ ")
    return (shown, *left_out_notes)
