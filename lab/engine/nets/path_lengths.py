"""A stack with skips is many networks at once: at every block a signal goes through it or around it, 2ᴸ ways in all.
The gradient is the sum of what comes back along them, and here it is divided by how many blocks a way goes through.

Source: Veit, Wilber & Belongie, Residual networks behave like ensembles of relatively shallow networks, 2016."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lab.engine.graph.operations import Array
from lab.engine.nets.layers import Dense, Layer, Residual
from lab.engine.nets.normalization import BatchNorm

__all__ = ["gradient_by_length"]


def gradient_by_length(
    layers: Sequence[Layer], caches: Sequence[Any], gradient: Array, longest: int
) -> tuple[Array, Array]:
    """What arrives at the input of some layers, by the number of residual blocks it came through.

    layers, caches: of a forward pass, no batch norm among them, which would mix the examples.  gradient: at the
    output of the last layer, [N, width].  longest: ways through more blocks than that are gathered.
    Returns [longest + 2, N, width], the last of them the gathered rest, and their sum, the whole gradient.
    Raises ValueError for a batch norm.
    """
    parts = np.zeros((longest + 2, *gradient.shape))  # the last but one may overflow into the last
    parts[0], whole = gradient, gradient
    for layer, cache in zip(reversed(layers), reversed(caches), strict=True):
        if isinstance(layer, Residual):
            inside = layer.scale * _back(layer.layers, cache, parts)
            parts[1:] += inside[:-1]  # one block more; over the skip it stays as it is
            parts[-1] += inside[-1]
            whole = whole + layer.scale * _back(layer.layers, cache, whole)
        else:
            parts, whole = _back((layer,), (cache,), parts), _back((layer,), (cache,), whole)
    return parts, whole


def _back(layers: Sequence[Layer], caches: Sequence[Any], gradient: Array) -> Array:
    """Gradients [..., N, n_out] of the output brought to the input of layers one after the other."""
    for layer, cache in zip(reversed(layers), reversed(caches), strict=True):
        if isinstance(layer, BatchNorm):
            raise ValueError("layers: a batch norm mixes the examples, needs another norm or none")
        if isinstance(layer, Dense):
            gradient = gradient @ layer.weight.T
        else:
            gradient = layer.backward(gradient, cache)[0]
    return gradient
