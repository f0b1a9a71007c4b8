"""What is known of the comparison beside its page: its numbers, its words, its curves."""

from __future__ import annotations

from collections.abc import Callable

from lab.core.arithmetic import Term, given
from lab.core.metric import Metric, Metrics
from lab.core.simulation import Curve, Divergence
from lab.core.text import N_, _
from lab.experiments.e20_language_model_training.compare import MOST, NAMES, Compare, ComparePage
from lab.experiments.e20_language_model_training.stage import StageKind
from lab.kit.numbers import percent

__all__ = ["COMPARE", "LABELS", "METRICS", "describe"]

LABELS = {
    "base": N_("Base"), "answers": N_("Tuned"), "lora": N_("With an adapter"),
    "preference": N_("Preferences"),
}  # fmt: skip


def _forgotten(name: str) -> Callable[[ComparePage], Term]:
    def term(page: ComparePage) -> Term:
        now, base = page.column(name).neutral, page.column("base").neutral
        return ((given(_("now"), now) / given(_("base"), base) - 1.0) * 100.0).named("%")

    return term


def _value(why: Callable[[ComparePage], Term]) -> Callable[[ComparePage], float]:
    return lambda page: why(page).value


def _style(name: str) -> Callable[[ComparePage], float]:
    return lambda page: 100 * page.column(name).style


METRICS: Metrics[ComparePage] = Metrics(
    Metric("loss", N_("loss"), lambda page: page.column("lora").neutral, digits=4),
    Metric("base_neutral", N_("base, Shakespeare"), lambda page: page.column("base").neutral, digits=4),
    Metric("tuned_forgot", N_("tuned forgot, %"), _value(_forgotten("answers")), _forgotten("answers"), 3),
    Metric("lora_forgot", N_("adapter forgot, %"), _value(_forgotten("lora")), _forgotten("lora"), 3),
    Metric("tuned_style", N_("tuned, pirate, %"), _style("answers"), digits=3),
    Metric("lora_style", N_("adapter, pirate, %"), _style("lora"), digits=3),
    Metric("preference_forgot", N_("preferences forgot, %"), _value(_forgotten("preference")),
           _forgotten("preference"), 3),
    Metric("preference_style", N_("preferences, pirate, %"), _style("preference"), digits=3),
    Metric("preference_loss", N_("DPO loss"), lambda page: page.column("preference").loss, digits=3),
    Metric("lora_learned", N_("adapter learns, %"), lambda page: 100 * page.column("lora").share, digits=3),
)  # fmt: skip


def describe(page: ComparePage) -> str:
    """The state in a sentence or two."""
    if not page.finite:
        return _("A weight is no number any more: the learning rate is too large.")
    if not page.step:
        return _("Four models that are still the same: the base, and three that will learn from it.")
    shown = {name: percent(max(0.0, page.forgotten(name))) for name in NAMES[1:]}
    text = _(
        "Step {step} of {all}. Loss of Shakespeare above the base: tuned {answers}, with an adapter {lora}, by "
        "preferences {preference}."
    )
    return text.format(step=page.step, all=MOST, **shown)


def curves(page: ComparePage) -> tuple[Curve, ...]:
    """What is drawn."""
    return tuple(
        Curve(_(LABELS[name]), _("step"), _("loss"), *page.judged(name), course=name == "lora") for name in NAMES
    )


def divergence(page: ComparePage) -> Divergence | None:
    """Where a weight has become no number."""
    if page.finite:
        return None
    return Divergence(
        page.step, _("a weight"), _("the learning rate is too large"), {"rate": 1.0}, _("Set it to the usual one"), True
    )


COMPARE: StageKind = StageKind(
    "compare", Compare, ComparePage, METRICS, describe, curves, ("rate", "batch", "source"), divergence
)
