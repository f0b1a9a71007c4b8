"""How a layer's weights start. Too small and the signal fades on its way through the layers, too big and it
explodes; He's and Xavier's rules choose the spread so that it keeps its size. All zero is the classic
mistake: every unit of a layer then computes, and learns, the same for ever."""

from typing import Literal, get_args

import numpy as np

from lab.engine.graph.operations import Array

__all__ = ["Scheme", "initial_weight", "orthogonal", "with_spectral_radius"]

Scheme = Literal["he", "xavier", "lecun", "uniform", "normal", "zero"]


def initial_weight(scheme: Scheme, n_in: int, n_out: int, rng: np.random.Generator, scale: float = 1.0) -> Array:
    """Weights of one layer.

    scheme: "he" N(0, 2/n_in), for ReLU; "xavier" N(0, 2/(n_in + n_out)), for tanh and sigmoid; "lecun"
    N(0, 1/n_in); "uniform" ±1/√n_in, PyTorch's default; "normal" N(0, 1), to be scaled by hand; "zero".
    scale: multiplies the result: 2 is twice too big.
    Returns float64 [n_in, n_out].  Raises ValueError when the scheme is unknown or a size is below 1.
    Source: He et al., 2015; Glorot & Bengio, 2010; LeCun et al., Efficient BackProp, 1998.
    """
    if n_in < 1 or n_out < 1:
        raise ValueError(f"n_in, n_out: {n_in} and {n_out}, need at least 1")
    if scheme not in get_args(Scheme):
        raise ValueError(f"scheme: {scheme!r}, needs one of {', '.join(get_args(Scheme))}")
    if scheme == "zero":
        return np.zeros((n_in, n_out))
    if scheme == "uniform":
        return np.asarray(scale * rng.uniform(-1.0, 1.0, size=(n_in, n_out)) / np.sqrt(n_in))
    spread = {
        "he": np.sqrt(2.0 / n_in),
        "xavier": np.sqrt(2.0 / (n_in + n_out)),
        "lecun": np.sqrt(1.0 / n_in),
        "normal": 1.0,
    }[scheme]
    return np.asarray(scale * spread * rng.normal(size=(n_in, n_out)))


def orthogonal(n: int, rng: np.random.Generator) -> Array:
    """A random rotation [n, n]: it keeps the length of every vector. Source: Saxe et al., 2014."""
    q, r = np.linalg.qr(rng.normal(size=(n, n)))
    return np.asarray(q * np.sign(np.diag(r)))  # signs fixed, so that all rotations are equally likely


def with_spectral_radius(weight: Array, radius: float) -> Array:
    """The matrix scaled so that its largest eigenvalue has this size: what a signal is multiplied by, in the
    long run, at each step of a recurrence.

    weight: [n, n].  radius: at least 0.
    Raises ValueError when the weight is not square, or has no eigenvalue but 0.
    """
    if weight.ndim != 2 or weight.shape[0] != weight.shape[1]:
        raise ValueError(f"weight: has shape {weight.shape}, needed a square")
    largest = float(np.abs(np.linalg.eigvals(weight)).max())
    if largest == 0:
        raise ValueError("weight: all its eigenvalues are 0, it cannot be scaled to another radius")
    return np.asarray(weight * (radius / largest))
