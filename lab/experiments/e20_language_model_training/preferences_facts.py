"""What is known of learning from preferences beside its page: its numbers, its words, its curves."""

from __future__ import annotations

from lab.core.arithmetic import Term, apply, given
from lab.core.metric import Metric, Metrics
from lab.core.numbers import show_number
from lab.core.simulation import Curve, Divergence
from lab.core.text import N_, _
from lab.experiments.e20_language_model_training.preferences import Preferences, PreferencesPage
from lab.experiments.e20_language_model_training.stage import StageKind
from lab.kit.numbers import percent

__all__ = ["LOGS", "METRICS", "PREFERENCES", "SIZES", "describe"]

LOGS = {"chosen": N_("preferred"), "rejected": N_("the other")}
SIZES = {"letters": N_("letters a name"), "drift": N_("drift, nats a name")}
"""The curves of the two plots, by their columns."""


def _margin(page: PreferencesPage) -> Term:
    """Of the marked pair."""
    place = page.params.pair - 1
    now, start = page.logs[:, place], page.reference[:, place]
    chosen = given(_("now"), float(now[0])) - given(_("at first"), float(start[0]))
    rejected = given(_("now"), float(now[1])) - given(_("at first"), float(start[1]))
    return (given("β", page.params.beta) * (chosen - rejected)).named("m")


def _pull(page: PreferencesPage) -> Term:
    return (given("", 1.0) / (1.0 + apply("exp", _margin(page)))).named("σ(−m)")


METRICS: Metrics[PreferencesPage] = Metrics(
    Metric("loss", N_("loss"), lambda page: page.now("loss"), digits=4),
    Metric("liked", N_("names that fit"), lambda page: page.now("liked"), digits=3),
    Metric("liked_start", N_("fit at first"), lambda page: page.liked_before, digits=3),
    Metric("drift", N_("drift, nats a name"), lambda page: page.now("drift"), digits=3),
    Metric("letters", N_("letters a name"), lambda page: page.now("letters"), digits=3),
    Metric("letters_start", N_("letters at first"), lambda page: page.letters_before, digits=3),
    Metric("chosen_log", N_("preferred, ln p"), lambda page: page.now("chosen"), digits=4),
    Metric("rejected_log", N_("the other, ln p"), lambda page: page.now("rejected"), digits=4),
    Metric("pairs_won", N_("pairs won"), lambda page: page.now("sure"), digits=3),
    Metric("margin", N_("margin of the marked pair"), lambda page: _margin(page).value, _margin, 3),
    Metric("pull", N_("its pull σ(−m)"), lambda page: _pull(page).value, _pull, 3),
    Metric("reward_mean", N_("mean reward"), lambda page: page.now("reward"), digits=3),
    Metric("held_out", N_("reward model, other pairs"), lambda page: page.held_out, digits=3),
)


def describe(page: PreferencesPage) -> str:
    """The state in a sentence or two."""
    if not page.finite:
        return _("A weight is no number any more: the learning rate is too large.")
    values = {"liked": percent(page.now("liked")), "letters": show_number(page.now("letters"), 2), "step": page.step}
    if not page.step:
        text = _("A model that writes names: {liked} of them fit the taste. They have {letters} letters on average.")
        return text.format(**values)
    text = _("Step {step}: {liked} of the names fit, {letters} letters each. Drift {drift} nats a name.")
    return text.format(**values, drift=show_number(page.now("drift"), 2))


def curves(page: PreferencesPage) -> tuple[Curve, ...]:
    """What is drawn."""
    step = _("step")
    logs = tuple(Curve(_(name), step, "ln p", *page.course(column)) for column, name in LOGS.items())
    sizes = tuple(Curve(_(name), step, _(name), *page.course(column)) for column, name in SIZES.items())
    return (Curve(_("loss"), step, _("loss"), *page.course("loss"), course=True), *logs, *sizes)


def divergence(page: PreferencesPage) -> Divergence | None:
    """Where a weight has become no number."""
    if page.finite:
        return None
    return Divergence(
        page.step, _("a weight"), _("the learning rate is too large"), {"rate": 1.0}, _("Set it to the usual one"), True
    )


PREFERENCES: StageKind = StageKind(
    "preferences", Preferences, PreferencesPage, METRICS, describe, curves,
    ("taste", "learning", "beta", "rate", "pair", "edits"), divergence,
)  # fmt: skip
