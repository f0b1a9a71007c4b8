"""Which pixels a network looks at. Two questions: what if a pixel were a little brighter (the gradient), and what if
a patch were not there (occlusion)? And their use: the smallest change of a picture that makes it another digit, and
the picture that excites a kernel most."""

import numpy as np

from lab.core.records import dataclass
from lab.engine.basics.activations import softmax
from lab.engine.graph.operations import Array
from lab.engine.nets.network import Network

__all__ = ["Nudge", "climb", "excited", "input_gradient", "nudge", "occlusion_map"]


def input_gradient(network: Network, x: Array, label: int) -> Array:
    """The slope of the log-probability of a class for every pixel.

    network: with a softmax head.  x: one picture [1, C, H, W].  label: from 0.
    Returns [C, H, W]: positive where more ink speaks for the class.
    Source: Simonyan, Vedaldi & Zisserman, Deep inside convolutional networks, 2014.
    """
    run = network.forward(x)
    _, gradient = network.loss_of(run.outputs, np.array([label]))  # of −log p
    return np.asarray(-network.backward(gradient, run)[0][0][0])


def occlusion_map(network: Network, x: Array, label: int, patch: int = 3, fill: float = 0.0) -> Array:
    """How much the probability of a class falls when a patch is covered, by the pixel in the patch's middle.

    x: one picture [1, C, H, W].  patch: odd, its side; at the border less of the picture is covered.
    fill: what covers it.
    Returns [H, W]: positive where the covered ink spoke for the class.  Raises ValueError for an even patch.
    Source: Zeiler & Fergus, Visualizing and understanding convolutional networks, 2014.
    """
    if patch < 1 or patch % 2 == 0:
        raise ValueError(f"patch: {patch}, needs an odd number from 1 on")
    _, channels, height, width = x.shape
    half = patch // 2
    covered = np.repeat(x, height * width, axis=0).reshape(height, width, channels, height, width)
    for row in range(height):
        for column in range(width):
            rows = slice(max(0, row - half), row + half + 1)
            columns = slice(max(0, column - half), column + half + 1)
            covered[row, column, :, rows, columns] = fill
    p = network.predict(covered.reshape(-1, channels, height, width))[:, label]
    whole = network.predict(x)[0, label]
    return np.asarray(whole - p.reshape(height, width))


@dataclass(frozen=True, slots=True)
class Nudge:
    """A picture on its way to another class.

    x: [1, C, H, W].  probabilities: [K], what the network says of it.
    """

    x: Array
    probabilities: Array


def nudge(network: Network, x: Array, label: int, rate: float = 0.05) -> Nudge:
    """One small step of the pixels uphill, towards a class; brightness stays between 0 and 1.

    x: [1, C, H, W].  rate: how far the picture moves altogether, as a Euclidean length.
    """
    slope = input_gradient(network, x, label)[None]
    slope = np.where((x <= 0) & (slope < 0) | (x >= 1) & (slope > 0), 0.0, slope)  # where there is no way on
    length = float(np.linalg.norm(slope))
    moved = np.clip(x + rate * slope / length, 0.0, 1.0) if length else x
    return Nudge(moved, softmax(network.forward(moved).outputs)[0])


def climb(network: Network, depth: int, x: Array, units: Array, rate: float = 0.3) -> Array:
    """One small step of some pictures uphill, each towards what excites its kernel at the middle of its map.

    depth: how many layers stand before the maps.  x: [U, C, H, W], from 0 to 1.  units: [U], the kernel of each.
    rate: how far each picture moves, as a Euclidean length. One whose kernel has no slope stays.
    Returns [U, C, H, W], from 0 to 1.
    """
    short = Network(network.layers[:depth], network.head)
    run = short.forward(x)
    wanted = np.zeros_like(run.outputs)
    wanted[np.arange(len(x)), units, wanted.shape[2] // 2, wanted.shape[3] // 2] = 1.0
    slope = short.backward(wanted, run)[0][0]
    length = np.sqrt((slope * slope).sum(axis=(1, 2, 3), keepdims=True))
    return np.asarray(np.clip(x + rate * slope / np.where(length > 0, length, 1.0), 0.0, 1.0))


def excited(network: Network, depth: int, unit: int, side: int, steps: int = 40, rate: float = 0.3) -> Array:
    """The picture that excites a kernel most at the middle of its map, found by climbing from grey.

    depth: how many layers stand before the map.  unit: the kernel's number.  side: of the picture.
    Returns [side, side], each value between 0 and 1.
    """
    x = np.full((1, 1, side, side), 0.5)
    for _step in range(steps):
        x = climb(network, depth, x, np.array([unit]), rate)
    return np.asarray(x[0, 0])
