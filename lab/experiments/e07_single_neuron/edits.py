"""Editing rows: points in two classes on the plane can be moved, added and removed. The rows of a truth table are
all there can be, so only their answers can be flipped."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lab.core.text import _
from lab.experiments.e07_single_neuron.examples import MAX_POINTS, Examples, extent_of
from lab.experiments.e07_single_neuron.gestures import AddPoint, MovePoint, RemovePoint

__all__ = ["Edit", "edited"]

Edit = AddPoint | MovePoint | RemovePoint


def edited(examples: Examples, edit: Edit) -> tuple[Examples, Edit] | None:
    """The rows after an edit, and the edit that undoes it; None when there is no such row to be edited.

    Raises ValueError for one point too many, and for the last one.
    """
    points, labels = examples.points, examples.labels
    if not examples.editable:
        return None
    if isinstance(edit, AddPoint):
        if len(examples) >= MAX_POINTS:
            raise ValueError(_("There is room for {n} points.").format(n=MAX_POINTS))
        at = edit.at if 0 <= edit.at <= len(examples) else len(examples)
        more = np.insert(points, at, edit.x, axis=0), np.insert(labels, at, int(edit.label > 0))
        return _with_extent(examples.with_rows(*more)), RemovePoint(edit.data, at)
    if not 0 <= edit.row < len(examples):
        return None
    x, y = examples.row(edit.row)
    was = (x, y)
    if isinstance(edit, MovePoint):
        moved = points.copy()
        moved[edit.row] = edit.x
        return _with_extent(examples.with_rows(moved, labels)), MovePoint(edit.data, edit.row, was)
    if len(examples) == 1:
        raise ValueError(_("The last point stays: a neuron needs something to answer."))
    fewer = np.delete(points, edit.row, axis=0), np.delete(labels, edit.row)
    return examples.with_rows(*fewer), AddPoint(edit.data, was, int(labels[edit.row]), edit.row)


def _with_extent(examples: Examples) -> Examples:
    """The same rows in a picture that holds all of them; it grows only where one lies outside."""
    x0, x1, y0, y1 = examples.extent
    (low_x, low_y), (high_x, high_y) = examples.points.min(axis=0), examples.points.max(axis=0)
    if x0 <= low_x and high_x <= x1 and y0 <= low_y and high_y <= y1:
        return examples
    return replace(examples, extent=extent_of(examples.points))
