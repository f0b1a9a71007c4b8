"""The run of the sums: two networks from one start, one with weight decay and one without, learn a + b on a clock from
a part of the table. Each step is `UPDATES` updates of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.engine.measuring.modular_addition import AdditionNet, addition_table
from lab.experiments.e12_overfitting.frame import GrokShown, Table
from lab.experiments.e12_overfitting.settings import Params
from lab.kit.arrays import freeze_fields
from lab.kit.record import Record

__all__ = ["UPDATES", "GrokRun"]

UPDATES, A_CALL = 10, 2  # updates of a step, and of one call
RATE = 0.01
ENOUGH = 0.99  # of the sums right


class GrokRun:
    """The table and the two networks."""

    def __init__(self, params: Params, rng: np.random.Generator) -> None:
        self._params = params
        seed = int(rng.integers(2**31))
        self._table = addition_table(params.modulus, params.share, np.random.default_rng((seed, 0)))
        self._nets = [AdditionNet.fresh(params.modulus, np.random.default_rng((seed, 1))) for _which in range(2)]
        self._firsts: list[int | None] = [None] * 4  # updates at which enough was right: learned, understood, each
        self._record, self._now = Record(np.empty((0, 4)), most=2000), 0
        self._measure()

    @property
    def done(self) -> bool:
        """It can always go on."""
        return False

    def step(self) -> bool:
        """A piece of a step. Whether it is complete."""
        table = self._table
        inputs, answers = table.inputs[table.seen], table.answers[table.seen]
        for net, decay in zip(self._nets, (self._params.decay, 0.0)):
            for _update in range(A_CALL):
                net.update(inputs, answers, RATE, decay)
        if self._nets[0].updates % UPDATES:
            return False
        self._now += 1
        self._measure()
        return True

    def _measure(self) -> None:
        """What both networks get right."""
        table = self._table
        self._right = [net.scores(table.inputs).argmax(axis=1) == table.answers for net in self._nets]
        self._shares = [float(right[rows].mean()) for right in self._right for rows in (table.seen, table.held)]
        for place, share in enumerate(self._shares):
            if share >= ENOUGH and self._firsts[place] is None:
                self._firsts[place] = self._nets[0].updates
        self._record.add(self._now, self._shares)

    def retune(self, params: Params) -> None:
        """Another decay, from here on."""
        self._params = params

    def act(self, action: object) -> None:
        """There are no gestures here; those of the points of the curve are kept for it."""

    def shown(self) -> GrokShown:
        """Both as they are now."""
        table, p = self._table, self._table.modulus
        seen = np.zeros(p * p, np.bool_)
        seen[table.seen] = True
        past = self._record.past(self._now, self._shares)
        decayed, free = self._shown(0, p), self._shown(1, p)
        steps: NDArray[np.float64] = past.steps * UPDATES
        curves = past.columns(0, 4)
        return freeze_fields(GrokShown(p, seen.reshape(p, p), decayed, free, self._nets[0].updates, steps, curves))

    def _shown(self, place: int, p: int) -> Table:
        net = self._nets[place]
        norm = float(np.sqrt(np.square(net.first).sum() + np.square(net.second).sum()))
        seen, held = self._shares[2 * place : 2 * place + 2]
        learned, understood = self._firsts[2 * place : 2 * place + 2]
        return freeze_fields(Table(seen, held, self._right[place].reshape(p, p).copy(), norm, learned, understood))

    def save(self) -> dict[str, Any]:
        """Everything that cannot be worked out again."""
        table = self._table
        return {
            "cells": [table.seen, table.held],
            "nets": [net.save() for net in self._nets],
            "firsts": list(self._firsts),
            "rows": self._record.rows,
            "stride": self._record.stride,
            "now": self._now,
        }

    def load(self, state: Mapping[str, Any], params: Params) -> None:
        """Go back to what was saved."""
        seen, held = (np.asarray(rows, np.int64) for rows in state["cells"])
        if sorted([*seen.tolist(), *held.tolist()]) != list(range(params.modulus**2)):
            raise ValueError("state: cells of another table")
        table = addition_table(params.modulus, params.share, np.random.default_rng(0))
        self._table = type(table)(params.modulus, table.inputs, table.answers, seen, held)
        self._params, self._now = params, int(state["now"])
        for net, saved in zip(self._nets, state["nets"]):
            net.load(saved)
        firsts = [None if first is None else int(first) for first in state["firsts"]]
        self._firsts = firsts
        self._record = Record.load(state["rows"], 4, int(state["stride"]), most=2000)
        self._right = [net.scores(table.inputs).argmax(axis=1) == table.answers for net in self._nets]
        self._shares = [float(right[rows].mean()) for right in self._right for rows in (seen, held)]

    def offer(self, kind: str, origin: str) -> Artifact | None:
        """Nothing of it suits another experiment."""
        return None
