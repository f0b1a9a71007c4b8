"""The numbers of the page on a test that leaked."""

from __future__ import annotations

from collections.abc import Callable

from lab.core.metric import Metric, Metrics, Value
from lab.core.text import N_
from lab.experiments.e24_evaluation.cheat import CheatPage

__all__ = ["CHEAT"]


def _error(detector: int) -> Callable[[CheatPage], Value]:
    return lambda page: page.errors[detector]


CHEAT: Metrics[CheatPage] = Metrics(
    Metric("leaked_loss", N_("leaked, nats"), lambda page: float(page.past[-1, 0]), digits=3),
    Metric("clean_loss", N_("clean"), lambda page: float(page.past[-1, 1]), digits=3),
    Metric("error_copied", N_("error of runs"), _error(0), digits=3),
    Metric("error_min_k", N_("of Min-K"), _error(1), digits=3),
    Metric("error_mean", N_("of the mean"), _error(2), digits=3),
    Metric("secret", N_("secret, bits"), lambda page: page.secret, digits=3),
)
