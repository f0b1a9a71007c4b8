"""The check of a gradient: the slope that finite differences give for many step sizes, in one precision."""

from __future__ import annotations

import numpy as np

from lab.core.records import dataclass
from lab.engine.graph.gradcheck import UCurve

__all__ = ["SlopeCheck"]


@dataclass(frozen=True, slots=True, eq=False)
class SlopeCheck:
    """claimed: the gradient by the chain rule.  measured: the slope at the chosen h, None where h is too small to move
    the number.  curve: the error over h."""

    claimed: float
    measured: float | None
    curve: UCurve

    @property
    def error(self) -> float | None:
        """At the chosen h."""
        return None if self.measured is None else abs(self.measured - self.claimed)

    @property
    def lowest(self) -> float | None:
        """The smallest error on the curve."""
        return float(np.nanmin(self.curve.errors)) if np.isfinite(self.curve.errors).any() else None

    @property
    def best_h(self) -> float | None:
        """Where it is."""
        return None if self.lowest is None else self.curve.best
