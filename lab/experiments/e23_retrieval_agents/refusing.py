"""When to say "I do not know": questions that the document answers, questions that it does not, and how alike the
nearest chunk is to each. A threshold is chosen on one half of them and measured on the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.kit.arrays import read_only

__all__ = ["Refusal", "refusal_of"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Refusal:
    """known, strange: the cosine of the nearest chunk for each question with and without an answer.

    threshold: the best for the first half, every second question.  kept, refused: on the other half, the share of
    questions with an answer that are answered at it, and of those without that are refused; nan while not measured.
    """

    known: Floats
    strange: Floats
    threshold: float
    kept: float
    refused: float


def refusal_of(known: Sequence[float], strange: Sequence[float]) -> Refusal:
    """The threshold that does best on every second question, and what it does to the others."""
    answered, unanswered = read_only(list(known)), read_only(list(strange))
    nothing = float("nan")
    if len(answered) < 2 or len(unanswered) < 2:
        return Refusal(answered, unanswered, nothing, nothing, nothing)
    tried = np.sort(np.concatenate([answered[::2], unanswered[::2]]))
    middles = (tried[1:] + tried[:-1]) / 2
    scores = [(answered[::2] >= t).mean() + (unanswered[::2] < t).mean() for t in middles]
    best = float(middles[int(np.argmax(scores))])
    kept, refused = float((answered[1::2] >= best).mean()), float((unanswered[1::2] < best).mean())
    return Refusal(answered, unanswered, best, kept, refused)
