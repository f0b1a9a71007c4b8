"""How the spread of a signal changes through many layers of random weights that are drawn by He's rule, half as large,
or twice as large."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.nets.initializers import initial_weight
from lab.experiments.e10_forward_pass.forward import activated
from lab.experiments.e10_forward_pass.settings import Init
from lab.kit.arrays import freeze_all

__all__ = ["ROWS", "WIDTH", "SignalReport", "signal_report"]

Array = NDArray[np.float64]
WIDTH, ROWS = 64, 64


@dataclass(frozen=True, eq=False, slots=True)
class SignalReport:
    """std: the spread of what each layer hands on, [depth + 1], the inputs first.  half, he, twice: the same for
    weights by He's rule times ½, 1 and 2.  drawn: the spread of the weights as chosen."""

    depth: int
    std: Array
    half: Array
    he: Array
    twice: Array
    drawn: float

    @property
    def growth(self) -> float:
        """By how much the spread is multiplied at each layer, on average."""
        first, last = float(self.std[0]), float(self.std[-1])
        return float((last / first) ** (1.0 / self.depth)) if first > 0 and last > 0 else 0.0


def signal_report(seed: int, depth: int, init: Init, gain: float, activation: str) -> SignalReport:
    """Sends the same 64 examples of 64 numbers through four stacks."""
    x = np.random.default_rng([seed, 2]).normal(size=(ROWS, WIDTH))
    half, he, twice = (_spreads(x, seed, depth, "he", factor, activation) for factor in (0.5, 1.0, 2.0))
    drawn = {"he": np.sqrt(2 / WIDTH), "xavier": np.sqrt(1 / WIDTH), "normal": 1.0, "zero": 0.0}[init] * gain
    chosen = _spreads(x, seed, depth, init, gain, activation)
    freeze_all(chosen, half, he, twice)
    return SignalReport(depth, chosen, half, he, twice, float(drawn))


def _spreads(x: Array, seed: int, depth: int, init: Init, gain: float, activation: str) -> Array:
    rng, now = np.random.default_rng([seed, 3]), x
    found = [float(x.std())]
    with np.errstate(all="ignore"):
        for _layer in range(depth):
            now = activated(activation, now @ initial_weight(init, WIDTH, WIDTH, rng, gain))
            found.append(float(now.std()))
    return np.array(found)
