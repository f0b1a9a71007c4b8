"""Every number on screen. Each page has its own."""

from __future__ import annotations

import math
from collections.abc import Callable

from lab.core.metric import Metric, Metrics, Value
from lab.core.text import N_
from lab.experiments.e14_convolution_recurrence import arithmetic as why
from lab.experiments.e14_convolution_recurrence.digits_run import DigitsPage
from lab.experiments.e14_convolution_recurrence.frame import SlidingFrame
from lab.experiments.e14_convolution_recurrence.memory_run import MemoryPage
from lab.experiments.e14_convolution_recurrence.names_run import NamesPage
from lab.experiments.e14_convolution_recurrence.sliding import PicturePage, SignalPage
from lab.kit.metrics import if_open, of_part

__all__ = ["DIGITS", "MEMORY", "METRICS", "NAMES", "PICTURE", "SIGNAL", "first_over_last"]


def _at_place(values: str) -> Callable[[SignalPage], Value]:
    return lambda page: float(getattr(page, values)[page.place]) if page.size.size else None


SIGNAL: Metrics[SignalPage] = Metrics(
    Metric("result", N_("result"), _at_place("output"), why.signal_sum, 4),
    Metric("output", N_("sum here"), _at_place("output"), why.signal_sum, 4),
    Metric("correlation", N_("as networks do it"), _at_place("plain"), digits=4),
    Metric("convolution", N_("as textbooks do it"), _at_place("turned"), digits=4),
    Metric("size", N_("results"), lambda page: page.size.size),
    Metric("quotient", N_("before rounding down"), lambda page: page.size.quotient, why.signal_size, 4),
    Metric("unused", N_("never reached"), lambda page: page.size.unused),
    Metric("weights", N_("weights"), lambda page: len(page.taps)),
)


def _ratio(page: PicturePage) -> Value:
    if page.level:
        return page.upright / page.level
    return math.inf if page.upright else None


def _result(page: PicturePage) -> Value:
    return float(page.result[page.cell]) if page.fits else None


def _sum_sign(page: PicturePage) -> Value:
    return float(page.kernel.sum())


PICTURE: Metrics[PicturePage] = Metrics(
    Metric("result", N_("result"), _result, why.picture_sum, 4),
    Metric("output", N_("sum here"), _result, why.picture_sum, 4),
    Metric("kernel_sum", N_("sum of the kernel"), _sum_sign, digits=3),
    Metric("rows", N_("rows of the result"), lambda page: page.pooled.shape[0]),
    Metric("columns", N_("columns"), lambda page: page.pooled.shape[1]),
    Metric("quotient", N_("columns before rounding down"), lambda page: page.sizes[1].quotient, why.picture_size, 4),
    Metric("unused", N_("never reached"), lambda page: page.sizes[1].unused),
    Metric("weights", N_("weights"), lambda page: page.laid.size, why.weights),
    Metric("conv_parameters", N_("8 kernels"), lambda page: int(why.conv_parameters(page).value), why.conv_parameters),
    Metric("dense_parameters", N_("8 dense units"), lambda page: int(why.dense_parameters(page).value),
           why.dense_parameters),
    Metric("upright", N_("answer to upright bars"), lambda page: page.upright, digits=3),
    Metric("level", N_("answer to level bars"), lambda page: page.level, digits=3),
    Metric("ratio", N_("upright over level"), _ratio, why.ratio, 3),
)  # fmt: skip


def _share(place: int) -> Metric[DigitsPage]:
    names = {
        2: ("cnn_right", N_("CNN right")),
        3: ("dense_right", N_("dense right")),
        4: ("cnn_moved", N_("CNN, moved by a pixel")),
        5: ("dense_moved", N_("dense, moved by a pixel")),
    }
    name, label = names[place]
    return Metric(name, label, lambda page: page.now[place], lambda page: why.right(page, place), 3)


