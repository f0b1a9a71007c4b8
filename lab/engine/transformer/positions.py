"""Where a token stands. Attention by itself sees a bag of tokens; order has to be put in. Four ways are here:
fixed waves added to the embeddings (sinusoidal), a learned table added to them, rotation of queries and keys by an
angle that grows with the position (RoPE), and a penalty on scores that grows with the distance (ALiBi). RoPE can
be stretched to texts longer than those it was trained on: linearly, "NTK-aware", or part by part (YaRN).
"""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "RopeScaling",
    "Stretch",
    "alibi_bias",
    "alibi_slopes",
    "learned_rows",
    "rope_angles",
    "rope_rates",
    "rope_tables",
    "rotate",
    "scaled_base",
    "sinusoidal",
    "wavelengths",
    "yarn_sharpness",
]

Floats = NDArray[np.floating[Any]]
RopeScaling = Literal["none", "linear", "ntk"]
Stretch = Literal["none", "linear", "ntk", "yarn"]
SLOW_TURNS, FAST_TURNS = 1.0, 32.0  # turns within the trained length, between which YaRN blends


def wavelengths(d: int, base: float = 10_000.0) -> NDArray[np.float64]:
    """The period of each pair of dimensions, in tokens: 2π · base^(2i/d), [ceil(d/2)].

    Raises ValueError when d < 1 or base ≤ 0.
    """
    if d < 1 or base <= 0:
        raise ValueError(f"d must be at least 1 and base positive, got d={d}, base={base}")
    return 2 * np.pi * base ** (2 * np.arange((d + 1) // 2) / d)


def sinusoidal(length: int, d: int, base: float = 10_000.0) -> NDArray[np.float64]:
    """Waves of position: sine on even dimensions, cosine on odd ones; an odd d ends in a sine. [length, d].

    Source: Vaswani et al., Attention Is All You Need (2017), section 3.5.
    """
    angles = np.arange(length)[:, None] * (2 * np.pi / wavelengths(d, base))  # [T, ceil(d/2)]
    table = np.empty((length, d))
    table[:, 0::2] = np.sin(angles)
    table[:, 1::2] = np.cos(angles[:, : d // 2])
    return table


def learned_rows(table: Floats, length: int, start: int = 0) -> Floats:
    """The rows of a learned table for positions start … start + length - 1: [length, d].

    Raises ValueError past the end of the table: there is nothing to look up there.
    """
    if start < 0 or start + length > len(table):
        raise ValueError(f"positions {start} … {start + length - 1} are outside the table of {len(table)} rows")
    return table[start : start + length]


def scaled_base(d_head: int, base: float, scaling: RopeScaling, factor: float) -> float:
    """The base that RoPE turns with: larger under "ntk", so that the slowest hand covers factor times the text.

    Source: bloc97, NTK-Aware Scaled RoPE (2023): base · factor^(d/(d-2)).
    """
    if scaling == "ntk" and d_head > 2:
        return float(base * factor ** (d_head / (d_head - 2)))
    return base


def rope_angles(
    positions: NDArray[Any], d_head: int, base: float = 10_000.0, scaling: RopeScaling = "none", factor: float = 1.0
) -> NDArray[np.float64]:
    """By how much each pair is turned at each position, in radians: [T, d_head/2].

    scaling "linear" divides positions by factor (Chen et al., 2023), "ntk" raises the base, see `scaled_base`.
    Raises ValueError when d_head is odd, factor is not positive or scaling is unknown.
    """
    if d_head < 2 or d_head % 2:
        raise ValueError(f"d_head must be even and at least 2 for pairs to turn, got {d_head}")
    if factor <= 0 or scaling not in get_args(RopeScaling):
        raise ValueError(f"factor must be positive and scaling known, got factor={factor}, scaling={scaling!r}")
    stretched = np.asarray(positions) / factor if scaling == "linear" else np.asarray(positions)
    return stretched[:, None] * (2 * np.pi / wavelengths(d_head, scaled_base(d_head, base, scaling, factor)))


def rope_rates(
    d_head: int, base: float = 10_000.0, stretch: Stretch = "none", factor: float = 1.0, trained: int = 2048
) -> NDArray[np.float64]:
    """By how much each pair turns a token, in radians: [d_head/2]; `rope_angles` with "yarn" as well.

    "yarn" keeps pairs that turned often within the `trained` tokens, slows those that turned less than once by the
    factor, and blends between. Raises ValueError as `rope_angles` does.
    Source: Peng et al., YaRN (2024), section 3.2, "NTK-by-parts".
    """
    if stretch != "yarn":
        return np.asarray(rope_angles(np.ones(1), d_head, base, stretch, factor)[0])
    plain = rope_rates(d_head, base)
    turns = trained * plain / (2 * np.pi)
    kept = np.clip((turns - SLOW_TURNS) / (FAST_TURNS - SLOW_TURNS), 0.0, 1.0)
    return np.asarray(kept * plain + (1.0 - kept) * rope_rates(d_head, base, "linear", factor))


def yarn_sharpness(factor: float) -> float:
    """What YaRN multiplies scores by: (0.1 · ln factor + 1)², from 1 up.

    Raises ValueError for a factor below 1.  Source: Peng et al., YaRN (2024), section 3.4.
    """
    if factor < 1.0:
        raise ValueError(f"factor must be at least 1, got {factor}")
    return float((0.1 * np.log(factor) + 1.0) ** 2)


def rope_tables(
    length: int, d_head: int, base: float = 10_000.0, scaling: RopeScaling = "none", factor: float = 1.0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cosine and sine of `rope_angles` for positions 0 … length - 1: two of [length, d_head/2]."""
    angles = rope_angles(np.arange(length), d_head, base, scaling, factor)
    return np.cos(angles), np.sin(angles)


def rotate(x: Floats, cos: Floats, sin: Floats) -> Floats:
    """Turns each pair of neighbouring dimensions by its angle; with -sin it turns back, as gradients need.

    x: [..., T, D]; cos, sin: [T, D/2]. Returns [..., T, D].
    The dot product of a query turned by m and a key turned by n depends on m - n alone.
    Source: Su et al., RoFormer (2021), equation 34.
    """
    even, odd = x[..., 0::2], x[..., 1::2]  # [..., T, D/2]
    out = np.empty_like(x)
    out[..., 0::2] = even * cos - odd * sin
    out[..., 1::2] = even * sin + odd * cos
    return out


def alibi_slopes(n_heads: int) -> NDArray[np.float64]:
    """How steeply each head dislikes distance: a geometric row that starts at 2^(-8/n). [n_heads].

    For a number of heads that is no power of two, every second slope of the next power fills the rest.
    Raises ValueError when n_heads < 1.
    Source: Press, Smith, Lewis, Train Short, Test Long (2022), section 3.
    """
    if n_heads < 1:
        raise ValueError(f"n_heads must be at least 1, got {n_heads}")
    power = 2 ** int(np.log2(n_heads))
    slopes = 2.0 ** (-8 / power * np.arange(1, power + 1))
    between = 2.0 ** (-4 / power * np.arange(1, 2 * power + 1, 2))
    return np.concatenate([slopes, between[: n_heads - power]])


def alibi_bias(n_heads: int, length: int) -> NDArray[np.float64]:
    """What is added to scores: -slope · distance, [H, Tq, Tk]; keys in the future count as distance 0."""
    distance = np.arange(length)[:, None] - np.arange(length)[None, :]
    return np.asarray(-alibi_slopes(n_heads)[:, None, None] * np.maximum(distance, 0))
