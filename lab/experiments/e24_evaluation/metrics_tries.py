"""The numbers of the page on tries."""

from __future__ import annotations

from collections.abc import Callable

from lab.core.arithmetic import Term, given
from lab.core.metric import Metric, Metrics, Value
from lab.core.text import N_
from lab.experiments.e24_evaluation.tries import TRIES, TriesPage

__all__ = ["TRIED"]


def _within(model: int, tries: Callable[[TriesPage], int]) -> Callable[[TriesPage], Value]:
    """The share right within so many tries; a dash before the first question."""
    return lambda page: float(page.right_within(model)[tries(page) - 1]) if page.asked else None


def _one(model: int) -> Callable[[TriesPage], Term | None]:
    def why(page: TriesPage) -> Term | None:
        if not page.asked:
            return None
        return (given("n", int(page.counts[model].sum())) / (float(TRIES) * given("q", page.asked))).named("pass@1")

    return why


def _share(count: Callable[[TriesPage], int], name: str) -> Callable[[TriesPage], Term | None]:
    return lambda page: (given("n", count(page)) / given("q", page.asked)).named(name) if page.asked else None


def _picked(page: TriesPage) -> int:
    return int(page.picked.sum())


def _written(page: TriesPage) -> int:
    return int(page.greedy.sum())


def _part(count: Callable[[TriesPage], int]) -> Callable[[TriesPage], Value]:
    return lambda page: count(page) / page.asked if page.asked else None


TRIED: Metrics[TriesPage] = Metrics(
    Metric("one_a", N_("A, 1 try"), _within(0, lambda _page: 1), _one(0), 3),
    Metric("one_b", N_("B, 1 try"), _within(1, lambda _page: 1), _one(1), 3),
    Metric("many_a", N_("A, 16 tries"), _within(0, lambda _page: TRIES), digits=3),
    Metric("many_b", N_("B, 16 tries"), _within(1, lambda _page: TRIES), digits=3),
    Metric("some_a", N_("A within k"), _within(0, lambda page: page.params.tries), digits=3),
    Metric("some_b", N_("B within k"), _within(1, lambda page: page.params.tries), digits=3),
    Metric("picked", N_("picked right"), _part(_picked), _share(_picked, "picked"), 3),
    Metric("written", N_("written right"), _part(_written), _share(_written, "written"), 3),
    Metric("picked_only", N_("only picked right"), lambda page: int(page.table[0, 1])),
    Metric("written_only", N_("only written right"), lambda page: int(page.table[1, 0])),
    Metric("sorted_asked", N_("questions"), lambda page: page.asked),
)
