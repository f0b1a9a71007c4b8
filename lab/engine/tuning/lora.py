"""Low-rank adaptation. Instead of changing a large matrix W, two thin ones are learned beside it, and their product
is added: W + (α/r) B A. B starts at zero, so the model starts as it was; W stays frozen; in the end the product can
be merged into W and costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.lm.parameters import Parameters

__all__ = ["LoRA", "adapt", "adapter_gradients", "init_adapters", "init_lora", "lora_size", "write_merged"]

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class LoRA:
    """An adapter of a matrix [out, in]: a [r, in], b [out, r]; what it adds is scale · b a, scale = α/r.

    Raises ValueError when the shapes do not share r.
    Source: Hu et al., LoRA: Low-Rank Adaptation of Large Language Models (2022).
    """

    a: Floats
    b: Floats
    alpha: float

    def __post_init__(self) -> None:
        if self.a.ndim != 2 or self.b.ndim != 2 or self.a.shape[0] != self.b.shape[1]:
            raise ValueError(f"a must be [r, in] and b [out, r], got shapes {self.a.shape} and {self.b.shape}")

    @property
    def rank(self) -> int:
        """r, the rank that b a cannot exceed."""
        return int(self.a.shape[0])

    @property
    def scale(self) -> float:
        """α/r."""
        return self.alpha / self.rank

    def delta(self) -> Floats:
        """What is added to the matrix, [out, in]."""
        return np.asarray(self.scale * (self.b @ self.a))

    def forward(self, x: Floats, matrix: Floats) -> Floats:
        """(W + scale·b a) x for rows x, [..., in] -> [..., out], without ever forming the sum."""
        return np.asarray(x @ matrix.T + self.scale * ((x @ self.a.T) @ self.b.T))

    def backward(self, x: Floats, matrix: Floats, d_out: Floats) -> tuple[Floats, LoRA]:
        """The gradient of x and those of a and b, from that of the output, [..., out]; the matrix gets none."""
        rows, d_rows = x.reshape(-1, x.shape[-1]), d_out.reshape(-1, d_out.shape[-1])
        d_x = d_out @ matrix + self.scale * ((d_out @ self.b) @ self.a)
        d_a = self.scale * (d_rows @ self.b).T @ rows
        d_b = self.scale * d_rows.T @ (rows @ self.a.T)
        return d_x, LoRA(d_a, d_b, self.alpha)

    def gradients(self, d_matrix: Floats) -> LoRA:
        """The gradients of a and b from that of the merged matrix, [out, in]."""
        return LoRA(self.scale * (self.b.T @ d_matrix), self.scale * (d_matrix @ self.a.T), self.alpha)

    def singular_values(self) -> Floats:
        """Those of the addition, largest first, [r]: how many directions it really uses."""
        _, s, _ = np.linalg.svd(self.delta())
        return np.asarray(s[: self.rank])


def init_lora(n_out: int, n_in: int, rank: int, alpha: float, rng: np.random.Generator) -> LoRA:
    """A fresh adapter that adds nothing: a ~ N(0, 1/in), b = 0.

    Raises ValueError when the rank is not in 1 … min(out, in).
    """
    if not 1 <= rank <= min(n_out, n_in):
        raise ValueError(f"rank must be in 1 … {min(n_out, n_in)}, got {rank}")
    return LoRA(rng.normal(0, n_in**-0.5, (rank, n_in)), np.zeros((n_out, rank)), alpha)


def lora_size(n_out: int, n_in: int, rank: int) -> int:
    """How many numbers an adapter learns: r (out + in); for a square matrix nothing is saved once r ≥ d/2."""
    return rank * (n_out + n_in)


def init_adapters(
    parameters: Parameters, names: tuple[str, ...], rank: int, alpha: float, rng: np.random.Generator
) -> dict[str, LoRA]:
    """Fresh adapters for matrices of a language model, by name ("block0.qkv" …).

    Raises ValueError when a name is no matrix of the model.
    """
    wrong = [name for name in names if name not in parameters or parameters[name].ndim != 2]
    if wrong:
        raise ValueError(f"names {wrong} are no matrices of the model")
    adapters = {}
    for name in names:
        n_out, n_in = parameters[name].shape
        adapters[name] = init_lora(n_out, n_in, rank, alpha, rng)
    return adapters


def write_merged(base: Parameters, adapters: Mapping[str, LoRA], out: Parameters) -> None:
    """Writes the model with its adapters merged into `out`; `base` stays as it is."""
    np.copyto(out.flat, base.flat)
    for name, adapter in adapters.items():
        out[name][...] += adapter.delta()


def adapter_gradients(adapters: Mapping[str, LoRA], gradients: Parameters) -> dict[str, LoRA]:
    """What the gradient of the merged model means for each adapter; all other numbers are frozen."""
    return {name: adapter.gradients(gradients[name]) for name, adapter in adapters.items()}


def adapt(adapters: Mapping[str, LoRA], gradients: Mapping[str, LoRA], learning_rate: float) -> dict[str, LoRA]:
    """One step of plain gradient descent on all adapters."""
    return {
        name: LoRA(
            adapter.a - learning_rate * gradients[name].a, adapter.b - learning_rate * gradients[name].b, adapter.alpha
        )
        for name, adapter in adapters.items()
    }
