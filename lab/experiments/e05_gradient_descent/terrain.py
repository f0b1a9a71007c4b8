"""The ground the balls walk on: a surface together with all that is shown of it, computed once and
shared by every frame. Named surfaces and typed formulas come from the engine; for crickets and houses
the surface is the squared error of a straight line through a real table; one more may have been
received."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.text import N_
from lab.engine.basics.landscape import SURFACES, Point, Surface, formula_surface
from lab.engine.basics.quadratic import regression_surface
from lab.experiments.e05_gradient_descent.received import received_surface
from lab.experiments.e05_gradient_descent.tables import Table, crickets, houses
from lab.kit.arrays import freeze
from lab.kit.exchange import newest

__all__ = ["Terrain", "terrain_for"]

Array = NDArray[np.float64]
COLUMNS, ROWS = 256, 192  # points of the grid that pictures are made of
FLAT = 1e-12  # a curvature this much smaller than the largest is a level floor, not a slope
TABLES = {"crickets": crickets, "houses": houses}


class Terrain:
    """One landscape. It never changes; it is not a part of a frame but the ground all frames stand on.

    heights: [H, W], the loss over `extent` (x from, x to, y from, y to), rows from the lowest y up;
    read-only.
    lambda_max, lambda_min, condition: the curvatures of a quadratic, else None.
    minima, lowest: the known lowest points, and the loss at the deepest.
    unseen: a length too short for any picture.
    """

    __slots__ = (
        "_floor", "condition", "extent", "heights", "id", "lambda_max", "lambda_min", "lowest", "minima",
        "story", "surface", "table", "title", "unseen", "x_name", "y_name",
    )  # fmt: skip

    def __init__(self, id: str, title: str, story: str, surface: Surface, names: tuple[str, str], table: Table | None):
        self.id, self.title, self.story, self.surface, self.table = id, title, story, surface, table
        self.x_name, self.y_name = names
        self.extent = surface.domain
        x0, x1, y0, y1 = self.extent
        self.unseen = 1e-11 * min(x1 - x0, y1 - y0)
        heights = surface.value(np.linspace(x0, x1, COLUMNS)[None, :], np.linspace(y0, y1, ROWS)[:, None])
        self.heights = freeze(heights)[:]  # as a view it costs the history of frames nothing
        self.lambda_max, self.lambda_min = surface.lambda_max, surface.lambda_min
        self.minima: tuple[Point, ...] = surface.minima
        self.condition: float | None = None
        self._floor: Array | None = None
        if self.lambda_max is not None and self.lambda_min is not None and self.lambda_max > 0:
            self._find_floor(self.lambda_max, self.lambda_min)
        self.lowest = min((float(surface.value(*point)) for point in self.minima), default=None)

    def _find_floor(self, most: float, least: float) -> None:
        """The condition of a quadratic, its bottom if it has one, and in which directions that is level."""
        if least > FLAT * most:
            self.condition = most / least
        elif least < -FLAT * most:
            return
        start, bends = np.array(self.surface.start), self.surface.hessian(*self.surface.start)
        down = np.linalg.pinv(bends, rcond=FLAT)
        if not self.minima:
            bottom = start - down @ np.stack(self.surface.gradient(*start))
            if np.abs(np.stack(self.surface.gradient(*bottom))).max() > 1e-9 * most:
                return
            self.minima = ((float(bottom[0]), float(bottom[1])),)
        if self.condition is None:
            self._floor = np.eye(2) - down @ bends

    @property
    def formula(self) -> str | None:
        """The formula as it would be typed, where the surface is one."""
        return getattr(self.surface, "text", None)

    def nearest_minimum(self, x: float, y: float) -> Point | None:
        """The known lowest point nearest to a place, or None."""
        if not self.minima or not (math.isfinite(x) and math.isfinite(y)):
            return None
        if self._floor is not None:
            bottom = np.array(self.minima[0])
            nearest = bottom + self._floor @ (np.array([x, y]) - bottom)
            return float(nearest[0]), float(nearest[1])
        return min(self.minima, key=lambda point: math.hypot(x - point[0], y - point[1]))

    def steepest_bend(self, x: float, y: float) -> float | None:
        """The largest curvature at a place, where it is finite."""
        bends = self.surface.hessian(x, y)
        return float(np.linalg.eigvalsh(bends)[1]) if np.isfinite(bends).all() else None


def terrain_for(surface: str, formula: str, artifacts: Sequence[Any] = ()) -> Terrain:
    """The landscape the controls ask for. Raises ParamError when it has to be received and was not."""
    if surface != "received":
        return _own(surface, formula if surface == "formula" else "")
    artifact = newest(artifacts, "loss-surface", "surface")
    ground, names, table = received_surface(artifact)
    return Terrain(surface, artifact.title, artifact.origin, ground, names, table)


@lru_cache(maxsize=32)
def _own(id: str, formula: str) -> Terrain:
    name, _dash, standardised = id.partition("-")
    if name in TABLES:
        table = TABLES[name]().standardised() if standardised else TABLES[name]()
        ground = regression_surface(table.x, table.y)
        return Terrain(id, table.title, table.story, ground, (N_("slope w"), N_("intercept b")), table)
    known = SURFACES[id] if id in SURFACES else formula_surface(formula)
    return Terrain(id, known.title, known.story, known, (N_("weight x"), N_("weight y")), None)
