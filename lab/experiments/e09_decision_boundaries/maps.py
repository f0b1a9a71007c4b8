"""The maps: what the network, and every unit of it, says at each place of the canvas. It is a forward pass at
every pixel and nothing cleverer, done in float32 on arrays that are made once. A large network gets fewer
pixels, so that a picture always costs about the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.nets.fast import FastNet, fast_net
from lab.engine.nets.fast_map import FastMap, grid_points
from lab.experiments.e09_decision_boundaries.net import features_of
from lab.kit.arrays import freeze

__all__ = ["MapRenderer", "Maps", "pixels", "probabilities"]

SIDE, LEAST_SIDE = 100, 40
BUDGET = 6_000_000
"""Multiplications a picture may cost."""
TINY = 20
"""Pixels along the side of a unit's own map, about."""


@dataclass(frozen=True, eq=False, slots=True)
class Maps:
    """field: [1, G, G], the probability of class 1 of two, or [K, G, G].  units: per hidden layer [n, g, g]. Rows
    run upwards; places are pixel middles.  Read-only, float32."""

    field: NDArray[np.float32]
    units: tuple[NDArray[np.float32], ...]


def pixels(parameters: int) -> int:
    """How many pixels along a side a network of so many parameters can have, a multiple of 20."""
    side = int((BUDGET / max(parameters, 1)) ** 0.5)
    return min(SIDE, max(LEAST_SIDE, side // TINY * TINY))


def probabilities(outputs: NDArray[np.floating], head: str) -> NDArray[np.floating]:
    """Outputs as shares of belief. A network of squared error may leave 0..1, and is cut there."""
    return np.clip(outputs, 0.0, 1.0) if head == "mse" else outputs


class MapRenderer:
    """The maps of one shape of network on one canvas.

    net: of any float type, followed wherever it goes.  extent: x0, x1, y0, y1.  features: what it is fed.
    """

    def __init__(self, net: FastNet, extent: tuple[float, float, float, float], features: tuple[str, ...]) -> None:
        with np.errstate(over="ignore"):
            self._net, self._copy = net, fast_net(net.to_network(), np.float32)
        self.side = pixels(net.parameters.size)
        x0, x1, y0, y1 = extent
        half_x, half_y = (x1 - x0) / (2 * self.side), (y1 - y0) / (2 * self.side)
        grid = grid_points((x0 + half_x, x1 - half_x), (y0 + half_y, y1 - half_y), self.side, self.side)
        self._map = FastMap(self._copy, features_of(grid, features))

    def maps(self) -> Maps:
        """As the network is now."""
        with np.errstate(over="ignore"):
            self._copy.parameters[:] = self._net.parameters
        self._map.update()
        side, step = self.side, self.side // TINY
        field = probabilities(self._map.probabilities(), self._net.head).reshape(-1, side, side).copy()
        np.nan_to_num(field, copy=False, nan=0.5)
        units = tuple(_smaller(hidden.reshape(-1, side, side), step) for hidden in self._map.hidden)
        return Maps(freeze(field), units)


def _smaller(maps: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    return freeze(np.nan_to_num(maps[:, step // 2 :: step, step // 2 :: step]))
