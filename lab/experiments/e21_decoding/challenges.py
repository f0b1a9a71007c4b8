"""Goals the program checks."""

from __future__ import annotations

from typing import Any

from lab.core.experiment import Challenge, Progress, Setting
from lab.core.numbers import show_number
from lab.core.params import replaced
from lab.core.text import N_, _
from lab.experiments.e21_decoding.frame import DecodingFrame
from lab.experiments.e21_decoding.metrics import METRICS
from lab.experiments.e21_decoding.settings import Params
from lab.experiments.e21_decoding.tried import key_of

__all__ = ["CHALLENGES"]

Log = tuple[tuple[int, Any], ...]
MASS, SLACK, FEW = 0.90, 0.02, 5
MASS_PROMPT = "What is thy n"
VOTE = {"model": "own", "temperature": 1.0, "top_p": 1.0, "page": "tries"}
VOTED = 0.65
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


def check_vote(frame: DecodingFrame, params: Params, _log: Log) -> Progress:
    """Nearly two thirds by a vote of tries that are each right less than half of the time."""
    begun = replaced(Params(), VOTE)
    if params.page != "tries" or (params.model, params.weights) != (begun.model, begun.weights):
        return Progress(False, 0.0, _("Go back to the page “Tries” and its own numbers."), failed=True)
    if key_of(params) != key_of(begun):
        return Progress(False, 0.0, _("Leave temperature and filters as they were: only votes count."), failed=True)
    one, vote = (METRICS.number(frame, name) for name in ("one_right", "majority_right"))
    if one is None or vote is None:
        return Progress(False, 0.0, _("Press Run: nothing is tried yet."))
    values = {"one": show_number(one, 3), "vote": show_number(vote, 3), "n": frame.tried.complete}
    text = _("One try is right in {one} of the problems, a vote of {n} in {vote}.").format(**values)
    if vote >= VOTED:
        return Progress(True, 1.0, _("Done:") + " " + text)
    return Progress(False, 0.95 * max(0.0, vote) / VOTED, text)


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
    Challenge(
        "vote",
        N_("Wiser together"),
        N_(
            "One try is right in about 4 of 10 problems. Let a vote be right in at least 0.65 of them. Leave the "
            "temperature at 1, and filter nothing."
        ),
        Setting(VOTE | {"tries": 3}),
        check_vote,
        Setting(VOTE | {"tries": 15}, steps=300),
        (
            N_("What do the votes have in common when there are more of them?"),
            N_("Set the tries higher and press Run. The tries that you have made stay."),
        ),
        N_("one slider, and Run"),
    ),
)
