"""How well the network does: loss, accuracy and confusion on the points it trains on and on those it never
sees, and which of its units have stopped taking part."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.basics.metrics import confusion_matrix
from lab.engine.nets.fast import FastNet
from lab.engine.nets.fast_map import FastMap, targets_for
from lab.kit.arrays import freeze

__all__ = ["EVALUATED", "Evaluator", "Score", "targets_of"]

EVALUATED = 2_000
"""So many points are looked at: the first ones, where there are more."""


@dataclass(frozen=True, eq=False, slots=True)
class Score:
    """loss: the mean one.  right, count: points.  confusion: [K, K], rows the truth, columns the answers."""

    loss: float
    right: int
    count: int
    confusion: NDArray[np.int64]

    @property
    def accuracy(self) -> float:
        """The share of right answers."""
        return self.right / self.count


def targets_of(net: FastNet, labels: NDArray[np.int64]) -> NDArray[np.number[Any]]:
    """Targets for the head: classes for a probability, 0 and 1 for squared error. [N] or [N, K]."""
    if net.head != "mse":
        return labels
    outputs = net.sizes[-1]
    return labels.astype(np.float64) if outputs == 1 else np.eye(outputs)[labels]


class Evaluator:
    """Some points on which the network is evaluated again and again. x: [N, F], its inputs.  labels: [N]."""

    def __init__(self, net: FastNet, x: NDArray[np.float64], labels: NDArray[np.int64]) -> None:
        self._net, self._labels = net, labels[:EVALUATED]
        self._map = FastMap(net, x[:EVALUATED])
        self._targets = targets_for(net, targets_of(net, self._labels))
        self._classes = max(2, net.sizes[-1])

    def loss_and_accuracy(self) -> tuple[float, float]:
        """Loss and accuracy now."""
        self._map.update()
        return self._map.loss(self._targets), float(np.mean(self._answers() == self._labels))

    def score(self) -> Score:
        """All of it."""
        self._map.update()
        confusion = freeze(confusion_matrix(self._labels, self._answers(), self._classes))
        return Score(self._map.loss(self._targets), int(np.trace(confusion)), len(self._labels), confusion)

    def _answers(self) -> NDArray[np.int64]:
        sums = self._map.sums
        answers: NDArray[np.int64]
        if len(sums) == 1:
            answers = (sums[0] > (0.5 if self._net.head == "mse" else 0.0)).astype(np.int64)
        else:
            answers = sums.argmax(axis=0).astype(np.int64)
        return answers

    def dead(self) -> tuple[NDArray[np.bool_], ...]:
        """Per hidden layer which ReLU units say 0 at every point: [n]. Call it after one of those above."""
        if self._net.activation != "relu":
            return tuple(np.zeros(len(hidden), bool) for hidden in self._map.hidden)
        return tuple(np.asarray((hidden <= 0).all(axis=1)) for hidden in self._map.hidden)
