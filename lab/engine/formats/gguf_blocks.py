"""The block formats in which GGUF files keep weights: 32 weights share a scale, and lie together with it in a
few bytes. Q8_0 has a byte a weight, Q4_0 four bits around zero, Q4_1 four bits between a block's smallest and
largest weight. The bytes are those the reference implementation writes."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.core.records import dataclass

__all__ = ["BLOCK", "BLOCK_FORMATS", "BlockFormat", "decode_blocks", "encode_blocks"]

BLOCK = 32
Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class BlockFormat:
    """One format: its name, the bytes of a block, and the way there and back.

    encode: [blocks, 32] float32 to [blocks, nbytes] uint8.  decode: the reverse.
    """

    name: str
    nbytes: int
    encode: Callable[[Floats], Bytes]
    decode: Callable[[Bytes], Floats]

    @property
    def bits_per_weight(self) -> float:
        """The room for one weight, its share of the scale included."""
        return 8 * self.nbytes / BLOCK


def _as_bytes(values: NDArray[np.floating]) -> Bytes:
    return np.ascontiguousarray(values.astype("<f2")).view(np.uint8)  # [blocks, 1] -> [blocks, 2]


def _as_floats(two_bytes: Bytes) -> Floats:
    return np.ascontiguousarray(two_bytes).view("<f2").astype(np.float32)  # [blocks, 2] -> [blocks, 1]


def _inverse(scale: Floats) -> Floats:
    with np.errstate(divide="ignore", over="ignore"):
        return np.where(scale == 0, np.float32(0), 1 / scale)


def _pack(codes: NDArray[np.uint8]) -> Bytes:
    """Two codes a byte: the first 16 in the low halves, the other 16 in the high ones."""
    return codes[:, :16] | codes[:, 16:] << np.uint8(4)  # [blocks, 32] -> [blocks, 16]


def _unpack(packed: Bytes) -> NDArray[np.uint8]:
    return np.concatenate([packed & np.uint8(15), packed >> np.uint8(4)], axis=1)  # -> [blocks, 32]


def _encode_q8_0(blocks: Floats) -> Bytes:
    scale = np.abs(blocks).max(axis=1, keepdims=True) / np.float32(127)
    steps = blocks * _inverse(scale)
    codes = np.trunc(steps + np.copysign(np.float32(0.5), steps))  # halves go away from zero, as in C
    return np.concatenate([_as_bytes(scale), codes.astype(np.int8).view(np.uint8)], axis=1)


def _decode_q8_0(blocks: Bytes) -> Floats:
    return _as_floats(blocks[:, :2]) * blocks[:, 2:].view(np.int8)


def _encode_q4_0(blocks: Floats) -> Bytes:
    extreme = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=1, keepdims=True), axis=1)
    scale = extreme / np.float32(-8)  # the largest weight becomes −8, the only code without a partner
    codes = np.trunc(blocks * _inverse(scale) + np.float32(8.5)).clip(0, 15).astype(np.uint8)
    return np.concatenate([_as_bytes(scale), _pack(codes)], axis=1)


def _decode_q4_0(blocks: Bytes) -> Floats:
    return _as_floats(blocks[:, :2]) * (_unpack(blocks[:, 2:]).astype(np.int8) - np.int8(8))


def _encode_q4_1(blocks: Floats) -> Bytes:
    low, high = blocks.min(axis=1, keepdims=True), blocks.max(axis=1, keepdims=True)
    scale = (high - low) / np.float32(15)
    codes = np.trunc((blocks - low) * _inverse(scale) + np.float32(0.5)).clip(0, 15).astype(np.uint8)
    return np.concatenate([_as_bytes(scale), _as_bytes(low), _pack(codes)], axis=1)


def _decode_q4_1(blocks: Bytes) -> Floats:
    return _as_floats(blocks[:, :2]) * _unpack(blocks[:, 4:]) + _as_floats(blocks[:, 2:4])


BLOCK_FORMATS: dict[str, BlockFormat] = {
    fmt.name: fmt
    for fmt in (
        BlockFormat("Q8_0", 34, _encode_q8_0, _decode_q8_0),
        BlockFormat("Q4_0", 18, _encode_q4_0, _decode_q4_0),
        BlockFormat("Q4_1", 20, _encode_q4_1, _decode_q4_1),
    )
}


def _format(name: str) -> BlockFormat:
    if name not in BLOCK_FORMATS:
        raise ValueError(f"name: {name!r}, needs one of {', '.join(BLOCK_FORMATS)}")
    return BLOCK_FORMATS[name]


def encode_blocks(weights: ArrayLike, name: str) -> Bytes:
    """Weights as the bytes of a GGUF tensor.

    weights: any shape whose last axis is a multiple of 32, finite.  name: a key of BLOCK_FORMATS.
    Returns uint8 in one row.  Raises ValueError for an unknown format, another length or what is not finite.
    """
    chosen, tensor = _format(name), np.asarray(weights, dtype=np.float32)
    if tensor.ndim == 0 or tensor.shape[-1] % BLOCK:
        raise ValueError(f"weights: shape {tensor.shape}, needs a last axis that is a multiple of {BLOCK}")
    if not np.isfinite(tensor).all():
        raise ValueError("weights: need finite numbers only")
    return chosen.encode(tensor.reshape(-1, BLOCK)).reshape(-1)


def decode_blocks(data: bytes | Bytes, name: str, shape: tuple[int, ...]) -> Floats:
    """The weights that the bytes of a GGUF tensor stand for.

    data: whole blocks.  name: a key of BLOCK_FORMATS.  shape: of the tensor.
    Returns float32 of that shape.
    Raises ValueError for an unknown format or a number of bytes that does not fit.
    """
    chosen, count = _format(name), int(np.prod(shape))
    raw = np.frombuffer(data, np.uint8) if isinstance(data, bytes) else np.asarray(data).reshape(-1)
    if count % BLOCK or raw.size != count // BLOCK * chosen.nbytes:
        raise ValueError(f"data: {raw.size} bytes, {name} of shape {shape} needs {count * chosen.nbytes / BLOCK:g}")
    return chosen.decode(raw.reshape(-1, chosen.nbytes)).reshape(shape)
