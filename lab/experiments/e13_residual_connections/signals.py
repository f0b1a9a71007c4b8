"""What is measured in one stack on one batch: how far the numbers of every block spread, how they are distributed, and
how much of the gradient comes back to it, over its skip and through it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lab.core.records import dataclass
from lab.engine.graph.operations import Array
from lab.engine.nets.mixed_stack import MixedStack
from lab.engine.nets.network import Network
from lab.engine.nets.path_lengths import gradient_by_length
from lab.engine.nets.side_by_side import StackView
from lab.kit.arrays import freeze_fields

__all__ = ["BINS", "LONGEST", "PATH_EXAMPLES", "Paths", "Signals", "paths_of", "signals_of"]

BINS = 41
FEW = 0.02  # so small a share of negative numbers is none to draw
SAMPLE = 1024  # numbers of a block that are sorted into the histogram
REACHES = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
PATH_EXAMPLES, LONGEST = 8, 24


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """One stack of L blocks. All of the batch that comes next.

    spread: [L + 1], standard deviation of what goes into the first block and of what each block gives.
    gradient: [L], norm of the gradient of each block's weights.
    over_skip, through: [L], norms of the gradient that reaches a block's input around it and through it.
    shares: [L + 1, BINS], how the numbers lie between low and reach; those beyond are not among them.
    low: −reach, or 0 where hardly a number of a block is negative.
    """

    spread: Array
    gradient: Array
    over_skip: Array
    through: Array
    shares: Array
    low: float
    reach: float

    @property
    def blocks(self) -> int:
        return len(self.gradient)

    @property
    def ratio(self) -> float | None:
        """The first block's gradient over the last one's; None where that is 0."""
        return float(self.gradient[0] / self.gradient[-1]) if self.gradient[-1] else None

    @property
    def growth(self) -> float:
        """By how much the spread grows from block to block, on the average of their logarithms."""
        with np.errstate(all="ignore"):
            return float((self.spread[-1] / self.spread[0]) ** (1.0 / self.blocks))


def signals_of(view: StackView) -> Signals:
    """Reads them off the arrays of a look at a stack."""
    passes = view.passes
    streams = [stream[:-1] for stream in passes.stream]  # the first sum's, then every block's
    inputs = passes.stack.layout.sizes[1:-2]
    with np.errstate(all="ignore"):
        spread = np.array([_spread(stream) for stream in streams])
        gradient = np.array([_norm(weight[:, :-1]) for weight in view.grads.weights[1:-1]])
        blocks = passes.stack.blocks[1:-1]
        over = [_norm(g) if block.skip else 0.0 for g, block in zip(passes.arriving[1:-1], blocks, strict=True)]
        through = [_norm(g[:n]) for g, n in zip(passes.through[1:-1], inputs, strict=True)]
    samples = [_sample(stream) for stream in streams]
    low, reach = _range(samples)
    shares = _shares(samples, low, reach)
    return freeze_fields(Signals(spread, gradient, np.array(over), np.array(through), shares, low, reach))


def _spread(values: Array) -> float:
    return float(np.std(values, dtype=np.float64))


def _norm(values: Array) -> float:
    return float(np.sqrt(np.sum(np.square(values, dtype=np.float64))))


def _sample(stream: Array) -> Array:
    """About SAMPLE numbers of a block, all units of some examples."""
    return stream[:, :: max(1, stream.size // SAMPLE)].ravel()


def _range(samples: Sequence[Array]) -> tuple[float, float]:
    """Round limits that the numbers of most blocks stay within."""
    with np.errstate(all="ignore"):
        most = np.array([float(np.abs(values).max()) for values in samples])
        below = np.mean([float(np.mean(values < 0)) for values in samples[1:]])
    known = most[np.isfinite(most)]
    wanted = float(np.quantile(known, 0.8)) if len(known) else REACHES[-1]
    reach = next((reach for reach in REACHES if reach >= wanted), REACHES[-1])
    return (0.0 if below < FEW else -reach), reach


def _shares(samples: Sequence[Array], low: float, reach: float) -> Array:
    """[blocks, BINS]: the share of each block's numbers in every bin."""
    found = np.empty((len(samples), BINS))
    for place, values in enumerate(samples):
        with np.errstate(all="ignore"):
            inside = values[(values >= low) & (values <= reach)]
        bins = np.minimum((inside - low) * (BINS / (reach - low)), BINS - 1).astype(np.int64)
        found[place] = np.bincount(bins, minlength=BINS) / len(values)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """The gradient at the input of the first block, by how many blocks it came through.

    sizes: [LONGEST + 2], norms; the last is of all longer ways together.  whole: the norm of their sum.
    """

    sizes: Array
    whole: float

    @property
    def shares(self) -> Array:
        """Each size as a share of all of them."""
        total = float(self.sizes.sum())
        return self.sizes / total if 0.0 < total < np.inf else np.zeros_like(self.sizes)


def paths_of(stack: MixedStack, x: Array, y: Array) -> Paths | None:
    """Divides the gradient of a few examples. x: [N, n_in].  y: [N].  None with a BatchNorm, which mixes them."""
    if any(block.norm == "batch" for block in stack.blocks):
        return None
    network: Network = stack.to_network()
    start = 1 if stack.blocks[0].activation == "linear" else 2  # the first sum and its gate
    with np.errstate(all="ignore"):
        run = network.forward(x[:PATH_EXAMPLES], train=True)
        gradient = network.loss_of(run.outputs, y[:PATH_EXAMPLES])[1]
        gradient = network.layers[-1].backward(gradient, run.caches[-1])[0]
        parts, whole = gradient_by_length(network.layers[start:-1], run.caches[start:-1], gradient, LONGEST)
        sizes = np.sqrt(np.square(parts).sum(axis=(1, 2)))
    return freeze_fields(Paths(np.where(np.isfinite(sizes), sizes, 0.0), _norm(whole)))
