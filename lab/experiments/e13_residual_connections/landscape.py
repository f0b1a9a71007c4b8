"""The landscape: a stack without skips and one with them, otherwise alike, first learn for a while; then the loss
around each is worked out on a square, row by row. The steps of the run are pieces of the learning and then rows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.graph.operations import Array
from lab.engine.nets.loss_slice import LossSlice
from lab.engine.nets.side_by_side import SideBySide
from lab.experiments.e13_residual_connections.settings import Params
from lab.experiments.e13_residual_connections.stacks import ground_for, stack_on, uniform_blocks
from lab.kit.arrays import freeze

__all__ = ["LEARNING", "REACH", "SIDE", "Landscape", "LandscapePage", "hollows", "surface_of"]

UPDATES, LEARNING = 10, 30  # steps of Adam in a piece, and pieces
SIDE, REACH = 31, 0.5


@dataclass(frozen=True, slots=True, eq=False)
class LandscapePage:
    """heights: [SIDE, SIDE] without and with skips, rows from the lowest up, nan where nothing was worked out yet.

    centres: the losses that were reached.  pieces: of the learning that are done.  rows: that are done.
    """

    params: Params
    heights: tuple[Array, Array]
    centres: tuple[float, float]
    pieces: int
    rows: int
    lost: int | None = None

    @property
    def whole(self) -> bool:
        return self.rows == SIDE


def hollows(heights: Array) -> int:
    """How many points of a grid [H, W] lie lower than all eight around them; those at the edge are not counted."""
    inner = heights[1:-1, 1:-1]
    lower = np.ones(inner.shape, bool)
    rows, columns = heights.shape
    for down in (0, 1, 2):
        for across in (0, 1, 2):
            if (down, across) != (1, 1):
                lower &= inner < heights[down : rows - 2 + down, across : columns - 2 + across]
    return int(lower.sum())


def surface_of(heights: Array, origin: str) -> Artifact | None:
    """A square of losses as another experiment takes it; None where one of them is no number."""
    if not np.isfinite(heights).all():
        return None
    data = {
        "heights": heights.copy(),
        "extent": np.array([-REACH, REACH, -REACH, REACH]),
        "x_name": _("first direction"),
        "y_name": _("second direction"),
    }
    return Artifact("loss-surface", _("Loss around a deep stack"), data, origin)


class Landscape:
    """Two stacks, and as much of the two squares as is worked out; only the simulation touches them."""

    def __init__(self, params: Params, rng: np.random.Generator) -> None:
        ground = ground_for(params, rng)
        normed = params.norm != "none"
        stacks = [stack_on(ground, uniform_blocks(params, ground, skip, normed)) for skip in (False, True)]
        self._race = SideBySide(stacks, ground.x, ground.y, params.learning_rate, rng, params.batch)
        self._x, self._y = ground.x, ground.y
        self._seed = int(rng.integers(2**31))
        self._pieces, self._rows, self._updates = 0, 0, 0
        self._heights = tuple(np.full((SIDE, SIDE), np.nan) for _stack in stacks)
        self._slices: list[LossSlice] = []
        self._part: list[Array] = []
        self._centres = (self._race.loss(0), self._race.loss(1))

    def done(self) -> bool:
        return self._rows == SIDE or not all(map(math.isfinite, self._centres))

    def step(self, _number: int) -> bool:
        """A piece of ten steps of Adam, or half a row; True when the unit is complete."""
        if self._pieces < LEARNING:
            self._updates += self._race.piece()
            if self._updates < UPDATES:
                return False
            self._updates, self._pieces = 0, self._pieces + 1
            self._centres = (self._race.loss(0), self._race.loss(1))
            return True
        self._slice()
        self._part.append(self._slices[len(self._part)].row(self._rows))
        if len(self._part) < len(self._slices):
            return False
        for heights, row in zip(self._heights, self._part, strict=True):
            heights[self._rows] = row
        self._rows, self._part = self._rows + 1, []
        return True

    def _slice(self) -> None:
        """The two squares, around the stacks as they are now: both along directions drawn from one seed."""
        if not self._slices:
            self._slices = [
                LossSlice(stack, self._x, self._y, SIDE, REACH, np.random.default_rng(self._seed))
                for stack in self._race.stacks
            ]

    def shown(self, params: Params) -> LandscapePage:
        heights = (freeze(self._heights[0].copy()), freeze(self._heights[1].copy()))
        lost = None if all(map(math.isfinite, self._centres)) else self._pieces
        return LandscapePage(params, heights, self._centres, self._pieces, self._rows, lost)

    def surface(self, origin: str) -> Artifact | None:
        """The square with skips, to be walked down elsewhere; None until it is whole."""
        return surface_of(self._heights[1], origin) if self._rows == SIDE else None

    # ------------------------------------------------------------------------------------------- state

    def save(self) -> dict[str, Any]:
        return {
            "race": self._race.save(),
            "pieces": self._pieces,
            "rows": self._rows,
            "seed": self._seed,
            "heights": [heights.copy() for heights in self._heights],
        }

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError when it is of another run."""
        heights = [np.array(one, np.float64) for one in saved["heights"]]
        if [one.shape for one in heights] != [(SIDE, SIDE)] * 2:
            raise ValueError(f"state: heights of shapes {[one.shape for one in heights]}, needs {(SIDE, SIDE)} twice")
        self._race.load(dict(saved["race"]))
        self._heights, self._seed = tuple(heights), int(saved["seed"])
        self._pieces, self._rows, self._updates = int(saved["pieces"]), int(saved["rows"]), 0
        self._slices, self._part = [], []
        self._centres = (self._race.loss(0), self._race.loss(1))
