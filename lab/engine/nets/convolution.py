"""Convolution: one small kernel laid on every place of a signal or picture, the sum of products written down
there. The same few weights see everything, so a 3×3 kernel has 9 of them whatever the picture's size.

What networks call a convolution does not turn the kernel round; mathematics calls that cross-correlation.
The textbook's convolution turns it (`flip=True`), and agrees with `np.convolve`.
Shapes are PyTorch's: pictures [N, C, H, W], kernels [C_out, C_in, k, k]; signals without the H."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from lab.core.records import dataclass
from lab.engine.graph.operations import Array

__all__ = [
    "OutputSize",
    "avg_pool",
    "avg_pool_backward",
    "convolve",
    "convolve_backward",
    "max_pool",
    "max_pool_backward",
    "output_size",
]


@dataclass(frozen=True, slots=True)
class OutputSize:
    """How often a kernel fits along one axis.

    quotient: (n + 2p − reach)/s + 1 before rounding, reach being d·(k − 1) + 1.  size: rounded down, 0 when
    the kernel is longer than the padded axis.  unused: padded entries at the end that no kernel touches.
    """

    size: int
    quotient: float
    unused: int


def output_size(n: int, kernel: int, padding: int = 0, stride: int = 1, dilation: int = 1) -> OutputSize:
    """The floor rule, ⌊(n + 2p − d(k − 1) − 1)/s⌋ + 1.

    Raises ValueError when a size is below 1 or the padding below 0.
    Source: Dumoulin & Visin, A guide to convolution arithmetic for deep learning, 2016.
    """
    for name, value, least in (
        ("n", n, 1),
        ("kernel", kernel, 1),
        ("stride", stride, 1),
        ("dilation", dilation, 1),
        ("padding", padding, 0),
    ):
        if value < least:
            raise ValueError(f"{name}: {value}, needs at least {least}")
    room = n + 2 * padding - dilation * (kernel - 1) - 1
    if room < 0:
        return OutputSize(0, room / stride + 1, n + 2 * padding)
    return OutputSize(room // stride + 1, room / stride + 1, room % stride)


def _windows(x: Array, kernel: tuple[int, ...], stride: int, padding: int, dilation: int, fill: float = 0.0) -> Array:
    """Every place the kernel is laid on, without copying: [N, C, *out, *kernel]."""
    axes = tuple(range(2, x.ndim))
    for size, k in zip(x.shape[2:], kernel, strict=True):
        if output_size(size, k, padding, stride, dilation).size < 1:
            raise ValueError(
                f"x: has shape {x.shape}, too small for a kernel of {kernel} with padding {padding} and "
                f"dilation {dilation}"
            )
    if padding:
        x = np.pad(x, [(0, 0), (0, 0)] + [(padding, padding)] * len(axes), constant_values=fill)
    reach = tuple(dilation * (k - 1) + 1 for k in kernel)
    views = sliding_window_view(x, reach, axis=axes)
    places = (slice(None, None, stride),) * len(axes)
    taps = (slice(None, None, dilation),) * len(axes)
    return views[(slice(None), slice(None), *places, *taps)]


def _unpadded(x: Array, shape: tuple[int, ...], padding: int) -> Array:
    inside = tuple(slice(padding, padding + size) for size in shape[2:])
    return x[(slice(None), slice(None), *inside)]


def _flipped(weight: Array) -> Array:
    return np.flip(weight, axis=tuple(range(2, weight.ndim)))


def _check(x: Array, weight: Array, bias: Array | None) -> None:
    if weight.ndim not in (3, 4) or x.ndim != weight.ndim or x.shape[1] != weight.shape[1]:
        needed = "[N, C, L] beside [C_out, C, k], or [N, C, H, W] beside [C_out, C, k, k]"
        raise ValueError(f"x: has shape {x.shape} beside a weight of shape {weight.shape}, needed {needed}")
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError(f"bias: has shape {bias.shape}, needed {weight.shape[:1]}")


def convolve(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    flip: bool = False,
) -> Array:
    """The kernels laid on every place of every example: cross-correlation, or convolution with `flip`.

    x: [N, C_in, L] or [N, C_in, H, W].  weight: [C_out, C_in, k] or [C_out, C_in, kh, kw].  bias: [C_out].
    stride: the step from place to place.  padding: zeros put round x.  dilation: the step between taps.
    Returns [N, C_out, *out].  Raises ValueError when shapes do not fit.
    """
    _check(x, weight, bias)
    if flip:
        weight = _flipped(weight)
    spatial = weight.ndim - 2
    windows = _windows(x, weight.shape[2:], stride, padding, dilation)  # [N, C, *out, *k]
    taps = tuple(range(2 + spatial, 2 + 2 * spatial))
    out = np.tensordot(windows, weight, axes=((1, *taps), tuple(range(1, 2 + spatial))))  # [N, *out, C_out]
    out = np.moveaxis(out, -1, 1)
    return out if bias is None else out + bias.reshape(-1, *(1,) * spatial)


def convolve_backward(
    gradient: Array,
    x: Array,
    weight: Array,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    flip: bool = False,
) -> tuple[Array, Array, Array]:
    """The gradients of a convolution's input, weight and bias.

    gradient: of the output [N, C_out, *out].  The rest as in `convolve`.
    Returns arrays in the shapes of x, weight and bias.
    """
    _check(x, weight, None)
    kernel = _flipped(weight) if flip else weight
    spatial = weight.ndim - 2
    windows = _windows(x, kernel.shape[2:], stride, padding, dilation)  # [N, C, *out, *k]
    places = (0, *range(2, 2 + spatial))
    grad_weight = np.tensordot(gradient, windows, axes=(places, places))  # [C_out, C, *k]
    padded = np.zeros((*x.shape[:2], *(size + 2 * padding for size in x.shape[2:])), dtype=gradient.dtype)
    arriving = np.tensordot(gradient, kernel, axes=((1,), (0,)))  # [N, *out, C, *k]
    arriving = np.moveaxis(arriving, 1 + spatial, 1)  # [N, C, *out, *k]
    _scatter(padded, arriving, stride, dilation)
    grad_x = _unpadded(padded, x.shape, padding)
    return grad_x, _flipped(grad_weight) if flip else grad_weight, gradient.sum(axis=places)


def _scatter(padded: Array, arriving: Array, stride: int, dilation: int) -> None:
    """Adds what each tap received to the entry it lay on, one tap after the other for all places at once.

    padded: [N, C, *padded].  arriving: [N, C, *out, *k].
    """
    spatial = padded.ndim - 2
    out = arriving.shape[2 : 2 + spatial]
    for tap in np.ndindex(arriving.shape[2 + spatial :]):
        begins = [dilation * t for t in tap]
        target = tuple(slice(b, b + stride * (n - 1) + 1, stride) for b, n in zip(begins, out, strict=True))
        padded[(slice(None), slice(None), *target)] += arriving[(..., *tap)]


def _pool_windows(x: Array, kernel: int, stride: int | None, padding: int, fill: float) -> tuple[Array, int]:
    if x.ndim not in (3, 4):
        raise ValueError(f"x: has shape {x.shape}, needed [N, C, L] or [N, C, H, W]")
    if 2 * padding > kernel:
        raise ValueError(f"padding: {padding}, needs at most half of the kernel's {kernel}")
    step = kernel if stride is None else stride
    return _windows(x, (kernel,) * (x.ndim - 2), step, padding, 1, fill), step


def max_pool(x: Array, kernel: int, stride: int | None = None, padding: int = 0) -> tuple[Array, Any]:
    """The largest entry under each window.

    x: [N, C, L] or [N, C, H, W].  stride: the kernel's size when not given.  padding: counts as −∞.
    Returns ([N, C, *out], which entry of each window it was), the second for `max_pool_backward`.
    """
    windows, _ = _pool_windows(x, kernel, stride, padding, -np.inf)
    spatial = x.ndim - 2
    rows = windows.reshape(*windows.shape[: 2 + spatial], -1)  # [N, C, *out, k·k]
    winners = rows.argmax(axis=-1)
    return np.take_along_axis(rows, winners[..., None], axis=-1)[..., 0], winners


def max_pool_backward(
    gradient: Array, winners: Array, shape: tuple[int, ...], kernel: int, stride: int | None = None, padding: int = 0
) -> Array:
    """The gradient of the input: all of it to the entry that won, the first one at a tie.

    gradient: [N, C, *out].  winners: from `max_pool`.  shape: of its x.
    """
    spatial = gradient.ndim - 2
    taken = (winners[..., None] == np.arange(kernel**spatial)) * gradient[..., None]  # [N, C, *out, k·k]
    arriving = taken.astype(gradient.dtype).reshape(*gradient.shape, *(kernel,) * spatial)
    padded = np.zeros((*shape[:2], *(size + 2 * padding for size in shape[2:])), dtype=gradient.dtype)
    _scatter(padded, arriving, kernel if stride is None else stride, 1)
    return _unpadded(padded, shape, padding)


def avg_pool(x: Array, kernel: int, stride: int | None = None, padding: int = 0) -> Array:
    """The mean under each window; padding counts as zeros, as in PyTorch.

    x: [N, C, L] or [N, C, H, W].  stride: the kernel's size when not given.  Returns [N, C, *out].
    """
    windows, _ = _pool_windows(x, kernel, stride, padding, 0.0)
    return np.asarray(windows.mean(axis=tuple(range(x.ndim, windows.ndim))))


def avg_pool_backward(
    gradient: Array, shape: tuple[int, ...], kernel: int, stride: int | None = None, padding: int = 0
) -> Array:
    """The gradient of the input: every entry of a window gets an equal share.

    gradient: [N, C, *out].  shape: of the input.
    """
    spatial = gradient.ndim - 2
    share = (gradient / kernel**spatial).reshape(*gradient.shape, *(1,) * spatial)
    padded = np.zeros((*shape[:2], *(size + 2 * padding for size in shape[2:])), dtype=gradient.dtype)
    _scatter(
        padded,
        np.broadcast_to(share, (*gradient.shape, *(kernel,) * spatial)),
        kernel if stride is None else stride,
        1,
    )
    return _unpadded(padded, shape, padding)
