"""Optimisers: given the parameters, their gradients and what is remembered of earlier steps, where to go
next. Each is a frozen set of hyper-parameters with two functions, `init` and `update`, and hides nothing:
what it remembers is a plain `State` the caller keeps, saves and may look at. Parameters may be one array or
lists, tuples and dicts of arrays, nested as one likes; gradients and results have the same shape of nest.
The conventions are PyTorch's, so that figures can be compared."""

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass

__all__ = [
    "OPTIMIZERS",
    "SGD",
    "Adagrad",
    "Adam",
    "AdamW",
    "Momentum",
    "Nesterov",
    "Optimizer",
    "RMSProp",
    "State",
    "clip_by_norm",
    "clip_by_value",
    "global_norm",
    "leaves",
    "tree_map",
]

Tree = Any  # an array, or a list, tuple or dict of trees
Array = NDArray[Any]


def tree_map(function: Callable[..., Any], *trees: Tree) -> Tree:
    """The function applied to the arrays that stand at the same place of each nest.

    function: takes one array of each nest.  trees: nests of the same structure.
    Returns a nest of that structure.  Raises ValueError when the structures differ.
    """
    first = trees[0]
    shape = getattr(first, "shape", None)
    for tree in trees:  # most often there is nothing but arrays, and this is asked at every step of a walk
        if type(tree) is not np.ndarray or tree.shape != shape:
            break
    else:
        return function(*trees)
    if isinstance(first, dict):
        _same(trees, dict, lambda tree: tree.keys())
        return {key: tree_map(function, *(tree[key] for tree in trees)) for key in first}
    if isinstance(first, list | tuple):
        _same(trees, (list, tuple), len)
        mapped = [tree_map(function, *parts) for parts in zip(*trees, strict=True)]
        return mapped if isinstance(first, list) else tuple(mapped)
    _same(trees, (np.ndarray, np.generic, float, int), np.shape)
    return function(*trees)


def _same(trees: tuple[Tree, ...], kind: Any, structure: Callable[[Any], Any]) -> None:
    for tree in trees[1:]:
        if not isinstance(tree, kind) or structure(tree) != structure(trees[0]):
            theirs = structure(tree) if isinstance(tree, kind) else type(tree).__name__
            raise ValueError(f"grads: structure {theirs}, the parameters have {structure(trees[0])}")


def leaves(tree: Tree) -> list[Array]:
    """The arrays of a nest, from first to last.

    tree: an array, or lists, tuples and dicts of arrays.
    """
    if isinstance(tree, dict):
        return [leaf for part in tree.values() for leaf in leaves(part)]
    if isinstance(tree, list | tuple):
        return [leaf for part in tree for leaf in leaves(part)]
    return [tree]


@dataclass(frozen=True, slots=True)
class State:
    """What an optimiser remembers between steps.

    step: updates made so far.  first: the running first moment, momentum's velocity or Adam's m.
    second: the running second moment, the v of Adam and RMSProp, the sum of squares of Adagrad.
    Both moments have the structure of the parameters, or are None where the method keeps none.
    """

    step: int = 0
    first: Tree = None
    second: Tree = None


class Optimizer(Protocol):
    """What all optimisers have in common."""

    @property
    def learning_rate(self) -> float:
        """The step size η used when `update` is given none."""

    def init(self, params: Tree) -> State:
        """The state before the first step."""

    def update(
        self, params: Tree, grads: Tree, state: State, learning_rate: float | None = None
    ) -> tuple[Tree, State, Tree]:
        """One step: the new parameters, the new state, and the update that was added to the parameters."""


def _zeros(params: Tree) -> Tree:
    return tree_map(np.zeros_like, params)


def _moved(params: Tree, change: Tree, state: State) -> tuple[Tree, State, Tree]:
    """The parameters after the change. A run that diverges reaches inf and nan quietly; its caller looks."""
    return tree_map(lambda p, c: p + c, params, change), state, change


def _checked(learning_rate: float | None, usual: float) -> float:
    rate = usual if learning_rate is None else learning_rate
    if not 0 <= rate < np.inf:
        raise ValueError(f"learning_rate: {rate}, needs a finite number of at least 0")
    return rate


@dataclass(frozen=True, slots=True)
class SGD:
    """Gradient descent: θ ← θ − η·g.

    learning_rate: η.  Source: Robbins & Monro, 1951.
    """

    learning_rate: float = 0.01

    def init(self, params: Tree) -> State:
        """The state before the first step: nothing is remembered."""
        return State()

    def update(
        self, params: Tree, grads: Tree, state: State, learning_rate: float | None = None
    ) -> tuple[Tree, State, Tree]:
        """One step; returns the new parameters, the new state and the update that was added."""
        rate = _checked(learning_rate, self.learning_rate)
        with np.errstate(all="ignore"):
            return _moved(params, tree_map(lambda p, g: -rate * g, params, grads), State(state.step + 1))


