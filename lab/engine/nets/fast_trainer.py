"""Training on the fast path. The examples are cut into batches once, each batch has its plan of calls, and a
step runs one of them: forward, gradient, optimiser. Everything can be changed between two steps, the learning
rate, the optimiser, the penalties, the examples themselves, and the network goes on from where it is."""

import numpy as np
from numpy.typing import ArrayLike

from lab.core.records import dataclass
from lab.engine.graph.operations import Array
from lab.engine.nets.fast_map import delta_plan, targets_for, with_ones
from lab.engine.nets.fast_plan import FastModel, Layout, Plan
from lab.engine.nets.fast_update import FastSettings, Updates

__all__ = ["FastTrainer", "FastTrainerState"]


@dataclass(frozen=True, slots=True)
class FastTrainerState:
    """Where a training stands, as plain values.

    memory: the model's own, see `FastModel`.  moments, remembered: what the optimiser remembers, and of how many
    updates.  steps, epochs: done in all.  batch: batches done of this epoch.  order: its order of the examples.
    """

    parameters: Array
    memory: Array
    moments: tuple[Array, ...]
    remembered: int
    steps: int
    epochs: int
    batch: int
    order: Array


class FastTrainer:
    """A network, examples, and a plan for every batch.

    net: changed in place.  x: [N, n_in].  y: see `fast_map.targets_for`.
    rng: for the order of the examples and for dropout; needed when there is either.
    Raises ValueError when there are no examples, they do not fit, or the generator is missing.
    """

    def __init__(
        self,
        net: FastModel,
        x: ArrayLike,
        y: ArrayLike,
        settings: FastSettings,
        rng: np.random.Generator | None = None,
    ) -> None:
        self.net = net
        self.rng = rng
        self.steps = self.epochs = self.batch = 0
        self._grads = Layout.of(net.layout.sizes, np.zeros_like(net.layout.flat))
        self._updates = Updates(net.layout, self._grads)
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
            self._updates.forget()
        if settings.batch_size != self.settings.batch_size:
            self.batch = 0
        self.settings = settings
        self._write_plans()

    def set_examples(self, x: ArrayLike, y: ArrayLike) -> None:
        """Goes on with other examples, from the start of an epoch."""
        self._set_examples(x, y)
        self._write_plans()

    def _set_examples(self, x: ArrayLike, y: ArrayLike) -> None:
        self._rows = with_ones(x, self.net.layout.sizes[0], self.net.layout.flat.dtype)  # [N, n_in + 1]
        self._targets = np.ascontiguousarray(targets_for(self.net, y).T)  # [N, n_out]
        if len(self._rows) == 0 or len(self._rows) != len(self._targets):
            raise ValueError(f"x, y: {len(self._rows)} and {len(self._targets)} examples, need as many, at least 1")
        self._order = np.arange(len(self._rows))
        self.batch = 0

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
        """Plans for batches of one size, which share their arrays and all calls but those on the batch."""
        net = self.net
        passes = net.passes(size, True, self.settings.dropout, self.rng)
        rows = self._x_rows[start : start + count * size].reshape(count, size, -1)
        goal_rows = self._y_rows[start : start + count * size].reshape(count, size, -1)
        x = np.empty((count, rows.shape[2], size), dtype=net.layout.flat.dtype)  # every batch turned: [n_in + 1, size]
        goals = np.empty((count, goal_rows.shape[2], size), dtype=net.layout.flat.dtype)
        self._turned += [(x, rows.transpose(0, 2, 1)), (goals, goal_rows.transpose(0, 2, 1))]
        first = passes.forward(x[0])
        delta, factor = delta_plan(net, passes.out, goals[0])
        back = passes.backward(self._grads, rows[0])
        middle = [*first[1:], *delta[:-1]]
        end = [*passes.remember, *self._updates.plan(self.settings, factor)]
        return [
            [
                *passes.draw,
                (first[0][0], (x[i], *first[0][1][1:])),
                *middle,
                (delta[-1][0], (passes.out, goals[i], passes.out)),
                *back[:-1],
                (back[-1][0], (rows[i], *back[-1][1][1:])),
                *end,
            ]
            for i in range(count)
        ]

    def save(self) -> FastTrainerState:
        """Where the training stands; the generator's state is the caller's to save."""
        return FastTrainerState(
            self.net.layout.flat.copy(),
            self.net.memory.copy(),
            tuple(moment.copy() for moment in self._updates.moments),
            self._updates.remembered,
            self.steps,
            self.epochs,
            self.batch,
            self._order.copy(),
        )

    def load(self, state: FastTrainerState) -> None:
        """Goes on from there. Raises ValueError when it belongs to another network or other examples."""
        if state.parameters.shape != self.net.layout.flat.shape or len(state.order) != len(self._rows):
            raise ValueError(
                f"state: of {state.parameters.size} parameters and {len(state.order)} examples, needed "
                f"{self.net.layout.flat.size} and {len(self._rows)}"
            )
        self.net.layout.flat[:] = state.parameters
        self.net.memory[...] = state.memory
        for ours, theirs in zip(self._updates.moments, state.moments, strict=True):
            ours[:] = theirs
        self._updates.remembered = state.remembered
        self.steps, self.epochs, self.batch = state.steps, state.epochs, state.batch
        self._order = state.order.copy()
        self._fill()
