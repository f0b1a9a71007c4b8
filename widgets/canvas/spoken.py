"""What pictures say of themselves: sentences made of the very numbers that are painted, for who cannot see them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from widgets.base.words import _
from widgets.canvas.layers import Ball, Handle, Layer, Mark, Trail
from widgets.canvas.ticks import number

__all__ = ["axes_words", "cell_words", "curve_words", "extremes", "layer_words", "matrix_words", "place_words"]

MOST = 4  # things of a kind that are named one by one


def place_words(titles: Sequence[str], x: float, y: float) -> str:
    """A place in a picture: "weight 0.5, loss 2.1". titles: of x and y, "" for none."""
    return f"{titles[0] or 'x'} {number(x, 4)}, {titles[1] or 'y'} {number(y, 4)}"


def axes_words(titles: Sequence[str], x0: float, x1: float, y0: float, y1: float) -> str:
    """What part of the data is in sight."""
    words = _("{x} from {x0} to {x1}, {y} from {y0} to {y1}.")
    ends = {"x0": number(x0), "x1": number(x1), "y0": number(y0), "y1": number(y1)}
    return words.format(x=titles[0] or "x", y=titles[1] or "y", **ends)


def cell_words(values: np.ndarray, names: Sequence[Sequence[str]], row: int, column: int) -> str:
    """One cell of a matrix [R, C], or a whole row or column where the other is −1: "cat, sat: 0.62"."""
    rows, columns = names
    words = [_name(rows, row, _("row {n}")) if row >= 0 else "", _name(columns, column, _("column {n}"))]
    where = ", ".join(words[: 2 if column >= 0 else 1] if row >= 0 else words[1:])
    return f"{where}: {_value(float(values[row, column]))}" if min(row, column) >= 0 else where


def matrix_words(values: np.ndarray, names: Sequence[Sequence[str]]) -> str:
    """A matrix [R, C] as a whole: its size, where it is largest and smallest, and how much of it is hidden."""
    rows, columns = values.shape
    parts = [_("{rows} rows, {columns} columns.").format(rows=rows, columns=columns)]
    if np.isfinite(values).any():
        known = np.where(np.isfinite(values), values, np.nan)
        places = (np.unravel_index(int(find(known)), values.shape) for find in (np.nanargmax, np.nanargmin))
        most, least = (cell_words(values, names, int(r), int(c)) for r, c in places)
        parts.append(_("Largest: {most}.").format(most=most))
        parts.append(_("Smallest: {least}.").format(least=least))
    hidden = int(np.isneginf(values).sum())
    if hidden:
        parts.append(_("Hidden: {n}.").format(n=hidden))
    return " ".join(parts)


def extremes(named: Sequence[tuple[str, float]]) -> str:
    """Of named numbers, the largest and the smallest: "9 values. Largest: cat 0.4. …"; all where they are few."""
    known = [(name, value) for name, value in named if np.isfinite(value)]
    if len(known) <= MOST:
        return "; ".join(f"{name}: {number(value)}" for name, value in known) + ("." if known else "")
    most, least = (find(known, key=lambda one: one[1]) for find in (max, min))
    words = _("{n} values. Largest: {a} {most}. Smallest: {b} {least}.")
    return words.format(n=len(named), a=most[0], most=number(most[1]), b=least[0], least=number(least[1]))


def curve_words(name: str, x: np.ndarray, y: np.ndarray) -> str:
    """A curve [N]: where it begins and ends, and its lowest point where that lies between."""
    good = np.flatnonzero(np.isfinite(y))
    if not len(good):
        return _("{name}: no values.").format(name=name) if name else ""
    first, last = int(good[0]), int(good[-1])
    low = int(good[int(np.argmin(y[good]))])
    words = _("{name}: {y0} at {x0}").format(name=name, y0=number(float(y[first])), x0=number(float(x[first])))
    if low not in (first, last):
        words += ", " + _("lowest {y} at {x}").format(y=number(float(y[low])), x=number(float(x[low])))
    if last > first:
        words += ", " + _("{y1} at {x1}").format(y1=number(float(y[last])), x1=number(float(x[last])))
    return words.strip(": ") + "."


def layer_words(layers: Sequence[Layer], titles: Sequence[str]) -> str:
    """What lies over a picture and has a name or a hand to take it: where each is."""
    parts = []
    for layer in layers:
        if isinstance(layer, (Handle, Ball, Mark)):
            name = layer.label or (layer.name if isinstance(layer, Handle) else "")
            if name:
                words = f"{name}: {place_words(titles, layer.x, layer.y)}."
                parts += [] if words in parts else [words]
        elif isinstance(layer, Trail) and layer.label and len(layer.points):
            x, y = (float(value) for value in layer.points[-1, :2])
            parts.append(_("{name} ends at {place}.").format(name=layer.label, place=place_words(titles, x, y)))
    more = len(parts) - 3 * MOST
    return " ".join(parts[: 3 * MOST] + ([_("And {n} more.").format(n=more)] if more > 0 else []))


def _name(names: Sequence[str], at: int, otherwise: str) -> str:
    return names[at] if 0 <= at < len(names) and names[at].strip() else otherwise.format(n=at + 1)


def _value(value: float) -> str:
    if np.isneginf(value):
        return _("hidden")
    return "—" if np.isnan(value) else number(value)
