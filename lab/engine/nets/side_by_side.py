"""Several stacks that learn from the same examples, step for step, so that they can be compared: with a skip and
without, with a norm and without. A step is done in pieces, since four stacks of a hundred layers take longer than a
window should wait; every stack takes its step in the last of them, so none is ever ahead of another."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lab.core.records import dataclass
from lab.engine.graph.operations import Array
from lab.engine.nets.fast_map import delta_plan, targets_for, with_ones
from lab.engine.nets.fast_plan import Layout, Plan, run
from lab.engine.nets.fast_update import FastSettings, Updates
from lab.engine.nets.mixed_stack import MixedPasses, MixedStack, StackBlock
from lab.engine.nets.network import Network

__all__ = ["SideBySide", "StackView"]

PIECE = 2_000_000  # numbers that the calls of one piece write, about 2 ms


@dataclass(frozen=True, slots=True, eq=False)
class StackView:
    """One stack on the batch that comes next, nothing of it changed.

    passes: the arrays of both ways.  grads: the gradient of every parameter.  loss: of the batch.
    """

    passes: MixedPasses
    grads: Layout
    loss: float


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """The calls of both ways through one stack, and where they write."""

    passes: MixedPasses
    grads: Layout
    sums: Array
    forward: Plan
    backward: Plan


class SideBySide:
    """Stacks and the examples they share.

    stacks: changed in place; all of one head and with as many inputs and outputs.
    x: [N, n_in].  y: see `fast_map.targets_for`.  batch_size: examples a step; all of them, in their order, when
    there are no more, else drawn anew for every epoch, and what is left over at its end is not used.
    rate: Adam's.  rng: for the order.
    Raises ValueError when there are no stacks or no examples, or they do not fit.
    """

    def __init__(
        self,
        stacks: Sequence[MixedStack],
        x: ArrayLike,
        y: ArrayLike,
        rate: float,
        rng: np.random.Generator,
        batch_size: int = 256,
    ) -> None:
        if not stacks or {stack.head for stack in stacks} != {stacks[0].head}:
            raise ValueError("stacks: need one or more, all of one head")
        first, self._rng = stacks[0], rng
        self._head = Network((), first.head)
        self._rows = with_ones(x, first.layout.sizes[0], first.layout.flat.dtype)  # [N, n_in + 1]
        self._targets = targets_for(first, y)  # [n_out, N]
        self._y = np.asarray(y)
        if not 0 < len(self._rows) == len(self._y) or batch_size < 1:
            raise ValueError(f"x, y: {len(self._rows)} and {len(self._y)} examples, need as many, at least 1")
        self.batch_size = min(batch_size, len(self._rows))
        self._order, self._place = np.arange(len(self._rows)), 0
        self._columns = np.empty((self._rows.shape[1], self.batch_size), self._rows.dtype)
        self._batch = np.empty((self.batch_size, self._rows.shape[1]), self._rows.dtype)
        self._goals = np.empty((len(self._targets), self.batch_size), self._rows.dtype)
        self._grads = [_zeros(stack) for stack in stacks]
        self._updates = [Updates(stack.layout, grads) for stack, grads in zip(stacks, self._grads)]
        self.rate, self._next = rate, 0
        self.losses: tuple[float, ...] = ()
        self._shuffle()
        self._fill()
        self._wire(stacks)

    def _wire(self, stacks: Sequence[MixedStack]) -> None:
        """The plans of these stacks, and none of a step begun with others."""
        self.stacks, self._next = tuple(stacks), 0
        self._looks: dict[int, _Look] = {}
        self._work: Plan = []
        self._ends: Plan = []
        self._sums = [np.empty_like(self._goals) for _stack in stacks]
        settings = FastSettings(self.batch_size, self.rate, "adam", shuffle=False)
        for stack, grads, updates, sums in zip(self.stacks, self._grads, self._updates, self._sums):
            passes = stack.passes(self.batch_size, train=True)
            delta, factor = delta_plan(stack, passes.out, self._goals)
            self._work += [*passes.forward(self._columns), (np.copyto, (sums, passes.out)), *delta]
            self._work += passes.backward(grads, self._batch)
            self._ends += [*passes.remember, *updates.plan(settings, factor)]
        widest = max(max(stack.layout.sizes) for stack in self.stacks)
        self._stride = max(16, PIECE // (widest * self.batch_size))

    def retune(self, rate: float, blocks: Sequence[Sequence[StackBlock]]) -> None:
        """Goes on with another learning rate and other blocks around the same weights; a step begun begins again."""
        self.rate = rate
        self._wire([stack.rewired(new) for stack, new in zip(self.stacks, blocks, strict=True)])

    # ------------------------------------------------------------------------------------------- steps

    def piece(self) -> bool:
        """A piece of a step; True when the step is complete. `losses` is then what each had on its batch."""
        with np.errstate(all="ignore"):
            if self._next < len(self._work):
                run(self._work[self._next : self._next + self._stride])
                self._next += self._stride
                return False
            self.losses = tuple(self._loss(sums) for sums in self._sums)
            run(self._ends)
        self._next, self._place = 0, self._place + self.batch_size
        if self._place + self.batch_size > len(self._rows):
            self._place = 0
            self._shuffle()
        self._fill()
        return True

    def step(self) -> None:
        """A whole step."""
        while not self.piece():
            pass

    def _chosen(self) -> Array:
        return np.asarray(self._order[self._place : self._place + self.batch_size])

    def _shuffle(self) -> None:
        if self.batch_size < len(self._rows):
            self._order = self._rng.permutation(len(self._rows))

    def _fill(self) -> None:
        """Lays the next batch into the arrays that the plans read."""
        chosen = self._chosen()
        np.take(self._rows, chosen, axis=0, out=self._batch)
        np.copyto(self._columns, self._batch.T)
        np.take(self._targets, chosen, axis=1, out=self._goals)

    @property
    def finite(self) -> tuple[bool, ...]:
        """For each stack whether all its parameters are numbers."""
        return tuple(bool(np.isfinite(stack.layout.flat).all()) for stack in self.stacks)

    # ----------------------------------------------------------------------------------------- looking

    def look(self, place: int) -> StackView:
        """Both ways through one stack on the batch that comes next, in arrays that the next look overwrites."""
        found = self._look(place)
        with np.errstate(all="ignore"):
            run(found.forward)
            run(found.backward)
        return StackView(found.passes, found.grads, self._loss(found.sums))

    def loss(self, place: int) -> float:
        """The loss of one stack on the batch that comes next."""
        found = self._look(place)
        with np.errstate(all="ignore"):
            run(found.forward)
        return self._loss(found.sums)

    def _loss(self, sums: Array) -> float:
        """Of output sums [n_out, batch] of the batch that comes next."""
        with np.errstate(all="ignore"):
            return self._head.loss_of(sums.T.astype(np.float64), self._y[self._chosen()])[0]

    def _look(self, place: int) -> "_Look":
        if place not in self._looks:
            stack = self.stacks[place]
            passes, grads, sums = stack.passes(self.batch_size, train=True), _zeros(stack), np.empty_like(self._goals)
            delta, factor = delta_plan(stack, passes.out, self._goals)
            scaled = partial(_scale, (*passes.arriving, *passes.through, grads.flat), factor)
            forward: Plan = [*passes.forward(self._columns), (np.copyto, (sums, passes.out))]
            backward: Plan = [*delta, *passes.backward(grads, self._batch), (scaled, ())]
            self._looks[place] = _Look(passes, grads, sums, forward, backward)
        return self._looks[place]

    # ------------------------------------------------------------------------------------------- state

    def save(self) -> dict[str, Any]:
        """Everything but the generator, as plain values; between two steps."""
        return {
            "order": self._order.copy(),
            "place": self._place,
            "stacks": [
                {
                    "parameters": stack.layout.flat.copy(),
                    "memory": stack.memory.copy(),
                    "moments": [moment.copy() for moment in updates.moments],
                    "remembered": updates.remembered,
                }
                for stack, updates in zip(self.stacks, self._updates)
            ],
        }

    def load(self, saved: dict[str, Any]) -> None:
        """Back to what was saved. Raises ValueError when it is of other stacks or other examples."""
        order = np.asarray(saved["order"], np.int64)
        if len(saved["stacks"]) != len(self.stacks) or order.shape != self._order.shape:
            raise ValueError(f"state: of {len(saved['stacks'])} stacks and {len(order)} examples, needs others")
        for stack, updates, one in zip(self.stacks, self._updates, saved["stacks"]):
            if np.shape(one["parameters"]) != stack.layout.flat.shape:
                raise ValueError(f"state: {np.size(one['parameters'])} parameters, needs {stack.layout.flat.size}")
            stack.layout.flat[:], stack.memory[:] = one["parameters"], one["memory"]
            for ours, theirs in zip(updates.moments, one["moments"], strict=True):
                ours[:] = theirs
            updates.remembered = int(one["remembered"])
        self._order, self._place, self._next = order, int(saved["place"]), 0
        self._fill()


def _zeros(stack: MixedStack) -> Layout:
    return Layout.of(stack.layout.sizes, np.zeros_like(stack.layout.flat))


def _scale(gradients: Sequence[Array], factor: float) -> None:
    """What the plans leave out: the factor of the mean over the batch."""
    for array in gradients:
        array *= factor
