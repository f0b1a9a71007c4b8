"""Two readers of handwritten digits that learn from the same pictures: a small CNN and a dense network. A step of the
run is one step of Adam for both; what they get right on pictures they have not seen is looked at now and then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.basics.optim import Adam
from lab.engine.nets.convolution_layers import Convolution, digit_cnn
from lab.engine.nets.exchange import network_artifact, network_form, picture_artifact, picture_form
from lab.engine.nets.layers import Activate, Flatten, dense
from lab.engine.nets.network import Network, parameter_count
from lab.engine.nets.saliency import climb
from lab.experiments.e14_convolution_recurrence.packed import Learner
from lab.experiments.e14_convolution_recurrence.pictures import SIDE, digits
from lab.experiments.e14_convolution_recurrence.reading import Reading, reading_of
from lab.experiments.e14_convolution_recurrence.settings import Params
from lab.kit.arrays import freeze
from lab.kit.record import Past, Record

__all__ = ["HELD", "DigitsPage", "DigitsRun"]

Array = NDArray[np.float64]
BATCH, HELD, HIDDEN = 32, 360, 32
EVERY, CHUNK = 10, 60  # steps between two looks at the test, and pictures at a time
FIELD, BEFORE, CLIMB = 5, 3, 0.1  # pixels of a side that the second layer sees, layers before it, length of a step
COLUMNS = 6  # loss of both, then the share right of both, then the same with every picture moved by a pixel


@dataclass(frozen=True, slots=True, eq=False)
class DigitsPage:
    """Both readers after a step.

    kernels: [K, 3, 3] of the first layer.  past: losses, shares right, shares right on moved pictures, each of CNN
    and dense.  measured: the step at which the shares were last looked at.  maps: [K, 6, 6], what the kernels make of
    the drawing.  wanted: [2K, 5, 5], on its way to what excites each kernel of the second layer most.
    reading: what both say of the drawing, only where it is looked at.  parameters: of both.
    """

    params: Params
    kernels: Array
    past: Past
    now: tuple[float, ...]
    measured: int
    small: Array
    maps: Array
    wanted: Array
    reading: Reading
    parameters: tuple[int, int]
    pad: Array


class DigitsRun:
    """The two at work; only the simulation touches them."""

    def __init__(self, params: Params, rng: np.random.Generator) -> None:
        self._params, self._rng = params, rng
        x, y = digits()
        order = rng.permutation(len(x))
        self._pixels = rng.permutation(SIDE * SIDE) if params.permuted else np.arange(SIDE * SIDE)
        x, y = x[order], y[order]
        self._x, self._y = self._fed(x[: params.examples]), y[: params.examples]
        held = x[-HELD:]
        moved = np.concatenate([np.zeros_like(held[:, :, :1]), held[:, :, :-1]], axis=2)
        self._held = self._fed(held), self._fed(moved)
        self._held_y = y[-HELD:]
        wide = Network(
            (Flatten(), dense(64, HIDDEN, rng), Activate("relu"), dense(HIDDEN, 10, rng, "xavier")), "softmax"
        )
        self._nets = Learner(digit_cnn(rng, params.kernels), Adam()), Learner(wide, Adam())
        self._wanted = np.full((2 * params.kernels, 1, FIELD, FIELD), 0.5)
        self._order, self._at = rng.permutation(params.examples), 0
        self._record, self._now = Record(np.empty((0, COLUMNS))), [np.nan] * COLUMNS
        self._measured, self._looking, self._right = 0, -1, np.zeros(4)
        self._kept: tuple[object, Array, DigitsPage] | None = None
        for place, learner in enumerate(self._nets):
            self._now[place] = learner.network.loss(self._x[:BATCH], self._y[:BATCH])
        self._look_at_all()

    def _fed(self, x: Array) -> Array:
        """Pictures as the networks get them, shuffled where that is asked for: [N, 8, 8] -> [N, 1, 8, 8]."""
        return np.asarray(x.reshape(len(x), -1)[:, self._pixels].reshape(-1, 1, SIDE, SIDE))

    def done(self) -> bool:
        return False

    # ------------------------------------------------------------------------------------------- steps

    def step(self, number: int) -> bool:
        """A step of both, or a piece of a look at the test; True when the step is complete."""
        if self._looking < 0:
            self._record.add(number - 1, self._now)
            self._learn()
            if number % EVERY:
                return True
            self._looking, self._right = 0, np.zeros(4)
        if self._look_on():
            self._measured = number
            return True
        return False

    def _learn(self) -> None:
        if self._at + BATCH > len(self._order) and self._at:
            self._order, self._at = self._rng.permutation(len(self._y)), 0
        rows = self._order[self._at : self._at + BATCH]
        self._at += BATCH
        for place, learner in enumerate(self._nets):
            loss, grads, _run = learner.network.gradients(self._x[rows], self._y[rows])
            learner.update(grads, self._params.learning_rate)
            self._now[place] = loss
        units = np.arange(len(self._wanted))
        self._wanted = climb(self._nets[0].network, BEFORE, self._wanted, units, CLIMB)

    def _look_on(self) -> bool:
        """Some more pictures of the test; True when all were looked at."""
        rows = slice(self._looking, self._looking + CHUNK)
        for place, (x, learner) in enumerate((x, net) for x in self._held for net in self._nets):
            self._right[place] += (learner.network.classify(x[rows]) == self._held_y[rows]).sum()
        self._looking += CHUNK
        if self._looking < HELD:
            return False
        self._now[2:] = (self._right / HELD).tolist()
        self._looking = -1
        return True

    def _look_at_all(self) -> None:
        self._looking, self._right = 0, np.zeros(4)
        while not self._look_on():
            pass

    def retune(self, params: Params) -> None:
        self._params = params

    # ------------------------------------------------------------------------------------------- shown

    def shown(self, step: int, pad: Array) -> DigitsPage:
        """What is shown of a step."""
        params = self._params
        key = (step, params.target if params.view == "second" else None)
        if self._kept is None or self._kept[0] != key or self._kept[1] is not pad:
            self._kept = key, pad, self._made(step, pad)
        page = self._kept[2]
        return page if page.params == params else replace(page, params=params)

    def _made(self, step: int, pad: Array) -> DigitsPage:
        params = self._params
        cnn, wide = (learner.network for learner in self._nets)
        first = cnn.layers[0]
        assert isinstance(first, Convolution)
        reading = reading_of(cnn, wide, pad, self._pixels, params.target, params.view == "second")
        maps = cnn.layers[1].forward(first.forward(self._fed(reading.small[None]))[0])[0][0]
        past = Past(self._record.rows, self._record.stride, step, tuple(self._now))
        counts = parameter_count(cnn), parameter_count(wide)
        kernels = freeze(first.weight[:, 0].copy())
        wanted = freeze(self._wanted[:, 0].copy())
        return DigitsPage(
            params, kernels, past, tuple(self._now), self._measured, reading.small, freeze(maps), wanted, reading,
            counts, pad,
        )  # fmt: skip

    def offer(self, kind: str, step: int) -> Artifact | None:
        """The dense reader or the CNN, with some digits to show it with."""
        if kind == "picture-network":
            read = picture_form(self._nets[0].network, self._held[0][:60], self._held_y[:60])
            origin = _("Convolution and recurrence, step {step}").format(step=step)
            return picture_artifact(read, _("CNN that reads digits"), origin)
        if kind != "network":
            return None
        network = Network(self._nets[1].network.layers[1:], "softmax")
        x = self._held[0][:60].reshape(60, -1)
        form = network_form(network, x, self._held_y[:60].astype(np.float64), "cross-entropy")
        return network_artifact(
            form, _("Dense reader of digits"), _("Convolution and recurrence, step {step}").format(step=step)
        )

    # ------------------------------------------------------------------------------------------- state

    def save(self) -> dict[str, Any]:
        return {
            "nets": [learner.save() for learner in self._nets],
            "order": self._order,
            "at": self._at,
            "now": list(self._now),
            "wanted": self._wanted,
            "measured": self._measured,
            "rows": self._record.rows,
            "stride": self._record.stride,
        }

    def load(self, saved: Mapping[str, Any], params: Params) -> None:
        """Back to what was saved. The pictures were drawn anew from the start of the run."""
        order = np.array(saved["order"], np.int64)
        if sorted(order.tolist()) != list(range(len(self._y))) or len(saved["now"]) != COLUMNS:
            raise ValueError(f"state: needs {len(self._y)} pictures")
        wanted = np.array(saved["wanted"], np.float64)
        if wanted.shape != self._wanted.shape:
            raise ValueError(f"state: pictures of shape {wanted.shape}, needs {self._wanted.shape}")
        for learner, net in zip(self._nets, saved["nets"], strict=True):
            learner.load(net)
        self._params, self._order, self._at, self._wanted = params, order, int(saved["at"]), wanted
        self._now, self._measured = [float(value) for value in saved["now"]], int(saved["measured"])
        self._record = Record.load(saved["rows"], COLUMNS, int(saved["stride"]))
        self._looking, self._kept = -1, None