DIGITS: Metrics[DigitsPage] = Metrics(
    Metric("result", N_("result"), lambda page: page.now[2], lambda page: why.right(page, 2), 3),
    Metric("loss", N_("loss"), lambda page: page.now[0], digits=4),
    Metric("dense_loss", N_("loss, dense"), lambda page: page.now[1], digits=3),
    _share(2),
    _share(3),
    _share(4),
    _share(5),
    Metric("cnn_parameters", N_("parameters, CNN"), lambda page: page.parameters[0]),
    Metric("dense_parameters", N_("parameters, dense"), lambda page: page.parameters[1]),
    Metric("says", N_("CNN reads"), lambda page: page.reading.says),
    Metric("sure", N_("how sure"), lambda page: float(page.reading.cnn.max()), digits=3),
    Metric("dense_says", N_("dense reads"), lambda page: int(page.reading.wide.argmax())),
    Metric("nudges", N_("small steps"), lambda page: page.reading.nudges if page.reading.changed is not None else None),
    Metric("distance", N_("change needed"), lambda page: page.reading.distance, digits=3),
    Metric("target_sure", N_("then it is sure by"), lambda page: float(page.reading.reached[page.params.target]),
           digits=3),
)  # fmt: skip


def first_over_last(page: MemoryPage) -> float | None:
    """How much of the blame of the last step is left at the first."""
    first, last = float(page.blame[0]), float(page.blame[-1])
    return first / last if last > 0 and math.isfinite(first) else None


def _first(page: MemoryPage) -> int:
    """Symbols are counted from 1, open brackets from 0."""
    return 1 if page.params.task == "echo" else 0


MEMORY: Metrics[MemoryPage] = Metrics(
    Metric("result", N_("result"), lambda page: page.now[1], digits=3),
    Metric("loss", N_("loss"), lambda page: page.now[0], digits=4),
    Metric("right", N_("right"), lambda page: page.now[1], digits=3),
    Metric("gradient", N_("length of the gradient"), lambda page: page.now[2], digits=3),
    Metric("left", N_("blame left at the first step"), first_over_last, digits=3),
    Metric("power", N_("ρ to the power T"), lambda page: None if page.params.attention else why.power(page).value,
           why.power, 3),
    Metric("radius", N_("radius of the weights now"), lambda page: page.radius, digits=3),
    Metric("state", N_("state of the unit"), lambda page: float(page.states[page.at, page.unit]), why.state_value, 4),
    Metric("answer", N_("its last answer"), lambda page: int(page.said[-1].argmax()) + _first(page)),
    Metric("wanted", N_("wanted"), lambda page: int(page.targets[-1]) + _first(page)),
    Metric("looks", N_("looks at the first step"), lambda page: None if page.looks is None else float(page.looks[0]),
           digits=3),
    Metric("parameters", N_("parameters"), lambda page: page.parameters),
)  # fmt: skip

NAMES: Metrics[NamesPage] = Metrics(
    Metric("result", N_("result"), lambda page: page.now[1], digits=4),
    Metric("loss", N_("loss"), lambda page: page.now[0], digits=4),
    Metric("held_loss", N_("loss on kept names"), lambda page: page.now[1], digits=4),
    Metric("guess", N_("loss of guessing"), lambda page: math.log(len(page.alphabet)), digits=4),
    Metric("known", N_("of 12, in the list"), lambda page: sum(page.known)),
    Metric("names", N_("names"), lambda page: page.names),
    Metric("letters", N_("letters"), lambda page: len(page.alphabet) - 1),
    Metric("parameters", N_("parameters"), lambda page: page.parameters),
    Metric("first_name", N_("first name"), lambda page: page.written[0].word or "—"),
)


METRICS: Metrics[SlidingFrame] = Metrics(
    Metric("step", N_("step"), lambda frame: frame.step),
    of_part(if_open(SignalPage), *SIGNAL),
    of_part(if_open(PicturePage), *PICTURE),
    of_part(if_open(DigitsPage), *DIGITS),
    of_part(if_open(MemoryPage), *MEMORY),
    of_part(if_open(NamesPage), *NAMES),
)
