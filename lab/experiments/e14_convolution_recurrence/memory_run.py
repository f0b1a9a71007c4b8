"""One recurrent network that learns to remember: a symbol through noise, or how many brackets are open. A step of the
run is one step of its optimiser, on fresh examples each time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.basics.activations import softmax
from lab.engine.basics.optim import SGD, Adam, global_norm, tree_map
from lab.engine.nets.layers import Dense, dense
from lab.engine.nets.network import Network, parameter_count
from lab.engine.nets.recurrent import Recurrent, recurrent
from lab.engine.nets.sequence_tasks import bracket_task, echo_task
from lab.engine.nets.through_time import blame_sizes, spectral_radius, state_gradients
from lab.engine.transformer.lookback import Lookback, lookback
from lab.experiments.e14_convolution_recurrence.packed import Learner
from lab.experiments.e14_convolution_recurrence.settings import Params
from lab.kit.arrays import freeze
from lab.kit.record import Past, Record

__all__ = ["DEEPEST", "SYMBOLS", "MemoryPage", "MemoryRun"]

Array = NDArray[np.float64]
BATCH, TESTED, CHUNK = 32, 300, 100
EVERY = 10  # steps between two looks at the test
SYMBOLS, DEEPEST = 4, 4
CLIP = 1.0
SHOWN = 8  # examples whose blame is averaged


@dataclass(frozen=True, slots=True, eq=False)
class MemoryPage:
    """The network after a step, on one example.

    x: [T, n_in].  targets: [T], −1 where nothing is asked.  states: [T, H].  said: [T, K], probabilities.
    blame: [T], how long the gradient of the last answer's loss is at the state after every step, a mean.
    from_x, from_h: of the marked step, both parts of its sum [H], for the plain cell.  kept: what its gates were, [H]
    each: the old h, r, z, n and the recalled part in a GRU; the old c, i, f, g, o and tanh(c) in an LSTM.
    radius: of the weights from state to state as they are now, of the plain cell.
    looks: [T], how much the last step looks at each, with attention; None with a cell.
    past: loss, share right, length of the gradient.
    """

    params: Params
    x: Array
    targets: NDArray[np.int64]
    states: Array
    said: Array
    blame: Array
    from_x: Array
    from_h: Array
    kept: tuple[Array, ...]
    radius: float | None
    looks: Array | None
    past: Past
    now: tuple[float, ...]
    measured: int
    parameters: int
    lost: int | None

    @property
    def at(self) -> int:
        """The marked step, from 0; the last where there are fewer."""
        return min(self.params.at, len(self.x)) - 1

    @property
    def unit(self) -> int:
        """The marked unit, from 0."""
        return int(min(self.params.unit, self.states.shape[1])) - 1


class MemoryRun:
    """The network at work; only the simulation touches it."""

    def __init__(self, params: Params, rng: np.random.Generator) -> None:
        self._params, self._rng = params, rng
        n_in, n_out = (SYMBOLS + 1, SYMBOLS) if params.task == "echo" else (2, DEEPEST + 1)
        layer = (
            lookback(n_in, params.hidden, params.length + 1, rng)
            if params.attention
            else recurrent(params.cell, n_in, params.hidden, rng, params.radius)
        )
        network = Network((layer, dense(params.hidden, n_out, rng, "xavier")), "softmax")
        self._learner = Learner(network, Adam() if params.optimizer == "adam" else SGD())
        self._test = self._examples(np.random.default_rng(1000), TESTED)
        self._record, self._half, self._looking = Record(np.empty((0, 3))), None, -1  # type: Record, Any, int
        self._right, self._asked = 0, 0
        self._now, self._measured, self.lost = [0.0, 0.0, 0.0], 0, None  # type: list[float], int, int | None
        self._kept: tuple[object, MemoryPage] | None = None
        x, y = self._test
        loss, grads, _run = network.gradients(x[:BATCH], y[:BATCH])
        self._now = [loss, network.accuracy(x, y), float(global_norm(grads))]

    def _examples(self, rng: np.random.Generator, n: int) -> tuple[Array, Array]:
        params = self._params
        if params.task == "echo":
            return echo_task(rng, n, params.length, SYMBOLS)
        return bracket_task(rng, n, params.length + 1, DEEPEST)

    def done(self) -> bool:
        return self.lost is not None

    # ------------------------------------------------------------------------------------------- steps

    def step(self, number: int) -> bool:
        """Half of a batch, or a piece of a look at the test; True when the step is complete."""
        if self._looking < 0:
            if not self._learn(number):
                return False
            if number % EVERY or self.lost is not None:
                return True
            self._looking, self._right, self._asked = 0, 0, 0
            return False
        return self._look_on(number)

    def _learn(self, number: int) -> bool:
        if self._half is None:
            x, y = self._examples(self._rng, BATCH)
            self._half = x, y, self._gradients(x[: BATCH // 2], y[: BATCH // 2])
            return False
        x, y, (loss, grads) = self._half
        self._half = None
        other, more = self._gradients(x[BATCH // 2 :], y[BATCH // 2 :])
        whole = tree_map(lambda a, b: (a + b) / 2, grads, more)
        self._record.add(number - 1, self._now)
        length = self._learner.update(whole, self._params.learning_rate, CLIP if self._params.clip else None)
        self._now = [(loss + other) / 2, self._now[1], length]
        if not np.isfinite(length + loss + other):
            self.lost = number
        return True

    def _gradients(self, x: Array, y: Array) -> tuple[float, Any]:
        """Where a weight is lost, so is the loss: the caller looks."""
        with np.errstate(all="ignore"):
            loss, grads, _run = self._learner.network.gradients(x, y)
        return loss, grads

    def _look_on(self, number: int) -> bool:
        x, y = (part[self._looking : self._looking + CHUNK] for part in self._test)
        guesses = self._learner.network.classify(x)
        self._right += int((guesses == y)[y >= 0].sum())
        self._asked += int((y >= 0).sum())
        self._looking += CHUNK
        if self._looking < TESTED:
            return False
        self._now[1], self._measured, self._looking = self._right / self._asked, number, -1
        return True

    def retune(self, params: Params) -> None:
        self._params = params

    # ------------------------------------------------------------------------------------------- shown

    def shown(self, step: int) -> MemoryPage:
        """What is shown of a step."""
        params = self._params
        key = (step, params.silent, params.at)
        if self._kept is None or self._kept[0] != key:
            self._kept = key, self._made(step)
        page = self._kept[1]
        return page if page.params == params else replace(page, params=params)

    def _made(self, step: int) -> MemoryPage:
        params, network = self._params, self._learner.network
        layer, head = network.layers
        assert isinstance(head, Dense)
        x, y = (part[:SHOWN] for part in self._test)
        if params.silent:
            x = np.zeros_like(x)
        with np.errstate(all="ignore"):
            inside = _attended if params.attention else _recalled
            found = inside(layer, head, network, x, y, min(params.at, x.shape[1]) - 1)
            chances = softmax(head.forward(found.states[None])[0][0])
        past = Past(self._record.rows, self._record.stride, step, tuple(self._now))
        parts = x[0].copy(), y[0].copy(), found.states, chances, found.blame, found.from_x, found.from_h
        shown_x, targets, states, said, blame, from_x, from_h = (freeze(np.asarray(part)) for part in parts)
        kept = tuple(freeze(part.copy()) for part in found.kept)
        looks = None if found.looks is None else freeze(found.looks.copy())
        return MemoryPage(
            params, shown_x, targets, states, said, blame, from_x, from_h, kept, found.radius, looks, past,
            tuple(self._now), self._measured, parameter_count(network), self.lost,
        )  # fmt: skip

    # ------------------------------------------------------------------------------------------- state

    def save(self) -> dict[str, Any]:
        return {
            "net": self._learner.save(),
            "now": list(self._now),
            "measured": self._measured,
            "lost": self.lost,
            "rows": self._record.rows,
            "stride": self._record.stride,
        }

    def load(self, saved: Mapping[str, Any], params: Params) -> None:
        """Back to what was saved. Raises ValueError when it is of another network."""
        self._params = params
        self._learner.load(saved["net"])
        self._now, self._measured = [float(value) for value in saved["now"]], int(saved["measured"])
        if len(self._now) != 3:
            raise ValueError("state: needs three numbers of the step")
        self.lost = None if saved["lost"] is None else int(saved["lost"])
        self._record = Record.load(saved["rows"], 3, int(saved["stride"]))
        self._half, self._looking, self._kept = None, -1, None


@dataclass(frozen=True, slots=True, eq=False)
class _Inside:
    """What a layer did with the first of some examples; see MemoryPage."""

    states: Array
    blame: Array
    from_x: Array
    from_h: Array
    kept: tuple[Array, ...] = ()
    radius: float | None = None
    looks: Array | None = None


def _asked(head: Dense, network: Network, outputs: Array, y: Array) -> Array:
    """The gradient of the last answer alone, at the layer's last output: [N, H]."""
    last = y.copy()
    last[:, :-1] = -1
    return np.asarray(network.loss_of(head.forward(outputs)[0], last)[1][:, -1] @ head.weight.T)


