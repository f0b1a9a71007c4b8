"""A table of the learner's own as points in two classes, both inputs scaled on request so that one learning rate
suits them; and what was done to the rows on the way, in words."""

from __future__ import annotations

import numpy as np

from lab.core.numbers import show_number
from lab.core.text import N_, _
from lab.engine.basics.table import Table, left_out_words
from lab.experiments.e07_single_neuron.examples import MAX_POINTS, NAME_LENGTH, Array, Examples, Origin, extent_of
from lab.experiments.e07_single_neuron.gestures import SetPoints
from lab.experiments.e07_single_neuron.settings import WEIGHT_LIMIT
from lab.kit.points import classes_of

__all__ = ["changes", "origin_of", "own_points", "table_of"]

Scale = tuple[float, float]


def table_of(table: Table, names: tuple[str, str, str], scale: bool, title: str = "") -> SetPoints:
    """Two columns of numbers as inputs, and one with two different values as the class; rows with a missing cell
    are left out. The later value, in the order of numbers or of the alphabet, is the class yes.

    scale: whether each input is brought to mean 0 and standard deviation 1.
    Raises ValueError when no row is left, when there are too many, and when there are not two classes.
    """
    table.numbers(*names[:2])  # raises where a column holds words
    whole = table.without_missing(*names)
    if not 1 <= len(whole) <= MAX_POINTS:
        message = _("{n} rows are whole in these columns; from 1 to {most} are needed.")
        raise ValueError(message.format(n=len(whole), most=MAX_POINTS))
    classes, labels = classes_of(whole.column(names[2]))
    if len(classes) != 2:
        message = _("“{name}” has {n} different values; the class needs 2.")
        raise ValueError(message.format(name=names[2], n=len(classes)))
    x = whole.numbers(*names[:2])
    scales: tuple[Scale, ...] = ()
    if scale:
        x, scales = _standardized(x, names)
    first, second = (tuple(column.tolist()) for column in x.T)
    short = tuple(name[:NAME_LENGTH] for name in (*names[:2], *classes))
    left_out = len(table) - len(whole)
    return SetPoints(first, second, tuple(labels.tolist()), short, title[:NAME_LENGTH], left_out, scales)


def _standardized(x: Array, names: tuple[str, ...]) -> tuple[Array, tuple[Scale, ...]]:
    """The inputs at mean 0 and standard deviation 1, [N, 2], and what each was scaled by."""
    centers, spreads = x.mean(axis=0), x.std(axis=0)
    if (spreads == 0).any():
        name = names[int((spreads == 0).argmax())]
        raise ValueError(_("All numbers of “{name}” are the same: they cannot be scaled.").format(name=name))
    return (x - centers) / spreads, tuple(zip(centers.tolist(), spreads.tolist()))


def own_points(action: SetPoints) -> Examples:
    """The points of a gesture. Raises ValueError when they do not fit together or are out of reach."""
    x = np.array([action.first, action.second], np.float64).T
    labels = np.asarray(action.labels, np.int64)
    if x.ndim != 2 or len(x) != len(labels) or not 1 <= len(x) <= MAX_POINTS:
        raise ValueError(f"points: {x.shape} with {labels.shape} labels, need from 1 to {MAX_POINTS} of both")
    if not (np.abs(x) <= WEIGHT_LIMIT).all() or not np.isin(labels, (0, 1)).all():  # also refuses what is no number
        raise ValueError(_("The inputs need numbers between −10⁶ and 10⁶; scale them."))
    title = action.title[:NAME_LENGTH] or N_("Your own points")
    return Examples(title, x, labels, extent_of(x), origin=origin_of(action.names, action.left_out, action.scales))


def origin_of(names: tuple[str, ...], left_out: int, scales: tuple[Scale, ...]) -> Origin:
    """Where points come from, from values that a file may have held."""
    called = tuple(str(name)[:NAME_LENGTH] for name in names[:4])
    kept = tuple((float(center), float(spread)) for center, spread in scales[:2])
    return Origin(called if len(called) == 4 else (), max(0, int(left_out)), kept)


def changes(origin: Origin) -> tuple[str, ...]:
    """What was done to the rows of a table on their way to the neuron, in words."""
    notes = []
    for sign, name, scale in zip(("x₁", "x₂"), origin.names, origin.scales or ((0.0, 0.0),) * 2):
        center, spread = (show_number(value, 3) for value in scale)
        words = _("{sign}: {name}, scaled: (x − {center}) / {spread}") if scale[1] else "{sign}: {name}"
        notes.append(words.format(sign=sign, name=name, center=center, spread=spread).replace("− −", "+ "))
    if origin.names:
        notes.append("● {} · ▲ {}".format(*origin.names[2:]))
    return (*notes, *left_out_words(origin.left_out))
