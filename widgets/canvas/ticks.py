"""Where to put the numbers on an axis, and how to write a number.

Ticks stand at 1, 2 or 5 times a power of ten. Numbers carry a real minus sign, the same count of decimals
along one axis, a narrow space between thousands from 10 000 on, and go over to powers of ten only from 10⁷ on or
below 10⁻³.
"""

from __future__ import annotations

import math

import numpy as np

from widgets.base.figures import FULL, grouped

__all__ = ["linear_ticks", "log_ticks", "number", "power_texts", "step_size", "tick_texts"]

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def step_size(span: float, about: int) -> float:
    """The distance 1, 2 or 5 × 10ᵏ that cuts `span` into at most about `about` pieces."""
    if not (math.isfinite(span) and span > 0):
        raise ValueError(f"span must be positive and finite, got {span!r}")
    rough = span / max(about, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    return next((nice * power for nice in (1, 2, 5) if nice * power >= rough * 0.999), 10 * power)


def linear_ticks(lo: float, hi: float, about: int = 6) -> np.ndarray:
    """Round values within lo..hi, about `about` of them. [n]"""
    step = step_size(hi - lo, about)
    first, last = math.ceil(lo / step - 1e-9), math.floor(hi / step + 1e-9)
    return np.arange(first, last + 1) * step if last - first < 1000 else np.array([])


def log_ticks(lo: float, hi: float, about: int = 6) -> np.ndarray:
    """Powers of ten within lo..hi (both above 0); 1-2-5 steps where less than two decades are in sight. [n]"""
    if not (0 < lo < hi and math.isfinite(hi)):
        raise ValueError(f"lo and hi must be 0 < lo < hi, got {lo!r} and {hi!r}")
    first, last = math.ceil(math.log10(lo) - 1e-9), math.floor(math.log10(hi) + 1e-9)
    if last - first < 2:
        near = [
            n * 10.0**k
            for k in range(first - 1, last + 1)
            for n in (1, 2, 5)
            if lo * 0.9999 <= n * 10.0**k <= hi * 1.0001
        ]
        return np.array(near) if len(near) > 1 else linear_ticks(lo, hi, about)
    return 10.0 ** np.arange(first, last + 1, math.ceil((last - first + 1) / about), dtype=float)


def number(value: float, digits: int = 3, full: float = FULL) -> str:
    """`value` with `digits` significant digits: 0.0123, −1.50, 240 000, 2.4·10⁷, ∞, NaN.

    full: from where on powers of ten are written; below it all figures are.
    """
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    power = math.floor(math.log10(abs(value)))
    if power >= 4 and abs(value) < full - 0.5:
        return _minus(grouped(f"{value:.0f}"))
    if power >= 4 or power < -3:
        head, _, tail = f"{value:.{digits - 1}e}".partition("e")
        return _minus(f"{_plain(head)}·10{str(int(tail)).translate(_RAISED)}")
    return _minus(f"{value:.{max(0, digits - 1 - power)}f}")


def tick_texts(values: np.ndarray) -> list[str]:
    """Texts for evenly spaced tick values, all with the decimals that their spacing needs."""
    if len(values) == 0:
        return []
    step = float(np.min(np.diff(values))) if len(values) > 1 else abs(float(values[0])) or 1.0
    most = float(np.max(np.abs(values)))
    if most >= FULL or most < 1e-3:
        return [_power(float(v), step) for v in values]
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return [_minus(grouped(f"{v + 0.0:.{min(decimals, 12)}f}")) for v in values]


def power_texts(values: np.ndarray) -> list[str]:
    """Texts for evenly spaced tick values in powers of ten, with the digits that tell neighbours apart."""
    step = float(np.min(np.diff(values))) if len(values) > 1 else 0.0
    return [_power(float(value), step or abs(float(value)) or 1.0) for value in values]


def _power(value: float, step: float) -> str:
    """A tick in powers of ten, with the digits that tell it from its neighbour `step` away."""
    if abs(value) < step / 2:
        return "0"
    size = abs(value)
    digits = max(0, min(6, math.floor(math.log10(size) + 1e-9) - math.floor(math.log10(step) + 1e-9)))
    head, _, tail = f"{value:.{digits}e}".partition("e")
    raised = str(int(tail)).translate(_RAISED)
    return _minus(f"10{raised}" if head in ("1", "1.0") else f"{_plain(head)}·10{raised}")


def _plain(head: str) -> str:
    return head.rstrip("0").rstrip(".") if "." in head else head


def _minus(text: str) -> str:
    """A true minus sign, and none before a zero."""
    if text.startswith("-") and not text.strip("-0."):
        text = text[1:]
    return text.replace("-", "−")
