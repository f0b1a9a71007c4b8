"""Goals the program checks."""

from __future__ import annotations

from typing import Any

from lab.core.experiment import Challenge, Progress, Setting
from lab.core.numbers import show_number
from lab.core.text import N_, _
from lab.experiments.e21_decoding.frame import DecodingFrame
from lab.experiments.e21_decoding.metrics import METRICS
from lab.experiments.e21_decoding.settings import Params

__all__ = ["CHALLENGES"]

Log = tuple[tuple[int, Any], ...]
MASS, SLACK, FEW = 0.90, 0.02, 5
MASS_PROMPT = "What is thy n"
DRAFTS = {"page": "drafts", "alpha": 0.7, "cost": 0.05}


def check_mass(frame: DecodingFrame, params: Params, _log: Log) -> Progress:
    """90 % of the model's own mass with at most five tokens."""
    if params.prompt != MASS_PROMPT or params.model != "house" or frame.written:
        return Progress(False, 0.0, _("Start over with the prompt of the challenge."), failed=True)
    bars = frame.bars
    if bars is None or not bars.kept:
        return Progress(False, 0.0, _("No token is left."))
    text = _("{n} tokens are kept, with {mass} of the model's own probability.").format(
        n=bars.kept, mass=show_number(bars.kept_mass, 3)
    )
    if bars.kept <= FEW and abs(bars.kept_mass - MASS) <= SLACK:
        return Progress(True, 1.0, _("Done:") + " " + text)
    return Progress(False, max(0.0, 1.0 - abs(bars.kept_mass - MASS) - max(0, bars.kept - FEW) / bars.size), text)


def check_gamma(frame: DecodingFrame, params: Params, _log: Log) -> Progress:
    """The best number of guesses, give or take one."""
    if (params.alpha, params.cost) != (DRAFTS["alpha"], DRAFTS["cost"]):
        return Progress(False, 0.0, _("Leave α at 0.7 and the cost at 0.05."), failed=True)
    speed, best, most = (METRICS.number(frame, name) for name in ("speed_up", "best_gamma", "best_speed_up"))
    assert speed is not None and best is not None and most is not None
    text = _("γ = {n} makes it {speed} times as fast.").format(n=params.gamma, speed=show_number(speed, 3))
    if abs(params.gamma - best) <= 1:
        return Progress(True, 1.0, _("Done:") + " " + text)
    return Progress(False, speed / most * 0.95, text)


CHALLENGES = (
    Challenge(
        "mass",
        N_("Nine tenths with five"),
        N_(
            "Set the filters so that at most five tokens are left, and that the model gave them 0.90 together, give or"
            " take 0.02."
        ),
        Setting({"prompt": MASS_PROMPT}),
        check_mass,
        Setting({"prompt": MASS_PROMPT, "top_p": 0.9}),
        (
            N_("Look at the model's own bars: how many do you need to reach 0.9?"),
            N_("Top-p keeps the likeliest tokens until their sum reaches p."),
        ),
        N_("one slider"),
    ),
    Challenge(
        "gamma",
        N_("How far ahead?"),
        N_(
            "A guess is accepted with α = 0.7 and costs 0.05 of a pass. Find the number of guesses that is fastest, ±1."
        ),
        Setting(DRAFTS | {"gamma": 1}),
        check_gamma,
        Setting(DRAFTS | {"gamma": 6}),
        (
            N_("The line under the rounds is drawn as far as you have looked: γ and what it gives."),
            N_("More guesses cost more, and each is less likely to be reached. Go on until the line falls."),
        ),
        N_("a few presses"),
    ),
)