def _recalled(layer: Any, head: Dense, network: Network, x: Array, y: Array, at: int) -> _Inside:
    """With a cell, its marked step being `at`."""
    assert isinstance(layer, Recurrent)
    run = layer.run(x)
    asked = _asked(head, network, run.outputs, y)
    final = (asked, *(np.zeros_like(asked) for _part in run.final[1:]))
    blame = blame_sizes(state_gradients(layer, run, final))
    before = run.before[at][0][0]
    sums = x[0, at] @ layer.weight_x + layer.bias_x, before @ layer.weight_h + layer.bias_h
    plain = layer.kind == "rnn" and bool(np.isfinite(layer.weight_h).all())
    radius = spectral_radius(layer.weight_h) if plain else None
    kept = tuple(part[0] for part in run.kept[at])
    return _Inside(run.outputs[0].copy(), blame, *sums, kept, radius)


def _attended(layer: Any, head: Dense, network: Network, x: Array, y: Array, _at: int) -> _Inside:
    """With attention: the gradient that reaches what each step brought along."""
    assert isinstance(layer, Lookback)
    run = layer.run(x)
    gradient = np.zeros_like(run.outputs)
    gradient[:, -1] = _asked(head, network, run.outputs, y)
    blame = blame_sizes(np.swapaxes(layer.run_back(gradient, run).embedded, 0, 1))
    nothing = np.zeros(run.outputs.shape[2])
    looks = np.asarray(run.attention.weights[0, -1])
    return _Inside(run.outputs[0].copy(), blame, nothing, nothing.copy(), looks=looks)
