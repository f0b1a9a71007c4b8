"""A layer that looks back directly: one head of causal attention over a sequence, with a learned vector for every
place. In a recurrent layer what was read must survive every step in between; here the last step reads the first one
itself, and the gradient goes back the same way.

    e = x W_x + p,   out = tanh(softmax(e W_q (e W_k)ᵀ / √H, causal) e W_v)"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from lab.core.records import dataclass
from lab.engine.graph.operations import Array
from lab.engine.transformer.attention import Attention, attend, attend_backward, causal_mask

__all__ = ["LookRun", "Lookback", "lookback"]


@dataclass(frozen=True, slots=True)
class LookRun:
    """A pass over a sequence.

    outputs: [N, T, H].  embedded: [N, T, H], e.  attention: its stages; `weights` [N, T, T], a row for each step.
    x: [N, T, n_in].
    """

    outputs: Array
    embedded: Array
    attention: Attention
    x: Array


@dataclass(frozen=True, slots=True)
class LookGradients:
    """What the way back gives.

    x: [N, T, n_in].  parameters: by name.  embedded: [N, T, H], all that reached e at every step.
    """

    x: Array
    parameters: dict[str, Array]
    embedded: Array


@dataclass(frozen=True, slots=True, eq=False)
class Lookback:
    """From [N, T, n_in] to [N, T, H], for sequences that have a place for each step.

    weight_x: [n_in, H].  places: [P, H].  weight_q, weight_k, weight_v: [H, H].
    Raises ValueError when a shape does not fit.
    Source: Vaswani et al., Attention Is All You Need, 2017.
    """

    weight_x: Array
    places: Array
    weight_q: Array
    weight_k: Array
    weight_v: Array

    def __post_init__(self) -> None:
        width = self.weight_x.shape[1]
        square = (width, width)
        needed = {"places": (len(self.places), width), "weight_q": square, "weight_k": square, "weight_v": square}
        for name, shape in needed.items():
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name}: has shape {getattr(self, name).shape}, needed {shape}")

    def parameters(self) -> dict[str, Array]:
        """All five."""
        names = ("weight_x", "places", "weight_q", "weight_k", "weight_v")
        return {name: getattr(self, name) for name in names}

    def with_parameters(self, parameters: Mapping[str, Any]) -> "Lookback":
        """The same layer with other weights."""
        return replace(self, **parameters)

    def run(self, x: Array) -> LookRun:
        """The whole sequence. x: [N, T, n_in].  Raises ValueError when it is longer than there are places."""
        if x.ndim != 3 or x.shape[2] != len(self.weight_x) or x.shape[1] > len(self.places):
            raise ValueError(f"x: has shape {x.shape}, needed (N, {len(self.places)} or less, {len(self.weight_x)})")
        e = x @ self.weight_x + self.places[: x.shape[1]]  # [N, T, n_in] -> [N, T, H]
        q, k, v = (e @ weight for weight in (self.weight_q, self.weight_k, self.weight_v))
        found = attend(q, k, v, causal_mask(x.shape[1]))
        return LookRun(np.tanh(found.out), e, found, x)

    def run_back(self, gradient: Array, run: LookRun) -> LookGradients:
        """gradient: of the outputs [N, T, H]."""
        to_qkv = attend_backward(run.attention, gradient * (1.0 - run.outputs**2))
        weights = (self.weight_q, self.weight_k, self.weight_v)
        to_e = sum((grad @ weight.T for grad, weight in zip(to_qkv, weights, strict=True)), np.zeros_like(run.embedded))
        width = to_e.shape[2]
        rows = run.embedded.reshape(-1, width)
        q, k, v = (rows.T @ grad.reshape(-1, width) for grad in to_qkv)
        places = np.zeros_like(self.places)
        places[: to_e.shape[1]] = to_e.sum(axis=0)
        weight_x = run.x.reshape(-1, run.x.shape[2]).T @ to_e.reshape(-1, width)
        parameters = {"weight_x": weight_x, "places": places, "weight_q": q, "weight_k": k, "weight_v": v}
        return LookGradients(to_e @ self.weight_x.T, parameters, to_e)

    def forward(self, x: Array, train: bool = False, rng: np.random.Generator | None = None) -> tuple[Array, LookRun]:
        """x: [N, T, n_in].  Returns [N, T, H], and the run, as a layer of a network."""
        run = self.run(x)
        return run.outputs, run

    def backward(self, gradient: Array, cache: LookRun) -> tuple[Array, dict[str, Array]]:
        """gradient: [N, T, H].  Returns that of x, and those of the weights."""
        found = self.run_back(gradient, cache)
        return found.x, found.parameters


def lookback(n_in: int, n_hidden: int, steps: int, rng: np.random.Generator) -> Lookback:
    """A new layer for up to `steps` steps: inputs spread as 1/√n_in, places as 1, the three others as 1/√H."""
    weight_x = rng.normal(size=(n_in, n_hidden)) / np.sqrt(n_in)
    places = rng.normal(size=(steps, n_hidden))
    q, k, v = (rng.normal(size=(n_hidden, n_hidden)) / np.sqrt(n_hidden) for _ in range(3))
    return Lookback(weight_x, places, q, k, v)
