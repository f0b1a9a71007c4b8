"""The two pages on which a kernel slides: over a signal, and over a picture. A step of the run is the next place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.nets.convolution import OutputSize, avg_pool, convolve, max_pool, output_size
from lab.experiments.e14_convolution_recurrence.cells import kernel_of, signal_of
from lab.experiments.e14_convolution_recurrence.pictures import PAD, bars, photo
from lab.experiments.e14_convolution_recurrence.settings import Params
from lab.kit.arrays import freeze

__all__ = ["Picture", "PicturePage", "Signal", "SignalPage"]

Array = NDArray[np.float64]
POOL = 2


@dataclass(frozen=True, slots=True, eq=False)
class SignalPage:
    """A kernel over a signal.

    x: [n].  taps: [k] as typed.  laid: [k] as laid on, turned round or not.  padded: [n + 2p].
    plain, turned: [out], the results without and with turning.  place: the one that is looked at.
    """

    params: Params
    x: Array
    taps: Array
    laid: Array
    padded: Array
    plain: Array
    turned: Array
    size: OutputSize
    place: int

    @property
    def output(self) -> Array:
        """The result of the kernel as it is laid on."""
        return self.turned if self.params.flip else self.plain

    @property
    def first(self) -> int:
        """The entry of the padded signal under the kernel's first cell."""
        return self.place * self.params.stride

    @property
    def under(self) -> Array:
        """What the kernel lies on now; empty where it does not fit."""
        return self.padded[self.first : self.first + len(self.laid)] if self.size.size else self.padded[:0]


@dataclass(frozen=True, slots=True, eq=False)
class PicturePage:
    """A kernel over a picture.

    x: [H, W].  kernel: [kh, kw] as typed.  laid: as laid on.  result: [h, w], before pooling.  pooled: after it.
    sizes: of rows and columns.  place: the one that is looked at, row by row.
    upright, level: the mean size of the answer to upright and to level bars.
    """

    params: Params
    x: Array
    kernel: Array
    laid: Array
    padded: Array
    result: Array
    pooled: Array
    sizes: tuple[OutputSize, OutputSize]
    place: int
    upright: float
    level: float

    @property
    def cell(self) -> tuple[int, int]:
        """Row and column of the result that is looked at."""
        columns = max(1, self.sizes[1].size)
        return self.place // columns, self.place % columns

    @property
    def fits(self) -> bool:
        """Whether the kernel fits anywhere."""
        return min(size.size for size in self.sizes) > 0

    @property
    def under(self) -> Array:
        """What the kernel lies on now: [kh, kw]."""
        row, column = (at * self.params.stride for at in self.cell)
        return self.padded[row : row + self.laid.shape[0], column : column + self.laid.shape[1]]


class _Slide:
    """What both have in common: the place goes on with the steps."""

    def __init__(self, params: Params) -> None:
        self._params, self.place = params, 0

    def places(self) -> int:
        """How often the kernel fits."""
        raise NotImplementedError

    def done(self) -> bool:
        return self.place >= self.places() - 1

    def step(self, _number: int) -> bool:
        self.place += 1
        return True

    def put(self, place: int) -> int:
        """Put the kernel on a place. Returns the one it was on. Raises ValueError where there is no such place."""
        if not 0 <= place < max(1, self.places()):
            raise ValueError(_("There is no place {n}.").format(n=place + 1))
        before = min(self.place, max(0, self.places() - 1))
        self.place = place
        return before

    def retune(self, params: Params) -> None:
        """Another kernel or picture; the place stays where there is one."""
        self._params = params

    def save(self) -> dict[str, Any]:
        return {"place": self.place}

    def load(self, saved: Any, params: Params) -> None:
        self._params, self.place = params, int(saved["place"])
        if self.place < 0:
            raise ValueError(f"state: place {self.place}, needs 0 or more")


class Signal(_Slide):
    """The signal's run."""

    def places(self) -> int:
        params = self._params
        count = len(signal_of(params.signal))
        return output_size(count, len(signal_of(params.taps)), params.padding, params.stride).size

    def shown(self, _pad: Array) -> SignalPage:
        params = self._params
        x, taps = signal_of(params.signal), signal_of(params.taps)
        size = output_size(len(x), len(taps), params.padding, params.stride)
        plain, turned = (self._slid(x, taps, size, flip) for flip in (False, True))
        laid = freeze(taps[::-1].copy()) if params.flip else taps
        padded = freeze(np.pad(x, params.padding))
        place = min(self.place, max(0, size.size - 1))
        return SignalPage(params, x, taps, laid, padded, plain, turned, size, place)

    def _slid(self, x: Array, taps: Array, size: OutputSize, flip: bool) -> Array:
        if not size.size:
            return freeze(np.zeros(0))
        found = convolve(
            x[None, None], taps[None, None], None, self._params.stride, self._params.padding, flip=flip
        )  # [1, 1, out]
        return freeze(found[0, 0])


class Picture(_Slide):
    """The picture's run."""

    def __init__(self, params: Params) -> None:
        super().__init__(params)
        self._kept: tuple[Params, Array, PicturePage] | None = None

    def _sizes(self, shape: tuple[int, ...], kernel: Array) -> tuple[OutputSize, OutputSize]:
        params = self._params
        rows, columns = (
            output_size(size, k, params.padding, params.stride) for size, k in zip(shape, kernel.shape, strict=True)
        )
        return rows, columns

    def places(self) -> int:
        params = self._params
        shape = (PAD, PAD) if params.picture == "drawing" else photo(params.picture).shape
        rows, columns = self._sizes(shape, kernel_of(params.kernel))
        return rows.size * columns.size

    def shown(self, pad: Array) -> PicturePage:
        params = self._params
        if self._kept is None or self._kept[0] != params or self._kept[1] is not pad:
            self._kept = params, pad, self._made(params, pad)
        page = self._kept[2]
        return replace(page, place=min(self.place, max(0, page.sizes[0].size * page.sizes[1].size - 1)))

    def _made(self, params: Params, pad: Array) -> PicturePage:
        x = pad if params.picture == "drawing" else photo(params.picture)
        kernel = kernel_of(params.kernel)
        sizes = self._sizes(x.shape, kernel)
        laid = freeze(np.flip(kernel).copy()) if params.flip else kernel
        if min(size.size for size in sizes):
            result = freeze(self._answer(x, laid, params.stride, params.padding))
        else:
            result = freeze(np.zeros((0, 0)))
        upright, level = (self._loudness(bars(way), laid) for way in (True, False))
        padded = freeze(np.pad(x, params.padding))
        return PicturePage(params, x, kernel, laid, padded, result, self._pooled(result), sizes, 0, upright, level)

    def _answer(self, x: Array, laid: Array, stride: int = 1, padding: int = 0) -> Array:
        return np.asarray(convolve(x[None, None], laid[None, None], None, stride, padding)[0, 0])

    def _loudness(self, x: Array, laid: Array) -> float:
        return float(np.abs(self._answer(x, laid)).mean())

    def _pooled(self, result: Array) -> Array:
        if self._params.pooling == "none" or min(result.shape) < POOL:
            return result
        if self._params.pooling == "max":
            return freeze(max_pool(result[None, None], POOL)[0][0, 0])
        return freeze(avg_pool(result[None, None], POOL)[0, 0])
