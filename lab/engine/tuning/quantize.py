"""Quantization: writing weights with few bits. Each weight becomes a small whole number, and a scale says
what one step of it is worth. One scale for a whole tensor is ruled by its largest weight; a scale for every
row or for small groups costs a little room and saves much precision."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.core.records import dataclass

__all__ = ["Per", "Quantized", "quantization_error", "quantize"]

Per = Literal["tensor", "row", "group"]
BITS = (8, 4, 2)


@dataclass(frozen=True, slots=True)
class Quantized:
    """A tensor in few bits: weight ≈ scale · code + offset.

    codes: [groups, size], whole numbers.  scale: [groups, 1], float32.  offset: [groups, 1], or None where 0
    stands for 0.  shape: of the tensor.  bits: of one code.
    """

    codes: NDArray[np.int8]
    scale: NDArray[np.float32]
    offset: NDArray[np.float32] | None
    shape: tuple[int, ...]
    bits: int

    def dequantize(self) -> NDArray[np.float32]:
        """The weights as the codes have them, in the tensor's shape."""
        weights = self.codes * self.scale
        if self.offset is not None:
            weights = weights + self.offset
        count = int(np.prod(self.shape))
        return np.asarray(weights.reshape(-1)[:count].reshape(self.shape))

    @property
    def nbytes(self) -> int:
        """The room it takes: the codes packed tightly, and four bytes for each scale and offset."""
        count = int(np.prod(self.shape))
        numbers = self.scale.size + (0 if self.offset is None else self.offset.size)
        return (count * self.bits + 7) // 8 + 4 * numbers

    @property
    def zeros(self) -> float:
        """The share of weights that became exactly 0."""
        weights = self.dequantize()
        return float(np.mean(weights == 0)) if weights.size else 0.0


def quantize(
    weights: ArrayLike, bits: int, per: Per = "tensor", group_size: int = 64, symmetric: bool = True
) -> Quantized:
    """Weights in 8, 4 or 2 bits, rounded to the nearest step.

    weights: any shape, finite.  bits: 8, 4 or 2.  per: one scale for the tensor, for each row (last axis), or
    for each `group_size` weights in a row as they lie.  symmetric: steps on both sides of 0, from −127 to
    127 in 8 bits, −7 to 7 in 4, −1 to 1 in 2; otherwise the steps run from the smallest weight to the
    largest.
    Raises ValueError for other bits, an unknown `per`, a group below 1, or weights that are not finite.
    """
    tensor = np.asarray(weights, dtype=np.float32)
    if bits not in BITS:
        raise ValueError(f"bits: {bits}, needs one of {BITS}")
    if not np.isfinite(tensor).all():
        raise ValueError("weights: need finite numbers only")
    groups = _groups(tensor, per, group_size)
    if symmetric:
        top = 2 ** (bits - 1) - 1
        scale = _nonzero(np.abs(groups).max(axis=1, keepdims=True, initial=0) / np.float32(top))
        codes = np.clip(np.rint(groups / scale), -top, top)
        return Quantized(codes.astype(np.int8), scale, None, tensor.shape, bits)
    low, high = groups.min(axis=1, keepdims=True), groups.max(axis=1, keepdims=True)
    half = 2 ** (bits - 1)  # codes from −half to half − 1, to fit a signed byte
    scale = _nonzero((high - low) / np.float32(2 * half - 1))
    codes = np.clip(np.rint((groups - low) / scale), 0, 2 * half - 1) - half
    return Quantized(codes.astype(np.int8), scale, low + half * scale, tensor.shape, bits)


def _nonzero(scale: NDArray[np.float32]) -> NDArray[np.float32]:
    """A step of 1 for a group in which there is nothing to tell apart."""
    return np.where(scale > 0, scale, np.float32(1)).astype(np.float32)


def _groups(tensor: NDArray[np.float32], per: Per, group_size: int) -> NDArray[np.float32]:
    """The weights in rows that share a scale, [groups, size]; the last row is filled up with its last."""
    if per == "tensor" or tensor.size == 0:
        return tensor.reshape(1, -1) if tensor.size else np.zeros((1, 1), np.float32)
    if per == "row":
        return tensor.reshape(-1, tensor.shape[-1] if tensor.ndim else 1)
    if per != "group" or group_size < 1:
        raise ValueError(f"per: {per!r}, group_size: {group_size}; need tensor, row or group, and at least 1")
    flat = tensor.reshape(-1)
    return np.pad(flat, (0, -flat.size % group_size), mode="edge").reshape(-1, group_size)


def quantization_error(weights: ArrayLike, quantized: Quantized) -> float:
    """The root mean squared difference between the weights and what their codes stand for.

    weights: in the shape that was quantized.  Raises ValueError when the shape differs.
    """
    tensor = np.asarray(weights, dtype=np.float64)
    if tensor.shape != quantized.shape:
        raise ValueError(f"weights: shape {tensor.shape}, needs {quantized.shape}")
    return float(np.sqrt(np.mean((tensor - quantized.dequantize()) ** 2))) if tensor.size else 0.0
