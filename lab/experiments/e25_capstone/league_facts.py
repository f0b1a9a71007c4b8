"""What is said of a training in the league: numbers, why they are what they are, words, a curve."""

from __future__ import annotations

import math
from collections.abc import Callable

from lab.core.arithmetic import Term, given
from lab.core.metric import Metric, Metrics, Value
from lab.core.numbers import show_number
from lab.core.records import dataclass
from lab.core.simulation import Curve
from lab.core.text import N_, _
from lab.experiments.e25_capstone import arithmetic
from lab.experiments.e25_capstone.league import LeaguePage
from lab.experiments.e25_capstone.league_rules import MOST_PARAMETERS, TRAINED, Result

__all__ = ["CONTROLS", "LEAGUE", "Line", "league_curves", "league_sentence", "lines_of", "unused_in_league"]

CONTROLS = (*TRAINED, "checks", "maker", "page")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the board. number: of the entry, 0 for one's own.  verdict: None, or whether it was found so."""

    number: int
    name: str
    parameters: int
    nats: float
    verdict: bool | None = None


def _own_line(page: LeaguePage) -> Line | None:
    """One's own training, as far as it is."""
    held = page.held_out
    if page.checked is not None or page.refused or page.spoiled or held is None or not math.isfinite(held):
        return None
    return Line(0, _named(page.params.maker), page.parameters, held)


def _named(name: str) -> str:
    return name or _("You")


def lines_of(page: LeaguePage) -> tuple[Line, ...]:
    """The board, the best first."""
    lines = [
        Line(number, _named(one.name), one.parameters, one.nats, page.agreed if one == page.checked else None)
        for number, one in enumerate(page.entries, start=1)
    ]
    own = _own_line(page)
    return tuple(sorted([*lines, own] if own is not None else lines, key=lambda line: line.nats))


def _rank(page: LeaguePage) -> int | None:
    """The place of one's own training on the board, from 1."""
    return next((place for place, line in enumerate(lines_of(page), start=1) if line.number == 0), None)


def _tokens(page: LeaguePage) -> Term:
    """Steps times windows in a step times tokens in a window."""
    p = page.trained
    return (given("s", p.steps) * given("B", p.batch) * given("T", p.context)).named("D")


def _room(page: LeaguePage) -> Term:
    """Parameters that are still allowed."""
    return (given("most", MOST_PARAMETERS) - given("N", page.parameters)).named("room")


def _difference(page: LeaguePage) -> Term | None:
    """What it came to here, minus what the entry says."""
    if page.difference is None or page.checked is None or page.held_out is None:
        return None
    return (given("here", page.held_out) - given("file", page.checked.nats)).named("difference")


def _of(term: Callable[[LeaguePage], Term | None]) -> Callable[[LeaguePage], Value]:
    def value(page: LeaguePage) -> Value:
        found = term(page)
        return None if found is None else found.value

    return value


def _whole(term: Callable[[LeaguePage], Term]) -> Callable[[LeaguePage], Value]:
    return lambda page: round(term(page).value)


LEAGUE: Metrics[LeaguePage] = Metrics(
    Metric("result", N_("held-out loss"), lambda page: page.held_out, digits=4),
    Metric("held_out", N_("held-out loss"), lambda page: page.held_out, digits=4),
    Metric("loss", N_("loss of the batch"), lambda page: page.loss, digits=4),
    Metric("parameters", N_("parameters"), lambda page: page.parameters, lambda page: _parameters(page)),
    Metric("tokens_to_read", N_("tokens to read"), _whole(_tokens), _tokens),
    Metric("room", N_("parameters left to use"), _whole(_room), _room),
    Metric("entries", N_("entries"), lambda page: len(page.entries)),
    Metric("best_entry", N_("best entry"), lambda page: min(one.nats for one in page.entries), digits=4),
    Metric("rank", N_("your place"), _rank),
    Metric("claimed", N_("the entry says"), lambda page: None if page.checked is None else page.checked.nats, digits=4),
    Metric("difference", N_("here, minus the entry"), _of(_difference), _difference, 2),
    Metric("seconds_left", N_("seconds left here"), lambda page: _seconds(page), digits=2),
)


def _parameters(page: LeaguePage) -> Term | None:
    return arithmetic.parameters_of(page.plan)


def _seconds(page: LeaguePage) -> float | None:
    return None if page.refused else page.seconds * max(0, page.trained.steps - page.step)


def league_sentence(page: LeaguePage) -> str:
    """The state in one or two sentences."""
    if page.refused:
        return _("Not allowed: {why}").format(why=page.refused)
    if page.lost:
        return _("The loss is no number any more. The learning rate is far too large.")
    if page.spoiled:
        return _("Something was changed while it trained, and nobody could repeat that. Take it back, or start over.")
    if page.checked is not None:
        return _checking(page, page.checked)
    if not page.complete:
        return _under_way(page)
    text = _("It came to {nats}: place {rank} of {all}. Save the result, and let others check it.")
    numbers = {"nats": show_number(page.held_out or 0.0, 4), "rank": _rank(page), "all": len(page.entries) + 1}
    return text.format(**numbers)


def _under_way(page: LeaguePage) -> str:
    best = show_number(min(one.nats for one in page.entries), 4)
    if page.held_out is None:
        text = _("{n} parameters will read {d} tokens: allowed. The best entry came to {best}. Press Run.")
        return text.format(n=show_number(page.parameters), d=show_number(page.tokens), best=best)
    text = _("Step {step} of {all}: {held}. The best entry came to {best}.")
    numbers = {"step": show_number(page.step), "all": show_number(page.trained.steps)}
    return text.format(**numbers, held=show_number(page.held_out, 4), best=best)


def _checking(page: LeaguePage, entry: Result) -> str:
    """What became of an entry that is trained again."""
    name, claimed = _named(entry.name), show_number(entry.nats, 4)
    if page.difference is None or page.held_out is None:
        text = _("“{name}” says {claimed}. It is trained again here: step {step} of {all}.")
        return text.format(name=name, claimed=claimed, step=show_number(page.step), all=show_number(page.trained.steps))
    here, off = show_number(page.held_out, 4), show_number(abs(page.difference), 2)
    if page.weights == entry.weights:
        return _("Agreed: “{name}” says {claimed}, and every weight is the same here.").format(
            name=name, claimed=claimed
        )
    if page.agreed:
        text = _("Agreed: “{name}” says {claimed}, here it came to {here}. Other computers round differently.")
        return text.format(name=name, claimed=claimed, here=here)
    text = _("Not agreed: “{name}” says {claimed}, here it came to {here}. That is {off} apart.")
    return text.format(name=name, claimed=claimed, here=here, off=off)


def league_curves(page: LeaguePage) -> tuple[Curve, ...]:
    """The held-out loss."""
    step, loss = _("step"), _("loss")
    return (Curve(_("held-out loss"), step, loss, page.judged[:, 0], page.judged[:, 2], course=True),)


def unused_in_league(page: LeaguePage) -> dict[str, str]:
    """The controls without effect while an entry is trained again, and why."""
    if page.checked is None:
        return {}
    return dict.fromkeys((*TRAINED, "maker"), _("The entry has settings of its own."))
