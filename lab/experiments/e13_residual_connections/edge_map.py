"""The map of what trains: for many depths, and many sizes of the first weights or many widths, a short run each. A step
of the run is one cell. Where the gradient of a deep stack comes back neither larger nor smaller is worked out as well.

Source: Schoenholz, Gilmer, Ganguli & Sohl-Dickstein, Deep information propagation, 2017."""

from __future__ import annotations

import copy
import math
from collections.abc import Generator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from lab.core.params import replaced
from lab.core.records import dataclass
from lab.engine.graph.operations import Array
from lab.engine.nets.side_by_side import SideBySide
from lab.experiments.e13_residual_connections.settings import Params
from lab.experiments.e13_residual_connections.signals import signals_of
from lab.experiments.e13_residual_connections.stacks import ground_for, stack_on, uniform_blocks
from lab.kit.arrays import freeze

__all__ = ["BUDGET", "DEPTHS", "GAINS", "GOAL", "WIDTHS", "EdgeMap", "MapPage", "rows_of"]

DEPTHS = (2, 4, 6, 8, 12, 16, 24, 32, 48, 64)
GAINS = tuple(2.0 ** (half / 2) for half in range(-4, 5))
WIDTHS = (4, 6, 8, 12, 16, 24, 32, 48, 64)
BUDGET, GOAL = 100, math.log(2) / 2
"""Steps a cell may take, and the loss it has to reach: half of what guessing costs."""
PROBED, HALVINGS = 32, 12


def rows_of(params: Params) -> tuple[float, ...]:
    """What changes from row to row, from the lowest up."""
    return GAINS if params.across == "gain" else tuple(float(width) for width in WIDTHS)


@dataclass(frozen=True, slots=True, eq=False)
class MapPage:
    """losses: [rows, depths], the last loss of each cell, nan where none was run yet, inf where it ran away.

    took: [rows, depths], steps to the goal, −1 where it was not reached.  cells: that are done.
    edge: the gain at which the gradient keeps its size, None where there is none, or with widths.
    """

    params: Params
    losses: Array
    took: Array
    cells: int
    edge: float | None

    @property
    def trains(self) -> Array:
        """[rows, depths]: 1 where the goal was reached, 0 where not, nan where nothing was run yet."""
        return np.where(np.isnan(self.losses), np.nan, (self.took >= 0).astype(np.float64))

    @property
    def trained(self) -> int:
        """In how many cells the goal was reached."""
        return int((self.took >= 0).sum())


class EdgeMap:
    """The cells so far, and the one at work; only the simulation touches them."""

    def __init__(self, params: Params, rng: np.random.Generator) -> None:
        self._params, self._start = params, copy.deepcopy(rng)
        shape = (len(rows_of(params)), len(DEPTHS))
        self._losses, self._took = np.full(shape, np.nan), np.full(shape, -1.0)
        self._cells, self._run, self._updates = 0, None, 0  # type: int, SideBySide | None, int
        self._edge: float | None = None
        self._search: Generator[None, None, float | None] | None = None

    def done(self) -> bool:
        return self._cells == self._losses.size

    def _cell(self, number: int) -> tuple[int, int]:
        """Column after column, from shallow to deep, from the middle row outwards: what trains is seen first."""
        rows = len(self._losses)
        order = sorted(range(rows), key=lambda row: (abs(row - rows // 2), row))
        return order[number % rows], number // rows

    def settings(self, row: int, column: int) -> Params:
        """The controls of a cell."""
        value = rows_of(self._params)[row]
        varied = {"gain": value} if self._params.across == "gain" else {"width": int(value)}
        return replaced(self._params, {"depth": DEPTHS[column], "source": "circle", **varied})

    def _begun(self, params: Params) -> SideBySide:
        rng = copy.deepcopy(self._start)
        ground = ground_for(params, rng)
        stack = stack_on(ground, uniform_blocks(params, ground, params.skip, params.norm != "none"))
        return SideBySide([stack], ground.x, ground.y, params.learning_rate, rng, params.batch)

    def step(self, _number: int) -> bool:
        """A piece of a cell's run; True when the cell is done."""
        row, column = self._cell(self._cells)
        if self._cells == 0 and self._params.across == "gain" and not self._searched():
            return False
        if self._run is None:
            self._run, self._updates = self._begun(self.settings(row, column)), 0
            return False
        if not self._run.piece():
            return False
        self._updates += 1
        loss = self._run.losses[0]
        reached = loss < GOAL
        if not reached and math.isfinite(loss) and self._updates < BUDGET:
            return False
        self._losses[row, column] = loss if math.isfinite(loss) else math.inf
        self._took[row, column] = self._updates - 1 if reached else -1
        self._cells, self._run = self._cells + 1, None
        return True

    def _searched(self) -> bool:
        """A piece of the search for the edge, which comes before the first cell; True when it is over."""
        if self._run is not None:
            return True
        if self._search is None:
            self._search = self._edge_search()
        try:
            next(self._search)
        except StopIteration as end:
            self._edge, self._search = end.value, None
            row, column = self._cell(0)
            self._run, self._updates = self._begun(self.settings(row, column)), 0
        return False

    def _edge_search(self) -> Generator[None, None, float | None]:
        """The gain at which the gradient reaches the first of 32 blocks as large as the last: halving an interval."""
        low, high = math.log(GAINS[0]), math.log(GAINS[-1])
        fades = self._comes_back(low) < 0.0
        yield
        if not fades or not self._comes_back(high) > 0.0:
            return None
        for _half in range(HALVINGS):
            yield
            middle = (low + high) / 2
            low, high = (low, middle) if self._comes_back(middle) > 0.0 else (middle, high)
        return math.exp((low + high) / 2)

    def _comes_back(self, log_gain: float) -> float:
        """The logarithm of the gradient at the first block's input over that at the last one's."""
        params = replace(self._params, depth=PROBED, gain=math.exp(log_gain), batch=256)
        found = signals_of(self._begun(params).look(0))
        with np.errstate(all="ignore"):
            arrived = np.hypot(found.over_skip, found.through)
            return float(np.nan_to_num(np.log(arrived[0] / arrived[-1]), nan=np.inf, posinf=1e9, neginf=-1e9))

    def shown(self, params: Params) -> MapPage:
        return MapPage(params, freeze(self._losses.copy()), freeze(self._took.copy()), self._cells, self._edge)

    # ------------------------------------------------------------------------------------------- state

    def save(self) -> dict[str, Any]:
        return {
            "losses": self._losses.copy(),
            "took": self._took.copy(),
            "cells": self._cells,
            "start": self._start.bit_generator.state,
            "edge": self._edge,
        }

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError for a map of another shape."""
        losses, took = (np.array(saved[name], np.float64) for name in ("losses", "took"))
        if losses.shape != self._losses.shape or took.shape != losses.shape:
            raise ValueError(f"state: a map of shape {losses.shape}, needs {self._losses.shape}")
        self._losses, self._took, self._cells = losses, took, int(saved["cells"])
        self._start.bit_generator.state = dict(saved["start"])
        self._edge = None if saved["edge"] is None else float(saved["edge"])
        self._run, self._search = None, None
