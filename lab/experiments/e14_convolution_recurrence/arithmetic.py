"""Why each number on screen is what it is."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from lab.core.arithmetic import Term, apply, given, total
from lab.experiments.e14_convolution_recurrence.digits_run import HELD, DigitsPage
from lab.experiments.e14_convolution_recurrence.memory_run import MemoryPage
from lab.experiments.e14_convolution_recurrence.settings import Params
from lab.experiments.e14_convolution_recurrence.sliding import PicturePage, SignalPage

__all__ = [
    "conv_parameters",
    "dense_parameters",
    "picture_size",
    "picture_sum",
    "power",
    "ratio",
    "right",
    "signal_size",
    "signal_sum",
    "state_value",
    "weights",
]

FILTERS = 8  # kernels side by side, where a layer is compared with a dense one


def _products(under: NDArray[np.float64], laid: NDArray[np.float64]) -> Term | None:
    if under.shape != laid.shape or not laid.size:
        return None
    pairs = zip(under.ravel().tolist(), laid.ravel().tolist(), strict=True)
    return total([given("", x) * given("", w) for x, w in pairs])


def signal_sum(page: SignalPage) -> Term | None:
    """The products under the kernel, added."""
    found = _products(page.under, page.laid)
    return None if found is None else found.named("y")


def picture_sum(page: PicturePage) -> Term | None:
    """The products under the window, added row by row."""
    found = _products(page.under, page.laid) if page.fits else None
    return None if found is None else found.named("y")


def _size(n: int, kernel: int, params: Params) -> Term:
    room = given("n", n) + given("", 2.0) * given("p", params.padding) - given("k", kernel)
    return (room / given("s", params.stride) + given("", 1.0)).named("q")


def signal_size(page: SignalPage) -> Term:
    """How often the kernel fits, before rounding down."""
    return _size(len(page.x), len(page.laid), page.params)


def picture_size(page: PicturePage) -> Term:
    """The same for the columns of a picture."""
    return _size(page.x.shape[1], page.laid.shape[1], page.params)


def weights(page: PicturePage) -> Term:
    """The cells of the kernel."""
    rows, columns = page.laid.shape
    return (given("", rows) * given("", columns)).named("w")


def conv_parameters(page: PicturePage) -> Term:
    """Eight kernels like this one with a bias each."""
    return ((weights(page) + 1.0) * given("", FILTERS)).named("P")


def dense_parameters(page: PicturePage) -> Term:
    """Eight dense units that see the whole picture."""
    rows, columns = page.x.shape
    return ((given("h", rows) * given("w", columns) + 1.0) * given("", FILTERS)).named("P")


def ratio(page: PicturePage) -> Term | None:
    """How much louder the kernel answers to upright bars than to level ones."""
    if not page.level:
        return None
    return (given("u", page.upright) / given("l", page.level)).named("r")


def right(page: DigitsPage, place: int) -> Term:
    """The share of the test that was right."""
    share = page.now[place]
    return (given("right", round(share * HELD)) / given("all", HELD)).named("a")


def power(page: MemoryPage) -> Term:
    """What so many multiplications by ρ come to."""
    return (given("ρ", page.params.radius) ** given("T", len(page.x) - 1)).named("f")


def state_value(page: MemoryPage) -> Term | None:
    """The marked unit at the marked step, where a cell made it.

    The plain cell: tanh of what it reads and what it recalls. A GRU: so much of the new and so much of the old. An
    LSTM: what its output gate shows of its memory.
    """
    kept = [float(part[page.unit]) for part in page.kept]
    if not kept or not all(math.isfinite(part) for part in (*kept, float(page.from_h[page.unit]))):
        return None
    if page.params.cell == "gru":
        old, _reset, update, new, _recalled = kept
        z, whole = given("z", update), given("", 1.0)
        return ((whole - z) * given("n", new) + z * given("h", old)).named("h")
    if page.params.cell == "lstm":
        old, i, f, g, o, _squashed = kept
        memory = given("f", f) * given("c", old) + given("i", i) * given("g", g)
        return (given("o", o) * apply("tanh", memory)).named("h")
    reads, recalls = given("x·W", float(page.from_x[page.unit])), given("h·W", float(page.from_h[page.unit]))
    return apply("tanh", reads + recalls).named("h")
