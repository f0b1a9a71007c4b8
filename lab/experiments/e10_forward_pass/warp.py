"""Where the last hidden layer puts the points of the plane, for networks that read two numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.experiments.e10_forward_pass.forward import activated, forward
from lab.experiments.e10_forward_pass.nets import XOR_ROWS, XOR_TRUTH

if TYPE_CHECKING:
    from lab.experiments.e10_forward_pass.frame import ForwardFrame

__all__ = ["SIDE", "Warp", "warp_of"]

Array = NDArray[np.float64]
SIDE, LINES, ALONG = 61, 9, 25
Window = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False, slots=True)
class Warp:
    """before, after: the points of the batch, [B, 2], as they come in and where the layer puts them.  kinds: 0 or 1
    for each, [B].  paper_before, paper_after: squared paper, [L, A, 2].  window_before, window_after: x0, x1, y0, y1.
    map_before, map_after: the first output there, [SIDE, SIDE], rows upwards; None where two units do not
    determine it.  units: the two of the layer that are shown, from 0; () without a hidden layer.  of: its size."""

    before: Array
    after: Array
    kinds: NDArray[np.int64]
    paper_before: Array
    paper_after: Array
    window_before: Window
    window_after: Window
    map_before: Array
    map_after: Array | None
    units: tuple[int, ...]
    of: int


def warp_of(frame: ForwardFrame) -> Warp | None:
    """None where the network does not read two numbers, or its shapes do not fit."""
    net, run = frame.net, frame.run
    if net.sizes[0] != 2 or run.failed >= 0:
        return None
    x = run.x
    window = _window(x, 0.5)
    paper = _paper(window)
    outputs = run.a[-1][:, 0]
    kinds = (outputs > 0.5).astype(np.int64)
    for corner, truth in zip(XOR_ROWS, XOR_TRUTH.tolist(), strict=True):
        kinds[np.abs(x - corner).max(axis=1) < 1e-9] = int(truth)
    maps = forward(net, _grid(window)).a[-1][:, 0].reshape(SIDE, SIDE)
    depth = len(net.weights) - 1
    if depth == 0:
        return Warp(x, x, kinds, paper, paper, window, window, maps, maps, (), 0)
    width = net.sizes[depth]
    units = _loudest(net.weights[-1], width)
    part = replace(net, weights=net.weights[:depth], biases=net.biases[:depth], output=net.hidden)

    def into(points: Array) -> Array:
        hidden = forward(part, points).a[-1]
        if width == 1:
            return np.column_stack((hidden[:, 0], np.zeros(len(hidden))))
        return np.clip(hidden[:, list(units)], -1e6, 1e6)

    after = into(x)
    lines = into(paper.reshape(-1, 2)).reshape(paper.shape)
    there = _window(after, 0.2)
    whole = None
    if width <= 2:
        spots = _grid(there)[:, :width]
        whole = activated(net.output, spots @ net.weights[-1] + net.biases[-1])[:, 0].reshape(SIDE, SIDE)
    return Warp(x, after, kinds, paper, lines, window, there, maps, whole, units, width)


def _loudest(weights: Array, width: int) -> tuple[int, ...]:
    """The two units with the largest weights behind the layer, in order."""
    if width == 1:
        return (0,)
    order = np.argsort(-np.abs(weights).sum(axis=1), kind="stable")[:2]
    return tuple(sorted(int(i) for i in order))


def _window(points: Array, room: float) -> Window:
    """A square around the points, with some room at each side."""
    low, high = points.min(axis=0), points.max(axis=0)
    reach = max(float((high - low).max()) / 2, 0.05) * (1.0 + 2 * room)
    x, y = ((low + high) / 2).tolist()
    return x - reach, x + reach, y - reach, y + reach


def _grid(window: Window) -> Array:
    x0, x1, y0, y1 = window
    across, up = np.meshgrid(np.linspace(x0, x1, SIDE), np.linspace(y0, y1, SIDE))
    return np.column_stack((across.ravel(), up.ravel()))


def _paper(window: Window) -> Array:
    """Lines of squared paper: [2·LINES, ALONG, 2]."""
    x0, x1, y0, y1 = window
    rising = [np.column_stack((np.full(ALONG, x), np.linspace(y0, y1, ALONG))) for x in np.linspace(x0, x1, LINES)]
    level = [np.column_stack((np.linspace(x0, x1, ALONG), np.full(ALONG, y))) for y in np.linspace(y0, y1, LINES)]
    return np.array([*rising, *level])
