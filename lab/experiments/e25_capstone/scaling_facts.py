"""What is said of the trainings that foretell each other: numbers, why they are what they are, words, curves."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from lab.core.arithmetic import Term, apply, given
from lab.core.metric import Metric, Metrics, Value
from lab.core.numbers import show_number
from lab.core.simulation import Curve
from lab.core.text import N_, _
from lab.experiments.e25_capstone.scaling import FITTED, SHARES, ScalingPage
from lab.kit.metrics import Column, numbered

__all__ = ["CONTROLS", "SCALING", "scaling_curves", "scaling_sentence"]

CONTROLS = ("corpus", "tokens", "kilobytes", "grows", "budget", "bet", "page")
LAST = len(SHARES) - 1


def _line(page: ScalingPage, number: int) -> Term | None:
    """The straight line at a training: a factor times its size to a power."""
    line = page.line
    if line is None:
        return None
    x = "N" if page.params.grows == "model" else "D"
    grown = given(x, page.planned[number].grown)
    return (given("A", line[0]) * grown ** given("b", line[1])).named("L")


def _off(page: ScalingPage, number: int) -> Term | None:
    """By how much a training became worse than foretold."""
    became, line = page.became(number), page.foretold(number)
    if became is None or line is None:
        return None
    return (given("became", became) - given("foretold", line)).named("miss")


def _bet_off(page: ScalingPage) -> Term | None:
    """How far the bet lies from what it became."""
    became = page.became(FITTED)
    if became is None or page.bet is None:
        return None
    return apply("abs", given("became", became) - given("bet", page.bet)).named("off")


def _tokens_a_parameter(page: ScalingPage) -> Term:
    """Of the last training."""
    last = page.planned[-1]
    return (given("D", last.tokens) / given("N", last.parameters)).named("r")


def _of(term: Callable[[ScalingPage], Term | None]) -> Callable[[ScalingPage], Value]:
    def value(page: ScalingPage) -> Value:
        found = term(page)
        return None if found is None else found.value

    return value


def _at(term: Callable[[ScalingPage, int], Term | None], number: int) -> Callable[[ScalingPage], Term | None]:
    return lambda page: term(page, number)


def _newest(page: ScalingPage) -> float | None:
    """The held-out loss of the training under way, or of the last that is done."""
    return float(page.course[-1, 2]) if len(page.course) else None


SCALING: Metrics[ScalingPage] = Metrics(
    Metric("result", N_("held-out loss"), _newest, digits=4),
    Metric("loss", N_("loss of the batch"), lambda page: page.loss, digits=4),
    Metric("trainings_done", N_("trainings done"), lambda page: len(page.results)),
    Metric("slope", N_("slope of the line"), lambda page: None if page.line is None else page.line[1], digits=3),
    Metric("foretold", N_("foretold"), _of(_at(_line, FITTED)), _at(_line, FITTED), 4),
    Metric("became", N_("it became"), lambda page: page.became(FITTED), digits=4),
    Metric("miss", N_("became, minus foretold"), _of(_at(_off, FITTED)), _at(_off, FITTED), 2),
    Metric("bet", N_("your bet"), lambda page: page.bet, digits=4),
    Metric("bet_off", N_("your bet is off by"), _of(_bet_off), _bet_off, 2),
    Metric("beyond_foretold", N_("the largest, foretold"), _of(_at(_line, LAST)), _at(_line, LAST), 4),
    Metric("beyond", N_("the largest became"), lambda page: page.became(LAST), digits=4),
    Metric("beyond_miss", N_("the largest is off by"), _of(_at(_off, LAST)), _at(_off, LAST), 2),
    Metric(
        "tokens_a_parameter", N_("tokens for each parameter of the largest"), _of(_tokens_a_parameter),
        _tokens_a_parameter, 2,
    ),
    Metric("seconds_left", N_("seconds left here"), lambda page: page.seconds_left, digits=2),
    numbered(
        LAST + 1,
        Column("loss_of", N_("held-out loss of training {n}"), lambda page: _all(page), digits=4),
        Column("parameters_of", N_("parameters of training {n}"), lambda page: [p.parameters for p in page.planned]),
        Column("tokens_of", N_("tokens of training {n}"), lambda page: [p.tokens for p in page.planned]),
    ),
)  # fmt: skip


def _all(page: ScalingPage) -> list[float | None]:
    return [page.became(number) for number in range(len(page.planned))]


def scaling_sentence(page: ScalingPage) -> str:
    """The state in one or two sentences."""
    if page.lost:
        return _("The loss is no number any more.")
    if page.waiting:
        text = _("The next model has {n} parameters. Which loss will it reach? Drag the line to bet, then press Run.")
        if page.params.grows == "text":
            text = _(
                "The next training reads {n} tokens. Which loss will it reach? Drag the line to bet, then press Run."
            )
        return text.format(n=show_number(page.planned[FITTED].grown))
    if page.now <= FITTED:
        text = _("Training {k} of {all}: a model of {n} parameters reads {tokens} tokens.")
        one = page.planned[page.now]
        numbers = {"k": page.now + 1, "all": LAST + 1, "n": show_number(one.parameters)}
        return text.format(**numbers, tokens=show_number(one.tokens))
    return _after(page)


def _after(page: ScalingPage) -> str:
    """What became of the bet, and of the line beyond it."""
    became, told, bet = page.became(FITTED), page.foretold(FITTED), page.bet
    assert became is not None and told is not None and bet is not None  # it only goes on with a bet
    numbers = {"became": show_number(became, 4), "told": show_number(told, 4), "bet": show_number(bet, 4)}
    text = _("It became {became}. You bet {bet}, the line said {told}.").format(**numbers)
    last, line = page.became(LAST), page.foretold(LAST)
    if last is None or line is None:
        return text + " " + _("Now the largest.")
    numbers = {"last": show_number(last, 4), "line": show_number(line, 4)}
    return text + " " + _("The largest: {last}, and the line said {line}.").format(**numbers)


def scaling_curves(page: ScalingPage) -> tuple[Curve, ...]:
    """What each training came to, and the line through the first ones."""
    name = _("parameters") if page.params.grows == "model" else _("tokens read")
    grown = np.array([one.grown for one in page.planned], np.float64)
    told = np.array([math.nan if page.line is None else page.foretold(k) for k in range(LAST + 1)], np.float64)
    done = len(page.results)
    step, loss = _("step"), _("held-out loss")
    return (
        Curve(_("held-out loss, all trainings"), step, loss, page.course[:, 1], page.course[:, 2], course=True),
        Curve(_("what it became"), name, loss, grown[:done], page.results),
        Curve(_("foretold"), name, loss, grown, told),
    )
