"""Training on the fast path. The examples are cut into batches once, each batch has its plan of calls, and a
step runs one of them: forward, gradient, optimiser. Everything can be changed between two steps, the learning
rate, the optimiser, the penalties, the examples themselves, and the network goes on from where it is."""

from dataclasses import dataclass
from functools import partial
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from lab.engine.fastnet import FastNet, delta_plan, targets_for, with_ones
from lab.engine.fastnet_plan import GATES, Layout, Plan, Workspace, backward_plan, forward_plan
from lab.engine.operations import Array

__all__ = ["FastOptimizer", "FastSettings", "FastTrainer", "FastTrainerState"]

FastOptimizer = Literal["sgd", "momentum", "adam"]


@dataclass(frozen=True, slots=True)
class FastSettings:
    """How to train.

    batch_size: examples a step, all of them when there are fewer.  beta: momentum's.
    beta1, beta2, epsilon: Adam's.  l2: adds ½·l2·Σw² to the loss.  l1: adds l1·Σ|w|, taken as a step of its own
    that pulls every weight towards zero and leaves it there.  Neither touches a bias.
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
            value = getattr(self, name)
            if not 0 <= value < np.inf:
                raise ValueError(f"{name}: {value}, needs a finite number of at least 0")


@dataclass(frozen=True, slots=True)
class FastTrainerState:
    """Where a training stands, as plain values.

    moments, remembered: what the optimiser remembers, and of how many updates.  steps, epochs: done in all.
    batch: batches done of this epoch.  order: its order of the examples.
    """

    parameters: Array
    moments: tuple[Array, ...]
    remembered: int
    steps: int
    epochs: int
    batch: int
    order: Array


class FastTrainer:
    """A network, examples, and a plan for every batch.

    net: changed in place.  x: [N, n_in].  y: see `fastnet.targets_for`.
    rng: for the order of the examples and for dropout; needed when there is either.
    Raises ValueError when there are no examples, they do not fit, or the generator is missing.
    """

    def __init__(
        self,
        net: FastNet,
        x: ArrayLike,
        y: ArrayLike,
        settings: FastSettings,
        rng: np.random.Generator | None = None,
    ) -> None:
        self.net = net
        self.rng = rng
        self.steps = self.epochs = self.batch = self._remembered = 0
        self._moments = tuple(np.zeros_like(net.parameters) for _ in range(2))
        self._grads = Layout.of(net.sizes, np.zeros_like(net.parameters))
        self._scratch = np.zeros_like(net.parameters)
        self._stretch, self._root = (np.ones((), dtype=net.dtype) for _ in range(2))
        self._is_weight = np.ones_like(net.parameters)
        for weight in Layout.of(net.sizes, self._is_weight).weights:
            weight[:, -1] = 0.0
        self._set_examples(x, y)
        self.settings = settings
        self.retune(settings)

    @property
    def batches(self) -> int:
        """Steps in an epoch."""
        return len(self._plans)

    def retune(self, settings: FastSettings) -> None:
        """Goes on with other settings; another optimiser starts without memories, another batch size at the
        start of an epoch."""
        if (settings.shuffle or settings.dropout) and self.rng is None:
            raise ValueError("rng: none given, shuffling and dropout need a generator")
        if settings.optimizer != self.settings.optimizer:
            self._forget()
        if settings.batch_size != self.settings.batch_size:
            self.batch = 0
        self.settings = settings
        self._write_plans()

    def set_examples(self, x: ArrayLike, y: ArrayLike) -> None:
        """Goes on with other examples, from the start of an epoch."""
        self._set_examples(x, y)
        self._write_plans()

    def _set_examples(self, x: ArrayLike, y: ArrayLike) -> None:
        self._rows = with_ones(x, self.net.sizes[0], self.net.dtype)  # [N, n_in + 1]
        self._targets = np.ascontiguousarray(targets_for(self.net, y).T)  # [N, n_out]
        if len(self._rows) == 0 or len(self._rows) != len(self._targets):
            raise ValueError(f"x, y: {len(self._rows)} and {len(self._targets)} examples, need as many, at least 1")
        self._order = np.arange(len(self._rows))
        self.batch = 0

    def _forget(self) -> None:
        for moment in self._moments:
            moment[:] = 0.0
        self._remembered = 0

    def step(self) -> None:
        """One batch: forward, gradient, update."""
        self._advance(1)

    def epoch(self) -> None:
        """All batches that are left of this epoch."""
        self._advance(self.batches - self.batch)

    def _advance(self, count: int) -> None:
        if self.batch == 0 and self.settings.shuffle and self.batches > 1:
            self._shuffle()
        with np.errstate(all="ignore"):  # what diverges becomes inf and nan, quietly; the caller looks
            for plan in self._plans[self.batch : self.batch + count]:
                for function, arguments in plan:
                    function(*arguments)
        self.steps += count
        self.batch += count
        if self.batch == self.batches:
            self.batch = 0
            self.epochs += 1

    def batch_examples(self) -> Array:
        """Which examples the next step will see, by their place in x; a new epoch may shuffle them first."""
        size = min(self.settings.batch_size, len(self._rows))
        return self._order[self.batch * size : (self.batch + 1) * size].copy()

    def _shuffle(self) -> None:
        assert self.rng is not None  # retune has seen to it
        self._order = self.rng.permutation(len(self._rows))
        self._fill()

    def _fill(self) -> None:
        """Lays the examples into the batches' arrays in the present order."""
        np.take(self._rows, self._order, axis=0, out=self._x_rows)
        np.take(self._targets, self._order, axis=0, out=self._y_rows)
        for columns, rows in self._turned:
            np.copyto(columns, rows)

    def _write_plans(self) -> None:
        size = min(self.settings.batch_size, len(self._rows))
        full, rest = divmod(len(self._rows), size)
        self._x_rows, self._y_rows = np.empty_like(self._rows), np.empty_like(self._targets)
        self._turned: list[tuple[Array, Array]] = []
        self._plans: list[Plan] = self._plans_of(0, full, size)
        if rest:
            self._plans += self._plans_of(full * size, 1, rest)
        self._fill()

    def _plans_of(self, start: int, count: int, size: int) -> list[Plan]:
        """Plans for batches of one size, which share their workspace and all calls but those on the batch."""
        net, gate = self.net, GATES[self.net.activation]
        work = Workspace.of(net.sizes, size, net.dtype, gate, self.settings.dropout > 0)
        draw, masks = self._dropout_plan(work)
        rows = self._x_rows[start : start + count * size].reshape(count, size, -1)
        goal_rows = self._y_rows[start : start + count * size].reshape(count, size, -1)
        x = np.empty((count, rows.shape[2], size), dtype=net.dtype)  # every batch turned: [n_in + 1, size]
        goals = np.empty((count, goal_rows.shape[2], size), dtype=net.dtype)
        self._turned += [(x, rows.transpose(0, 2, 1)), (goals, goal_rows.transpose(0, 2, 1))]
        first = forward_plan(net.layout, gate, work, x[0], masks)
        delta, factor = delta_plan(net, work.out, goals[0])
        back = backward_plan(net.layout, self._grads, gate, work, rows[0], masks)
        middle = [*first[1:], *delta[:-1]]
        end = self._update_plan(factor)
        return [
            [
                *draw,
                (first[0][0], (x[i], *first[0][1][1:])),
                *middle,
                (np.subtract, (work.out, goals[i], work.out)),
                *back[:-1],
                (back[-1][0], (rows[i], *back[-1][1][1:])),
                *end,
            ]
            for i in range(count)
        ]

    def _dropout_plan(self, work: Workspace) -> tuple[Plan, Array | None]:
        p = self.settings.dropout
        if not p or self.rng is None:
            return [], None
        masks, dtype = np.ones_like(work.value), self.net.dtype
        return [
            (self.rng.random, (None, dtype, masks)),
            (np.add, (masks, np.array(1 - p, dtype=dtype), masks)),
            (np.floor, (masks, masks)),  # 1 with probability 1 − p, else 0
            (np.multiply, (masks, np.array(1 / (1 - p), dtype=dtype), masks)),
        ], masks

    def _update_plan(self, factor: float) -> Plan:
        """The calls from the raw gradient to the new parameters.

        factor: what turns the raw gradient into that of the mean loss.
        """
        s, p, g, scratch = self.settings, self.net.parameters, self._grads.flat, self._scratch
        rate = self._number(s.learning_rate)
        if s.optimizer == "sgd" and not s.l2:
            plan: Plan = [
                (np.multiply, (g, self._number(s.learning_rate * factor), g)),
                (np.subtract, (p, g, p)),
            ]
        else:
            plan = [(np.multiply, (g, self._number(factor), g))]
            if s.l2:
                decay = self._is_weight * self._number(s.l2)
                plan += [(np.multiply, (p, decay, scratch)), (np.add, (g, scratch, g))]
            plan += {"sgd": self._sgd, "momentum": self._momentum, "adam": self._adam}[s.optimizer](rate)
        if s.l1:
            pull = self._is_weight * self._number(s.learning_rate * s.l1)
            plan += [
                (np.abs, (p, scratch)),
                (np.subtract, (scratch, pull, scratch)),
                (partial(np.maximum, out=scratch), (scratch, self._number(0.0))),
                (np.copysign, (scratch, p, p)),
            ]
        return plan

    def _number(self, value: float) -> Array:
        return np.array(value, dtype=self.net.dtype)

    def _sgd(self, rate: Array) -> Plan:
        p, g = self.net.parameters, self._grads.flat
        return [(np.multiply, (g, rate, g)), (np.subtract, (p, g, p))]

    def _momentum(self, rate: Array) -> Plan:
        p, g, velocity, scratch = self.net.parameters, self._grads.flat, self._moments[0], self._scratch
        return [
            (np.multiply, (velocity, self._number(self.settings.beta), velocity)),
            (np.add, (velocity, g, velocity)),
            (np.multiply, (velocity, rate, scratch)),
            (np.subtract, (p, scratch, p)),
        ]

    def _adam(self, rate: Array) -> Plan:
        p, g, scratch, s = self.net.parameters, self._grads.flat, self._scratch, self.settings
        m, v = self._moments
        return [
            (self._correct_bias, ()),
            (np.multiply, (m, self._number(s.beta1), m)),
            (np.multiply, (g, self._number(1 - s.beta1), scratch)),
            (np.add, (m, scratch, m)),
            (np.multiply, (v, self._number(s.beta2), v)),
            (np.square, (g, g)),
            (np.multiply, (g, self._number(1 - s.beta2), g)),
            (np.add, (v, g, v)),
            (np.sqrt, (v, scratch)),
            (np.multiply, (scratch, self._root, scratch)),
            (np.add, (scratch, self._number(s.epsilon), scratch)),
            (np.divide, (m, scratch, scratch)),
            (np.multiply, (scratch, self._stretch, scratch)),
            (np.subtract, (p, scratch, p)),
        ]

    def _correct_bias(self) -> None:
        """Adam's two corrections for having started at zero, for the update about to be made."""
        self._remembered += 1
        s, t = self.settings, self._remembered
        self._stretch[()] = s.learning_rate / (1 - s.beta1**t)
        self._root[()] = (1 - s.beta2**t) ** -0.5

    def save(self) -> FastTrainerState:
        """Where the training stands; the generator's state is the caller's to save."""
        return FastTrainerState(
            self.net.parameters.copy(),
            tuple(moment.copy() for moment in self._moments),
            self._remembered,
            self.steps,
            self.epochs,
            self.batch,
            self._order.copy(),
        )

    def load(self, state: FastTrainerState) -> None:
        """Goes on from there. Raises ValueError when it belongs to another network or other examples."""
        if state.parameters.shape != self.net.parameters.shape or len(state.order) != len(self._rows):
            raise ValueError(
                f"state: of {state.parameters.size} parameters and {len(state.order)} examples, needed "
                f"{self.net.parameters.size} and {len(self._rows)}"
            )
        self.net.parameters[:] = state.parameters
        for ours, theirs in zip(self._moments, state.moments, strict=True):
            ours[:] = theirs
        self._remembered, self.steps = state.remembered, state.steps
        self.epochs, self.batch = state.epochs, state.batch
        self._order = state.order.copy()
        self._fill()
