"""What is known of the page “Whose fault?” beside its picture: its numbers, its words, its curves."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from lab.core.arithmetic import Term, given
from lab.core.metric import Metric, Metrics, Value
from lab.core.numbers import show_number
from lab.core.simulation import Curve
from lab.core.text import N_, _
from lab.experiments.e20_language_model_training.credit import Credit, CreditPage
from lab.experiments.e20_language_model_training.stage import StageKind

__all__ = ["CREDIT", "METRICS", "describe"]


def _worth(place: int) -> Callable[[CreditPage], Value]:
    """What the answer is worth after so many digits."""
    return lambda page: None if math.isnan(page.values[place]) else float(page.values[place])


def _credit(place: int) -> Callable[[CreditPage], Term | None]:
    def term(page: CreditPage) -> Term | None:
        before, after = (float(value) for value in page.values[place : place + 2])
        return None if math.isnan(after) else (given(_("after"), after) - given(_("before"), before)).named("Δ")

    return term


def _change(place: int) -> Callable[[CreditPage], Value]:
    return lambda page: None if (found := _credit(place)(page)) is None else found.value


METRICS: Metrics[CreditPage] = Metrics(
    Metric("loss", N_("loss"), lambda page: None),
    Metric("worth_0", N_("before the first"), _worth(0), digits=3),
    Metric("worth_5", N_("the whole answer"), _worth(5), digits=3),
    Metric("credit_1", N_("1st digit"), _change(0), _credit(0), 3),
    Metric("credit_2", N_("2nd digit"), _change(1), _credit(1), 3),
    Metric("credit_3", N_("3rd digit"), _change(2), _credit(2), 3),
    Metric("credit_4", N_("4th digit"), _change(3), _credit(3), 3),
    Metric("credit_5", N_("5th digit"), _change(4), _credit(4), 3),
    Metric("places_read", N_("digits worked out"), lambda page: page.read),
)


def describe(page: CreditPage) -> str:
    """The state in a sentence or two."""
    if not page.read:
        text = _("Asked {question}, answered {answer}. Before its first digit it is worth {worth}. Run goes on.")
        return text.format(question=page.question, answer=page.answer, worth=show_number(float(page.values[0]), 2))
    text, worst = _("Asked {question}, answered {answer}: {n} of 5 digits worked out."), page.worst
    said = text.format(question=page.question, answer=page.answer, n=page.read)
    if worst is None:
        return said
    lost = show_number(-float(page.credits[worst]), 2)
    blame = _("The {digit} at place {place} cost most: {lost}.")
    return f"{said} {blame.format(digit=page.answer[worst], place=worst + 1, lost=lost)}"


def curves(page: CreditPage) -> tuple[Curve, ...]:
    """What is drawn."""
    places = np.arange(float(len(page.values)))
    return (Curve(_("worth"), _("digits written"), _("worth"), places, page.values, course=True),)


def unused(page: CreditPage) -> dict[str, str]:
    """The controls without effect now."""
    return {} if page.params.judge == "own" else {"formula": _("Only “My formula” reads it.")}


CREDIT: StageKind = StageKind(
    "credit", Credit, CreditPage, METRICS, describe, curves, ("digits", "answer", "judge", "formula"), unused=unused
)
