"""Why each number on screen is what it is."""

from __future__ import annotations

import math
from itertools import pairwise

from lab.core.arithmetic import Term, apply, given
from lab.experiments.e13_residual_connections.edge_map import DEPTHS, MapPage
from lab.experiments.e13_residual_connections.landscape import LandscapePage
from lab.experiments.e13_residual_connections.training import StackPage

__all__ = [
    "block_at",
    "cell_share",
    "deepest",
    "first_over_last",
    "growth",
    "guess",
    "mean_blocks",
    "parameters",
    "share_over_skip",
    "slope_ratio",
]


def block_at(page: StackPage) -> int:
    """The place of the marked block; the last one where there are fewer."""
    return min(page.params.block, page.signals.blocks) - 1


def first_over_last(page: StackPage) -> Term:
    """Asked only where the last one is not 0."""
    gradient = page.signals.gradient
    return (given("g₁", float(gradient[0])) / given("g_L", float(gradient[-1]))).named("r")


def growth(page: StackPage) -> Term:
    """The L-th root of how much the spread grew."""
    spread, blocks = page.signals.spread, page.signals.blocks
    whole = given("s_L", float(spread[-1])) / given("s₀", float(spread[0]))
    return (whole.named("a") ** (given("", 1.0) / given("L", blocks)).named("k")).named("f")


def share_over_skip(page: StackPage) -> Term | None:
    at, found = block_at(page), page.signals
    over, through = given("skip", float(found.over_skip[at])), given("F", float(found.through[at]))
    if not over.value + through.value > 0:
        return None
    return (over / (over + through)).named("p")


def parameters(page: StackPage) -> Term:
    """Weights and biases, sum by sum; those of equal blocks at once. A skip adds nothing."""
    sizes = page.sizes
    if len(set(sizes[1:-1])) > 1:
        counts = [(given("", a) + 1.0) * given("", b) for a, b in pairwise(sizes)]
        whole = counts[0]
        for count in counts[1:]:
            whole = whole + count
        return whole.named("P")
    w = given("w", sizes[1])
    first, last = (given("", sizes[0]) + 1.0) * w, (w + 1.0) * given("", sizes[-1])
    return (first + given("L", len(sizes) - 3) * ((w + 1.0) * w).named("block") + last).named("P")


def guess(_page: object) -> Term:
    """What it costs to say one half to everything."""
    return apply("log", given("", 2.0)).named("ln 2")


def mean_blocks(page: StackPage) -> Term | None:
    """The mean number of blocks, each weighted by the gradient that came through so many."""
    if page.paths is None or not math.isfinite(page.paths.whole):
        return None
    shares = page.paths.shares
    parts = [given("", float(n)) * given("", float(share)) for n, share in enumerate(shares) if share > 0]
    if not parts:
        return None
    whole = parts[0]
    for part in parts[1:]:
        whole = whole + part
    return whole.named("m")


def slope_ratio(page: LandscapePage) -> Term:
    """How often the loss without skips that with skips is."""
    plain, skip = page.centres
    return (given("plain", plain) / given("skip", skip)).named("r")


def cell_share(page: MapPage) -> Term | None:
    if not page.cells:
        return None
    return (given("trained", page.trained) / given("cells", page.cells)).named("p")


def deepest(page: MapPage) -> int | None:
    """The deepest stack that trains in any row."""
    columns = [column for column in range(len(DEPTHS)) if (page.took[:, column] >= 0).any()]
    return DEPTHS[columns[-1]] if columns else None
