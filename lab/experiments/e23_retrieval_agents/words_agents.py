"""The sentences and curves of the pages on calls and on doing a task again and again."""

from __future__ import annotations

import numpy as np

from lab.core.numbers import show_number
from lab.core.simulation import Curve
from lab.core.text import _
from lab.experiments.e23_retrieval_agents.calling import MARKS, WAYS, CallsPage
from lab.experiments.e23_retrieval_agents.repeating import RepeatPage

__all__ = ["calls_curves", "calls_sentence", "repeat_curves", "repeat_sentence"]

LONGEST = 10  # times in a row that are drawn


def calls_sentence(page: CallsPage) -> str:
    """The state of the page on calls."""
    if not page.asked:
        return _("SmolLM2 is given the first request, freely and held to the schema of a call.")
    values = {"n": page.asked, "free": page.count("free", "valid"), "held": page.count("held", "valid")}
    text = _("SmolLM2, {n} requests. Freely {free} calls can be read; held {held}, with {right} right results.")
    return text.format(**values, right=page.count("held", "right"))


def calls_curves(page: CallsPage) -> tuple[Curve, ...]:
    """Calls with each mark, by way."""
    ways = np.arange(1.0, len(WAYS) + 1)
    return tuple(
        Curve(_(name), _("way"), _("calls"), ways, counts)
        for name, counts in zip(MARKS.values(), page.counts.T, strict=True)
    )


def repeat_sentence(page: RepeatPage) -> str:
    """The state of the page on repetition."""
    if not page.rounds:
        return _("Run: the agent does all five tasks again and again, and each time other things go wrong.")
    rate, times = show_number(float(page.good.mean()), 3), page.params.times
    if page.rounds < times:
        text = _("Rounds: {n}. A task succeeds with {p}. For {k} times in a row there are too few rounds yet.")
        return text.format(n=page.rounds, p=rate, k=times)
    values = {"n": page.rounds, "p": rate, "k": times, "always": show_number(page.always(times), 3)}
    text = _("Rounds: {n}. A task succeeds with {p}, and {k} times in a row with {always}; p^k would be {power}.")
    return text.format(**values, power=show_number(page.power(times), 3))


def repeat_curves(page: RepeatPage) -> tuple[Curve, ...]:
    """What is counted, and what the formula says, by the number of times."""
    times = range(1, LONGEST + 1)
    rows = ((_("counted"), page.always), ("p^k", page.power))
    return tuple(
        Curve(name, _("times in a row"), _("succeeds"), np.array(times, np.float64), np.array([of(k) for k in times]))
        for name, of in rows
    )
