"""Floating-point formats: how large a number each can hold, and from which exponent e^x is beyond that."""

from __future__ import annotations

import numpy as np

from lab.core.records import dataclass

__all__ = ["FORMATS", "NumberFormat"]


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """One format. push: what a step of the Stability page adds to the logits, so that it overflows in some 18."""

    name: str
    push: float

    @property
    def dtype(self) -> np.dtype:
        return np.dtype(self.name)

    @property
    def largest(self) -> float:
        """The largest finite number."""
        return float(np.finfo(self.dtype).max)

    @property
    def smallest(self) -> float:
        """The smallest number above 0."""
        return float(np.finfo(self.dtype).smallest_subnormal)

    @property
    def limit(self) -> float:
        """The logarithm of the largest number: above it e^x is infinite."""
        return float(np.log(np.finfo(self.dtype).max.astype(np.float64)))


FORMATS = {
    found.name: found
    for found in (NumberFormat("float16", 0.5), NumberFormat("float32", 4.0), NumberFormat("float64", 40.0))
}
