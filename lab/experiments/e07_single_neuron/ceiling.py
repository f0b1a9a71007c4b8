"""How well any neuron at all could do. For two inputs the engine tries every straight cut there is. For truth
tables of one or three inputs every rule that one neuron can follow is listed: small whole weights are enough,
and there are exactly 4 such rules for one input, 14 for two and 104 for three (sequence A000609)."""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from lab.engine.basics.perceptron import best_line_accuracy
from lab.experiments.e07_single_neuron.examples import Examples
from lab.kit.arrays import freeze

__all__ = ["best_accuracy", "threshold_rules"]

MOST_POINTS = 60  # the cuts through N points take a time that grows as N³
LARGEST = 2  # for up to three inputs no rule needs a larger whole weight (Muroga, 1971)


@cache
def threshold_rules(inputs: int) -> NDArray[np.int64]:
    """Every answer column that one neuron can give to all rows of 0 and 1, in binary order: [rules, 2^inputs].

    inputs: 1 to 3.  Raises ValueError for another number.
    """
    if not 1 <= inputs <= 3:
        raise ValueError(f"inputs: {inputs}, needs 1 to 3")
    rows = np.array(list(product((0, 1), repeat=inputs)))  # [2^d, d]
    weights = np.array(list(product(range(-LARGEST, LARGEST + 1), repeat=inputs)))  # [5^d, d]
    reach = LARGEST * inputs
    thresholds = np.arange(-reach, reach + 2) - 0.5
    sums = weights @ rows.T  # [5^d, 2^d]
    answers = sums[:, None, :] > thresholds[None, :, None]  # [5^d, thresholds, 2^d]
    return freeze(np.unique(answers.reshape(-1, len(rows)), axis=0).astype(np.int64))


def best_accuracy(examples: Examples) -> float | None:
    """The largest share of rows that one neuron can get right; None where that was not worked out."""
    if examples.whole and examples.inputs != 2:
        return float((threshold_rules(examples.inputs) == examples.labels).mean(axis=1).max())
    if len(examples) == 1:
        return 1.0
    if examples.inputs != 2 or len(examples) > MOST_POINTS:
        return None
    return best_line_accuracy(examples.points, examples.labels)
