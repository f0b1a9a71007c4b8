"""How the pages write numbers, and which heights their bars have in sight."""

from __future__ import annotations

import math
from collections.abc import Sequence

from lab.core.numbers import show_number
from lab.core.text import current

__all__ = ["bar_range", "show_score"]

LEAST = (-2.0, 4.0)
_NICE = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


def bar_range(values: Sequence[float]) -> tuple[float, float]:
    """Round heights around all finite values and 0, at least from −2 to 4, with room for a number below."""
    finite = [value for value in values if math.isfinite(value)] or [0.0]
    high = _round_up(max(finite), LEAST[1])
    return -_round_up(-min(finite), max(-LEAST[0], 0.18 * high)), high


def _round_up(value: float, least: float) -> float:
    """The next of 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10 × 10ᵏ with some room above `value`, and at least `least`."""
    wanted = max(1.12 * value, least)
    power = 10.0 ** math.floor(math.log10(wanted))
    return float(f"{next(n * power for n in _NICE if n * power >= wanted * (1 - 1e-9)):.6g}")


def show_score(value: float) -> str:
    """A logit with at most two decimals, and with one at least."""
    if not math.isfinite(value) or abs(value) >= 1e4:
        return show_number(value, 4)
    text = f"{round(value, 2) + 0.0:.2f}"
    text = text[:-1] if text.endswith("0") else text
    return text.replace("-", "−").replace(".", current().decimal_mark)