@dataclass(frozen=True, slots=True)
class Momentum:
    """Heavy ball: u ← β·u + g;  θ ← θ − η·u.

    On a slope of constant curvature λ it is stable for ηλ < 2 + 2β.
    learning_rate: η.  beta: β, how much of the velocity is kept.  Source: Polyak, 1964.
    """

    learning_rate: float = 0.01
    beta: float = 0.9

    def init(self, params: Tree) -> State:
        """The state before the first step: at rest."""
        return State(first=_zeros(params))

    def update(
        self, params: Tree, grads: Tree, state: State, learning_rate: float | None = None
    ) -> tuple[Tree, State, Tree]:
        """One step; returns the new parameters, the new state and the update that was added."""
        rate, beta = _checked(learning_rate, self.learning_rate), self.beta
        with np.errstate(all="ignore"):
            velocity = tree_map(lambda p, g, u: beta * u + g, params, grads, state.first)
            change = tree_map(lambda u: -rate * u, velocity)
            return _moved(params, change, State(state.step + 1, velocity))


@dataclass(frozen=True, slots=True)
class Nesterov:
    """Nesterov's momentum: u ← β·u + g;  θ ← θ − η·(g + β·u), the gradient being taken where θ stands.

    Here θ is the point that looks ahead, as in PyTorch. Stable for ηλ < (2 + 2β) / (1 + 2β).
    learning_rate: η.  beta: β.  Source: Nesterov, 1983; Sutskever et al., 2013.
    """

    learning_rate: float = 0.01
    beta: float = 0.9

    def init(self, params: Tree) -> State:
        """The state before the first step: at rest."""
        return State(first=_zeros(params))

    def update(
        self, params: Tree, grads: Tree, state: State, learning_rate: float | None = None
    ) -> tuple[Tree, State, Tree]:
        """One step; returns the new parameters, the new state and the update that was added."""
        rate, beta = _checked(learning_rate, self.learning_rate), self.beta
        with np.errstate(all="ignore"):
            velocity = tree_map(lambda p, g, u: beta * u + g, params, grads, state.first)
            change = tree_map(lambda g, u: -rate * (g + beta * u), grads, velocity)
            return _moved(params, change, State(state.step + 1, velocity))


@dataclass(frozen=True, slots=True)
class Adagrad:
    """A step of its own for each parameter: s ← s + g²;  θ ← θ − η·g/(√s + ε).

    It shrinks with all the slopes the parameter has seen.
    learning_rate: η.  epsilon: ε.  Source: Duchi, Hazan & Singer, 2011.
    """

    learning_rate: float = 0.01
    epsilon: float = 1e-10

    def init(self, params: Tree) -> State:
        """The state before the first step: no squares summed."""
        return State(second=_zeros(params))

    def update(
        self, params: Tree, grads: Tree, state: State, learning_rate: float | None = None
    ) -> tuple[Tree, State, Tree]:
        """One step; returns the new parameters, the new state and the update that was added."""
        rate = _checked(learning_rate, self.learning_rate)
        with np.errstate(all="ignore"):
            squares = tree_map(lambda p, g, s: s + g * g, params, grads, state.second)
            change = tree_map(lambda g, s: -rate * g / (np.sqrt(s) + self.epsilon), grads, squares)
            return _moved(params, change, State(state.step + 1, second=squares))


@dataclass(frozen=True, slots=True)
class RMSProp:
    """A step measured by the recent size of the slope: v ← ρ·v + (1 − ρ)·g²;  θ ← θ − η·g/(√v + ε).

    learning_rate: η.  rho: ρ, PyTorch's alpha.  epsilon: ε, outside the root.
    Source: Tieleman & Hinton, lecture 6.5, 2012.
    """

    learning_rate: float = 0.01
    rho: float = 0.99
    epsilon: float = 1e-8

    def init(self, params: Tree) -> State:
        """The state before the first step: no squares averaged."""
        return State(second=_zeros(params))

    def update(
        self, params: Tree, grads: Tree, state: State, learning_rate: float | None = None
    ) -> tuple[Tree, State, Tree]:
        """One step; returns the new parameters, the new state and the update that was added."""
        rate, rho = _checked(learning_rate, self.learning_rate), self.rho
        with np.errstate(all="ignore"):
            squares = tree_map(lambda p, g, v: rho * v + (1 - rho) * g * g, params, grads, state.second)
            change = tree_map(lambda g, v: -rate * g / (np.sqrt(v) + self.epsilon), grads, squares)
            return _moved(params, change, State(state.step + 1, second=squares))


