"""Reads what other experiments send: points in classes, tables with a column of classes, and networks. It may come
from anybody's file and is checked before use."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.text import _
from lab.engine.nets.exchange import NetworkForm, read_network
from lab.engine.nets.fast_activations import GATES
from lab.engine.nets.network import Network
from lab.experiments.e09_decision_boundaries.painting import CLASSES, MAX_POINTS
from lab.experiments.e09_decision_boundaries.settings import MAX_LAYERS, MAX_UNITS
from lab.kit.exchange import column_names, numbers_in
from lab.kit.numbers import show_short
from lab.kit.points import checked_labels, points_in

__all__ = ["received_examples", "received_network"]

Array = NDArray[np.float64]
Found = tuple[Array, NDArray[np.int64], tuple[str, str], tuple[str, ...]]
NAME_LENGTH, LARGEST = 40, 1e9


def received_examples(artifact: Artifact) -> Found:
    """Points [N, 2], classes [N], the names of the two inputs and of the classes.

    Raises ValueError naming the entry that is missing or does not fit.
    """
    data = artifact.data
    if artifact.kind == "network":
        form = read_network(data, inputs=2)
        if form.x is None or form.labels is None:
            return np.zeros((0, 2)), np.zeros(0, np.int64), ("x₁", "x₂"), ()
        return form.x, checked_labels(form.labels, len(form.x), CLASSES), ("x₁", "x₂"), ()
    if artifact.kind == "points":
        return *points_in(data, MAX_POINTS, CLASSES, LARGEST), ("x₁", "x₂"), ()
    return _of_table(data)


def _of_table(data: Any) -> Found:
    """A table's first two columns as places, and its last one as classes: values [N, d ≥ 3], with their names. A
    last column of many different numbers makes two classes, up to its median and above it. A table of pairs, x and
    y, has no class: its points lie below or above the line that fits them best."""
    values = _columns(data)
    if not len(values):
        raise ValueError(_("The table needs rows without holes."))
    given = data.get("names", (data.get("x_name", "x₁"), data.get("y_name", "x₂")))
    names = column_names(given, values.shape[1], NAME_LENGTH)
    pairs = values.shape[1] == 2
    labels, classes = _sides(*values.T) if pairs else _kinds(values[:, -1], names[values.shape[1] - 1])
    return values[:, :2].copy(), labels, (names[0], names[1]), classes


def _columns(data: Any) -> Array:
    """The rows of a table that have no hole: [N, d ≥ 2]."""
    if "values" in data:
        values = _numbers(data, "values", 2)
    elif "x" in data and "y" in data:
        x, y = _numbers(data, "x", 1), _numbers(data, "y", 1)
        if x.shape != y.shape:
            raise ValueError(f"y: {len(y)} rows, needs the {len(x)} of x")
        values = np.column_stack((x, y))
    else:
        raise ValueError(_("The table needs two columns as places, and perhaps a third one for the class."))
    if values.shape[1] < 2:
        raise ValueError(f"values: shape {values.shape}, needs two columns or more")
    return values[np.isfinite(values).all(axis=1)]


def _sides(x: Array, y: Array) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Classes [N] of points without any: on which side of their best line they lie."""
    away_x, away_y = x - x.mean(), y - y.mean()
    slope = away_x @ away_y / max(float(away_x @ away_x), 1e-300)
    above = away_y - slope * away_x > 1e-9 * float(np.abs(away_y).max())
    return above.astype(np.int64), (_("below the line"), _("above the line"))


def _kinds(column: Array, name: str) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Classes [N] of a column of numbers, and what they are called."""
    kinds, labels = np.unique(column, return_inverse=True)
    if len(kinds) <= CLASSES:
        return labels.astype(np.int64), tuple(show_short(float(kind), 12) for kind in kinds)
    middle = float(np.median(column))
    return (column > middle).astype(np.int64), (
        f"{name} ≤ {show_short(middle, 6)}",
        f"{name} > {show_short(middle, 6)}",
    )


def _numbers(data: Any, key: str, axes: int) -> Array:
    values = numbers_in(data, key, axes, "table")
    if not 1 <= len(values) <= MAX_POINTS:
        raise ValueError(f"{key}: {len(values)} rows, needs 1 to {MAX_POINTS}")
    known = values[~np.isnan(values)] if key == "values" else values  # a table may have holes
    if not (np.abs(known) <= LARGEST).all():
        raise ValueError(f"{key}: needs finite numbers between −10⁹ and 10⁹")
    return values


def received_network(artifact: Artifact) -> Network:
    """The network to start with, under a sigmoid or a softmax.

    A tanh at the end becomes the sigmoid that says the same, tanh z = 2σ(2z) − 1; a step's boundary is that of a
    sigmoid; a plain output that was trained on 0 and 1 keeps its boundary, at one half.
    Raises ValueError naming what does not fit.
    """
    form = read_network(artifact.data, inputs=2)
    if len(form.sizes) - 2 > MAX_LAYERS or max(form.sizes[1:-1], default=1) > MAX_UNITS:
        limits = _("The network has layers of {sizes} units; at most {layers} hidden layers of {units} fit here.")
        raise ValueError(limits.format(sizes=", ".join(map(str, form.sizes)), layers=MAX_LAYERS, units=MAX_UNITS))
    if form.sizes[-1] > CLASSES:
        raise ValueError(f"output: {form.sizes[-1]} outputs, needs at most {CLASSES} classes")
    if form.hidden not in GATES and len(form.sizes) > 2:
        raise ValueError(f"hidden: {form.hidden!r}, needs one of {', '.join(GATES)}")
    return _classifier(form)


def _classifier(form: NetworkForm) -> Network:
    """The network under a head that tells classes apart."""
    weights, biases, output = list(form.weights), list(form.biases), form.output
    if output in ("tanh", "step"):
        factor = 2.0 if output == "tanh" else 1.0
        weights[-1], biases[-1] = factor * weights[-1], factor * biases[-1]
        output = "sigmoid" if form.sizes[-1] == 1 else "softmax"
    elif output == "identity":
        if form.sizes[-1] == 1:  # 0 and 1 were its targets: a half is where it changes its mind
            weights[-1], biases[-1] = 4.0 * weights[-1], 4.0 * (biases[-1] - 0.5)
        output = "sigmoid" if form.sizes[-1] == 1 else "softmax"
    hidden = form.hidden if form.hidden in GATES else "linear"
    return NetworkForm(tuple(weights), tuple(biases), hidden, output).to_network()
