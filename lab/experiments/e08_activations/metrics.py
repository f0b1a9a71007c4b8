"""Every number on screen. Each page has its own; all have a loss and how steep it is."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from lab.core.metric import Metric, Metrics, Value
from lab.core.text import N_
from lab.engine.basics.metrics import entropy
from lab.experiments.e08_activations import arithmetic as why
from lab.experiments.e08_activations.chain_report import DepthPage
from lab.experiments.e08_activations.descent import SoftmaxPage
from lab.experiments.e08_activations.frame import ActivationsFrame
from lab.experiments.e08_activations.learner import WANTED, FunctionPage
from lab.experiments.e08_activations.lift import StabilityPage
from lab.experiments.e08_activations.scores import MOST_CLASSES
from lab.kit.metrics import Column, numbered, of_part

__all__ = ["DEPTH", "FUNCTION", "METRICS", "SOFTMAX", "STABILITY"]


P = TypeVar("P", FunctionPage, DepthPage, SoftmaxPage, StabilityPage)


def _power(slope: float, layers: int) -> float:
    try:
        return float(slope**layers)
    except OverflowError:
        return math.inf


def _of_rival(value: Callable[[FunctionPage], float]) -> Callable[[FunctionPage], Value]:
    """A read-out of the second ball, where there is one."""
    return lambda page: value(page) if page.raced else None


FUNCTION: Metrics[FunctionPage] = Metrics(
    Metric("loss", N_("loss"), lambda page: page.loss, why.squared_error, 4),
    Metric("gradient_norm", N_("gradient"), lambda page: abs(page.gradient), why.gradient_size, 3),
    Metric("x", N_("input x"), lambda page: page.x, digits=4),
    Metric("value", N_("value f(x)"), lambda page: page.value, why.value, 4),
    Metric("slope", N_("slope f′(x)"), lambda page: page.slope, why.slope, 4),
    Metric(
        "slope_power",
        N_("slope to the power L"),
        lambda page: _power(page.slope, page.params.layers),
        why.slope_power,
        3,
    ),
    Metric("gradient", N_("gradient of the squared error"), lambda page: page.gradient, why.gradient),
    Metric("max_slope", N_("steepest slope"), lambda page: page.peak.slope, digits=4),
    Metric("max_slope_x", N_("where it is steepest"), lambda page: page.peak.x, digits=3),
    Metric(
        "best_product",
        N_("steepest slope to the power L"),
        lambda page: _power(page.peak.slope, page.params.layers),
        why.best_power,
        3,
    ),
    Metric("rival_x", N_("x of the ball with cross-entropy"), _of_rival(lambda page: page.rival)),
    Metric("rival_value", N_("value with cross-entropy"), _of_rival(lambda page: page.rival_value), why.rival_value),
    Metric("rival_loss", N_("cross-entropy"), _of_rival(lambda page: page.rival_loss), why.rival_loss),
    Metric(
        "rival_gradient",
        N_("gradient of the cross-entropy"),
        _of_rival(lambda page: page.rival_value - WANTED),
        why.rival_gradient,
    ),
    numbered(2, Column("swiglu", N_("SwiGLU output {n}"), lambda page: page.gated.out.tolist(), why.swiglu_output)),
    numbered(3, Column("swiglu_gate", N_("SwiGLU gate {n}"), lambda page: page.gated.opened.tolist(), why.swiglu_gate)),
)

DEPTH: Metrics[DepthPage] = Metrics(
    Metric("loss", N_("loss"), lambda page: page.health.loss, digits=4),
    Metric("gradient_norm", N_("gradient"), lambda page: float(page.health.gradients[0]), digits=3),
    Metric("accuracy", N_("accuracy"), lambda page: page.health.accuracy, digits=3),
    Metric("first_gradient", N_("gradient of the first layer"), lambda page: float(page.health.gradients[0]), digits=3),
    Metric("last_gradient", N_("gradient of the last layer"), lambda page: float(page.health.gradients[-1]), digits=3),
    Metric("gradient_ratio", N_("first over last"), lambda page: page.gradient_ratio, why.gradient_ratio, 3),
    Metric("max_slope", N_("steepest slope"), lambda page: page.peak.slope, digits=4),
    Metric("best_product", N_("steepest slope to the power L"), lambda page: page.best_product, why.best_power, 3),
    Metric("slope_product", N_("product of the mean slopes"), lambda page: page.slope_product, why.slope_product, 3),
    Metric("dead", N_("dead units"), lambda page: int(page.health.dead.sum())),
    Metric("locked", N_("locked units"), lambda page: int(page.health.locked.sum())),
    Metric("units", N_("units"), lambda page: page.health.dead.size),
    Metric("dead_share", N_("share of dead units"), lambda page: float(page.health.dead.mean()), why.dead_share),
    Metric("dead_first", N_("dead in the first layer"), lambda page: float(page.health.dead[0].mean())),
    Metric("dead_last", N_("dead in the last layer"), lambda page: float(page.health.dead[-1].mean())),
    Metric(
        "locked_share", N_("share of locked units"), lambda page: float(page.health.locked.mean()), why.locked_share
    ),
)


def _most_likely(page: SoftmaxPage) -> str:
    p = page.probabilities
    return ", ".join(name for name, share in zip(page.names, p) if share == p.max())


SOFTMAX: Metrics[SoftmaxPage] = Metrics(
    Metric("loss", N_("loss"), lambda page: page.loss, why.nats, 4),
    Metric("gradient_norm", N_("gradient"), lambda page: float(np.linalg.norm(page.slope)), why.gradient_norm, 3),
    Metric("loss_bits", N_("loss in bits"), lambda page: page.loss / math.log(2), why.bits),
    Metric("temperature", N_("temperature T"), lambda page: page.temperature),
    Metric("entropy", N_("entropy in nats"), lambda page: float(entropy(page.probabilities)) + 0.0, why.entropy),
    Metric(
        "p_true", N_("p of the true class"), lambda page: float(page.probabilities[page.truth]), why.true_probability
    ),
    Metric("top", N_("most likely"), _most_likely),
    Metric("true_class", N_("true class"), lambda page: page.names[page.truth]),
    numbered(
        MOST_CLASSES,
        Column("z", N_("logit {n}"), lambda page: page.logits.tolist()),
        Column("p", N_("probability {n}"), lambda page: page.probabilities.tolist(), why.probability),
        Column("gradient", "p − y {n}", lambda page: page.gradient.tolist(), why.pull),
    ),
)

STABILITY: Metrics[StabilityPage] = Metrics(
    Metric("loss", N_("loss"), lambda page: float(page.columns.surprise[page.truth]), why.surprise_in_64_bits, 4),
    Metric("gradient_norm", N_("gradient"), lambda page: float(np.linalg.norm(page.slope)), digits=3),
    Metric("loss_safe", N_("loss by log-softmax"), lambda page: float(page.columns.safe[page.truth])),
    Metric("lifted", N_("added to all logits"), lambda page: page.lifted),
    Metric("sum", N_("sum of the powers"), lambda page: page.columns.total, why.power_sum),
    Metric("limit", N_("largest exponent"), lambda page: page.form.limit, why.largest_exponent, 5),
    Metric("largest", N_("largest number"), lambda page: page.form.largest, digits=5),
    Metric("overflowed", N_("powers that became ∞"), lambda page: page.overflowed),
    Metric("vanished", N_("powers that became 0"), lambda page: page.vanished),
    Metric("error", N_("error of the softmax"), lambda page: page.error, digits=2),
    Metric(
        "p_true",
        N_("p of the true class"),
        lambda page: float(page.columns.probabilities[page.truth]),
        why.share_in_64_bits,
    ),
    Metric("true_class", N_("true class"), lambda page: page.names[page.truth]),
    numbered(
        MOST_CLASSES,
        Column("z", N_("logit {n}"), lambda page: page.columns.logits.tolist()),
        Column("exponent", N_("exponent {n}"), lambda page: page.columns.exponents.tolist(), why.exponent),
        Column("power", N_("power {n}"), lambda page: page.columns.powers.tolist()),
        Column("p", N_("probability {n}"), lambda page: page.columns.probabilities.tolist()),
        Column("surprise", N_("surprise {n}"), lambda page: page.columns.surprise.tolist()),
    ),
)


def _open(page: type[P]) -> Callable[[ActivationsFrame], P | None]:
    """The open page, if it is this one."""
    return lambda frame: frame.page if isinstance(frame.page, page) else None


METRICS: Metrics[ActivationsFrame] = Metrics(
    Metric("step", N_("step"), lambda frame: frame.step),
    of_part(_open(FunctionPage), *FUNCTION),
    of_part(_open(DepthPage), *DEPTH),
    of_part(_open(SoftmaxPage), *SOFTMAX),
    of_part(_open(StabilityPage), *STABILITY),
)
