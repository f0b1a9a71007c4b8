"""What the neuron is to answer: truth tables of one, two and three inputs, two clouds of points, one vote of
three, and points that another experiment sent. Every table can be rewritten row by row, so that a learner may
ask for any gate at all and not only for those that have a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.core.text import N_, _
from lab.engine.basics.data import blobs, truth_table
from lab.experiments.e07_single_neuron.settings import WEIGHT_LIMIT, Params
from lab.kit.arrays import freeze_all
from lab.kit.exchange import nothing_received
from lab.kit.naming import letters
from lab.kit.points import points_in, square_around

__all__ = ["GATE_NAMES", "MAX_POINTS", "NAME_LENGTH", "Examples", "Origin", "examples_for", "extent_of"]

Array = NDArray[np.float64]
Extent = tuple[float, float, float, float]

SQUARE: Extent = (-0.5, 1.5, -0.5, 1.5)
AROUND: Extent = (-1.5, 1.5, -1.5, 1.5)
CLOUDS: Extent = (-3.0, 3.0, -3.0, 3.0)
MAX_POINTS, NAME_LENGTH = 2_000, 60
SIGNS = ("x₁", "x₂")

GATE_NAMES: dict[tuple[int, ...], str] = {
    (0, 0): N_("Never"),
    (0, 1): N_("Same"),
    (1, 0): "NOT",
    (1, 1): N_("Always"),
    (0, 0, 0, 0): N_("Never"),
    (0, 0, 0, 1): "AND",
    (0, 0, 1, 0): N_("x₁ and not x₂"),
    (0, 0, 1, 1): N_("Just x₁"),
    (0, 1, 0, 0): N_("x₂ and not x₁"),
    (0, 1, 0, 1): N_("Just x₂"),
    (0, 1, 1, 0): "XOR",
    (0, 1, 1, 1): "OR",
    (1, 0, 0, 0): "NOR",
    (1, 0, 0, 1): "XNOR",
    (1, 0, 1, 0): N_("Not x₂"),
    (1, 0, 1, 1): N_("x₁ or not x₂"),
    (1, 1, 0, 0): N_("Not x₁"),
    (1, 1, 0, 1): N_("x₂ or not x₁"),
    (1, 1, 1, 0): "NAND",
    (1, 1, 1, 1): N_("Always"),
    (0, 0, 0, 1, 0, 1, 1, 1): N_("Majority"),
}
"""What a truth table is called, by its answers; rows count upwards in binary."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What was done to a table on its way here.

    names: of both inputs, of the class no and of the class yes; empty where they have none.  left_out: rows that
    could not be used.  scales: mean and standard deviation that each input was scaled by; empty where it was not.
    """

    names: tuple[str, ...] = ()
    left_out: int = 0
    scales: tuple[tuple[float, float], ...] = ()

    @property
    def letters(self) -> dict[str, str]:
        """What stands for x₁ and x₂ where the data have names for them."""
        return letters(dict(zip(SIGNS, self.names)), frozenset(SIGNS if self.scales else ()))

    @property
    def answers(self) -> tuple[str, str]:
        """What the two classes are called, no and yes where the data do not say."""
        return (self.names[2], self.names[3]) if len(self.names) == 4 else (_("no"), _("yes"))


@dataclass(frozen=True, eq=False)
class Examples:
    """Rows of inputs with the answer wanted.

    points: [N, d], read-only.  labels: [N], 0 or 1, read-only.  extent: the part of the plane of the first
    two inputs that is shown.  whole: whether these are all the rows there can be, as in a truth table.
    """

    title: str
    points: Array
    labels: NDArray[np.int64]
    extent: Extent
    whole: bool = False
    origin: Origin = Origin()

    def __post_init__(self) -> None:
        freeze_all(self.points, self.labels)

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def inputs(self) -> int:
        """How many inputs the neuron has."""
        return int(self.points.shape[1])

    @property
    def editable(self) -> bool:
        """Whether points may be moved, added and taken away: on a plane, and not in a table that is whole."""
        return not self.whole and self.inputs == 2

    @cached_property
    def name(self) -> str:
        """What the table is called, in the learner's language; a rewritten one may have another name."""
        if not self.whole:
            return _(self.title)
        found = GATE_NAMES.get(tuple(self.labels.tolist()))
        return _(found) if found else _("A table of your own")

    def row(self, number: int) -> tuple[float, ...]:
        """The inputs of one row."""
        return tuple(self.points[number].tolist())

    def with_rows(self, points: Array, labels: NDArray[np.int64]) -> Examples:
        """The same question about other rows; these very rows are kept as they are."""
        if np.array_equal(points, self.points) and np.array_equal(labels, self.labels):
            return self
        return replace(self, points=points, labels=labels)

    def flipped(self, number: int) -> Examples:
        """The same rows with the other answer in one of them."""
        labels = self.labels.copy()
        labels[number] = 1 - labels[number]
        return replace(self, labels=labels)


def examples_for(params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> Examples:
    """The rows of a data set. Raises ParamError when it is one that has to be received first."""
    match params.data:
        case "and" | "or" | "nand" | "xor":
            points, labels = truth_table(params.data)
            return Examples(params.data.upper(), points, labels.astype(np.int64), SQUARE, True)
        case "not":
            return Examples("NOT", np.array([[0.0], [1.0]]), np.array([1, 0]), (-0.5, 1.5, -1.0, 1.0), True)
        case "majority":
            rows = np.array(list(product((0.0, 1.0), repeat=3)))  # [8, 3]
            return Examples("Majority", rows, (rows.sum(axis=1) > 1.5).astype(np.int64), SQUARE, True)
        case "blobs":
            points, labels = blobs(params.n, params.spread, rng)
            return Examples(N_("Two clouds"), points, labels.astype(np.int64), CLOUDS)
        case "own":
            points = np.array([[-1.5, -1.0], [-0.5, -1.8], [0.4, -0.6], [-0.4, 1.4], [1.0, 0.5], [1.8, 1.6]])
            return Examples(N_("Your own points"), points, np.array([0, 0, 0, 1, 1, 1]), CLOUDS)
        case "votes":
            return Examples(N_("Three voters"), np.array([[0.5, -0.3, 1.2]]), np.array([1]), AROUND)
    found = next((artifact for artifact in artifacts if artifact.kind == "points"), None)
    if found is None:
        raise nothing_received("data", "points")
    points, labels = points_in(found.data, MAX_POINTS, 2, WEIGHT_LIMIT)
    return Examples(found.title[:NAME_LENGTH] or N_("Received points"), points, labels, extent_of(points))


def extent_of(points: Array) -> Extent:
    """The part of the plane that shows all points, with air."""
    return square_around(points, 0.6)
