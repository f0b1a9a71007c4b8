"""The canvas as data: points with classes, laid down by strokes and rubbed out by others. Nothing is ever
forgotten: every point knows the stroke that made it and the one that rubbed it out, so a stroke can be taken
back and made again at any time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.kit.arrays import freeze_all

__all__ = ["CLASSES", "FEW", "MAX_KEPT", "MAX_POINTS", "Painting", "Seen"]

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
MAX_POINTS = 10_000
MAX_KEPT = 4 * MAX_POINTS
"""Points with those that were rubbed out or taken back."""
CLASSES = 4
FEW = 20
"""Below so many points none is hidden for the test."""
GOLDEN = 0.6180339887498949


@dataclass(frozen=True, eq=False)
class Seen:
    """The points that lie on the canvas. x: [N, 2].  labels: [N].  share: [N], evenly spread over 0..1: a point
    is hidden for the test where it lies below the share that is held out. All read-only."""

    x: Array
    labels: Whole
    share: Array

    def __len__(self) -> int:
        return len(self.labels)

    def held_out(self, share: float) -> NDArray[np.bool_]:
        """Which points are hidden for the test: [N]. Of a few every one is needed, and none is."""
        return np.asarray(self.share < (share if len(self) >= FEW else 0.0))

    @cached_property
    def clashes(self) -> int:
        """Places at which points of different classes lie on each other."""
        places = self.x[:, 0] + 1j * self.x[:, 1]
        of_class = [set(places[self.labels == label].tolist()) for label in range(CLASSES)]
        return sum(map(len, of_class)) - len(set().union(*of_class))

    @property
    def classes(self) -> int:
        """How many classes the network must tell apart: at least two."""
        return max(2, int(self.labels.max()) + 1) if len(self) else 2


class Painting:
    """points: [N, 2] and labels [N], those of the data set, which no stroke made."""

    def __init__(self, points: ArrayLike, labels: ArrayLike) -> None:
        self.last = 0
        """The highest number of a stroke so far."""
        self.dabs = 0
        """How many dabs of that stroke have arrived."""
        self._x = np.array(points, np.float64).reshape(-1, 2)
        self._labels = np.array(labels, np.int64)
        self._born, self._gone = (np.zeros(len(self._labels), np.int64) for _ in range(2))
        self._withdrawn: frozenset[int] = frozenset()
        self._seen: Seen | None = None

    @property
    def seen(self) -> Seen:
        """What lies on the canvas now; the same object until that changes."""
        if self._seen is None:
            there = self._there()
            share = np.arange(1, len(self._labels) + 1, dtype=np.float64) * GOLDEN % 1.0
            arrays = self._x[there], self._labels[there], share[there]
            freeze_all(*arrays)
            self._seen = Seen(*arrays)
        return self._seen

    def _there(self) -> NDArray[np.bool_]:
        away = np.array(sorted(self._withdrawn), np.int64)
        rubbed = (self._gone > 0) & ~np.isin(self._gone, away)
        return ~rubbed & ~np.isin(self._born, away)

    # ------------------------------------------------------------------------------------- the strokes

    def paint(self, stroke: int, start: int, label: int, points: Array) -> None:
        """A piece of a stroke: its dabs from number `start` on. Stops when the canvas is full."""
        self._begin(stroke)
        own = np.flatnonzero(self._born == stroke)[start:]
        if own.size:  # they were sent before, and come again
            keep = np.ones(len(self._born), bool)
            keep[own] = False
            self._x, self._labels = self._x[keep], self._labels[keep]
            self._born, self._gone = self._born[keep], self._gone[keep]
        room = min(MAX_POINTS - int(self._there().sum()), MAX_KEPT - len(self._labels))
        new = points[: max(0, room)]
        self._x = np.vstack((self._x, new))
        self._labels = np.append(self._labels, np.full(len(new), label))
        self._born = np.append(self._born, np.full(len(new), stroke))
        self._gone = np.append(self._gone, np.zeros(len(new), np.int64))
        self._end(start + len(points))

    def erase(self, stroke: int, start: int, radius: float, places: Array) -> None:
        """A piece of a stroke with the eraser."""
        self._begin(stroke)
        there = np.flatnonzero(self._there())
        for x, y in places.tolist():
            near = np.hypot(self._x[there, 0] - x, self._x[there, 1] - y) <= radius
            self._gone[there[near]] = stroke
        self._end(start + len(places))

    def _begin(self, stroke: int) -> None:
        if stroke > self.last:
            self.last, self.dabs = stroke, 0

    def _end(self, dabs: int) -> None:
        self.dabs, self._seen = dabs, None

    def withdraw(self, stroke: int) -> bool:
        """Take a stroke back. False when there is none, or it is away already."""
        known = stroke > 0 and bool((self._born == stroke).any() or (self._gone == stroke).any())
        if not known or stroke in self._withdrawn:
            return False
        self._withdrawn |= {stroke}
        self._seen = None
        return True

    def restore(self, stroke: int) -> bool:
        """Make a stroke again. False when it was not taken back."""
        if stroke not in self._withdrawn:
            return False
        self._withdrawn -= {stroke}
        self._seen = None
        return True

    # -------------------------------------------------------------------------------------------- kept

    def save(self) -> dict[str, Any]:
        """Everything, as plain values."""
        return {
            "x": self._x,
            "labels": self._labels,
            "born": self._born,
            "gone": self._gone.copy(),
            "withdrawn": sorted(self._withdrawn),
            "last": self.last,
            "dabs": self.dabs,
        }

    @staticmethod
    def load(state: Mapping[str, Any]) -> Painting:
        """A canvas that was saved. Raises ValueError when it does not fit together."""
        found = Painting(state["x"], state["labels"])
        found._born, found._gone = np.array(state["born"], np.int64), np.array(state["gone"], np.int64)
        lengths = {len(found._x), len(found._labels), len(found._born), len(found._gone)}
        if len(lengths) != 1 or len(found._x) > MAX_KEPT or not np.isfinite(found._x).all():
            raise ValueError(f"state: a canvas of {sorted(lengths)} points, or of what is not a number")
        if not ((found._labels >= 0) & (found._labels < CLASSES)).all():
            raise ValueError(f"state: classes from 0 to {CLASSES - 1} are needed")
        found._withdrawn = frozenset(int(n) for n in state["withdrawn"])
        found.last, found.dabs = int(state["last"]), int(state["dabs"])
        return found
