"""Deep stacks, and what becomes of a signal on its way through them. Every block is the same, a weighted sum
and a gate, with or without a shortcut around it and a norm before or after it; the report tells how large the
activations are at every depth and how much of the gradient comes back to it."""

from typing import Any, Literal, get_args

import numpy as np

from lab.core.records import dataclass
from lab.engine.basics.optim import global_norm, leaves
from lab.engine.graph.operations import Array
from lab.engine.nets.initializers import Scheme
from lab.engine.nets.layers import Activate, Layer, Residual, dense
from lab.engine.nets.network import Head, Network
from lab.engine.nets.normalization import batch_norm, layer_norm, rms_norm

__all__ = ["NormKind", "NormPosition", "SignalReport", "deep_classifier", "depth_stack", "signal_report"]

NormKind = Literal["none", "layer", "rms", "batch"]
NormPosition = Literal["pre", "post"]


def depth_stack(
    depth: int,
    width: int,
    rng: np.random.Generator,
    activation: str = "relu",
    scheme: Scheme = "he",
    scale: float = 1.0,
    residual: bool = False,
    norm: NormKind = "none",
    position: NormPosition = "pre",
    skip_scale: float = 1.0,
) -> tuple[Layer, ...]:
    """`depth` blocks from [N, width] to [N, width]. Norms have no trained gain, so that only the principle acts.

    residual: x + skip_scale · F(x) in place of F(x).
    position: the norm inside the block before the sum ("pre"), or behind the block and its skip ("post").
    Raises ValueError when depth is below 1, or norm or position is unknown.
    """
    if depth < 1:
        raise ValueError(f"depth: {depth}, needs at least 1")
    if norm not in get_args(NormKind) or position not in get_args(NormPosition):
        raise ValueError(
            f"norm, position: {norm!r} and {position!r}, need one of {', '.join(get_args(NormKind))} and "
            f"{' or '.join(get_args(NormPosition))}"
        )
    layers: list[Layer] = []
    for _ in range(depth):
        sums: tuple[Layer, ...] = (dense(width, width, rng, scheme, scale), Activate(activation))
        before, after = _norms(norm, position, width)
        block = (*before, *sums)
        layers += [Residual(block, skip_scale)] if residual else block
        layers += after
    return tuple(layers)


def _norms(norm: NormKind, position: NormPosition, width: int) -> tuple[tuple[Layer, ...], tuple[Layer, ...]]:
    if norm == "none":
        return (), ()
    made: Layer = layer_norm(width, trained=False)
    if norm == "rms":
        made = rms_norm(width, trained=False)
    elif norm == "batch":
        made = batch_norm(width, trained=False)
    return ((made,), ()) if position == "pre" else ((), (made,))


def deep_classifier(n_in: int, blocks: tuple[Layer, ...], width: int, rng: np.random.Generator) -> Network:
    """A stack with a sum in front of it, from the inputs to its width, and one behind it, to a single output."""
    head: Head = "logistic"
    return Network((dense(n_in, width, rng, "xavier"), *blocks, dense(width, 1, rng, "xavier")), head)


@dataclass(frozen=True, slots=True)
class SignalReport:
    """A stack's layers (or residual blocks), first to last.

    spread: standard deviation of the input and of each layer's output, one more than layers.
    arriving: norm of the loss's gradient at the input and at each layer's output.
    gradient_norms: norm of the gradient of each layer's weights, biases and gains apart; nan where there are
    none.
    """

    spread: Array
    arriving: Array
    gradient_norms: Array

    @property
    def ratio(self) -> float:
        """The gradient's norm in the first layer with weights, over that in the last."""
        known = self.gradient_norms[~np.isnan(self.gradient_norms)]
        with np.errstate(all="ignore"):
            return float(known[0] / known[-1])


def signal_report(layers: tuple[Layer, ...], x: Array, gradient: Array) -> SignalReport:
    """Sends a signal forward and a gradient back.

    x: [N, width].  gradient: what arrives at the last output, [N, width].
    """
    network = Network(layers)
    with np.errstate(all="ignore"):
        run = network.forward(x, train=True)
        arriving, grads = network.backward(gradient, run)
        return SignalReport(
            np.array([float(np.std(a)) for a in run.activations]),
            np.array([float(np.linalg.norm(a)) for a in arriving]),
            np.array([global_norm(w) if (w := _weights(g)) else np.nan for g in grads]),
        )


def _weights(grads: Any) -> list[Array]:
    return [array for array in leaves(grads) if array.ndim > 1]
