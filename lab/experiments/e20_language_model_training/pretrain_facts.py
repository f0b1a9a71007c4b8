"""What is known of pre-training beside its page: every number with its arithmetic, its words, its curves."""

from __future__ import annotations

import math
from collections.abc import Callable

from lab.core.arithmetic import Term, apply, given
from lab.core.metric import Metric, Metrics, Value
from lab.core.numbers import show_number
from lab.core.simulation import Curve, Divergence
from lab.core.text import N_, _
from lab.experiments.e20_language_model_training.pretrain import Pretrain, PretrainPage
from lab.experiments.e20_language_model_training.stage import StageKind
from lab.kit.learner import BETAS

__all__ = ["METRICS", "PRETRAIN", "describe"]

EPSILON = 1e-8
GB = 1e9


def _guess(page: PretrainPage) -> Term:
    return apply("log", given("V", page.vocabulary)).named("ln V")


def _mean_hat(page: PretrainPage) -> Term:
    now = page.moments
    return (given("m", now.mean) / (1.0 - given("β₁", BETAS[0]) ** given("t", now.updates))).named("m̂")


def _square_hat(page: PretrainPage) -> Term:
    now = page.moments
    return (given("v", now.square) / (1.0 - given("β₂", BETAS[1]) ** given("t", now.updates))).named("v̂")


def _push(page: PretrainPage) -> Term:
    root = apply("sqrt", _square_hat(page))
    return (given("η", page.moments.rate) * (_mean_hat(page) / (root + EPSILON))).named("Δ")


def _shrunk(page: PretrainPage) -> Term:
    """What weight decay takes off; a gain is left alone."""
    decay = 0.0 if page.params.watched == "gain" else page.params.decay
    now = page.moments
    return (given("η", now.rate) * given("λ", decay) * given("w", now.before)).named("ηλw")


def _bytes(page: PretrainPage) -> Term:
    return (4.0 * given("n", page.size) * 4.0).named("B")


def _state(page: PretrainPage) -> Term:
    """The two moments of an imagined model in float32, in GB."""
    return (2.0 * (4.0 * given("n", page.params.billions * GB)) / GB).named("GB")


def _all_state(page: PretrainPage) -> Term:
    return (4.0 * (4.0 * given("n", page.params.billions * GB)) / GB).named("GB")


Arithmetic = Callable[[PretrainPage], Term]


def _once(why: Arithmetic) -> tuple[Callable[[PretrainPage], Value], Callable[[PretrainPage], Term | None]]:
    """The value and the arithmetic of what is there after the first step only."""

    def term(page: PretrainPage) -> Term | None:
        found = page.moments
        return why(page) if found.updates and math.isfinite(found.gradient) else None

    return lambda page: None if (found := term(page)) is None else found.value, term


def _after(value: Callable[[PretrainPage], float]) -> Callable[[PretrainPage], Value]:
    return lambda page: value(page) if page.moments.updates else None


METRICS: Metrics[PretrainPage] = Metrics(
    Metric("loss", N_("loss"), lambda page: page.held, digits=4),
    Metric("batch_loss", N_("loss of the batch"), _after(lambda page: page.batch), digits=4),
    Metric("guess", N_("loss of guessing"), lambda page: _guess(page).value, _guess, 4),
    Metric("rate_now", N_("rate now"), lambda page: page.rate_next, digits=3),
    Metric("gradient_length", N_("gradient, length"), _after(lambda page: page.length), digits=3),
    Metric("weight", N_("marked weight"), lambda page: page.moments.weight, digits=4),
    Metric("gradient", N_("its gradient"), _after(lambda page: page.moments.gradient), digits=3),
    Metric("mean", N_("m, mean gradient"), lambda page: page.moments.mean, digits=3),
    Metric("square", N_("v, mean square"), lambda page: page.moments.square, digits=3),
    Metric("mean_hat", N_("m̂, corrected"), *_once(_mean_hat), 3),
    Metric("square_hat", N_("v̂, corrected"), *_once(_square_hat), 3),
    Metric("push", N_("step of Adam"), *_once(_push), 3),
    Metric("shrunk", N_("weight decay takes"), *_once(_shrunk), 3),
    Metric("parameters", N_("parameters"), lambda page: page.size),
    Metric("memory", N_("bytes in training"), lambda page: int(_bytes(page).value), _bytes),
    Metric("moments_gb", N_("moments, GB"), lambda page: _state(page).value, _state, 4),
    Metric("training_gb", N_("all of it, GB"), lambda page: _all_state(page).value, _all_state, 4),
)


def describe(page: PretrainPage) -> str:
    """The state in a sentence."""
    if not page.finite:
        return _("A weight is no number any more: the learning rate is too large.")
    if not page.step:
        return _("A fresh model. It has read nothing, and gives each of {n} letters about the same chance.").format(
            n=page.vocabulary
        )
    values = {"step": page.step, "all": page.params.length, "loss": show_number(page.held, 4)}
    text = _("Step {step} of {all}. Loss on text that it never saw: {loss} nats a letter.")
    return text.format(**values)


def curves(page: PretrainPage) -> tuple[Curve, ...]:
    """What is drawn."""
    step, loss = _("step"), _("loss")
    steps, rates = page.plan()
    gradients, means, roots = page.of_watched()
    return (
        Curve(_("held-out"), step, loss, *page.judged(), course=True),
        Curve(_("batch"), step, loss, page.past.steps, page.past.column(1)),
        Curve(_("learning rate"), step, _("learning rate"), steps, rates),
        Curve(_("gradient"), step, _("gradient"), page.past.steps, gradients),
        Curve("m̂", step, _("gradient"), page.past.steps, means),
        Curve("√v̂", step, _("gradient"), page.past.steps, roots),
    )


def divergence(page: PretrainPage) -> Divergence | None:
    """Where a weight has become no number."""
    if page.finite:
        return None
    return Divergence(
        page.step, _("a weight"), _("the learning rate is too large"), {"rate": 1.0}, _("Set it to the usual one"), True
    )


def unused(page: PretrainPage) -> dict[str, str]:
    """The controls without effect now, and why."""
    if page.params.schedule != "stable":
        return {"stable": _("Only “warm-up, stable, decay” stays level until a step.")}
    return {}


PRETRAIN: StageKind = StageKind(
    "pretrain", Pretrain, PretrainPage, METRICS, describe, curves,
    ("rate", "schedule", "warmup", "stable", "length", "decay", "watched", "billions"), divergence, unused,
)  # fmt: skip
