"""What is known of the comparison beside its page: its numbers, its words, its curves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lab.core.arithmetic import Term, given
from lab.core.artifact import Artifact
from lab.core.metric import Metric, Metrics, Value
from lab.core.simulation import Curve, Divergence
from lab.core.text import N_, _
from lab.experiments.e20_language_model_training.compare import MOST, NAMES, Column, Compare, ComparePage
from lab.experiments.e20_language_model_training.compare_real import CompareReal
from lab.experiments.e20_language_model_training.lora import Real
from lab.experiments.e20_language_model_training.lora_facts import waiting
from lab.experiments.e20_language_model_training.settings import Params
from lab.experiments.e20_language_model_training.stage import StageKind
from lab.kit.numbers import percent

__all__ = ["COMPARE", "LABELS", "METRICS", "describe"]

LABELS = {
    "base": N_("Base"), "answers": N_("Tuned"), "lora": N_("With an adapter"),
    "preference": N_("Preferences"),
}  # fmt: skip


def _make(params: Params, rng: np.random.Generator, artifacts: tuple[Artifact, ...]) -> Compare | CompareReal:
    return (CompareReal if params.compared == "smollm2" else Compare)(params, rng, artifacts)


def _forgotten(name: str) -> Callable[[ComparePage], Term | None]:
    def term(page: ComparePage) -> Term | None:
        now, base = page.find(name), page.find("base")
        if now is None or base is None:
            return None
        return ((given(_("now"), now.neutral) / given(_("base"), base.neutral) - 1.0) * 100.0).named("%")

    return term


def _value(why: Callable[[ComparePage], Term | None]) -> Callable[[ComparePage], Value]:
    def value(page: ComparePage) -> Value:
        term = why(page)
        return None if term is None else term.value

    return value


def _of(name: str, what: Callable[[Column], Value]) -> Callable[[ComparePage], Value]:
    """A number of one model; None where it is not compared."""

    def value(page: ComparePage) -> Value:
        column = page.find(name)
        return None if column is None else what(column)

    return value


def _neutral(column: Column) -> float:
    return column.neutral


def _style(column: Column) -> float:
    return 100 * column.style


def _share(column: Column) -> float:
    return 100 * column.share


def _loss(column: Column) -> float | None:
    return column.loss


METRICS: Metrics[ComparePage] = Metrics(
    Metric("loss", N_("loss"), _of("lora", _neutral), digits=4),
    Metric("base_neutral", N_("base, Shakespeare"), _of("base", _neutral), digits=4),
    Metric("tuned_forgot", N_("tuned forgot, %"), _value(_forgotten("answers")), _forgotten("answers"), 3),
    Metric("lora_forgot", N_("adapter forgot, %"), _value(_forgotten("lora")), _forgotten("lora"), 3),
    Metric("tuned_style", N_("tuned, pirate, %"), _of("answers", _style), digits=3),
    Metric("lora_style", N_("adapter, pirate, %"), _of("lora", _style), digits=3),
    Metric("preference_forgot", N_("preferences forgot, %"), _value(_forgotten("preference")),
           _forgotten("preference"), 3),
    Metric("preference_style", N_("preferences, pirate, %"), _of("preference", _style), digits=3),
    Metric("preference_loss", N_("DPO loss"), _of("preference", _loss), digits=3),
    Metric("lora_learned", N_("adapter learns, %"), _of("lora", _share), digits=3),
)  # fmt: skip


def describe(page: ComparePage) -> str:
    """The state in a sentence or two."""
    if not page.finite:
        return _("A weight is no number any more: the learning rate is too large.")
    if page.real is not None:
        return _of_smollm2(page, page.real)
    if not page.step:
        return _("Four models that are still the same: the base, and three that will learn from it.")
    shown = {name: percent(max(0.0, page.forgotten(name))) for name in NAMES[1:]}
    text = _(
        "Step {step} of {all}. Loss of Shakespeare above the base: tuned {answers}, with an adapter {lora}, by "
        "preferences {preference}."
    )
    return text.format(step=page.step, all=MOST, **shown)


def _of_smollm2(page: ComparePage, real: Real) -> str:
    if real.missing or real.doing or not page.step:
        return waiting(real)
    text = _("Step {step} of {all}. SmolLM2 with an adapter: the loss of neutral text is {lora} above the base.")
    return text.format(step=page.step, all=MOST, lora=percent(max(0.0, page.forgotten("lora"))))


def curves(page: ComparePage) -> tuple[Curve, ...]:
    """What is drawn."""
    return tuple(
        Curve(_(LABELS[name]), _("step"), _("loss"), *page.judged(name), course=name == "lora")
        for name in (column.name for column in page.columns)
    )


def divergence(page: ComparePage) -> Divergence | None:
    """Where a weight has become no number."""
    if page.finite:
        return None
    return Divergence(
        page.step, _("a weight"), _("the learning rate is too large"), {"rate": 1.0}, _("Set it to the usual one"), True
    )


def unused(page: ComparePage) -> dict[str, str]:
    """The controls without effect now, and why."""
    if page.real is not None:
        return {"source": _("SmolLM2 is compared with itself.")}
    return {"upper": _("Only SmolLM2 has so many layers.")}


COMPARE: StageKind = StageKind(
    "compare", _make, ComparePage, METRICS, describe, curves, ("compared", "rate", "batch", "upper", "source"),
    divergence, unused,
)  # fmt: skip