@dataclass(frozen=True, slots=True)
class Adam:
    """Momentum over a step measured by the slope's size, both corrected for having started at zero.

    m ← β₁·m + (1 − β₁)·g;  v ← β₂·v + (1 − β₂)·g²;  m̂ = m/(1 − β₁ᵗ);  v̂ = v/(1 − β₂ᵗ);
    θ ← θ − η·m̂/(√v̂ + ε).  Its first step is η long in every parameter, however steep the slope.
    learning_rate: η.  beta1, beta2: β₁, β₂.  epsilon: ε.  Source: Kingma & Ba, 2015.
    """

    learning_rate: float = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    def init(self, params: Tree) -> State:
        """The state before the first step: both moments zero."""
        return State(first=_zeros(params), second=_zeros(params))

    def update(
        self, params: Tree, grads: Tree, state: State, learning_rate: float | None = None
    ) -> tuple[Tree, State, Tree]:
        """One step; returns the new parameters, the new state and the update that was added."""
        rate, step = _checked(learning_rate, self.learning_rate), state.step + 1
        with np.errstate(all="ignore"):
            first = tree_map(lambda p, g, m: self.beta1 * m + (1 - self.beta1) * g, params, grads, state.first)
            second = tree_map(lambda p, g, v: self.beta2 * v + (1 - self.beta2) * g * g, params, grads, state.second)
            stretch, root = rate / (1 - self.beta1**step), (1 - self.beta2**step) ** 0.5
            change = tree_map(lambda m, v: -stretch * m / (np.sqrt(v) / root + self.epsilon), first, second)
            return _moved(params, change, State(step, first, second))


@dataclass(frozen=True, slots=True)
class AdamW:
    """Adam with weight decay of its own, not mixed into the gradient: θ ← θ − η·(m̂/(√v̂ + ε) + decay·θ).

    learning_rate, beta1, beta2, epsilon: as in Adam.  weight_decay: the decay a unit of learning rate.
    decay_from: arrays of fewer dimensions are not decayed; 2 spares biases and gains, 0 spares none.
    Source: Loshchilov & Hutter, 2019.
    """

    learning_rate: float = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.01
    decay_from: int = 0

    def init(self, params: Tree) -> State:
        """The state before the first step: both moments zero."""
        return State(first=_zeros(params), second=_zeros(params))

    def update(
        self, params: Tree, grads: Tree, state: State, learning_rate: float | None = None
    ) -> tuple[Tree, State, Tree]:
        """One step; returns the new parameters, the new state and the update that was added."""
        rate = _checked(learning_rate, self.learning_rate)
        adam = Adam(rate, self.beta1, self.beta2, self.epsilon)
        _, state, change = adam.update(params, grads, state)
        shrink = rate * self.weight_decay

        def decayed(p: Array, c: Array) -> Array:
            return c - shrink * p if np.ndim(p) >= self.decay_from else c

        with np.errstate(all="ignore"):
            return _moved(params, tree_map(decayed, params, change), state)


OPTIMIZERS: dict[str, type[SGD | Momentum | Nesterov | Adagrad | RMSProp | Adam | AdamW]] = {
    "sgd": SGD,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "adagrad": Adagrad,
    "rmsprop": RMSProp,
    "adam": Adam,
    "adamw": AdamW,
}


def global_norm(grads: Tree) -> float:
    """The Euclidean length of all gradients taken as one vector.

    grads: a nest of arrays.
    """
    with np.errstate(all="ignore"):
        return float(np.sqrt(sum(float(np.sum(np.square(g, dtype=np.float64))) for g in leaves(grads))))


def clip_by_norm(grads: Tree, limit: float) -> tuple[Tree, float]:
    """The gradients shortened together, direction kept, so that their global norm does not pass the limit.

    grads: a nest of arrays.  limit: above 0.
    Returns (gradients, the norm before clipping).  They are scaled by min(1, limit / (norm + 1e-6)),
    PyTorch's clip_grad_norm_.  Raises ValueError when the limit is not above 0.
    Source: Pascanu et al., 2013.
    """
    if not limit > 0:
        raise ValueError(f"limit: {limit}, needs a number above 0")
    norm = global_norm(grads)
    scale = limit / (norm + 1e-6)
    return (tree_map(lambda g: g * scale, grads) if scale < 1 else grads), norm


def clip_by_value(grads: Tree, limit: float) -> Tree:
    """Every gradient cut off at −limit and +limit; the direction may change.

    grads: a nest of arrays.  limit: above 0.  Raises ValueError when it is not.
    """
    if not limit > 0:
        raise ValueError(f"limit: {limit}, needs a number above 0")
    return tree_map(lambda g: np.clip(g, -limit, limit), grads)
