"""A network and the optimiser that moves it, which can be saved as plain values and read again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lab.engine.basics.optim import Optimizer, State, clip_by_norm, global_norm, leaves, tree_map
from lab.engine.nets.network import Network
from lab.kit.arrays import freeze

__all__ = ["Learner"]


def _filled(tree: Any, arrays: list[Any]) -> Any:
    """The same nest with other arrays, in their order. Raises ValueError where their number or a shape differs."""
    old = leaves(tree)
    if len(old) != len(arrays) or any(np.shape(a) != np.shape(b) for a, b in zip(old, arrays)):
        raise ValueError("state: weights of another network")
    fresh = iter(arrays)
    return tree_map(lambda _old: freeze(np.array(next(fresh), np.float64)), tree)


class Learner:
    """See above."""

    def __init__(self, network: Network, optimizer: Optimizer) -> None:
        self.network, self._optimizer = network, optimizer
        self._state: State = optimizer.init(network.parameters())

    def update(self, grads: Any, rate: float, clip: float | None = None) -> float:
        """One step. clip: the longest a gradient may be, None for any. Returns how long it was before that."""
        length = float(global_norm(grads))
        if clip is not None:
            grads, _length = clip_by_norm(grads, clip)
        parameters, self._state, _change = self._optimizer.update(self.network.parameters(), grads, self._state, rate)
        self.network = self.network.with_parameters(parameters)
        return length

    def save(self) -> dict[str, Any]:
        """Weights and memory; what is not remembered is an empty list."""
        state = self._state
        moments = {
            name: leaves(getattr(state, name)) for name in ("first", "second") if getattr(state, name) is not None
        }
        return {"weights": leaves(self.network.parameters()), "step": state.step, **moments}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError when it is of another network."""
        shape = self.network.parameters()
        self.network = self.network.with_parameters(_filled(shape, list(saved["weights"])))
        moments = {name: _filled(shape, list(saved[name])) for name in ("first", "second") if name in saved}
        self._state = State(int(saved["step"]), **moments)
