"""The stacks of this experiment: a sum from two inputs, blocks of one width, a sum to one output, all on the points of
a disc inside a ring. Stacks that are compared begin with the same weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lab.core.records import dataclass
from lab.engine.basics.data import circle, moons, spirals
from lab.engine.graph.operations import Array
from lab.engine.nets.depth import NormKind
from lab.engine.nets.layers import Dense, dense
from lab.engine.nets.mixed_stack import MixedStack, StackBlock, mixed_stack
from lab.engine.nets.network import Head
from lab.experiments.e13_residual_connections.gestures import AS_CONTROL, Wiring
from lab.experiments.e13_residual_connections.settings import Params, scheme_for

__all__ = ["EXAMPLES", "WAYS", "Ground", "blocks_of", "ground_for", "norm_of", "stack_on", "uniform_blocks"]

EXAMPLES = 256
WAYS = {"plain": (False, False), "skip": (True, False), "norm": (False, True), "both": (True, True)}
"""The four ways: whether there are skips, and whether there are norms."""
DATA = {"circle": circle, "moons": moons, "spirals": spirals}


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What a stack is made of, and what it learns from.

    sums: its weighted sums; the first and the last are not blocks.  activation, first: of the blocks, and of the
    first sum, "linear" for none.  x: [N, n_in].  y: [N].  title: of a network that was received.
    own: the places of the sums that came with it.
    """

    sums: tuple[Dense, ...]
    activation: str
    first: str
    head: Head
    x: Array
    y: Array
    title: str = ""
    own: frozenset[int] = frozenset()

    @property
    def fits(self) -> tuple[bool, ...]:
        """For each block whether it has as many outputs as inputs, so that a skip can lead around it."""
        return tuple(len(one.weight) == len(one.bias) for one in self.sums[1:-1])


def ground_for(params: Params, rng: np.random.Generator) -> Ground:
    """The points, and the first weights of a new stack."""
    draw = DATA.get(params.source, circle) if params.topic in ("stack", "four") else circle
    x, y = draw(EXAMPLES, 0.0, rng)
    width, scheme = params.width, scheme_for(params.activation, params.scheme)
    inner = [dense(width, width, rng, scheme, params.gain) for _block in range(params.depth)]
    ends = dense(2, width, rng, "xavier"), dense(width, 1, rng, "xavier")
    return Ground((ends[0], *inner, ends[1]), params.activation, "linear", "logistic", x, y)


def norm_of(params: Params) -> NormKind:
    """The kind of a norm where there is to be one."""
    return "layer" if params.norm == "none" else params.norm


def blocks_of(params: Params, ground: Ground, wiring: Wiring) -> tuple[StackBlock, ...]:
    """What stands around each weighted sum, as the controls and the hand say."""
    gate = params.activation if not ground.title else ground.activation
    found = []
    for fits, skip, norm in zip(ground.fits, wiring.skip, wiring.norm, strict=True):
        skipped = fits and (params.skip if skip == AS_CONTROL else bool(skip))
        normed = params.norm != "none" if norm == AS_CONTROL else bool(norm)
        kind = norm_of(params) if normed else "none"
        found.append(StackBlock(gate, skipped, params.scale if skipped else 1.0, kind, params.position))
    return (StackBlock(ground.first), *found, StackBlock())


def uniform_blocks(params: Params, ground: Ground, skip: bool, norm: bool, gate: str = "") -> tuple[StackBlock, ...]:
    """All blocks alike, whatever was switched by hand. gate: another one than the ground's."""
    kind: NormKind = norm_of(params) if norm else "none"
    gate = gate or (ground.activation if ground.title else params.activation)
    inner = [
        StackBlock(gate, skip and fits, params.scale if skip and fits else 1.0, kind, params.position)
        for fits in ground.fits
    ]
    return (StackBlock(ground.first), *inner, StackBlock())


def stack_on(ground: Ground, blocks: Sequence[StackBlock]) -> MixedStack:
    """A stack with the ground's first weights, copied."""
    return mixed_stack(ground.sums, blocks, ground.head)
