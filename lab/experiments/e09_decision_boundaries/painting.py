"""The canvas as data: points with classes, painted by strokes and erased by others. Every point knows the stroke that
painted it and the one that erased it, so a stroke can be undone and redone at any time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.core.records import dataclass
from lab.kit.arrays import freeze_all

__all__ = ["CLASSES", "FEW", "MAX_KEPT", "MAX_POINTS", "Painting", "Points"]

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
MAX_POINTS = 10_000
MAX_KEPT = 4 * MAX_POINTS
"""Points with those that were erased or undone."""
CLASSES = 4
FEW = 20
"""Below so many points none is hidden for the test."""
GOLDEN = 0.6180339887498949


@dataclass(frozen=True, eq=False)
class Points:
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
        self._painted_by, self._erased_by = (np.zeros(len(self._labels), np.int64) for _ in range(2))
        self._withdrawn: frozenset[int] = frozenset()
        self._points: Points | None = None

    @property
    def points(self) -> Points:
        """What lies on the canvas now; the same object until that changes."""
        if self._points is None:
            visible = self._visible()
            share = np.arange(1, len(self._labels) + 1, dtype=np.float64) * GOLDEN % 1.0
            arrays = self._x[visible], self._labels[visible], share[visible]
            freeze_all(*arrays)
            self._points = Points(*arrays)
        return self._points

    def _visible(self) -> NDArray[np.bool_]:
        undone = np.array(sorted(self._withdrawn), np.int64)
        erased = (self._erased_by > 0) & ~np.isin(self._erased_by, undone)
        return ~erased & ~np.isin(self._painted_by, undone)

    # ------------------------------------------------------------------------------------- the strokes

    def paint(self, stroke: int, start: int, label: int, points: Array) -> None:
        """A piece of a stroke: its dabs from number `start` on. Stops when the canvas is full."""
        self._begin(stroke)
        again = np.flatnonzero(self._painted_by == stroke)[start:]
        if again.size:  # this piece overlaps with an earlier one
            keep = np.ones(len(self._painted_by), bool)
            keep[again] = False
            self._x, self._labels = self._x[keep], self._labels[keep]
            self._painted_by, self._erased_by = self._painted_by[keep], self._erased_by[keep]
        free = min(MAX_POINTS - int(self._visible().sum()), MAX_KEPT - len(self._labels))
        new = points[: max(0, free)]
        self._x = np.vstack((self._x, new))
        self._labels = np.append(self._labels, np.full(len(new), label))
        self._painted_by = np.append(self._painted_by, np.full(len(new), stroke))
        self._erased_by = np.append(self._erased_by, np.zeros(len(new), np.int64))
        self._end(start + len(points))

    def erase(self, stroke: int, start: int, radius: float, places: Array) -> None:
        """A piece of a stroke with the eraser."""
        self._begin(stroke)
        visible = np.flatnonzero(self._visible())
        for x, y in places.tolist():
            near = np.hypot(self._x[visible, 0] - x, self._x[visible, 1] - y) <= radius
            self._erased_by[visible[near]] = stroke
        self._end(start + len(places))

    def _begin(self, stroke: int) -> None:
        if stroke > self.last:
            self.last, self.dabs = stroke, 0

    def _end(self, dabs: int) -> None:
        self.dabs, self._points = dabs, None

    def withdraw(self, stroke: int) -> bool:
        """Undo a stroke. False when there is none, or it is undone already."""
        known = stroke > 0 and bool((self._painted_by == stroke).any() or (self._erased_by == stroke).any())
        if not known or stroke in self._withdrawn:
            return False
        self._withdrawn |= {stroke}
        self._points = None
        return True

    def restore(self, stroke: int) -> bool:
        """Redo a stroke. False when it was not undone."""
        if stroke not in self._withdrawn:
            return False
        self._withdrawn -= {stroke}
        self._points = None
        return True

    # -------------------------------------------------------------------------------------------- kept

    def save(self) -> dict[str, Any]:
        """Everything, as plain values."""
        return {
            "x": self._x,
            "labels": self._labels,
            "born": self._painted_by,
            "gone": self._erased_by.copy(),
            "withdrawn": sorted(self._withdrawn),
            "last": self.last,
            "dabs": self.dabs,
        }

    @staticmethod
    def load(state: Mapping[str, Any]) -> Painting:
        """A canvas that was saved. Raises ValueError when it does not fit together."""
        found = Painting(state["x"], state["labels"])
        found._painted_by, found._erased_by = np.array(state["born"], np.int64), np.array(state["gone"], np.int64)
        lengths = {len(found._x), len(found._labels), len(found._painted_by), len(found._erased_by)}
        if len(lengths) != 1 or len(found._x) > MAX_KEPT or not np.isfinite(found._x).all():
            raise ValueError(f"state: a canvas of {sorted(lengths)} points, or of what is not a number")
        if not ((found._labels >= 0) & (found._labels < CLASSES)).all():
            raise ValueError(f"state: classes from 0 to {CLASSES - 1} are needed")
        found._withdrawn = frozenset(int(n) for n in state["withdrawn"])
        found.last, found.dabs = int(state["last"]), int(state["dabs"])
        return found
