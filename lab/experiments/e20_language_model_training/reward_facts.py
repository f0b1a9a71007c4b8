"""What is known of reinforcement beside its page: its numbers, its words, its curves."""

from __future__ import annotations

import numpy as np

from lab.core.arithmetic import Term, given
from lab.core.metric import Metric, Metrics
from lab.core.numbers import show_number
from lab.core.simulation import Curve, Divergence
from lab.core.text import N_, _
from lab.engine.tuning.grouped import TINY
from lab.experiments.e20_language_model_training.reward import COLUMNS, Reward, RewardPage
from lab.experiments.e20_language_model_training.stage import StageKind
from lab.kit.numbers import percent

__all__ = ["LINES", "METRICS", "REWARD", "best_place", "describe"]

LINES = {"right": N_("really right"), "judged": N_("what the judge sees"), "twin": N_("shown answers")}
"""The curves, by their columns."""


def best_place(page: RewardPage) -> int:
    """Which answer of the opened group has the largest gain, the first of equals."""
    return int(page.group.gains[page.shown].argmax())


def _gain(page: RewardPage) -> Term:
    """Of the best answer of the opened group."""
    rewards = page.group.rewards[page.shown]
    own = given("r", float(rewards[best_place(page)]))
    if page.params.method == "reinforce":
        return own.named("A")
    centred = own - given(_("mean"), float(rewards.mean()))
    if page.params.method == "baseline":
        return centred.named("A")
    return (centred / (given(_("deviation"), float(rewards.std())) + TINY)).named("A")


def _largest_ratio(page: RewardPage) -> float:
    ratios = page.group.ratios[page.shown]
    return float(ratios.flat[int(np.abs(np.log(ratios)).argmax())])


METRICS: Metrics[RewardPage] = Metrics(
    Metric("loss", N_("loss"), lambda page: None),
    Metric("right_share", N_("really right"), lambda page: page.now("right"), digits=3),
    Metric("judged_share", N_("the judge sees"), lambda page: page.now("judged"), digits=3),
    Metric("twin_share", N_("shown answers"), lambda page: page.now("twin"), digits=3),
    Metric("right_start", N_("right at first"), lambda page: page.start.right, digits=3),
    Metric("judged_start", N_("judge at first"), lambda page: page.start.judged, digits=3),
    Metric("pass_1", N_("one try"), lambda page: page.now("one"), digits=3),
    Metric("pass_16", N_("16 tries"), lambda page: page.now("many"), digits=3),
    Metric("pass_1_start", N_("one try at first"), lambda page: page.start_tries.one, digits=3),
    Metric("pass_16_start", N_("16 tries at first"), lambda page: page.start_tries.many, digits=3),
    Metric("divergence", N_("drift, nats a digit"), lambda page: page.now("divergence"), digits=3),
    Metric("clipped", N_("clipped"), lambda page: page.now("clipped"), digits=3),
    Metric("mean_reward", N_("mean reward"), lambda page: page.now("mean"), digits=3),
    Metric("gain", N_("best answer's gain"), lambda page: _gain(page).value, _gain, 3),
    Metric("ratio", N_("farthest ratio"), _largest_ratio, digits=3),
)


def describe(page: RewardPage) -> str:
    """The state in a sentence or two."""
    if not page.finite:
        return _("A weight is no number any more: the learning rate is too large.")
    right, judged = percent(page.now("right")), percent(page.now("judged"))
    if not page.step:
        return _("A model that sorts five digits: {right} of its answers are right. The judge likes {judged}.").format(
            right=right, judged=judged
        )
    text = _("Step {step}: {right} really right, the judge sees {judged}. Drift {drift} nats a digit.")
    return text.format(step=page.step, right=right, judged=judged, drift=show_number(page.now("divergence"), 2))


def curves(page: RewardPage) -> tuple[Curve, ...]:
    """What is drawn."""
    step, share = _("step"), _("share")
    return tuple(
        Curve(_(name), step, share, *page.course(column), course=column == COLUMNS[0]) for column, name in LINES.items()
    )


def divergence(page: RewardPage) -> Divergence | None:
    """Where a weight has become no number."""
    if page.finite:
        return None
    return Divergence(
        page.step, _("a weight"), _("the learning rate is too large"), {"rate": 1.0}, _("Set it to the usual one"), True
    )


def unused(page: RewardPage) -> dict[str, str]:
    """The controls without effect now."""
    return {} if page.params.judge == "own" else {"formula": _("Only “My formula” reads it.")}


REWARD: StageKind = StageKind(
    "reward", Reward, RewardPage, METRICS, describe, curves,
    ("judge", "formula", "leash", "rate", "method", "group", "updates", "higher", "answers"), divergence, unused,
)  # fmt: skip
