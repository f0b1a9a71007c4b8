"""The numbers of the arena."""

from __future__ import annotations

from collections.abc import Callable

from lab.core.metric import Metric, Metrics, Value
from lab.core.text import N_
from lab.experiments.e24_evaluation.arena import NAMES, ArenaPage

__all__ = ["ARENA"]


def _if_any(value: Callable[[ArenaPage], Value]) -> Callable[[ArenaPage], Value]:
    """A dash before the first vote."""
    return lambda page: value(page) if page.votes else None


def _rating(number: int) -> Callable[[ArenaPage], Value]:
    return _if_any(lambda page: float(page.ratings[number]))


def _half(number: int) -> Callable[[ArenaPage], Value]:
    return _if_any(lambda page: float(page.errors[number]))


ARENA: Metrics[ArenaPage] = Metrics(
    Metric("votes", N_("votes"), lambda page: page.votes),
    Metric("first_won", N_("first won"), _if_any(lambda page: page.first_won), digits=3),
    Metric("flipped", N_("flipped"), _if_any(lambda page: page.flipped), digits=3),
    Metric("in_order", N_("pairs in order, of 6"), _if_any(lambda page: page.in_order)),
    Metric("votes_needed", N_("votes a pair needs"), lambda page: page.needed),
    *(Metric(f"rating_{name}", N_("rating"), _rating(k), digits=3) for k, name in enumerate(NAMES)),
    *(Metric(f"half_{name}", N_("±"), _half(k), digits=3) for k, name in enumerate(NAMES)),
)
