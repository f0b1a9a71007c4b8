"""The samples: x from a normal distribution, y = 2.5x + 1 and noise, as in the course; or five of one's own, a
table, or what another experiment sent. And the best line through them, which no loop can beat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.core.text import N_, _
from lab.engine.basics.data import five_points
from lab.engine.basics.regression import fit_least_squares
from lab.experiments.e06_training_loop.settings import Params
from lab.kit.arrays import freeze_all
from lab.kit.exchange import entry_name, newest
from lab.kit.numbers import LARGEST

__all__ = [
    "INTERCEPT",
    "LEAST",
    "MOST",
    "SLOPE",
    "Origin",
    "Samples",
    "make_samples",
    "samples_of",
]

Array = NDArray[np.float64]
Extent = tuple[float, float, float, float]
SLOPE, INTERCEPT = 2.5, 1.0
LEAST, MOST = 2, 1000
NAME_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Origin:
    """Where samples come from and what was done to them on the way.

    title, x_name, y_name: words.  left_out: rows that could not be used.  center, spread: x was scaled to
    (x − center) / spread; a spread of 0 says that it was not.
    """

    title: str = ""
    x_name: str = "x"
    y_name: str = "y"
    left_out: int = 0
    center: float = 0.0
    spread: float = 0.0


HERE = Origin()
"""Made here, and nothing to tell about it."""


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """x, y: [N], read-only.  best_w, best_b: least squares.  best_loss: its mean squared error.

    extent: x from, x to, y from, y to of the picture, which stays while samples are moved in it.
    """

    x: Array
    y: Array
    best_w: float
    best_b: float
    best_loss: float
    extent: Extent
    origin: Origin = HERE

    @property
    def n(self) -> int:
        """How many samples there are."""
        return self.x.size

    def same(self, other: Samples) -> bool:
        """Whether these are the same numbers."""
        return self is other or (np.array_equal(self.x, other.x) and np.array_equal(self.y, other.y))

    def loss(self, w: float, b: float) -> float:
        """The mean squared error of a line on all samples."""
        with np.errstate(all="ignore"):
            miss = w * self.x + b - self.y
            return float(np.mean(miss * miss))

    def save(self) -> dict[str, Any]:
        """All but x and y, as plain values."""
        origin = self.origin
        return {
            "extent": list(self.extent),
            "names": [origin.title, origin.x_name, origin.y_name],
            "left_out": origin.left_out,
            "scale": [origin.center, origin.spread],
        }

    @staticmethod
    def load(x: Array, y: Array, state: Mapping[str, Any] | None) -> Samples:
        """The inverse of `save`; None in files from before samples could be brought in."""
        if state is None:
            return samples_of(x, y)
        title, x_name, y_name = (str(name) for name in state["names"])
        center, spread = (float(value) for value in state["scale"])
        made = samples_of(x, y, Origin(title, x_name, y_name, int(state["left_out"]), center, spread))
        x0, x1, y0, y1 = (float(side) for side in state["extent"])
        if not (x0 < x1 and y0 < y1):
            raise ValueError(f"extent: {state['extent']}, needs two ranges")
        return replace(made, extent=(x0, x1, y0, y1))

    def edited(self, x: Array, y: Array) -> Samples:
        """The same set after samples were moved, added or taken away; the picture grows where one lies outside."""
        made = samples_of(x, y, self.origin)
        x0, x1, y0, y1 = self.extent
        inside = x.min() >= x0 and x.max() <= x1 and y.min() >= y0 and y.max() <= y1
        return replace(made, extent=self.extent if inside else _joined(self.extent, made.extent))


def make_samples(params: Params, rng: Generator, artifacts: Sequence[Any] = ()) -> Samples:
    """The samples the controls ask for. Raises ParamError when they are to be received and none were."""
    if params.data == "own":
        found = samples_of(*five_points(), Origin(N_("Your own samples")))
    elif params.data == "received":
        found = _received(newest(artifacts, "table", "data"))
    else:
        x = rng.standard_normal(params.n)
        found = samples_of(x, SLOPE * x + INTERCEPT + params.noise * rng.standard_normal(params.n))
    if params.order == "sorted":
        along = np.argsort(found.x, kind="stable")
        found = samples_of(found.x[along], found.y[along], found.origin)
    return found


def samples_of(x: Array, y: Array, origin: Origin = HERE) -> Samples:
    """Samples from two columns, [N] each. Raises ValueError when they do not fit together."""
    x, y = np.array(x, np.float64), np.array(y, np.float64)
    if x.shape != y.shape or x.ndim != 1 or not LEAST <= x.size <= MOST:
        raise ValueError(f"x, y: shapes {x.shape} and {y.shape}, need from {LEAST} to {MOST} of both")
    if not (np.abs(x) <= LARGEST).all() or not (np.abs(y) <= LARGEST).all():  # also refuses what is no number
        raise ValueError("x, y: need finite numbers between −10¹² and 10¹²")
    fit = fit_least_squares(x, y)
    freeze_all(x, y)
    w, b = float(fit.weights[0]), fit.bias
    return Samples(x, y, w, b, float(np.mean((w * x + b - y) ** 2)), _extent(x, y), origin)


def _received(artifact: Any) -> Samples:
    """The samples in a table: columns x and y; rows with a missing cell are left out, and so are those beyond MOST."""
    try:
        x, y = (np.asarray(artifact.data[key], np.float64) for key in ("x", "y"))
    except (KeyError, TypeError, ValueError):
        raise ValueError(_("The table needs columns of numbers called x and y.")) from None
    if x.shape != y.shape or x.ndim != 1:
        raise ValueError(f"x, y: shapes {x.shape} and {y.shape}, need as many of both")
    whole = np.flatnonzero(np.isfinite(x) & np.isfinite(y))[:MOST]
    x_name, y_name = (entry_name(artifact.data, f"{key}_name", key) for key in ("x", "y"))
    origin = Origin(artifact.title[:NAME_LENGTH], x_name, y_name, x.size - whole.size)
    return samples_of(x[whole], y[whole], origin)


def _extent(x: Array, y: Array) -> Extent:
    wide, high = 0.08 * (float(np.ptp(x)) or 1.0), 0.1 * (float(np.ptp(y)) or 1.0)
    return float(x.min()) - wide, float(x.max()) + wide, float(y.min()) - high, float(y.max()) + high


def _joined(one: Extent, other: Extent) -> Extent:
    return min(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), max(one[3], other[3])
