"""Every number on screen. Each page has its own; all but the map have a loss."""

from __future__ import annotations

import math
from collections.abc import Callable

from lab.core.metric import Metric, Metrics, Value
from lab.core.text import N_
from lab.experiments.e13_residual_connections import arithmetic as why
from lab.experiments.e13_residual_connections.arithmetic import block_at
from lab.experiments.e13_residual_connections.edge_map import MapPage
from lab.experiments.e13_residual_connections.frame import ResidualFrame
from lab.experiments.e13_residual_connections.landscape import LandscapePage, hollows
from lab.experiments.e13_residual_connections.signals import Signals
from lab.experiments.e13_residual_connections.training import ExamPage, FourPage, StackPage
from lab.kit.metrics import if_open, of_part

__all__ = ["EXAM", "FADED", "FOUR", "LANDSCAPE", "MAP", "METRICS", "STACK", "dies_at"]

FADED = 1e-6  # of the largest: a gradient or a signal that small is as good as gone


def dies_at(found: Signals) -> tuple[str, int | None]:
    """Where a stack dies, and of what: "signal" with the first block whose numbers have faded to a millionth or grown
    a million times, "gradient" with the last block whose gradient has faded so, or ("", None)."""
    start = float(found.spread[0])
    for block, spread in enumerate(found.spread[1:].tolist(), 1):
        if not FADED * start < spread < start / FADED:
            return "signal", block
    top = float(found.gradient.max())
    for block in range(found.blocks, 0, -1):
        if not float(found.gradient[block - 1]) > FADED * top:
            return "gradient", block
    return "", None


def _of_block(value: Callable[[StackPage, int], float]) -> Callable[[StackPage], Value]:
    return lambda page: value(page, block_at(page))


def _dead_block(kind: str) -> Callable[[StackPage], Value]:
    def found(page: StackPage) -> Value:
        what, block = dies_at(page.signals)
        return block if what == kind else None

    return found


def _share(page: StackPage) -> Value:
    term = why.share_over_skip(page)
    return None if term is None else term.value


def _mean_blocks(page: StackPage) -> Value:
    term = why.mean_blocks(page)
    return None if term is None else term.value


def _whole(page: StackPage) -> Value:
    return None if page.paths is None else page.paths.whole


STACK: Metrics[StackPage] = Metrics(
    Metric("loss", N_("loss"), lambda page: page.loss, digits=4),
    Metric("first_gradient", N_("first gradient"), lambda page: float(page.signals.gradient[0]), digits=3),
    Metric("last_gradient", N_("last gradient"), lambda page: float(page.signals.gradient[-1]), digits=3),
    Metric("gradient_ratio", N_("first over last"), lambda page: page.signals.ratio, why.first_over_last, 3),
    Metric("spread_first", N_("spread in"), lambda page: float(page.signals.spread[0]), digits=3),
    Metric("spread_last", N_("spread out"), lambda page: float(page.signals.spread[-1]), digits=3),
    Metric("growth", N_("factor per block"), lambda page: page.signals.growth, why.growth, 3),
    Metric("signal_dies", N_("signal lost at block"), _dead_block("signal")),
    Metric("gradient_dies", N_("gradient lost at block"), _dead_block("gradient")),
    Metric("used_loss", N_("loss when used"), lambda page: page.used, digits=4),
    Metric("accuracy", N_("accuracy"), lambda page: page.accuracy, digits=3),
    Metric("guess", N_("loss of guessing"), lambda page: math.log(2.0), why.guess, 4),
    Metric("blocks", N_("blocks"), lambda page: page.signals.blocks),
    Metric("skips", N_("skips"), lambda page: sum(block.skip for block in page.blocks)),
    Metric("norms", N_("norms"), lambda page: sum(block.norm != "none" for block in page.blocks)),
    Metric("parameters", N_("parameters"), lambda page: int(why.parameters(page).value), why.parameters),
    Metric("block", N_("marked block"), lambda page: block_at(page) + 1),
    Metric("block_spread", N_("its spread"), _of_block(lambda page, at: float(page.signals.spread[at + 1])), digits=3),
    Metric("block_gradient", N_("its gradient"), _of_block(lambda page, at: float(page.signals.gradient[at])),
           digits=3),
    Metric("over_skip", N_("around it"), _of_block(lambda page, at: float(page.signals.over_skip[at])),
           digits=3),
    Metric("through", N_("through it"), _of_block(lambda page, at: float(page.signals.through[at])), digits=3),
    Metric("skip_share", N_("share around"), _share, why.share_over_skip, 3),
    Metric("mean_blocks", N_("mean blocks"), _mean_blocks, why.mean_blocks, 3),
    Metric("path_gradient", N_("gradient of all ways"), _whole, digits=3),
)  # fmt: skip


