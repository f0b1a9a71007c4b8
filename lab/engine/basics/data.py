"""Small data sets made on the spot, each drawn to show one thing, and the ways of dividing data into parts.
All randomness comes from the generator handed in, so that a seed gives the same points everywhere. Points for
classification have a spread of about 1, as networks like it, and labels counted from 0."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "CLASSIFICATION",
    "QUARTET",
    "Grouped",
    "Labelled",
    "Pairs",
    "batches",
    "blobs",
    "checkerboard",
    "circle",
    "collinear",
    "fan",
    "five_points",
    "folds",
    "line",
    "moons",
    "quadratic",
    "simpson",
    "sine",
    "smiley",
    "spirals",
    "split",
    "truth_table",
    "with_outlier",
    "xor",
]

Array = NDArray[np.float64]
Indices = NDArray[np.int64]
Generator = np.random.Generator


class Labelled(NamedTuple):
    """Points with a class each: points [N, 2], labels [N]."""

    points: Array
    labels: Indices


class Pairs(NamedTuple):
    """Inputs and outputs: x [N] (or [N, d]), y [N]."""

    x: Array
    y: Array


class Grouped(NamedTuple):
    """Inputs and outputs that come from several groups: x, y, group, all [N]."""

    x: Array
    y: Array
    group: Indices


def _count(n: int, least: int = 1) -> int:
    if n < least:
        raise ValueError(f"n: {n}, needs at least {least}")
    return n


def _alternating(n: int, classes: int = 2) -> Indices:
    """Labels 0, 1, 0, 1 …: every class gets its share, whatever n is."""
    return np.arange(_count(n)) % classes


def _shaken(points: Array, labels: Indices, noise: float, rng: Generator) -> Labelled:
    return Labelled(points + noise * rng.normal(size=points.shape), labels)


def _ring(radius: Array, angle: Array) -> Array:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)  # two of [N] -> [N, 2]


# Points in classes.


def blobs(n: int, noise: float, rng: Generator, classes: int = 2) -> Labelled:
    """Round clouds around centres on a circle; with little noise a straight line parts them.

    n: points.  noise: spread of a cloud; the centres lie 1.4 from the middle.  classes: at least 1.
    Returns points [n, 2], labels [n].
    """
    labels = _alternating(n, _count(classes))
    angle = 2 * np.pi * labels / classes + np.pi / 4
    return _shaken(_ring(np.full(n, 1.4), angle), labels, noise, rng)


def xor(n: int, noise: float, rng: Generator) -> Labelled:
    """Four quadrants, opposite ones alike: no straight line parts them.

    n: points.  noise: spread added to each point.
    Returns points [n, 2], labels [n]; 1 where the signs differ.
    """
    points = rng.uniform(0.15, 1.8, size=(_count(n), 2)) * rng.choice([-1.0, 1.0], size=(n, 2))
    return _shaken(points, (points[:, 0] * points[:, 1] < 0).astype(np.int64), noise, rng)


def circle(n: int, noise: float, rng: Generator) -> Labelled:
    """A disc inside a ring: a closed boundary is needed.

    n: points.  noise: spread added to each point.  Returns points [n, 2], labels [n]; 1 inside.
    """
    labels = _alternating(n)
    inside = np.sqrt(rng.uniform(0, 0.9**2, n))  # the root: even over the area
    outside = np.sqrt(rng.uniform(1.3**2, 2.0**2, n))
    radius = np.where(labels == 1, inside, outside)
    return _shaken(_ring(radius, rng.uniform(0, 2 * np.pi, n)), labels, noise, rng)


def moons(n: int, noise: float, rng: Generator) -> Labelled:
    """Two half moons that reach into each other.

    n: points.  noise: spread added to each point.  Returns points [n, 2], labels [n].
    """
    labels = _alternating(n)
    arc = _ring(np.ones(n), rng.uniform(0, np.pi, n))
    points = np.where(labels[:, None] == 0, arc - [0.5, 0.25], [0.5, 0.25] - arc)
    return _shaken(1.3 * points, labels, noise, rng)


def spirals(n: int, noise: float, rng: Generator, turns: float = 1.5) -> Labelled:
    """Two arms of a spiral, wound around each other: hard for a small network.

    n: points.  noise: spread added to each point.  turns: how often an arm goes round.
    Returns points [n, 2], labels [n].
    """
    labels = _alternating(n)
    along = np.sqrt(rng.uniform(0.02, 1, n))
    return _shaken(_ring(2 * along, 2 * np.pi * turns * along + np.pi * labels), labels, noise, rng)


def checkerboard(n: int, noise: float, rng: Generator, cells: int = 4) -> Labelled:
    """The squares of a board, black and white.

    n: points.  noise: spread added to each point.  cells: squares along a side.
    Returns points [n, 2], labels [n].
    """
    points = rng.uniform(-2, 2, size=(_count(n), 2))
    square = np.floor((points + 2) / 4 * _count(cells)).astype(np.int64)
    return _shaken(points, square.sum(axis=1) % 2, noise, rng)


def smiley(n: int, noise: float, rng: Generator) -> Labelled:
    """A face: two eyes and a mouth of class 1 on a round head of class 0.

    n: points.  noise: spread added to each point.  Returns points [n, 2], labels [n].
    """
    labels = _alternating(n)
    part, angle = rng.integers(0, 4, n), rng.uniform(-0.85 * np.pi, -0.15 * np.pi, n)
    eyes = np.where(part[:, None] == 0, [-0.7, 0.7], [0.7, 0.7]) + 0.12 * rng.normal(size=(n, 2))
    features = np.where(part[:, None] < 2, eyes, _ring(rng.uniform(1.1, 1.3, n), angle))
    head = _ring(2 * np.sqrt(rng.uniform(0, 1, 8 * n + 64)), rng.uniform(0, 2 * np.pi, 8 * n + 64))
    radius, (x, y) = np.hypot(*head.T), head.T
    face = (np.hypot(np.abs(x) - 0.7, y - 0.7) < 0.45) | ((np.abs(radius - 1.2) < 0.3) & (y < -0.3))
    points = np.where(labels[:, None] == 1, features, head[~face][:n])
    return _shaken(points, labels, noise, rng)


CLASSIFICATION: dict[str, Callable[[int, float, Generator], Labelled]] = {
    "blobs": blobs,
    "xor": xor,
    "circle": circle,
    "moons": moons,
    "spirals": spirals,
    "checkerboard": checkerboard,
    "smiley": smiley,
}


def truth_table(gate: str) -> Labelled:
    """A logic gate as four points at 0 and 1 and their answers.

    gate: "and", "or", "nand", "nor" or "xor".  Returns points [4, 2], labels [4].
    Raises ValueError when the gate is unknown.
    """
    points = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    answers = {
        "and": [0, 0, 0, 1],
        "or": [0, 1, 1, 1],
        "nand": [1, 1, 1, 0],
        "nor": [1, 0, 0, 0],
        "xor": [0, 1, 1, 0],
    }
    if gate not in answers:
        raise ValueError(f"gate: {gate!r}, needs one of {', '.join(answers)}")
    return Labelled(points, np.array(answers[gate]))


# Pairs of an input and an output.


def five_points() -> Pairs:
    """The course's five points; the line of least squares through them is 1.97·x + 0.07.

    Returns x [5], y [5].
    """
    return Pairs(np.arange(1.0, 6.0), np.array([2.1, 4.0, 5.8, 8.1, 9.9]))


def line(
    n: int,
    noise: float,
    rng: Generator,
    slope: float = 2.0,
    intercept: float = 1.0,
    low: float = 0.0,
    high: float = 5.0,
) -> Pairs:
    """Points evenly spaced along a straight line, lifted and lowered by normal noise.

    n: points.  noise: its standard deviation.  low, high: where x begins and ends.  Returns x [n], y [n].
    """
    x = np.linspace(low, high, _count(n))
    return Pairs(x, slope * x + intercept + noise * rng.normal(size=n))


def fan(n: int, noise: float, rng: Generator) -> Pairs:
    """The line 2x + 1 with noise that grows with x: the residuals open like a fan.

    n: points.  noise: its standard deviation at x = 5.  Returns x [n], y [n].
    """
    x = np.linspace(0.25, 5.0, _count(n))
    return Pairs(x, 2 * x + 1 + noise * x / 5 * rng.normal(size=n))


def quadratic(n: int, noise: float, rng: Generator) -> Pairs:
    """A parabola, through which no straight line fits: y = x² − 2x, x from −2 to 4.

    n: points.  noise: its standard deviation.  Returns x [n], y [n].
    """
    x = np.linspace(-2.0, 4.0, _count(n))
    return Pairs(x, x * x - 2 * x + noise * rng.normal(size=n))


def sine(n: int, noise: float, rng: Generator, scattered: bool = False) -> Pairs:
    """One wave, y = sin 2πx for x from 0 to 1: the classic of over-fitting.

    n: points.  noise: its standard deviation.  scattered: x at random places instead of evenly spaced.
    Returns x [n] in rising order, y [n].
    """
    x = np.sort(rng.uniform(0, 1, _count(n))) if scattered else np.linspace(0, 1, _count(n))
    return Pairs(x, np.sin(2 * np.pi * x) + noise * rng.normal(size=n))


def with_outlier(pairs: Pairs, y: float, index: int = -1) -> Pairs:
    """The same pairs with one output pulled away.

    pairs: x [N], y [N].  y: the new output.  index: of which pair.  Returns new arrays.
    """
    moved = pairs.y.copy()
    moved[index] = y
    return Pairs(pairs.x, moved)


def simpson(n: int, noise: float, rng: Generator, groups: int = 3) -> Grouped:
    """Groups in each of which y falls with x, while over all of them it rises: Simpson's paradox.

    n: points.  noise: standard deviation of y.  groups: at least 2.  Returns x, y, group, each [n].
    """
    group = _alternating(n, _count(groups, 2))
    x = group + rng.uniform(-0.6, 0.6, n)
    return Grouped(x, 3.0 * group - 1.5 * (x - group) + noise * rng.normal(size=n), group)


def collinear(n: int, noise: float, rng: Generator, apart: float = 0.01) -> Pairs:
    """Two features that say nearly the same, y = x₁ + x₂: their weights can hardly be told apart.

    n: points.  noise: standard deviation of y.  apart: how much the second differs.  Returns x [n, 2], y [n].
    """
    first = rng.normal(size=_count(n))
    x = np.stack([first, first + apart * rng.normal(size=n)], axis=1)
    return Pairs(x, x.sum(axis=1) + noise * rng.normal(size=n))


_X = np.array([10.0, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5])
QUARTET: tuple[Pairs, ...] = (
    # Anscombe, Graphs in Statistical Analysis, 1973: four worlds with the same line, r and R²
    Pairs(_X, np.array([8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68])),
    Pairs(_X, np.array([9.14, 8.14, 8.74, 8.77, 9.26, 8.10, 6.13, 3.10, 9.13, 7.26, 4.74])),
    Pairs(_X, np.array([7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73])),
    Pairs(
        np.array([8.0, 8, 8, 8, 8, 8, 8, 19, 8, 8, 8]),
        np.array([6.58, 5.76, 7.71, 8.84, 8.47, 7.04, 5.25, 12.50, 5.56, 7.91, 6.89]),
    ),
)


# Dividing data.


def split(
    n: int, fractions: tuple[float, ...], rng: Generator, labels: NDArray[np.int64] | None = None
) -> tuple[Indices, ...]:
    """Shuffled numbers of rows in parts that do not overlap and together hold every row.

    n: rows.  fractions: of each part, summing to 1, for example (0.6, 0.2, 0.2).
    labels: [n]; when given, every class is divided in these fractions.
    Returns an array of indices for each part.  Raises ValueError when the fractions do not sum to 1.
    """
    if min(fractions, default=-1) < 0 or not np.isclose(sum(fractions), 1):
        raise ValueError(f"fractions: {fractions}, need numbers of at least 0 that sum to 1")
    order = _shuffled(n, rng, labels)
    ends = np.round(np.cumsum(fractions)[:-1] * n).astype(int)
    return tuple(part[np.argsort(rng.random(len(part)))] for part in np.split(order, ends))


def folds(
    n: int, k: int, rng: Generator, labels: NDArray[np.int64] | None = None
) -> tuple[tuple[Indices, Indices], ...]:
    """k pairs of (training rows, test rows); every row is in exactly one test part.

    n: rows.  k: parts, from 2 to n.  labels: [n]; when given, every part gets its share of each class.
    Raises ValueError when k does not fit.
    """
    if not 2 <= k <= n:
        raise ValueError(f"k: {k}, needs 2 to {n}, the number of rows")
    order = _shuffled(n, rng, labels)
    parts = np.array_split(order, k)
    return tuple((np.concatenate(parts[:i] + parts[i + 1 :]), part) for i, part in enumerate(parts))


def _shuffled(n: int, rng: Generator, labels: NDArray[np.int64] | None) -> Indices:
    """All rows in random order; with labels, so that any stretch holds the classes in proportion."""
    if labels is None:
        return rng.permutation(_count(n))
    if len(labels) != n:
        raise ValueError(f"labels: {len(labels)} of them, needs one for each of {n} rows")
    place = np.empty(n)
    for label in np.unique(labels):
        rows = rng.permutation(np.flatnonzero(labels == label))
        place[rows] = (np.arange(len(rows)) + rng.random()) / len(rows)  # evenly along the whole
    return np.argsort(place, kind="stable")


def batches(n: int, size: int, rng: Generator | None = None) -> tuple[Indices, ...]:
    """One epoch: every row once, in batches; the last may be smaller.

    n: rows.  size: of a batch, at least 1.  rng: shuffles the rows; None leaves them in order.
    """
    order = np.arange(_count(n)) if rng is None else rng.permutation(n)
    return tuple(order[start : start + size] for start in range(0, n, _count(size)))
