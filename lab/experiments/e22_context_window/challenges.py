"""Goals the program checks, from the numbers and never from which buttons were pressed."""

from __future__ import annotations

import numpy as np

from lab.core.experiment import Challenge, Log, Progress, Setting
from lab.core.numbers import show_number
from lab.core.text import N_, _
from lab.experiments.e22_context_window.frame import ContextFrame
from lab.experiments.e22_context_window.positions import PositionsPage, scores_at
from lab.experiments.e22_context_window.settings import Params

__all__ = ["BEYOND", "CHALLENGES", "MOST_TURN", "TURN"]

BEYOND, NEAR = 100, 1e-6
TURN, MOST_TURN = 131_072, 262_144


def check_same(frame: ContextFrame, params: Params, log: Log) -> Progress:
    """Whether query and key stand far out and have the score of (12, 10)."""
    page = frame.page
    if not isinstance(page, PositionsPage) or params.view != "clocks":
        return Progress(False, 0.0, _("Go back to the page “Clocks”."), failed=True)
    wanted = float(scores_at(np.array([2]), page.q, page.k, page.rates)[0])
    values = {"score": show_number(page.score, 7), "wanted": show_number(wanted, 7)}
    if min(page.m, page.n) <= BEYOND:
        text = _("Both have to stand beyond 100. The score is {score}, wanted is {wanted}.")
        return Progress(False, 0.0, text.format(**values))
    if abs(page.score - wanted) > NEAR:
        return Progress(False, 0.5, _("Far enough. The score is {score}, wanted is {wanted}.").format(**values))
    return Progress(True, 1.0, _("Done: far out, and the same score to six digits."))


def check_slow(frame: ContextFrame, params: Params, log: Log) -> Progress:
    """Whether the slowest clock of 64 dimensions takes long enough for a context, and not too long."""
    page = frame.page
    if not isinstance(page, PositionsPage) or params.view != "clocks":
        return Progress(False, 0.0, _("Go back to the page “Clocks”."), failed=True)
    if params.d != 64 or params.stretch != "none":
        return Progress(False, 0.0, _("Keep 64 dimensions, and no stretch."), failed=True)
    turn = float(page.periods[-1])
    text = _("The slowest clock takes {turn} tokens for a turn.").format(turn=show_number(turn, 6))
    return Progress(TURN < turn < MOST_TURN, min(1.0, turn / TURN if turn < MOST_TURN else MOST_TURN / turn), text)


CHALLENGES = (
    Challenge(
        "same",
        N_("The same score, far away"),
        N_("Find two positions beyond 100 with the same score as the query at 12 and the key at 10."),
        Setting({"m": 12, "n": 10}),
        check_same,
        Setting({"m": 112, "n": 110}),
        (
            N_("What do (12, 10), (3, 1) and (102, 100) have in common?"),
            N_("Only the distance counts. Drag the bar between the two handles: it keeps the distance."),
        ),
        N_("one drag of the bar"),
    ),
    Challenge(
        "slow",
        N_("A clock for a long text"),
        N_(
            "A text has 131 072 tokens. Choose the base so that the slowest clock does not come round in it, "
            "but would in twice as many."
        ),
        Setting(),
        check_slow,
        Setting({"base": 40_000.0}),
        (
            N_("With 64 dimensions the slowest clock takes 2π · base^(62/64) tokens."),
            N_("At a base of 10 000 it takes 47 117. How much more do you need?"),
        ),
        N_("one change of the base"),
    ),
)