def _worst(page: ExamPage) -> Value:
    return max(page.losses) if all(math.isfinite(loss) for loss in page.losses) else math.inf


FOUR: Metrics[FourPage] = Metrics(
    Metric("loss", N_("loss"), lambda page: page.losses[-1], digits=4),
    Metric("plain_loss", N_("neither"), lambda page: page.losses[0], digits=3),
    Metric("skip_loss", N_("skips only"), lambda page: page.losses[1], digits=3),
    Metric("norm_loss", N_("norms only"), lambda page: page.losses[2], digits=3),
    Metric("both_loss", N_("both"), lambda page: page.losses[3], digits=3),
    Metric("guess", N_("loss of guessing"), lambda page: math.log(2.0), why.guess, 4),
)

EXAM: Metrics[ExamPage] = Metrics(
    Metric("loss", N_("loss"), _worst, digits=4),
    Metric("sigmoid_loss", N_("sigmoid"), lambda page: page.losses[0], digits=3),
    Metric("tanh_loss", "tanh", lambda page: page.losses[1], digits=3),
    Metric("relu_loss", "ReLU", lambda page: page.losses[2], digits=3),
    Metric("guess", N_("loss of guessing"), lambda page: math.log(2.0), why.guess, 4),
)


def _hollows(place: int) -> Callable[[LandscapePage], Value]:
    return lambda page: hollows(page.heights[place]) if page.whole else None


LANDSCAPE: Metrics[LandscapePage] = Metrics(
    Metric("loss", N_("loss"), lambda page: page.centres[1], digits=4),
    Metric("plain_reached", N_("loss without skips"), lambda page: page.centres[0], digits=3),
    Metric("skip_reached", N_("loss with skips"), lambda page: page.centres[1], digits=3),
    Metric("loss_ratio", N_("without over with"), lambda page: why.slope_ratio(page).value, why.slope_ratio, 3),
    Metric("plain_hollows", N_("hollows without"), _hollows(0)),
    Metric("skip_hollows", N_("hollows with"), _hollows(1)),
    Metric("rows", N_("rows drawn"), lambda page: page.rows),
)


def _cell_share(page: MapPage) -> Value:
    term = why.cell_share(page)
    return None if term is None else term.value


MAP: Metrics[MapPage] = Metrics(
    Metric("loss", N_("loss"), lambda page: None, digits=4),
    Metric("goal", N_("goal"), lambda page: math.log(2.0) / 2, lambda page: (why.guess(page) / 2.0).named("goal"), 3),
    Metric("cells", N_("runs done"), lambda page: page.cells),
    Metric("trained", N_("runs that trained"), lambda page: page.trained),
    Metric("trained_share", N_("share that trained"), _cell_share, why.cell_share, 3),
    Metric("deepest", N_("deepest that trained"), why.deepest),
    Metric("edge", N_("edge: weights, times"), lambda page: page.edge, digits=3),
)


METRICS: Metrics[ResidualFrame] = Metrics(
    Metric("step", N_("step"), lambda frame: frame.step),
    of_part(if_open(StackPage), *STACK),
    of_part(if_open(FourPage), *FOUR),
    of_part(if_open(ExamPage), *EXAM),
    of_part(if_open(LandscapePage), *LANDSCAPE),
    of_part(if_open(MapPage), *MAP),
)
