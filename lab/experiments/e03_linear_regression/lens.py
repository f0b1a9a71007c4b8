"""Two ways to write the same line: in the units of the table, and with every feature standardised. A matrix
takes the weights of one to those of the other, so that what happens in one can be shown in both."""

from __future__ import annotations

import numpy as np

from lab.core.records import dataclass
from lab.engine.basics.scaling import fit_scaler
from lab.experiments.e03_linear_regression.problem import Array
from lab.kit.arrays import read_only

__all__ = ["Lens", "lens_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Lens:
    """θ = out·φ and φ = into·θ, where φ are the weights of standardised features. out, into: [p, p].

    center, spread: [d], of each feature.
    """

    out: Array
    into: Array
    center: Array
    spread: Array

    def standardised(self, x: Array) -> Array:
        """Features in standardised units. x: [N, d]. Nothing else takes them from their mean to the last digit."""
        return np.asarray((x - self.center) / self.spread)

    def raw(self, phi: Array) -> Array:
        """The weights for the units of the table, of those for standardised features."""
        with np.errstate(all="ignore"):
            return np.asarray(self.out @ phi)

    def scaled(self, theta: Array) -> Array:
        """The weights for standardised features, of those for the units of the table."""
        with np.errstate(all="ignore"):
            return np.asarray(self.into @ theta)


def lens_of(x: Array) -> Lens:
    """The lens for these rows. x: [N, d]. A feature without spread, or of no row, keeps its unit."""
    d = x.shape[1]
    center, spread = np.zeros(d), np.ones(d)
    if len(x):
        scaler = fit_scaler(x, "z")
        center, spread = scaler.center, scaler.spread
    out, into = np.eye(d + 1), np.eye(d + 1)
    out[:d, :d], out[d, :d] = np.diag(1.0 / spread), -center / spread
    into[:d, :d], into[d, :d] = np.diag(spread), center
    return Lens(read_only(out), read_only(into), read_only(center), read_only(spread))
