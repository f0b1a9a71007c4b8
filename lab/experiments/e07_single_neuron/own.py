"""A table of the learner's own as points in two classes, both inputs scaled on request so that one learning rate
suits them; and what was done to the rows on the way, in words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lab.core.numbers import show_number
from lab.core.text import N_, _
from lab.engine.basics.table import Column, Table, left_out_words
from lab.experiments.e07_single_neuron.examples import Examples, Origin
from lab.experiments.e07_single_neuron.gestures import SetPoints
from lab.experiments.e07_single_neuron.received import MAX_POINTS, room_of

__all__ = ["changes", "origin_of", "own_points", "table_of"]

NAME_LENGTH = 60
Scale = tuple[float, float]


def table_of(table: Table, names: tuple[str, str, str], scale: bool, title: str = "") -> SetPoints:
    """Two columns of numbers as inputs, and one with two different values as the class; rows with a missing cell
    are left out. The later value, in the order of numbers or of the alphabet, is the class yes.

    scale: whether each input is brought to mean 0 and standard deviation 1.
    Raises ValueError when no row is left, when there are too many, and when there are not two classes.
    """
    x, kind = table.numbers(*names[:2]), table.column(names[2])
    whole = ~np.isnan(x).any(axis=1) & ~kind.missing
    rows = x[whole]
    if not 1 <= len(rows) <= MAX_POINTS:
        told = _("{n} rows are whole in these columns; from 1 to {most} are needed.")
        raise ValueError(told.format(n=len(rows), most=MAX_POINTS))
    classes, labels = _classes(kind, whole)
    scales: tuple[Scale, ...] = ()
    if scale:
        spreads = rows.std(axis=0)
        if (spreads == 0).any():
            same = names[int((spreads == 0).argmax())]
            raise ValueError(_("All numbers of “{name}” are the same: they cannot be scaled.").format(name=same))
        scales = tuple(zip(rows.mean(axis=0).tolist(), spreads.tolist()))
        rows = (rows - rows.mean(axis=0)) / spreads
    columns = tuple(rows[:, 0].tolist()), tuple(rows[:, 1].tolist())
    short = tuple(name[:NAME_LENGTH] for name in (*names[:2], *classes))
    return SetPoints(*columns, tuple(labels.tolist()), short, title[:NAME_LENGTH], int((~whole).sum()), scales)


def _classes(kind: Column, whole: NDArray[np.bool_]) -> tuple[tuple[str, str], NDArray[np.int64]]:
    """What the classes are called, and each whole row's class, 0 or 1."""
    values = np.asarray(kind.words if kind.numbers is None else kind.numbers)[whole]
    found, labels = np.unique(values, return_inverse=True)
    if len(found) != 2:
        told = _("“{name}” has {n} different values; the class needs 2.")
        raise ValueError(told.format(name=kind.name, n=len(found)))
    no, yes = (f"{value:g}" if kind.numbers is not None else str(value) for value in found.tolist())
    return (no, yes), labels.astype(np.int64)


def own_points(action: SetPoints) -> Examples:
    """The points of a gesture. Raises ValueError when they do not fit together or are out of reach."""
    x = np.array([action.first, action.second], np.float64).T
    labels = np.asarray(action.labels, np.int64)
    if x.ndim != 2 or len(x) != len(labels) or not 1 <= len(x) <= MAX_POINTS:
        raise ValueError(f"points: {x.shape} with {labels.shape} labels, need from 1 to {MAX_POINTS} of both")
    if not (np.abs(x) <= 1e6).all() or not np.isin(labels, (0, 1)).all():  # also refuses what is no number
        raise ValueError(_("The inputs need numbers between −10⁶ and 10⁶; scale them."))
    title = action.title[:NAME_LENGTH] or N_("Your own points")
    return Examples(title, x, labels, room_of(x), origin=origin_of(action.names, action.left_out, action.scales))


def origin_of(names: tuple[str, ...], left_out: int, scales: tuple[Scale, ...]) -> Origin:
    """Where points come from, from values that a file may have held."""
    called = tuple(str(name)[:NAME_LENGTH] for name in names[:4])
    kept = tuple((float(center), float(spread)) for center, spread in scales[:2])
    return Origin(called if len(called) == 4 else (), max(0, int(left_out)), kept)


def changes(origin: Origin) -> tuple[str, ...]:
    """What was done to the rows of a table on their way to the neuron, in words."""
    told = []
    for sign, name, scale in zip(("x₁", "x₂"), origin.names, origin.scales or ((0.0, 0.0),) * 2):
        center, spread = (show_number(value, 3) for value in scale)
        words = _("{sign}: {name}, scaled: (x − {center}) / {spread}") if scale[1] else "{sign}: {name}"
        told.append(words.format(sign=sign, name=name, center=center, spread=spread).replace("− −", "+ "))
    if origin.names:
        told.append("● {} · ▲ {}".format(*origin.names[2:]))
    return (*told, *left_out_words(origin.left_out))
