"""Every number on screen. Each page has its own."""

from __future__ import annotations

import math
from collections.abc import Callable

from lab.core.arithmetic import Term
from lab.core.metric import Metric, Metrics, Value
from lab.core.text import N_
from lab.experiments.e22_context_window import arithmetic as why
from lab.experiments.e22_context_window.cache import CachePage
from lab.experiments.e22_context_window.frame import ContextFrame
from lab.experiments.e22_context_window.haystack import HayPage
from lab.experiments.e22_context_window.memory import MemoryPage
from lab.experiments.e22_context_window.positions import PositionsPage
from lab.experiments.e22_context_window.prompts import PromptsPage
from lab.experiments.e22_context_window.schemes import SchemesPage
from lab.experiments.e22_context_window.settings import Scheme
from lab.experiments.e22_context_window.tape import TapePage
from lab.kit.metrics import if_open, of_part
from lab.kit.prompt_tasks import QUESTIONS

__all__ = ["CACHE", "HAY", "MEMORY", "METRICS", "POSITIONS", "PROMPTS", "SCHEME_ROWS", "TAPE_ROWS"]


def _known(value: float | None) -> Value:
    """A number that is not there yet is a dash."""
    return None if value is None or math.isnan(value) else value


def _dot(step: int) -> Callable[[PositionsPage], Value]:
    return lambda page: why.wave_dot(page, step)


POSITIONS: Metrics[PositionsPage] = Metrics(
    Metric("score", N_("score q·k"), lambda page: page.score, why.score, 7),
    Metric("distance", N_("distance m − n"), lambda page: page.m - page.n, why.distance),
    Metric("pairs", N_("clocks"), lambda page: page.pairs),
    Metric("fastest", N_("fastest clock, tokens a turn"), lambda page: float(page.periods[0]), digits=3),
    Metric("slowest", N_("slowest clock, tokens a turn"), lambda page: float(page.periods[-1]), why.slowest, 5),
    Metric("wave_length", N_("length² of a column"), lambda page: why.wave_length(page).value, why.wave_length, 4),
    Metric("wave_dot_1", N_("product with +1"), _dot(1), digits=3),
    Metric("wave_dot_5", N_("with +5"), _dot(5), digits=3),
    Metric("wave_dot_20", N_("with +20"), _dot(20), digits=3),
)


def _near(scheme: Scheme) -> Callable[[SchemesPage], Value]:
    return lambda page: _known(page.near(scheme))


def _far(scheme: Scheme) -> Callable[[SchemesPage], Value]:
    return lambda page: _known(page.far(scheme))


SCHEME_ROWS: Metrics[SchemesPage] = Metrics(
    Metric("loss", N_("loss within"), lambda page: _known(page.near(page.params.scheme)), digits=3),
    Metric("loss_beyond", N_("loss beyond"), lambda page: _known(page.far(page.params.scheme)), digits=3),
    Metric("none_near", N_("no positions, within"), _near("none"), digits=3),
    Metric("learned_near", N_("learned table, within"), _near("learned"), digits=3),
    Metric("sinusoidal_near", N_("sinusoidal, within"), _near("sinusoidal"), digits=3),
    Metric("rope_near", N_("RoPE, within"), _near("rope"), digits=3),
    Metric("alibi_near", N_("ALiBi, within"), _near("alibi"), digits=3),
    Metric("none_far", N_("no positions, beyond"), _far("none"), digits=3),
    Metric("learned_far", N_("learned table, beyond"), _far("learned"), digits=3),
    Metric("sinusoidal_far", N_("sinusoidal, beyond"), _far("sinusoidal"), digits=3),
    Metric("rope_far", N_("RoPE, beyond"), _far("rope"), digits=3),
    Metric("alibi_far", N_("ALiBi, beyond"), _far("alibi"), digits=3),
    Metric("stretched_far", N_("RoPE stretched"), lambda page: _known(page.stretched_far), digits=3),
    Metric("gain", N_("positions are worth"), lambda page: why.gain(page).value, why.gain, 2),
    Metric("shuffled", N_("moved by shuffling"), lambda page: page.moved_of_marked, digits=3),
)

