"""Adapters at work: how several of them learn together, how they travel as plain numbers, and how they stand beside a
pretrained model's rows without touching them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.pretrained.threads import ThreadTeam
from lab.engine.pretrained.weight_rows import Floats as Rows32
from lab.engine.pretrained.weight_rows import Rows
from lab.engine.tuning.lora import LoRA

__all__ = ["AdaptedRows", "AdapterState", "Adapters", "adam", "adapters_from_data", "adapters_to_data", "n_learned"]

Floats = NDArray[np.floating[Any]]
Adapters = Mapping[str, LoRA]


def n_learned(adapters: Adapters) -> int:
    """How many numbers the adapters learn."""
    return sum(one.a.size + one.b.size for one in adapters.values())


@dataclass(frozen=True, slots=True)
class AdapterState:
    """What Adam remembers: the means of gradients and of their squares, shaped as the adapters, and its steps."""

    mean: Mapping[str, LoRA]
    square: Mapping[str, LoRA]
    step: int = 0

    @classmethod
    def zeros(cls, adapters: Adapters) -> AdapterState:
        """The state before the first step."""
        none = {name: LoRA(np.zeros_like(one.a), np.zeros_like(one.b), one.alpha) for name, one in adapters.items()}
        return cls(none, none)


def adam(
    adapters: Adapters,
    gradients: Adapters,
    state: AdapterState,
    learning_rate: float,
    betas: tuple[float, float] = (0.9, 0.99),
    epsilon: float = 1e-8,
) -> tuple[dict[str, LoRA], AdapterState]:
    """One step of Adam on all adapters; nothing is changed in place. Numbers keep their precision.

    Source: Kingma, Ba, Adam (2015), algorithm 1.
    """
    step = state.step + 1
    first, second = 1.0 - betas[0] ** step, 1.0 - betas[1] ** step
    made: tuple[dict[str, LoRA], dict[str, LoRA], dict[str, LoRA]] = ({}, {}, {})
    for name, old in adapters.items():
        parts: dict[str, tuple[Floats, Floats, Floats]] = {}
        for key in ("a", "b"):
            w, g = getattr(old, key), getattr(gradients[name], key).astype(getattr(old, key).dtype)
            m = getattr(state.mean[name], key) * betas[0] + g * (1.0 - betas[0])
            v = getattr(state.square[name], key) * betas[1] + g * g * (1.0 - betas[1])
            parts[key] = (w - learning_rate * (m / first) / (np.sqrt(v / second) + epsilon), m, v)
        for place, into in enumerate(made):
            a, b = (parts[key][place].astype(old.a.dtype, copy=False) for key in ("a", "b"))
            into[name] = LoRA(a, b, old.alpha)
    return made[0], AdapterState(made[1], made[2], step)


def adapters_to_data(adapters: Adapters) -> dict[str, Any]:
    """Plain arrays and numbers: {name: {"a", "b", "alpha"}}."""
    return {name: {"a": one.a.copy(), "b": one.b.copy(), "alpha": one.alpha} for name, one in adapters.items()}


def adapters_from_data(data: Mapping[str, Any], like: Adapters) -> dict[str, LoRA]:
    """What `adapters_to_data` wrote, in the precision of `like`.

    Raises ValueError when names or shapes are not those of `like`, or a number is not finite.
    """
    if set(data) != set(like):
        raise ValueError(f"adapters: of {sorted(data)[:3]}, needs {sorted(like)[:3]}")
    found = {}
    for name, old in like.items():
        a, b = (np.array(data[name][key], getattr(old, key).dtype) for key in ("a", "b"))
        if a.shape != old.a.shape or b.shape != old.b.shape or not (np.isfinite(a).all() and np.isfinite(b).all()):
            raise ValueError(f"adapter {name}: shapes {a.shape} and {b.shape}, needs {old.a.shape} and {old.b.shape}")
        found[name] = LoRA(a, b, float(data[name]["alpha"]))
    return found


class AdaptedRows:
    """Rows of a pretrained model, and beside them adapters of some of these rows: W x + scale · b (a x).

    parts: (first row, adapter, factor): where an adapter's rows begin, and what its addition is multiplied by.
    Raises ValueError when an adapter does not fit.
    """

    def __init__(self, base: Rows, parts: Sequence[tuple[int, LoRA, float]]) -> None:
        n, k = base.shape
        for start, one, _factor in parts:
            if one.a.shape[1] != k or not 0 <= start <= n - one.b.shape[0]:
                raise ValueError(
                    f"adapter of shape {one.b.shape} · {one.a.shape} at row {start} does not fit {base.shape}"
                )
        self._base, self._parts = base, tuple(parts)

    @property
    def shape(self) -> tuple[int, int]:
        """N outputs, K inputs."""
        return self._base.shape

    def dot(self, x: Rows32, out: Rows32, team: ThreadTeam | None = None) -> None:
        """out = W x.  x: [K, m], out: [N, m], both C-contiguous.  team: who shares the work, None: nobody."""
        self._base.dot(x, out, team)
        for start, one, factor in self._parts:
            out[start : start + len(one.b)] += (one.scale * factor) * (one.b @ (one.a @ x))

    def back(self, d_out: Rows32, out: Rows32) -> None:
        """out = Wᵀ d_out.  d_out: [N, m], out: [K, m]."""
        self._base.back(d_out, out)
        for start, one, factor in self._parts:
            out += (one.scale * factor) * (one.a.T @ (one.b.T @ d_out[start : start + len(one.b)]))

    def take(self, ids: NDArray[np.integer[Any]]) -> Rows32:
        """The rows `ids`, [m, K], the additions among them."""
        rows = np.array(self._base.take(ids))
        for start, one, factor in self._parts:
            inside = (ids >= start) & (ids < start + len(one.b))
            rows[inside] += (one.scale * factor) * (one.b[np.asarray(ids)[inside] - start] @ one.a)
        return rows
