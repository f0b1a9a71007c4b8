"""A table of the learner's own: two columns of numbers as places, and a column that says the class."""

from __future__ import annotations

from lab.core.text import _
from lab.engine.basics.table import Table, left_out_words
from lab.experiments.e09_decision_boundaries.examples import own_examples
from lab.experiments.e09_decision_boundaries.gestures import SetPoints
from lab.experiments.e09_decision_boundaries.painting import CLASSES, MAX_POINTS
from lab.kit.points import classes_of

__all__ = ["chosen_points", "summary_of"]

NAME_LENGTH = 40


def chosen_points(table: Table, x: str, y: str, kind: str, title: str = "") -> SetPoints:
    """Columns as points in classes; rows with a missing cell are left out.

    Raises ValueError when no row is left, there are more than the canvas has room for, a column comes twice, or there
    are too many classes.
    """
    if len({x, y, kind}) < 3:
        raise ValueError(_("Choose three different columns: two of numbers, one of classes."))
    whole = table.without_missing(x, y, kind)
    if len(whole) > MAX_POINTS:
        raise ValueError(_("The table has {n} rows; there is room for {most}.").format(n=len(whole), most=MAX_POINTS))
    places, (names, labels) = whole.numbers(x, y), classes_of(whole.column(kind))
    if not 2 <= len(names) <= CLASSES:
        message = _("“{name}” has {n} different values; classes need 2 to {most}.")
        raise ValueError(message.format(name=kind, n=len(names), most=CLASSES))
    return SetPoints(
        tuple(places[:, 0].tolist()),
        tuple(places[:, 1].tolist()),
        tuple(labels.tolist()),
        (x[:NAME_LENGTH], y[:NAME_LENGTH]),
        tuple(name[:NAME_LENGTH] for name in names),
        title[:NAME_LENGTH],
        len(table) - len(whole),
    )


def summary_of(points: SetPoints) -> tuple[str, ...]:
    """What happens to the rows on their way, in short notes."""
    notes = list(left_out_words(points.left_out))
    if own_examples(points).canvas_info.scaled:
        notes.append(_("scaled to the canvas"))
    return (*notes, ", ".join(f"{'ABCD'[i]} = {name}" for i, name in enumerate(points.classes)))
