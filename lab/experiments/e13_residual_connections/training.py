"""Stacks that learn: one, four to be compared, or three for the test. A step is one step of Adam for each of them."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.params import replaced
from lab.core.records import dataclass
from lab.engine.nets.fast_map import FastMap, targets_for
from lab.engine.nets.loss_slice import LossSlice
from lab.engine.nets.mixed_stack import MixedStack, StackBlock
from lab.engine.nets.side_by_side import SideBySide
from lab.experiments.e13_residual_connections.doctor import deepened
from lab.experiments.e13_residual_connections.gestures import Rewire, Wiring
from lab.experiments.e13_residual_connections.landscape import REACH, SIDE, surface_of
from lab.experiments.e13_residual_connections.settings import EXAM_DEPTH, Params
from lab.experiments.e13_residual_connections.signals import Paths, Signals, paths_of, signals_of
from lab.experiments.e13_residual_connections.stacks import (
    WAYS,
    Ground,
    blocks_of,
    ground_for,
    stack_on,
    uniform_blocks,
)
from lab.kit.exchange import newest
from lab.kit.record import Past, Record

__all__ = ["EXAM_GATES", "ExamPage", "FourPage", "StackPage", "Training"]

EXAM_GATES = ("sigmoid", "tanh", "relu")


@dataclass(frozen=True, slots=True, eq=False)
class StackPage:
    """One stack: its blocks, what was measured in them, its losses so far.

    blocks: those between the first and the last sum.  fits: for each whether a skip fits.  wiring: by hand.
    loss: of the batch that comes next, as in training.  used: of all examples, as when it is used; with a BatchNorm
    the two differ.  paths: only where they are looked at.  lost: the step at which a weight was no number any more.
    title, own: of a network that was received, and the numbers of the blocks that came with it.
    """

    params: Params
    blocks: tuple[StackBlock, ...]
    sizes: tuple[int, ...]
    fits: tuple[bool, ...]
    wiring: Wiring
    signals: Signals
    paths: Paths | None
    past: Past
    loss: float
    used: float
    accuracy: float | None
    lost: int | None
    title: str
    own: frozenset[int]


@dataclass(frozen=True, slots=True, eq=False)
class FourPage:
    """The four ways, their losses in the order of WAYS."""

    params: Params
    past: Past
    losses: tuple[float, ...]
    lost: int | None


@dataclass(frozen=True, slots=True, eq=False)
class ExamPage:
    """One build for three gates, their losses in the order of EXAM_GATES."""

    params: Params
    past: Past
    losses: tuple[float, ...]
    lost: int | None


class Training:
    """The stacks of a run; only the simulation touches them. Raises ParamError where nothing was received."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: tuple[Artifact, ...]) -> None:
        self._params, self.lost = params, None  # type: Params, int | None
        if params.topic == "exam":
            self._grounds = self._exam_grounds(params, rng)
        elif params.source == "received":
            self._grounds = (deepened(newest(artifacts, "network", "source"), params, rng),)
        else:
            self._grounds = (ground_for(params, rng),)
        self.wiring = Wiring.plain(len(self.ground.sums) - 2)
        stacks = [stack_on(self._ground(place), blocks) for place, blocks in enumerate(self._blocks())]
        x, y = self.ground.x, self.ground.y
        self._race = SideBySide(stacks, x, y, params.learning_rate, rng, params.batch)
        self._targets = targets_for(stacks[0], y)
        self._used: FastMap | None = None
        self._record = Record(np.empty((0, len(stacks))))  # of the steps before the present one
        self._kept: tuple[object, Any] | None = None

    @staticmethod
    def _exam_grounds(params: Params, rng: np.random.Generator) -> tuple[Ground, ...]:
        """For every gate the same points and weights of its own kind, as each would begin alone."""
        found, start = [], copy.deepcopy(rng)
        for gate in EXAM_GATES:
            drawn = rng if gate == EXAM_GATES[-1] else copy.deepcopy(start)
            found.append(ground_for(replaced(params, {"activation": gate, "depth": EXAM_DEPTH}), drawn))
        return tuple(found)

    @property
    def ground(self) -> Ground:
        """What the stacks were made of; of the first, where they differ."""
        return self._grounds[0]

    def _ground(self, place: int) -> Ground:
        return self._grounds[place] if len(self._grounds) > 1 else self.ground

    @property
    def stack(self) -> MixedStack:
        """The one stack, or the first."""
        return self._race.stacks[0]

    def _blocks(self) -> list[tuple[StackBlock, ...]]:
        params = self._params
        if params.topic == "four":
            return [uniform_blocks(params, self.ground, skip, norm) for skip, norm in WAYS.values()]
        if params.topic == "exam":
            normed = params.norm != "none"
            return [
                uniform_blocks(params, ground, params.skip, normed, gate)
                for ground, gate in zip(self._grounds, EXAM_GATES, strict=True)
            ]
        return [blocks_of(params, self.ground, self.wiring)]

    # ------------------------------------------------------------------------------------------- steps

    def done(self) -> bool:
        """Only when in every stack a weight is no number any more."""
        return self.lost is not None

    def step(self, number: int) -> bool:
        """A piece of a step; True when it is complete."""
        if not self._race.piece():
            return False
        self._record.add(number - 1, self._race.losses)
        self._kept = None
        if not any(self._race.finite):  # as long as one of several goes on, so does the comparison
            self.lost = number
        return True

    def retune(self, params: Params) -> None:
        """Other blocks around the same weights, or another learning rate."""
        self._params = params
        self._wire()

    def rewire(self, action: Rewire) -> Rewire:
        """A gesture. Returns the one that takes it back. Raises ValueError for one that cannot be."""
        self.wiring, back = self.wiring.after(action, self.ground.fits)
        self._wire()
        return back

    def _wire(self) -> None:
        blocks = self._blocks()
        rate = self._params.learning_rate
        self._kept = None
        if [stack.blocks for stack in self._race.stacks] != blocks or rate != self._race.rate:
            self._race.retune(rate, blocks)
            self._used = None

    def _now(self) -> tuple[float, ...]:
        """Each stack's loss on the batch that comes next."""
        return tuple(self._race.loss(place) for place in range(len(self._race.stacks)))

    # ------------------------------------------------------------------------------------------- shown

    def shown(self, step: int) -> StackPage | FourPage | ExamPage:
        """What is shown of a step."""
        key = (step, self._params.view)
        if self._kept is None or self._kept[0] != key:
            self._kept = key, self._measured(step)
        page, params = self._kept[1], self._params
        if page.params == params:
            return page
        return replace(page, params=params)

    def _measured(self, step: int) -> StackPage | FourPage | ExamPage:
        params = self._params
        if params.topic == "stack":
            return self._of_one(step)
        losses = self._now()
        kind = FourPage if params.topic == "four" else ExamPage
        return kind(params, self._past(step, losses), losses, self.lost)

    def _of_one(self, step: int) -> StackPage:
        stack, ground = self.stack, self.ground
        view = self._race.look(0)
        signals = signals_of(view)
        paths = paths_of(stack, ground.x, ground.y) if self._params.view == "paths" else None
        if self._used is None:
            self._used = FastMap(stack, ground.x)
        self._used.update()
        used = self._used.loss(self._targets)
        accuracy = None if stack.head == "mse" else self._used.accuracy(self._targets)
        past = self._past(step, (view.loss,))
        blocks, sizes = stack.blocks[1:-1], stack.layout.sizes
        return StackPage(
            self._params, blocks, sizes, ground.fits, self.wiring, signals, paths, past,
            view.loss, used, accuracy, self.lost, ground.title, ground.own,
        )  # fmt: skip

    def _past(self, step: int, now: tuple[float, ...]) -> Past:
        return Past(self._record.rows, self._record.stride, step, now)

    def surface(self, origin: str) -> Artifact | None:
        """The loss around the stack as it is; None where several are compared, or where it is no number."""
        if self._params.topic != "stack":
            return None
        cut = LossSlice(self.stack, self.ground.x, self.ground.y, SIDE, REACH, np.random.default_rng(0))
        return surface_of(np.array([cut.row(number) for number in range(SIDE)]), origin)

    # ------------------------------------------------------------------------------------------- state

    def save(self) -> dict[str, Any]:
        return {
            "race": self._race.save(),
            "skip": list(self.wiring.skip),
            "norm": list(self.wiring.norm),
            "lost": self.lost,
            "rows": self._record.rows,
            "stride": self._record.stride,
        }

    def load(self, saved: Mapping[str, Any], params: Params) -> None:
        """Back to what was saved. Raises ValueError when it is of another stack."""
        wiring = Wiring(tuple(int(v) for v in saved["skip"]), tuple(int(v) for v in saved["norm"]))
        if len(wiring.skip) != len(self.wiring.skip) or len(wiring.norm) != len(self.wiring.norm):
            raise ValueError(f"state: of {len(wiring.skip)} blocks, needs {len(self.wiring.skip)}")
        self.wiring, self._params = wiring, params
        self._wire()
        self._race.load(dict(saved["race"]))
        self._record = Record.load(saved["rows"], len(self._race.stacks), int(saved["stride"]))
        self.lost = None if saved["lost"] is None else int(saved["lost"])
        self._kept = None
