"""The exact GELU, x·Φ(x), at the speed of one tanh. Φ(x) = ½(1 + tanh(x·p(x²))) is true of a smooth even
function p; the well-known approximation of GPT-2 takes two terms of it. Seven terms leave an error below
10⁻⁷, which is the precision of float32.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["gelu_in_place"]

# p(u), by a least-squares fit of atanh(erf(x/√2))/x on 0 … 5.6,
# weighted until the largest error of x·Φ(x) was as small as it gets
TERMS = (
    1.80561853e-9,
    -1.33446504e-7,
    3.96911101e-6,
    -5.52401699e-5,
    -3.31299554e-5,
    3.63342835e-2,
    7.97884216e-1,
)
EDGE = 5.6  # from here on Φ is 1 to the last digit of float32
STRIP = 65_536  # numbers at once, so that all steps find them in the cache


def gelu_in_place(x: NDArray[np.float32]) -> None:
    """Overwrites x with x·Φ(x), to 2·10⁻⁷ of its size.

    x: C-contiguous, any shape.
    Raises ValueError when it is not contiguous, or not float32.
    Source: Hendrycks & Gimpel (2016) for the function; the fit is our own.
    """
    if not x.flags.c_contiguous or x.dtype != np.float32:
        raise ValueError(f"x: {x.dtype} with strides {x.strides}, needs contiguous float32")
    flat = x.reshape(-1)
    near, square, total = (np.empty(min(STRIP, flat.size), np.float32) for _ in range(3))
    for start in range(0, flat.size, STRIP):
        strip = flat[start : start + STRIP]
        a, u, p = (buffer[: strip.size] for buffer in (near, square, total))
        np.clip(strip, -EDGE, EDGE, out=a)
        np.multiply(a, a, out=u)
        p.fill(TERMS[0])
        for term in TERMS[1:]:
            np.multiply(p, u, out=p)
            np.add(p, term, out=p)
        np.multiply(p, a, out=p)
        np.tanh(p, out=p)
        np.add(p, 1.0, out=p)
        np.multiply(p, 0.5, out=p)
        np.multiply(strip, p, out=strip)
