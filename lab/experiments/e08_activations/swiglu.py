"""A SwiGLU small enough to follow with a finger: two inputs, three hidden numbers, two outputs, three matrices.
xW₁ is what is passed on, SiLU(xW₃) how much of it, W₂ mixes the result: (xW₁ ⊙ SiLU(xW₃))W₂."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.basics.activations import silu, swiglu
from lab.kit.arrays import freeze_fields, read_only

__all__ = ["SECOND", "W1", "W2", "W3", "Gated", "swiglu_of"]

Array = NDArray[np.float64]


SECOND = 0.5  # the second input; the first is where the ball is
W1: Array = read_only([[1.0, 0.0, -1.0], [0.0, 2.0, 1.0]])  # [2, 3]
W3: Array = read_only([[1.0, -2.0, 0.5], [0.0, 1.0, -1.0]])  # [2, 3]
W2: Array = read_only([[1.0, 0.0], [0.5, 1.0], [0.0, -1.0]])  # [3, 2]


@dataclass(frozen=True, slots=True, eq=False)
class Gated:
    """A SwiGLU on one input. x: [2].  what, gate, opened, passed: [3].  out: [2]."""

    x: Array
    what: Array  # xW₁
    gate: Array  # xW₃
    opened: Array  # SiLU(xW₃)
    passed: Array  # their product
    out: Array


def swiglu_of(first: float) -> Gated:
    """The SwiGLU of (first, 0.5)."""
    with np.errstate(all="ignore"):
        x = np.array([first, SECOND])
        what, gate = x @ W1, x @ W3  # [2] -> [3]
        opened = np.asarray(silu(gate), np.float64)
        out = np.asarray(swiglu(x, W1, W2, W3), np.float64)
        return freeze_fields(Gated(x, what, gate, opened, what * opened, out))
