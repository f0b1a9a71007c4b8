"""The range that a control goes through: from `lo` to `hi`, evenly or by equal factors, in useful steps.

A learning rate is best moved by factors (0.001, 0.01, 0.1), a momentum by differences (0.8, 0.85, 0.9).
`Span` holds this arithmetic once, so that the slider, the number field and the keys agree. No Qt here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Span", "round_to"]

STEPS_PER_DECADE = 20
"""Arrow-key steps for a factor of ten: 1.0, 1.1, 1.3, 1.4, 1.6 …, as finely spaced as resistor values."""


@dataclass(frozen=True, slots=True)
class Span:
    """Values from `lo` to `hi`; `step` is the distance of neighbouring values (None: a fitting one)."""

    lo: float
    hi: float
    log: bool = False
    step: float | None = None
    whole: bool = False  # only integers

    def __post_init__(self) -> None:
        if not self.lo < self.hi:
            raise ValueError(f"lo must be below hi, got lo={self.lo!r} and hi={self.hi!r}")
        if self.log and self.lo <= 0:
            raise ValueError(f"lo must be above 0 on a logarithmic scale, got {self.lo!r}")
        if self.step is not None and not self.step > 0:
            raise ValueError(f"step must be above 0, got {self.step!r}")

    @property
    def grain(self) -> float | None:
        """The distance of neighbouring values; None on a logarithmic scale of real numbers."""
        if self.step is not None:
            return max(self.step, 1.0) if self.whole else self.step
        if self.whole:
            return 1.0
        return None if self.log else _nice((self.hi - self.lo) / 80)

    @property
    def decimals(self) -> int:
        """Digits after the point that every value of this span is shown with."""
        if self.whole or self.grain is None:
            return 0
        return next((n for n in range(7) if math.isclose(round(self.grain, n), self.grain)), 7)

    def clip(self, value: float) -> float:
        """The nearest value inside the span."""
        return min(max(value, self.lo), self.hi)

    def share(self, value: float) -> float:
        """Where `value` lies between the ends, 0 to 1."""
        value = self.clip(value)
        if self.log:
            return math.log(value / self.lo) / math.log(self.hi / self.lo)
        return (value - self.lo) / (self.hi - self.lo)

    def at(self, share: float) -> float:
        """The value at `share` (0..1) of the way, on the grid: the inverse of `share` up to rounding."""
        share = min(max(share, 0.0), 1.0)
        if self.log:
            return self.snap(self.lo * (self.hi / self.lo) ** share)
        return self.snap(self.lo + share * (self.hi - self.lo))

    def snap(self, value: float, digits: int = 2) -> float:
        """The nearest value that one would write down: on the grid, or of `digits` significant digits."""
        if self.grain is None:
            return self.clip(round_to(value, digits))
        steps = round((value - self.lo) / self.grain)
        return self.clip(round_to(self.lo + steps * self.grain, 12))

    def stepped(self, value: float, count: float) -> float:
        """`value` moved by `count` steps of the arrow keys; 0.1 is the fine step, 10 the large one.

        Integers move by at least 1 and logarithmic scales by equal factors, so that a step up is undone by
        a step down.
        """
        if count == 0:
            return self.clip(value)
        if self.log:
            target = value * 10 ** (count / STEPS_PER_DECADE)
            if self.grain is None:
                return self.snap(target, 2 if abs(count) >= 1 else 3)
            least = math.copysign(max(1.0, abs(count)) if abs(count) < 10 else 1.0, count) * self.grain
            return self.snap(target if abs(target - value) >= self.grain else value + least)
        grain = self.grain or 1.0
        if self.whole and abs(count) < 1:
            count = math.copysign(1.0, count)
        return self.clip(round_to(value + count * grain, 12))


def round_to(value: float, digits: int) -> float:
    """`value` with `digits` significant digits."""
    return float(f"{value:.{digits - 1}e}")


def _nice(length: float) -> float:
    """The largest of 1, 2, 5 × 10ⁿ that is not above `length` (but for rounding)."""
    power = 10.0 ** math.floor(math.log10(length) + 1e-9)
    factor = next(f for f in (5.0, 2.0, 1.0) if f * power <= length * (1 + 1e-9))
    return round_to(factor * power, 3)
