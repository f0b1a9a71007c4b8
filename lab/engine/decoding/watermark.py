"""A watermark in text: before each choice a secret rule colours half of the tokens green, by the token before, and
their scores are raised a little. Nobody sees it in a sentence, but whoever knows the rule counts the green tokens, and
a text that was written so has too many of them for chance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass

__all__ = ["Watermark", "green_z"]

Mask = NDArray[np.bool_]
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_STRIDE, _KEYS = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD1342543DE82EF95)


@dataclass(frozen=True, slots=True)
class Watermark:
    """The rule. key: the secret.  share: of the tokens that are green, γ.

    Raises ValueError when share is not between 0 and 1.
    Source: Kirchenbauer et al., A Watermark for Large Language Models (2023); the colours: splitmix64.
    """

    key: int = 21
    share: float = 0.5

    def __post_init__(self) -> None:
        if not 0.0 < self.share < 1.0:
            raise ValueError(f"share must be between 0 and 1, got {self.share}")

    def green(self, before: Any, tokens: Any) -> Mask:
        """Whether tokens are green after the tokens before them; both of one shape, or one of each."""
        x = np.atleast_1d(np.asarray(tokens)).astype(np.uint64) * _STRIDE
        x = x + np.atleast_1d(np.asarray(before)).astype(np.uint64) * _KEYS + np.uint64(self.key)
        for shift, factor in ((30, _MIX[0]), (27, _MIX[1])):
            x = (x ^ (x >> np.uint64(shift))) * factor
        x = x ^ (x >> np.uint64(31))
        return np.asarray((x >> np.uint64(11)).astype(np.float64) / 2.0**53 < self.share)

    def greens(self, ids: Sequence[int], start: int = 1) -> int:
        """How many tokens of a text are green, from `start` on; the first has none before it and does not count."""
        text = np.asarray(ids)
        start = max(1, start)
        return int(self.green(text[start - 1 : -1], text[start:]).sum()) if len(text) > start else 0


def green_z(greens: int, tokens: int, share: float = 0.5) -> float | None:
    """How many standard deviations more green tokens there are than chance would give; None without tokens.

    (g - γT) / √(Tγ(1 - γ)).  Raises ValueError when greens is not in 0 … tokens.
    """
    if not 0 <= greens <= tokens:
        raise ValueError(f"greens must be in 0 … {tokens}, got {greens}")
    return (greens - share * tokens) / math.sqrt(tokens * share * (1 - share)) if tokens else None
