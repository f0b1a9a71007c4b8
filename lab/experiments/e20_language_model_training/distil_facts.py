"""What is known of distillation beside its page: its numbers, its words, its curves."""

from __future__ import annotations

import math

from lab.core.arithmetic import Term, given
from lab.core.metric import Metric, Metrics
from lab.core.numbers import show_number
from lab.core.simulation import Curve, Divergence
from lab.core.text import N_, _
from lab.experiments.e20_language_model_training.distil import Distil, DistilPage
from lab.experiments.e20_language_model_training.stage import StageKind

__all__ = ["DISTIL", "METRICS", "describe"]


def _gain(page: DistilPage) -> Term:
    return (given(_("alone"), page.alone) - given(_("taught"), page.taught)).named("Δ")


def _mixture(page: DistilPage) -> Term | None:
    if page.hard is None or page.soft is None:
        return None
    share, heat = page.params.teacher, given("τ", page.params.softness)
    hard = (1.0 - given("s", share)) * given(_("text"), page.hard)
    return (hard + given("s", share) * heat**2.0 * given("KL", page.soft)).named("L")


def _mixed(page: DistilPage) -> float | None:
    found = _mixture(page)
    return None if found is None or not math.isfinite(found.value) else found.value


METRICS: Metrics[DistilPage] = Metrics(
    Metric("loss", N_("loss"), lambda page: page.taught, digits=4),
    Metric("alone_loss", N_("alone"), lambda page: page.alone, digits=4),
    Metric("teacher_loss", N_("teacher"), lambda page: page.teacher, digits=4),
    Metric("gain", N_("gain"), lambda page: _gain(page).value, _gain, 3),
    Metric("mixture", N_("what is made small"), _mixed, _mixture, 4),
    Metric("soft", N_("apart from the teacher"), lambda page: page.soft, digits=3),
    Metric("teacher_size", N_("numbers of the teacher"), lambda page: page.sizes[0]),
    Metric("student_size", N_("of a student"), lambda page: page.sizes[1]),
)


def describe(page: DistilPage) -> str:
    """The state in a sentence."""
    if not page.finite:
        return _("A weight is no number any more: the learning rate is too large.")
    if not page.step:
        return _("Two fresh students that are alike. The teacher has read a million letters.")
    values = {"step": page.step, "all": page.params.length, "alone": show_number(page.alone, 4)}
    text = _("Step {step} of {all}. Held-out loss: alone {alone}, taught {taught}, the teacher {teacher}.")
    return text.format(**values, taught=show_number(page.taught, 4), teacher=show_number(page.teacher, 4))


def curves(page: DistilPage) -> tuple[Curve, ...]:
    """What is drawn."""
    step, loss = _("step"), _("loss")
    return (
        Curve(_("taught"), step, loss, *page.judged(1), course=True),
        Curve(_("alone"), step, loss, *page.judged(0)),
    )


def divergence(page: DistilPage) -> Divergence | None:
    """Where a weight has become no number."""
    if page.finite:
        return None
    return Divergence(
        page.step, _("a weight"), _("the learning rate is too large"), {"rate": 1.0}, _("Set it to the usual one"), True
    )


DISTIL: StageKind = StageKind(
    "distil", Distil, DistilPage, METRICS, describe, curves,
    ("rate", "corpus", "teacher", "softness", "length", "decay"), divergence,
)  # fmt: skip
