"""A judge that a learner writes: a formula over what can be said of an answer. It is read by the lab's own parser of
formulas, so no text is ever run as a program.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.engine.graph.formula import parse

__all__ = ["Judge"]

Floats = NDArray[np.floating[Any]]


class Judge:
    """A formula, and the names of what it may look at.

    Raises FormulaError, a ValueError that says where, when the text cannot be read.
    """

    def __init__(self, formula: str, names: Sequence[str]) -> None:
        self.formula = formula
        self._expression = parse(formula, names)

    @property
    def looks_at(self) -> frozenset[str]:
        """The names that occur in the formula."""
        return self._expression.depends_on()

    def scores(self, features: Floats) -> Floats:
        """The reward of each answer, [n, F] -> [n], cut to 0 … 1; what is not defined is 0."""
        values = np.nan_to_num(self._expression.value(*features.T), nan=0.0, posinf=1.0, neginf=0.0)
        return np.asarray(np.clip(values, 0.0, 1.0))
