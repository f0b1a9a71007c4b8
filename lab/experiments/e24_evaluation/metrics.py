"""Every number on screen. Each page has its own."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar

from lab.core.metric import Metric, Metrics, Value
from lab.core.text import N_
from lab.experiments.e24_evaluation import arithmetic as why
from lab.experiments.e24_evaluation.arena import ArenaPage
from lab.experiments.e24_evaluation.calibration import CalibrationPage
from lab.experiments.e24_evaluation.cheat import CheatPage
from lab.experiments.e24_evaluation.compress import CompressPage
from lab.experiments.e24_evaluation.frame import EvaluationFrame, Page
from lab.experiments.e24_evaluation.metrics_arena import ARENA
from lab.experiments.e24_evaluation.metrics_cheat import CHEAT
from lab.experiments.e24_evaluation.metrics_models import BITS, PERPLEXITY
from lab.experiments.e24_evaluation.metrics_tries import TRIED
from lab.experiments.e24_evaluation.reading import ReadingPage
from lab.experiments.e24_evaluation.significance import SignificancePage
from lab.experiments.e24_evaluation.threshold import ThresholdPage, interval
from lab.experiments.e24_evaluation.tries import TriesPage
from lab.kit.metrics import of_part

__all__ = ["CALIBRATION", "METRICS", "SIGNIFICANCE", "THRESHOLD"]

P = TypeVar("P", bound=Page)


def _end(span: tuple[float, float] | None, end: int) -> Value:
    """One end of an interval; a dash for none, and for one without an end."""
    return None if span is None or not math.isfinite(span[end]) else span[end]


def _excess(page: ThresholdPage) -> Value:
    term = why.excess(page)
    return None if term is None else 100 * term.value


def _if_locked(value: Callable[[ThresholdPage], float]) -> Callable[[ThresholdPage], Value]:
    """What is only told when a threshold was locked in."""
    return lambda page: None if page.committed is None or not math.isfinite(value(page)) else value(page)


THRESHOLD: Metrics[ThresholdPage] = Metrics(
    Metric("accuracy", N_("accuracy"), lambda page: page.counts.accuracy, why.accuracy, 3),
    Metric("precision", N_("precision"), lambda page: page.counts.precision, why.precision, 3),
    Metric("recall", N_("recall"), lambda page: page.counts.recall, why.recall, 3),
    Metric("f1", N_("F1"), lambda page: page.counts.f1, why.f1, 3),
    Metric("cost", N_("cost"), lambda page: page.cost, why.cost, 4),
    Metric("tp", N_("found"), lambda page: page.counts.tp),
    Metric("fn", N_("missed"), lambda page: page.counts.fn),
    Metric("fp", N_("false alarms"), lambda page: page.counts.fp),
    Metric("tn", N_("left alone"), lambda page: page.counts.tn),
    Metric("area", N_("area under ROC"), lambda page: page.area, digits=3),
    Metric("area_low", N_("area, from"), lambda page: _end(interval(page.areas), 0), digits=3),
    Metric("area_high", N_("area, to"), lambda page: _end(interval(page.areas), 1), digits=3),
    Metric("best", N_("cheapest threshold"), _if_locked(lambda page: page.cheapest[0]), digits=3),
    Metric("least", N_("least cost"), _if_locked(lambda page: page.cheapest[1]), digits=4),
    Metric("excess", N_("too dear by, %"), _excess, digits=3),
    Metric("best_low", N_("cheapest, from"), lambda page: _best(page, 0), digits=3),
    Metric("best_high", N_("cheapest, to"), lambda page: _best(page, 1), digits=3),
)


def _best(page: ThresholdPage, end: int) -> Value:
    return None if page.committed is None else _end(interval(page.best), end)


CALIBRATION: Metrics[CalibrationPage] = Metrics(
    Metric("gap", N_("calibration error"), lambda page: page.gap, why.gap, 3),
    Metric("gap_low", N_("from"), lambda page: _end(interval(page.gaps), 0), digits=3),
    Metric("gap_high", N_("to"), lambda page: _end(interval(page.gaps), 1), digits=3),
    Metric("loss", N_("loss, nats"), lambda page: page.loss, digits=3),
    Metric("best_temperature", N_("best T"), lambda page: page.best, digits=3),
    Metric("brier", N_("Brier score"), lambda page: page.brier, digits=3),
    Metric("accuracy_half", N_("accuracy"), lambda page: page.accuracy, digits=3),
)

SIGNIFICANCE: Metrics[SignificancePage] = Metrics(
    Metric("gain", N_("B ahead by"), lambda page: page.table.gain, why.gain, 3),
    Metric("gain_low", N_("from"), lambda page: _end(page.span, 0), digits=3),
    Metric("gain_high", N_("to"), lambda page: _end(page.span, 1), digits=3),
    Metric("ahead", N_("B ahead in"), lambda page: page.ahead, digits=3),
    Metric("chance", N_("p by chance"), lambda page: page.chance, digits=3),
    Metric("needed", N_("needed"), lambda page: page.needed, digits=6),
    Metric("first_count", N_("A right"), lambda page: page.table.first),
    Metric("second_count", N_("B right"), lambda page: page.table.second),
    Metric("first_only", N_("only A right"), lambda page: page.table.first_only),
    Metric("second_only", N_("only B right"), lambda page: page.table.second_only),
    Metric("both", N_("both right"), lambda page: page.table.both),
    Metric("redraws", N_("redraws"), lambda page: len(page.gains)),
)


def _open(page: type[P]) -> Callable[[EvaluationFrame], P | None]:
    """The open page, if it is this one."""
    return lambda frame: frame.page if isinstance(frame.page, page) else None


METRICS: Metrics[EvaluationFrame] = Metrics(
    Metric("step", N_("step"), lambda frame: frame.step),
    of_part(_open(ThresholdPage), *THRESHOLD),
    of_part(_open(CalibrationPage), *CALIBRATION),
    of_part(_open(ReadingPage), *PERPLEXITY),
    of_part(_open(CompressPage), *BITS),
    of_part(_open(SignificancePage), *SIGNIFICANCE),
    of_part(_open(ArenaPage), *ARENA),
    of_part(_open(TriesPage), *TRIED),
    of_part(_open(CheatPage), *CHEAT),
)
