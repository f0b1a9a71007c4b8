"""The numbers of the pages on calls and on doing a task again and again."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lab.core.arithmetic import Term, given
from lab.core.metric import Metric, Metrics, Value
from lab.core.text import N_
from lab.experiments.e23_retrieval_agents.acting import TASKS
from lab.experiments.e23_retrieval_agents.calling import CallsPage
from lab.experiments.e23_retrieval_agents.repeating import RepeatPage

__all__ = ["CALLS", "REPEAT"]


def _count(way: str, mark: str) -> Callable[[CallsPage], Value]:
    return lambda page: page.count(way, mark) if page.asked else None


CALLS: Metrics[CallsPage] = Metrics(
    Metric("calls_asked", N_("requests"), lambda page: page.asked),
    Metric("valid_free", N_("read, freely"), _count("free", "valid")),
    Metric("valid_held", N_("read, held"), _count("held", "valid")),
    Metric("valid_shown", N_("read, examples"), _count("shown", "valid")),
    Metric("valid_both", N_("read, both"), _count("both", "valid")),
    Metric("tool_held", N_("right tool, held"), _count("held", "tool")),
    Metric("tool_shown", N_("right tool, examples"), _count("shown", "tool")),
    Metric("tool_both", N_("right tool, both"), _count("both", "tool")),
    Metric("right_held", N_("right result, held"), _count("held", "right")),
    Metric("right_shown", N_("right result, examples"), _count("shown", "right")),
    Metric("right_both", N_("right result, both"), _count("both", "right")),
)


def _some(value: Callable[[RepeatPage], float]) -> Callable[[RepeatPage], Value]:
    """A dash before there are rounds enough."""

    def known(page: RepeatPage) -> Value:
        found = value(page) if page.rounds else float("nan")
        return None if np.isnan(found) else found

    return known


def _share(page: RepeatPage) -> Term | None:
    if not page.rounds:
        return None
    return (given("n", int(page.good.sum())) / (float(len(TASKS)) * given("r", page.rounds))).named("p")


def _power(page: RepeatPage) -> Term | None:
    if not page.rounds:
        return None
    return (given("p", float(page.good.mean())) ** page.params.times).named("p^k")


REPEAT: Metrics[RepeatPage] = Metrics(
    Metric("rounds", N_("rounds"), lambda page: page.rounds),
    Metric("succeeds", N_("p, succeeds"), _some(lambda page: float(page.good.mean())), _share, 3),
    Metric("always", "pass^k", _some(lambda page: page.always(page.params.times)), digits=3),
    Metric("power", "p^k", _some(lambda page: page.power(page.params.times)), _power, 3),
    Metric("always_8", "pass^8", _some(lambda page: page.always(8)), digits=3),
    Metric("power_8", "p^8", _some(lambda page: page.power(8)), digits=3),
    Metric("least_rate", N_("worst task"), _some(lambda page: float(page.rates.min())), digits=3),
    Metric("run_tokens", N_("tokens a task"), _some(lambda page: float(page.tokens.mean())), digits=4),
)
