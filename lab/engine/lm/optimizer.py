"""How the language model learns from a gradient: AdamW on the one flat vector of its parameters, in place, with
gradient clipping, and the schedule of the learning rate. The same rule as `optim`'s AdamW, written without a
single new array, because here it runs on every step of a live training.
"""

from __future__ import annotations

import math
from dataclasses import field
from typing import Protocol

import numpy as np

from lab.core.records import dataclass
from lab.engine.lm.parameters import Floats

__all__ = ["AdamWState", "Learned", "Schedule", "adamw_step", "clip_gradients", "training_bytes"]

CHUNK = 16_384  # numbers updated at once, so that all they need stays in the cache


class Learned(Protocol):
    """All numbers of a model in one flat vector; weight decay shrinks the first `n_decayed`."""

    @property
    def flat(self) -> Floats: ...

    @property
    def n_decayed(self) -> int: ...


@dataclass
class AdamWState:
    """What AdamW remembers: a running mean of gradients and of their squares, and how many steps it has made.

    mean, square: as long as the parameters.
    """

    mean: Floats
    square: Floats
    step: int = 0
    _spare: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._spare = np.empty(min(CHUNK, self.mean.size), self.mean.dtype)

    @classmethod
    def zeros(cls, parameters: Learned) -> AdamWState:
        """The state before the first step."""
        return cls(np.zeros_like(parameters.flat), np.zeros_like(parameters.flat))


def adamw_step(
    parameters: Learned,
    gradients: Learned,
    state: AdamWState,
    learning_rate: float,
    beta1: float = 0.9,
    beta2: float = 0.99,
    epsilon: float = 1e-8,
    weight_decay: float = 0.1,
) -> None:
    """One step, in place; `gradients` is used up. Gains and positions are not decayed.

    m ← β₁m + (1-β₁)g;  v ← β₂v + (1-β₂)g²;  w ← w - η(λw + m̂ / (√v̂ + ε)), m̂ and v̂ corrected for their start.
    Source: Loshchilov, Hutter, Decoupled Weight Decay Regularization (2019), algorithm 2.
    """
    state.step += 1
    correct1, correct2 = 1.0 - beta1**state.step, 1.0 - beta2**state.step
    rate = learning_rate * math.sqrt(correct2) / correct1
    floor = epsilon * math.sqrt(correct2)
    decayed = parameters.flat[: parameters.n_decayed]
    if weight_decay:
        np.multiply(decayed, 1.0 - learning_rate * weight_decay, decayed)
    new_mean, new_square, pace, least = (np.array(x, state.mean.dtype) for x in (1.0 - beta1, 1.0 - beta2, rate, floor))
    for start in range(0, parameters.flat.size, CHUNK):
        part = slice(start, start + CHUNK)
        w, g, m, v = parameters.flat[part], gradients.flat[part], state.mean[part], state.square[part]
        spare = state._spare[: w.size]
        np.subtract(g, m, spare)
        np.multiply(spare, new_mean, spare)
        np.add(m, spare, m)
        np.multiply(g, g, g)
        np.subtract(g, v, g)
        np.multiply(g, new_square, g)
        np.add(v, g, v)
        np.sqrt(v, spare)
        np.add(spare, least, spare)
        np.divide(m, spare, spare)
        np.multiply(spare, pace, spare)
        np.subtract(w, spare, w)


def clip_gradients(gradients: Learned, limit: float) -> float:
    """Shrinks the gradient, in place, to the length `limit` if it is longer; returns the length it had.

    Source: Pascanu, Mikolov, Bengio, On the Difficulty of Training Recurrent Neural Networks (2013).
    """
    length = math.sqrt(float(np.dot(gradients.flat, gradients.flat)))
    if length > limit:
        np.multiply(gradients.flat, limit / length, out=gradients.flat)
    return length


@dataclass(frozen=True, slots=True)
class Schedule:
    """The learning rate of each step: a straight warm-up to the peak, then half a cosine down to the floor.

    Raises ValueError when a number is negative or the warm-up is longer than the whole.
    Source: Loshchilov, Hutter, SGDR (2017); Radford et al. (2018) for the warm-up.
    """

    peak: float
    steps: int
    warmup: int = 0
    floor: float = 0.0

    def __post_init__(self) -> None:
        if min(self.peak, self.steps, self.warmup, self.floor) < 0 or self.warmup > self.steps:
            raise ValueError(f"a schedule needs numbers ≥ 0 and a warm-up within its steps, got {self}")

    def __call__(self, step: int) -> float:
        """The rate of a step, counted from 0; after the last step the floor."""
        if step < self.warmup:
            return self.peak * (step + 1) / self.warmup
        done = min(1.0, (step - self.warmup) / max(1, self.steps - self.warmup))
        return self.floor + 0.5 * (self.peak - self.floor) * (1.0 + math.cos(math.pi * done))


def training_bytes(n_parameters: int, bytes_per_number: int = 4) -> dict[str, int]:
    """The memory that training with AdamW holds at least: weights, gradients and two moments for each.

    The two moments of 7 billion parameters in float32 take 56 GB.
    """
    one = n_parameters * bytes_per_number
    return {"weights": one, "gradients": one, "moments": 2 * one, "total": 4 * one}
