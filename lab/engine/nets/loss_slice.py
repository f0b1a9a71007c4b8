"""The loss around a network, cut along two directions in the space of all its weights. A direction is drawn by chance
and then made, unit by unit, as long as that unit's own weights: else a network with small weights would look rougher
than one with large weights that computes the same.

Source: Li, Xu, Taylor, Studer & Goldstein, Visualizing the loss landscape of neural nets, 2018."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lab.engine.graph.operations import Array
from lab.engine.nets.fast_map import FastMap, targets_for
from lab.engine.nets.fast_plan import FastModel, Layout

__all__ = ["LossSlice", "filter_direction"]


def filter_direction(layout: Layout, rng: np.random.Generator) -> Array:
    """A direction [P]: for every unit as long as its weights. Biases have none: they stay where they are."""
    found = np.zeros_like(layout.flat)
    for weight, part in zip(layout.weights, Layout.of(layout.sizes, found).weights, strict=True):
        drawn = rng.normal(size=(len(weight), weight.shape[1] - 1))  # [n_out, n_in]
        wanted = np.linalg.norm(weight[:, :-1].astype(np.float64), axis=1, keepdims=True)
        part[:, :-1] = drawn * (wanted / np.linalg.norm(drawn, axis=1, keepdims=True))
    return found


class LossSlice:
    """A grid of losses around a model as it is now, worked out row by row.

    x: [N, n_in].  y: see `fast_map.targets_for`.  side: points along an edge; odd, so that the model itself is one.
    reach: how far it goes to each side, in lengths of the weights.  rng: for the two directions.
    Raises ValueError for an even side.
    """

    def __init__(
        self, model: FastModel, x: ArrayLike, y: ArrayLike, side: int, reach: float, rng: np.random.Generator
    ) -> None:
        if side < 3 or side % 2 == 0:
            raise ValueError(f"side: {side}, needs an odd number of at least 3")
        self.places = np.linspace(-reach, reach, side)
        self._model, self._map, self._targets = model, FastMap(model, x), targets_for(model, y)
        self._centre = model.layout.flat.copy()
        self._right, self._up = (filter_direction(model.layout, rng) for _direction in range(2))

    def row(self, number: int) -> Array:
        """The losses [side] of one row, from the lowest up; the model is afterwards what it was."""
        found = np.empty(len(self.places))
        flat, up = self._model.layout.flat, self.places[number] * self._up
        with np.errstate(all="ignore"):
            for column, across in enumerate(self.places):
                flat[:] = self._centre + across * self._right + up
                self._map.update()
                found[column] = self._map.loss(self._targets)
        flat[:] = self._centre
        return found
