"""Why each number on screen is what it is."""

from __future__ import annotations

from lab.core.arithmetic import Term, given, total
from lab.engine.basics.metrics import Counts
from lab.experiments.e24_evaluation.calibration import CalibrationPage
from lab.experiments.e24_evaluation.significance import SignificancePage
from lab.experiments.e24_evaluation.threshold import ThresholdPage

__all__ = ["accuracy", "cost", "excess", "f1", "gain", "gap", "precision", "recall"]


def _counts(page: ThresholdPage) -> dict[str, Term]:
    counts: Counts = page.counts
    return {name: given(name.upper(), getattr(counts, name)) for name in ("tp", "fp", "fn", "tn")}


def accuracy(page: ThresholdPage) -> Term:
    c = _counts(page)
    return ((c["tp"] + c["tn"]) / (c["tp"] + c["fp"] + c["fn"] + c["tn"])).named("accuracy")


def precision(page: ThresholdPage) -> Term | None:
    c = _counts(page)
    return None if page.counts.precision is None else (c["tp"] / (c["tp"] + c["fp"])).named("P")


def recall(page: ThresholdPage) -> Term | None:
    c = _counts(page)
    return None if page.counts.recall is None else (c["tp"] / (c["tp"] + c["fn"])).named("R")


def f1(page: ThresholdPage) -> Term | None:
    c = _counts(page)
    return None if page.counts.f1 is None else (2.0 * c["tp"] / (2.0 * c["tp"] + c["fp"] + c["fn"])).named("F₁")


def cost(page: ThresholdPage) -> Term:
    c, p = _counts(page), page.params
    wrong = given("price", p.false_positive) * c["fp"] + given("price′", p.false_negative) * c["fn"]
    return wrong.named("cost")


def excess(page: ThresholdPage) -> Term | None:
    """How much dearer than the cheapest, as a share."""
    least = page.cheapest[1]
    if page.committed is None or not least:
        return None
    return (given("locked", page.cost_at(page.committed)) / given("least", least) - 1.0).named("excess")


def gap(page: CalibrationPage) -> Term | None:
    """The bins' gaps, each by its share of the answers; written out for few bins."""
    bins, count = page.bins, float(len(page.probabilities))
    parts = [
        given(f"n{k + 1}", int(n)) / count * given(f"g{k + 1}", abs(float(said - came)))
        for k, (n, said, came) in enumerate(zip(bins.counts, bins.said, bins.came_true, strict=True))
        if n
    ]
    return total(parts).named("ECE")


def gain(page: SignificancePage) -> Term:
    table = page.table
    return ((given("B", table.second_only) - given("A", table.first_only)) / given("n", table.count)).named("B − A")