TAPE_ROWS: Metrics[TapePage] = Metrics(
    Metric("found", N_("chance of the right letter"), lambda page: _known(page.found), digits=3),
    Metric("mean_found", N_("mean of 16 texts"), lambda page: _known(page.mean), digits=3),
    Metric("answer", N_("right letter"), lambda page: page.answer),
    Metric("guess", N_("first choice"), lambda page: page.guess or None),
    Metric("in_window", N_("window still holds it"), lambda page: int(page.seen)),
    Metric("fallen", N_("letters fallen off"), lambda page: page.fallen, why.fallen),
    Metric("measured", N_("distances measured"), lambda page: page.measured),
)

HAY: Metrics[HayPage] = Metrics(
    Metric("hay_found", N_("chance of the number"), lambda page: why.newest(page).value if page.asked else None,
           lambda page: why.newest(page) if page.asked else None, 3),
    Metric("hay_said", N_("first choice"), lambda page: page.asked[-1].said if page.asked else None),
    Metric("hay_right", N_("texts with the number found"), lambda page: page.right if page.asked else None),
    Metric("hay_asked", N_("texts read"), lambda page: len(page.asked)),
)  # fmt: skip


def _beyond(way: str) -> Callable[[MemoryPage], Value]:
    return lambda page: page.beyond(way)


MEMORY: Metrics[MemoryPage] = Metrics(
    Metric("within", N_("loss within"), lambda page: page.within(), digits=3),
    Metric("all_beyond", N_("beyond, all kept"), _beyond("all"), digits=3),
    Metric("window_beyond", N_("beyond, window"), _beyond("window"), digits=3),
    Metric("sinks_beyond", N_("beyond, window and first"), _beyond("sinks"), digits=3),
    Metric("read", N_("letters or tokens read"), lambda page: page.read),
    Metric("context", N_("trained length"), lambda page: page.context),
)


def _measured(values: Callable[[CachePage], float]) -> Callable[[CachePage], Value]:
    return lambda page: _known(values(page))


def _worse(page: CachePage) -> Term | None:
    return why.ratio(float(page.losses[page.place]), page.exact) if page.read else None


CACHE: Metrics[CachePage] = Metrics(
    Metric("bytes_per_token", N_("bytes a token"), lambda page: page.per_token, why.per_token, 7),
    Metric("cache_mib", N_("this text, MiB"), lambda page: page.total / why.MIB, why.memory, 5),
    Metric("two_mib", N_("two conversations, MiB"), lambda page: page.two / why.MIB, why.two, 5),
    Metric("score_error", N_("error of a score"), _measured(lambda page: float(page.errors[page.place])), digits=3),
    Metric(
        "worse", N_("loss added, nats"), _measured(lambda page: float(page.losses[page.place]) - page.exact), _worse, 2
    ),
    Metric("same_choice", N_("same first choice"), _measured(lambda page: float(page.same[page.place])), digits=3),
    Metric("error_8", N_("error in 8 bits"), _measured(lambda page: float(page.errors[1])), digits=3),
    Metric("error_4", N_("error in 4 bits"), _measured(lambda page: float(page.errors[2])), digits=3),
    Metric("letters", N_("letters or tokens read"), lambda page: page.read),
)


def _right(way: int) -> Callable[[PromptsPage], Value]:
    return lambda page: page.counts[way] if page.asked else None


def _end(way: int, end: int) -> Callable[[PromptsPage], Value]:
    return lambda page: None if (span := page.span(way)) is None else QUESTIONS * span[end]


PROMPTS: Metrics[PromptsPage] = Metrics(
    Metric("asked", N_("questions asked"), lambda page: page.asked),
    Metric("right_1", N_("right, first bar"), _right(0)),
    Metric("right_2", N_("right, second bar"), _right(1)),
    Metric("right_3", N_("right, third bar"), _right(2)),
    Metric("right_4", N_("right, last bar"), _right(3)),
    Metric("least_4", N_("last bar of 30, from"), _end(3, 0), digits=3),
    Metric("most_4", N_("to"), _end(3, 1), digits=3),
)


METRICS: Metrics[ContextFrame] = Metrics(
    Metric("step", N_("step"), lambda frame: frame.step),
    of_part(if_open(PositionsPage), *POSITIONS),
    of_part(if_open(SchemesPage), *SCHEME_ROWS),
    of_part(if_open(TapePage), *TAPE_ROWS),
    of_part(if_open(HayPage), *HAY),
    of_part(if_open(MemoryPage), *MEMORY),
    of_part(if_open(CachePage), *CACHE),
    of_part(if_open(PromptsPage), *PROMPTS),
)
