"""Networks with a memory: the same cell at every step, reading one input and what it remembers. Going back
through time multiplies the gradient by the same matrix again and again, so it vanishes or explodes with the
number of steps; the gates of GRU and LSTM are there to let it pass.

Gate order and formulas are PyTorch's; weights stand on the right, so theirs are these transposed:

    RNN    h = tanh(x W_x + b_x + h W_h + b_h)
    GRU    r, z as σ of such sums;  n = tanh(x W_xn + b_xn + r · (h W_hn + b_hn));  h = (1 − z)·n + z·h
    LSTM   i, f, o as σ of such sums, g as tanh;  c = f·c + i·g;  h = o · tanh(c)"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal, get_args

import numpy as np

from lab.core.records import dataclass
from lab.engine.graph.operations import Array
from lab.engine.nets.initializers import orthogonal

__all__ = ["CellKind", "Recurrent", "SequenceRun", "State", "recurrent"]

CellKind = Literal["rnn", "gru", "lstm"]
State = tuple[Array, ...]  # (h,) or, in the LSTM, (h, c), each [N, H]
Kept = tuple[Array, ...]

# A cell's step takes the two sums, x W_x + b_x and h W_h + b_h, and the state; it returns the new state and what
# it keeps. Its way back takes the gradient of the new state and returns those of the two sums, and what the old
# state receives directly, not through h W_h.


def _gates(x: Array) -> Array:
    return np.asarray(0.5 * np.tanh(0.5 * x) + 0.5)  # the sigmoid, in a third of its usual time


def _rnn_step(from_x: Array, from_h: Array, state: State) -> tuple[State, Kept]:
    h = np.tanh(from_x + from_h)
    return (h,), (h,)


def _rnn_back(grads: State, kept: Kept) -> tuple[Array, Array, State]:
    (h,) = kept
    inside = grads[0] * (1.0 - h * h)
    return inside, inside, (np.zeros_like(h),)


def _gru_step(from_x: Array, from_h: Array, state: State) -> tuple[State, Kept]:
    (h,), n_hidden = state, state[0].shape[1]
    gates = _gates(from_x[:, : 2 * n_hidden] + from_h[:, : 2 * n_hidden])  # [N, 2H]
    reset, update = gates[:, :n_hidden], gates[:, n_hidden:]
    recalled = from_h[:, 2 * n_hidden :]
    new = np.tanh(from_x[:, 2 * n_hidden :] + reset * recalled)
    return (new + update * (h - new),), (h, reset, update, new, recalled)


def _gru_back(grads: State, kept: Kept) -> tuple[Array, Array, State]:
    (grad,) = grads
    h, reset, update, new, recalled = kept
    grad_new = grad * (1.0 - update) * (1.0 - new * new)
    grad_update = grad * (h - new) * update * (1.0 - update)
    grad_reset = grad_new * recalled * reset * (1.0 - reset)
    to_x = np.concatenate([grad_reset, grad_update, grad_new], axis=1)
    to_h = np.concatenate([grad_reset, grad_update, grad_new * reset], axis=1)
    return to_x, to_h, (grad * update,)


def _lstm_step(from_x: Array, from_h: Array, state: State) -> tuple[State, Kept]:
    _, c = state
    n_hidden, sums = c.shape[1], from_x + from_h
    gates = _gates(sums)  # g's quarter is not used: one call costs less than three
    i, f, o = (gates[:, k * n_hidden : (k + 1) * n_hidden] for k in (0, 1, 3))
    g = np.tanh(sums[:, 2 * n_hidden : 3 * n_hidden])
    new = f * c + i * g
    squashed = np.tanh(new)
    return (o * squashed, new), (c, i, f, g, o, squashed)


def _lstm_back(grads: State, kept: Kept) -> tuple[Array, Array, State]:
    grad_h, grad_c = grads
    c, i, f, g, o, squashed = kept
    grad_c = grad_c + grad_h * o * (1.0 - squashed * squashed)
    inside = np.concatenate(
        [
            grad_c * g * i * (1.0 - i),
            grad_c * c * f * (1.0 - f),
            grad_c * i * (1.0 - g * g),
            grad_h * squashed * o * (1.0 - o),
        ],
        axis=1,
    )
    return inside, inside, (np.zeros_like(c), grad_c * f)


@dataclass(frozen=True, slots=True)
class _Cell:
    gates: int  # sums per hidden unit
    states: int
    step: Callable[[Array, Array, State], tuple[State, Kept]]
    back: Callable[[State, Kept], tuple[Array, Array, State]]


CELLS: dict[str, _Cell] = {
    "rnn": _Cell(1, 1, _rnn_step, _rnn_back),
    "gru": _Cell(3, 1, _gru_step, _gru_back),
    "lstm": _Cell(4, 2, _lstm_step, _lstm_back),
}


@dataclass(frozen=True, slots=True)
class SequenceRun:
    """A pass over a sequence.

    outputs: [N, T, H], h after every step.  final: the state after the last.
    x, before, kept: what the way back needs: the input, the state before every step, the cell's own.
    """

    outputs: Array
    final: State
    x: Array
    before: tuple[State, ...]
    kept: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class SequenceGradients:
    """What the way back through time gives.

    x: [N, T, n_in].  parameters: by name.  initial: of the state before the first step.
    hidden: [N, T, H], the whole gradient that reached h after every step.
    """

    x: Array
    parameters: dict[str, Array]
    initial: State
    hidden: Array


@dataclass(frozen=True, slots=True, eq=False)
class Recurrent:
    """A recurrent layer, from [N, T, n_in] to [N, T, H].

    kind: "rnn", "gru" or "lstm", with 1, 3 or 4 sums (G) per hidden unit.
    weight_x: [n_in, G·H].  weight_h: [H, G·H].  bias_x, bias_h: [G·H].
    Raises ValueError when the kind is unknown or a shape does not fit.
    Source: Elman, 1990; Cho et al., 2014; Hochreiter & Schmidhuber, 1997, with the forget gate of Gers, 2000.
    """

    kind: CellKind
    weight_x: Array
    weight_h: Array
    bias_x: Array
    bias_h: Array

    def __post_init__(self) -> None:
        if self.kind not in get_args(CellKind):
            raise ValueError(f"kind: {self.kind!r}, needs one of {', '.join(get_args(CellKind))}")
        width = CELLS[self.kind].gates * len(self.weight_h)
        needed = {"weight_x": (len(self.weight_x), width), "weight_h": (len(self.weight_h), width)}
        for name, shape in {**needed, "bias_x": (width,), "bias_h": (width,)}.items():
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name}: has shape {getattr(self, name).shape}, needed {shape}")

    @property
    def n_hidden(self) -> int:
        return len(self.weight_h)

    def parameters(self) -> dict[str, Array]:
        """Both weights and both biases."""
        return {
            "weight_x": self.weight_x,
            "weight_h": self.weight_h,
            "bias_x": self.bias_x,
            "bias_h": self.bias_h,
        }

    def with_parameters(self, parameters: Mapping[str, Any]) -> "Recurrent":
        """The same layer with other weights."""
        return replace(self, **parameters)

    def start(self, n: int) -> State:
        """The state before the first step of n sequences: nothing remembered."""
        zeros = np.zeros((n, self.n_hidden), dtype=self.weight_h.dtype)
        return (zeros,) * CELLS[self.kind].states

    def step(self, x: Array, state: State) -> State:
        """One step. x: [N, n_in].  Returns the new state, whose first part is the output."""
        from_h = state[0] @ self.weight_h + self.bias_h
        return CELLS[self.kind].step(x @ self.weight_x + self.bias_x, from_h, state)[0]

    def run(self, x: Array, state: State | None = None) -> SequenceRun:
        """The whole sequence. x: [N, T, n_in].  state: nothing remembered when not given.

        Raises ValueError when x has another shape.
        """
        if x.ndim != 3 or x.shape[2] != len(self.weight_x):
            raise ValueError(f"x: has shape {x.shape}, needed (N, T, {len(self.weight_x)})")
        cell = CELLS[self.kind]
        state = self.start(len(x)) if state is None else state
        from_x = np.swapaxes(x, 0, 1) @ self.weight_x + self.bias_x  # [T, N, G·H], all steps at once
        outputs, before, kept = [], [], []
        for t in range(x.shape[1]):
            before.append(state)
            state, keeps = cell.step(from_x[t], state[0] @ self.weight_h + self.bias_h, state)
            outputs.append(state[0])
            kept.append(keeps)
        out = np.stack(outputs, axis=1) if outputs else np.zeros((len(x), 0, self.n_hidden), dtype=x.dtype)
        return SequenceRun(out, state, x, tuple(before), tuple(kept))

    def run_back(self, gradient: Array, run: SequenceRun, final: State | None = None) -> SequenceGradients:
        """Back through time, from the last step to the first.

        gradient: of the outputs [N, T, H].  final: of the final state, if anything came after it.
        Source: Werbos, Backpropagation through time, 1990.
        """
        cell, (n, steps, n_in) = CELLS[self.kind], run.x.shape
        state = tuple(np.zeros_like(part) for part in run.final) if final is None else final
        to_x, to_h = (np.empty((steps, n, self.weight_h.shape[1]), dtype=gradient.dtype) for _ in range(2))
        hidden = np.empty((steps, n, self.n_hidden), dtype=gradient.dtype)
        for t in reversed(range(steps)):
            state = (state[0] + gradient[:, t], *state[1:])
            hidden[t] = state[0]
            to_x[t], to_h[t], direct = cell.back(state, run.kept[t])
            state = (direct[0] + to_h[t] @ self.weight_h.T, *direct[1:])
        x_rows = np.swapaxes(run.x, 0, 1).reshape(-1, n_in)  # [T·N, n_in]
        h_rows = np.array([before[0] for before in run.before]).reshape(-1, self.n_hidden)
        x_sums, h_sums = (sums.reshape(-1, sums.shape[2]) for sums in (to_x, to_h))  # [T·N, G·H]
        parameters = {
            "weight_x": x_rows.T @ x_sums,
            "weight_h": h_rows.T @ h_sums,
            "bias_x": x_sums.sum(axis=0),
            "bias_h": h_sums.sum(axis=0),
        }
        grad_x = np.swapaxes(to_x @ self.weight_x.T, 0, 1)  # [T, N, n_in] -> [N, T, n_in]
        return SequenceGradients(grad_x, parameters, state, np.swapaxes(hidden, 0, 1))

    def forward(
        self, x: Array, train: bool = False, rng: np.random.Generator | None = None
    ) -> tuple[Array, SequenceRun]:
        """x: [N, T, n_in].  Returns [N, T, H], and the run, as a layer of a network."""
        run = self.run(x)
        return run.outputs, run

    def backward(self, gradient: Array, cache: SequenceRun) -> tuple[Array, dict[str, Array]]:
        """gradient: [N, T, H].  Returns that of x, and those of the weights."""
        found = self.run_back(gradient, cache)
        return found.x, found.parameters


def recurrent(kind: CellKind, n_in: int, n_hidden: int, rng: np.random.Generator, radius: float = 1.0) -> Recurrent:
    """A new recurrent layer: inputs spread as 1/√n_in, biases 0 but for the gate that keeps the old state (the
    LSTM's forget gate, the GRU's update gate), which starts open with 1.

    radius: the recurrence is a rotation times this, so that at 1 a signal neither fades nor explodes at first.
    Source: Saxe et al., 2014 (rotations); Jozefowicz et al., 2015 (the open gate).
    """
    gates = CELLS[kind].gates if kind in CELLS else 1
    weight_x = rng.normal(size=(n_in, gates * n_hidden)) / np.sqrt(n_in)
    weight_h = radius * np.concatenate([orthogonal(n_hidden, rng) for _ in range(gates)], axis=1)
    bias = np.zeros(gates * n_hidden)
    if kind in ("gru", "lstm"):
        bias[n_hidden : 2 * n_hidden] = 1.0  # the second gate in both orders
    return Recurrent(kind, weight_x, weight_h, bias, np.zeros(gates * n_hidden))
