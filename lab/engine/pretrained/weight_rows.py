"""A weight matrix as a pretrained model keeps it, in float32 or in int8. Reading 135 million weights from
memory is what a token costs, so fewer bytes a weight is less to wait for and less to hold. The processor
multiplies no bytes with floats: a block of rows is widened into a small buffer that stays in its cache,
multiplied there, and the next block overwrites it.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lab.engine.pretrained.threads import ThreadTeam

__all__ = ["BLOCK_WEIGHTS", "SHARED_WEIGHTS", "ByteRows", "FloatRows", "Floats", "Rows"]

Floats = NDArray[np.float32]
BLOCK_WEIGHTS = 393_216  # 1.5 MB widened: stays in the cache; smaller blocks were measured to be slower
SHARED_WEIGHTS = 98_304  # a block of a prompt, where several threads want their share of a matrix


class Rows(Protocol):
    """A matrix [N, K] that multiplies columns from the left."""

    @property
    def shape(self) -> tuple[int, int]:
        """N outputs, K inputs."""
        ...

    def dot(self, x: Floats, out: Floats, team: ThreadTeam | None = None) -> None:
        """out = W x.  x: [K, m], out: [N, m], both C-contiguous.  team: who shares the work, None: nobody."""
        ...

    def back(self, d_out: Floats, out: Floats) -> None:
        """out = Wᵀ d_out, the way back of `dot`.  d_out: [N, m], out: [K, m], both C-contiguous."""
        ...

    def take(self, ids: NDArray[np.integer[Any]]) -> Floats:
        """The rows `ids`, [m, K], as float32."""
        ...


class FloatRows:
    """A matrix in float32, as it is."""

    def __init__(self, weights: Floats) -> None:
        self._weights = weights

    @property
    def shape(self) -> tuple[int, int]:
        n, k = self._weights.shape
        return n, k

    def dot(self, x: Floats, out: Floats, team: ThreadTeam | None = None) -> None:
        """out = W x.  x: [K, m], out: [N, m], both C-contiguous.  team: who shares the work, None: nobody."""
        if team is None:
            np.dot(self._weights, x, out=out)
        else:

            def work(rows: slice, _: Floats) -> None:
                np.dot(self._weights[rows], x, out=out[rows])

            team.share(_blocks(self.shape, SHARED_WEIGHTS), work)

    def back(self, d_out: Floats, out: Floats) -> None:
        """out = Wᵀ d_out.  d_out: [N, m], out: [K, m], both C-contiguous."""
        np.dot(self._weights.T, d_out, out=out)

    def take(self, ids: NDArray[np.integer[Any]]) -> Floats:
        """The rows `ids`, [m, K]."""
        return np.asarray(self._weights[ids])


class ByteRows:
    """A matrix in int8 with a scale for each row: weight[n, k] = scale[n] · code[n, k].

    codes: [N, K] int8.  scale: [N].
    buffer: where blocks are widened, BLOCK_WEIGHTS numbers or a row where that is longer; all matrices share
    it.
    Raises ValueError when the buffer is too small.
    """

    def __init__(self, codes: NDArray[np.int8], scale: Floats, buffer: Floats) -> None:
        if buffer.size < max(BLOCK_WEIGHTS, codes.shape[1]):
            raise ValueError(f"buffer: {buffer.size} numbers, needs {max(BLOCK_WEIGHTS, codes.shape[1])}")
        self._codes, self._scale = codes, scale[:, None]
        blocks = _blocks(self.shape, BLOCK_WEIGHTS)
        self._blocks = [(rows, codes[rows], _like(buffer, codes[rows])) for rows in blocks]

    @property
    def shape(self) -> tuple[int, int]:
        n, k = self._codes.shape
        return n, k

    def dot(self, x: Floats, out: Floats, team: ThreadTeam | None = None) -> None:
        """out = W x.  x: [K, m], out: [N, m], both C-contiguous.  team: who shares the work, None: nobody."""
        if team is None:
            for rows, codes, wide in self._blocks:
                np.copyto(wide, codes)
                np.dot(wide, x, out=out[rows])
        else:

            def work(rows: slice, buffer: Floats) -> None:
                codes = self._codes[rows]
                wide = _like(buffer, codes)
                np.copyto(wide, codes)
                np.dot(wide, x, out=out[rows])

            team.share(_blocks(self.shape, SHARED_WEIGHTS), work)
        np.multiply(out, self._scale, out=out)

    def back(self, d_out: Floats, out: Floats) -> None:
        """out = Wᵀ d_out.  d_out: [N, m], out: [K, m], both C-contiguous."""
        out.fill(0.0)
        for rows, codes, wide in self._blocks:
            np.copyto(wide, codes)
            np.add(out, wide.T @ (d_out[rows] * self._scale[rows]), out=out)

    def take(self, ids: NDArray[np.integer[Any]]) -> Floats:
        """The rows `ids`, [m, K], as float32."""
        return np.asarray(self._codes[ids] * self._scale[ids])


def _blocks(shape: tuple[int, int], weights: int) -> list[slice]:
    """The rows in blocks of about so many weights, at least a row each."""
    n, k = shape
    step = max(1, weights // k)
    return [slice(i, min(i + step, n)) for i in range(0, n, step)]


def _like(buffer: Floats, codes: NDArray[np.int8]) -> Floats:
    """The beginning of a buffer, in the shape of some codes."""
    return buffer[: codes.size].reshape(codes.shape)
