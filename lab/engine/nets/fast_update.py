"""The optimisers of the fast path: what to remember and the calls that lead from a raw gradient to new parameters,
equal to those of `optim`. A plan holds its numbers, so other settings mean another plan, not another optimiser."""

from functools import partial
from typing import Literal, get_args

import numpy as np

from lab.core.records import dataclass
from lab.engine.graph.operations import Array
from lab.engine.nets.fast_plan import Layout, Plan, number

__all__ = ["FastOptimizer", "FastSettings", "Updates"]

FastOptimizer = Literal["sgd", "momentum", "adam"]


@dataclass(frozen=True, slots=True)
class FastSettings:
    """How to train.

    batch_size: examples a step, all of them when there are fewer.  beta: momentum's.
    beta1, beta2, epsilon: Adam's.  l2: adds ½·l2·Σw² to the loss.  l1: adds l1·Σ|w|, taken as a step of its own
    that pulls every weight towards zero and leaves it there, as long a step as the optimiser would make of such a
    slope.  Neither touches a bias.
    dropout: the share of hidden units left out in each step.  shuffle: a new order in every epoch.
    Raises ValueError when a value is out of range.
    Source of the l1 step: Daubechies, Defrise & De Mol, 2004 (iterative soft thresholding).
    """

    batch_size: int = 10
    learning_rate: float = 0.03
    optimizer: FastOptimizer = "sgd"
    beta: float = 0.9
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    l1: float = 0.0
    l2: float = 0.0
    dropout: float = 0.0
    shuffle: bool = True

    def __post_init__(self) -> None:
        if self.batch_size < 1:
            raise ValueError(f"batch_size: {self.batch_size}, needs at least 1")
        if self.optimizer not in get_args(FastOptimizer):
            raise ValueError(f"optimizer: {self.optimizer!r}, needs one of {', '.join(get_args(FastOptimizer))}")
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout: {self.dropout}, needs 0 to below 1")
        for name in ("learning_rate", "l1", "l2"):
            if not 0 <= getattr(self, name) < np.inf:
                raise ValueError(f"{name}: {getattr(self, name)}, needs a finite number of at least 0")
        for name in ("beta", "beta1", "beta2"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name}: {getattr(self, name)}, needs 0 to below 1")


class Updates:
    """What turns gradients into new parameters.

    parameters, grads: of one layout; the parameters are changed in place.
    moments, remembered: what the optimiser keeps of earlier steps, and how many those were.
    """

    def __init__(self, parameters: Layout, grads: Layout) -> None:
        self._p, self._g = parameters.flat, grads.flat
        self._scratch = np.zeros_like(self._p)
        self.moments = (np.zeros_like(self._p), np.zeros_like(self._p))
        self.remembered = 0
        self._stretch, self._root = self._number(1.0), self._number(1.0)
        self._is_weight = np.ones_like(self._p)
        for weight in Layout.of(parameters.sizes, self._is_weight).weights:
            weight[:, -1] = 0.0

    def forget(self) -> None:
        """Starts without memories."""
        for moment in self.moments:
            moment[:] = 0.0
        self.remembered = 0

    def _number(self, value: float) -> Array:
        return number(value, self._p.dtype)

    def plan(self, settings: FastSettings, factor: float) -> Plan:
        """The calls of one update.

        factor: what turns the raw gradient into that of the mean loss.
        """
        p, g, s = self._p, self._g, settings
        if s.optimizer == "sgd" and not s.l2:
            step = self._number(s.learning_rate * factor)
            return [(np.multiply, (g, step, g)), (np.subtract, (p, g, p)), *self._pull(s, 1.0)]
        plan: Plan = [(np.multiply, (g, self._number(factor), g))]
        if s.l2:
            decay = self._is_weight * self._number(s.l2)
            plan += [(np.multiply, (p, decay, self._scratch)), (np.add, (g, self._scratch, g))]
        return plan + {"sgd": self._sgd, "momentum": self._momentum, "adam": self._adam}[s.optimizer](s)

    def _sgd(self, s: FastSettings) -> Plan:
        p, g = self._p, self._g
        rate = self._number(s.learning_rate)
        return [(np.multiply, (g, rate, g)), (np.subtract, (p, g, p)), *self._pull(s, 1.0)]

    def _momentum(self, s: FastSettings) -> Plan:
        p, g, velocity, scratch = self._p, self._g, self.moments[0], self._scratch
        return [
            (np.multiply, (velocity, self._number(s.beta), velocity)),
            (np.add, (velocity, g, velocity)),
            (np.multiply, (velocity, self._number(s.learning_rate), scratch)),
            (np.subtract, (p, scratch, p)),
            *self._pull(s, 1 / (1 - s.beta)),  # a lasting slope makes steps that much longer
        ]

    def _adam(self, s: FastSettings) -> Plan:
        p, g, root = self._p, self._g, self._scratch
        m, v = self.moments
        plan: Plan = [
            (partial(self._correct_bias, s), ()),
            (np.multiply, (m, self._number(s.beta1), m)),
            (np.multiply, (g, self._number(1 - s.beta1), root)),
            (np.add, (m, root, m)),
            (np.multiply, (v, self._number(s.beta2), v)),
            (np.square, (g, g)),
            (np.multiply, (g, self._number(1 - s.beta2), g)),
            (np.add, (v, g, v)),
            (np.sqrt, (v, root)),
            (np.multiply, (root, self._root, root)),
            (np.add, (root, self._number(s.epsilon), root)),  # √v̂ + ε
            (np.divide, (m, root, g)),
            (np.multiply, (g, self._stretch, g)),
            (np.subtract, (p, g, p)),
        ]
        if not s.l1:
            return plan
        pull = self._is_weight * self._number(s.l1)
        return [
            *plan,
            (np.divide, (pull, root, root)),
            (np.multiply, (root, self._number(s.learning_rate), root)),
            *self._towards_zero(root, g),
        ]

    def _correct_bias(self, s: FastSettings) -> None:
        """Adam's two corrections for having started at zero, for the update about to be made."""
        self.remembered += 1
        self._stretch[()] = s.learning_rate / (1 - s.beta1**self.remembered)
        self._root[()] = (1 - s.beta2**self.remembered) ** -0.5

    def _pull(self, s: FastSettings, stretch: float) -> Plan:
        """The l1 penalty's step, the same for every weight."""
        if not s.l1:
            return []
        return self._towards_zero(self._is_weight * self._number(s.learning_rate * s.l1 * stretch), self._scratch)

    def _towards_zero(self, by: Array, scratch: Array) -> Plan:
        """Every parameter towards zero by so much, and no further (the soft threshold)."""
        p = self._p
        return [
            (np.abs, (p, scratch)),
            (np.subtract, (scratch, by, scratch)),
            (partial(np.maximum, out=scratch), (scratch, self._number(0.0))),
            (np.copysign, (scratch, p, p)),
        ]
