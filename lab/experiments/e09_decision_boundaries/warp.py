"""The bent space: where a hidden layer takes the points and the squares of the canvas. What the layer says has as
many numbers as it has units; two directions of it are shown, the one along which the output decides first of
all, turned so that it lies as like the canvas as it can. So the boundary, whatever its shape on the canvas, is a
straight line here."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.nets.network import Network
from lab.engine.nets.resize import dense_layers, hidden_sizes
from lab.experiments.e09_decision_boundaries.frame import BoundaryFrame
from lab.experiments.e09_decision_boundaries.net import features_of

__all__ = ["MOST_SHOWN", "Warp", "warp_of"]

Array = NDArray[np.float64]
MOST_SHOWN = 1200
LINES, ALONG = 9, 25


@dataclass(frozen=True, eq=False, slots=True)
class Warp:
    """points: [N, 2] with labels [N] and hollow [N].  lines: [L, A, 2], the squares of the canvas.  cut: (a, b, c),
    the places with a·x + b·y + c = 0 are the boundary; None where it is no line.  middle and reach: of a square
    about the points as they lie now; the squared paper may go on beyond it.  layer: counted from 1, 0 without a
    hidden layer.  whole: whether the layer has just two units, so that nothing is left out."""

    points: Array
    labels: NDArray[np.int64]
    hollow: NDArray[np.bool_]
    lines: Array
    cut: tuple[float, float, float] | None
    middle: tuple[float, float]
    reach: float
    layer: int
    whole: bool


def warp_of(frame: BoundaryFrame, layer: int, morph: float, test: bool) -> Warp:
    """Where the points are on the way from the canvas (morph 0) to a hidden layer (morph 1).

    layer: counted from 1; 0 is the last.  test: whether the hidden test points are shown too.
    """
    with np.errstate(all="ignore"):
        return _warp_of(frame, layer, morph, test)


def _warp_of(frame: BoundaryFrame, layer: int, morph: float, test: bool) -> Warp:
    network, held = frame.network, frame.held_out
    depth = len(hidden_sizes(network))
    layer = depth if layer == 0 or layer > depth else layer
    chosen = np.flatnonzero(~held | (test and not frame.canvas_info.secret))[:MOST_SHOWN]
    x = frame.points.x[chosen]
    grid = _squares(frame.canvas_info.extent)
    middle = np.array([(frame.canvas_info.extent[0] + frame.canvas_info.extent[1]) / 2,
                       (frame.canvas_info.extent[2] + frame.canvas_info.extent[3]) / 2])  # fmt: skip
    basis_of = x if len(x) >= 3 else grid
    plane = _plane(network, basis_of, frame.params.features, layer, middle) if layer else None
    there, lines = (x, grid) if plane is None else (plane.of(x), plane.of(grid))
    here = [(1 - morph) * a + morph * b for a, b in ((x, there), (grid, lines))]
    cut = plane.cut if plane is not None else _straight(network) if not depth and not _fed_more(frame) else None
    return Warp(
        here[0],
        frame.points.labels[chosen],
        held[chosen],
        here[1].reshape(-1, ALONG, 2),
        cut if morph >= 0.999 or not layer else None,
        *_square_about(here[0] if len(x) >= 3 else here[1]),
        layer,
        bool(layer) and hidden_sizes(network)[layer - 1] <= 2,
    )


def _square_about(places: Array) -> tuple[tuple[float, float], float]:
    """The middle of places [N, 2] and how far they reach from it, each a whole number of sixteenths of a power of two:
    so the window stands still while the places move a little."""
    low, high = places.min(axis=0), places.max(axis=0)
    half = min(max(float((high - low).max()) / 2, 1e-3), 1e6)
    unit = 2.0 ** (math.ceil(math.log2(half)) - 4)
    x, y = (round(float(middle) / unit) * unit for middle in (low + high) / 2)
    return (x, y), math.ceil(half / unit + 1) * unit


def _fed_more(frame: BoundaryFrame) -> bool:
    return frame.params.features != ("x1", "x2")


def _straight(network: Network) -> tuple[float, float, float] | None:
    """The boundary of a network without hidden layers."""
    last = dense_layers(network)[-1]
    if len(last.bias) > 1 or network.head == "mse":
        return None
    return float(last.weight[0, 0]), float(last.weight[1, 0]), float(last.bias[0])


def _squares(extent: tuple[float, float, float, float]) -> Array:
    """Points along the lines of a square paper: [2·LINES·ALONG, 2]."""
    x0, x1, y0, y1 = extent
    across, up = np.linspace(x0, x1, LINES), np.linspace(y0, y1, LINES)
    along_x, along_y = np.linspace(x0, x1, ALONG), np.linspace(y0, y1, ALONG)
    rising = [np.column_stack((np.full(ALONG, x), along_y)) for x in across]
    level = [np.column_stack((along_x, np.full(ALONG, y))) for y in up]
    return np.vstack((*rising, *level))


@dataclass(frozen=True, eq=False, slots=True)
class _Plane:
    """A flat window into a layer: of(x) takes places on the canvas to places in it."""

    network: Network
    features: tuple[str, ...]
    layer: int
    center: Array
    basis: Array
    middle: Array
    cut: tuple[float, float, float] | None

    def of(self, x: Array) -> Array:
        """[N, 2] -> [N, 2]."""
        return (_layer(self.network, x, self.features, self.layer) - self.center) @ self.basis + self.middle


def _layer(network: Network, x: Array, features: tuple[str, ...], layer: int) -> Array:
    """What a hidden layer, counted from 1, says: [N, n]."""
    part = Network(network.layers[: 2 * layer], "mse")
    with np.errstate(all="ignore"):
        values = part.forward(features_of(x, features)).outputs
    bounded: Array = np.clip(np.nan_to_num(values), -1e6, 1e6)  # what runs centered still has a place
    return bounded


def _plane(network: Network, x: Array, features: tuple[str, ...], layer: int, middle: Array) -> _Plane:
    """The window: the direction of the decision, where the layer is the last of two classes, and the one along
    which the points differ most; turned towards the canvas and stretched to its size."""
    values = _layer(network, x, features, layer)
    center = values.mean(axis=0)
    centered = values - center
    last = dense_layers(network)[-1]
    decides = layer == len(hidden_sizes(network)) and len(last.bias) == 1
    weight = last.weight[:, 0] if decides else np.zeros(centered.shape[1])
    size = float(np.linalg.norm(weight))
    if size > 0 and np.isfinite(size):
        first = weight / size
        rest = centered - np.outer(centered @ first, first)
        basis = np.column_stack((first, _principal_directions(rest)[:, 0]))
    else:
        basis, decides = _principal_directions(centered)[:, :2], False
    if basis.shape[1] < 2:
        basis = np.column_stack((basis, np.zeros(len(basis))))
    flat = centered @ basis
    left, _sizes, right = np.linalg.svd(flat.T @ (x - x.mean(axis=0)))
    rotation = left @ right
    stretch = float(np.std(x)) / max(float(np.std(flat)), 1e-9)
    cut = None
    if decides:
        level = float(weight @ center + last.bias[0]) - (0.5 if network.head == "mse" else 0.0)
        a, b = (rotation[0] * size / stretch).tolist()
        cut = (a, b, level - a * float(middle[0]) - b * float(middle[1]))
    return _Plane(network, features, layer, center, basis @ rotation * stretch, middle, cut)


def _principal_directions(values: Array) -> Array:
    """The directions along which rows differ, the widest first: [n, n]."""
    _sizes, ways = np.linalg.eigh(values.T @ values)
    return np.asarray(ways[:, ::-1])
