"""Goals the program checks, counted in steps and never in seconds."""

from __future__ import annotations

from typing import TypeGuard

from lab.core.experiment import Challenge, Log, Progress, Setting
from lab.core.numbers import show_number
from lab.core.text import N_, _
from lab.experiments.e25_capstone.frame import CapstoneFrame, TrainPage
from lab.experiments.e25_capstone.settings import Params

__all__ = ["BUDGET", "CHALLENGES", "LADDER", "SMALL"]

BUDGET, LADDER = 1000, 3
SMALL, SMALL_STEPS = 5000, 1500


def _fair(page: object, params: Params) -> TypeGuard[TrainPage]:
    """A fresh model, letters, and all of Shakespeare."""
    if not isinstance(page, TrainPage):
        return False
    whole = params.corpus == "shakespeare" and params.kilobytes >= 1000
    return whole and params.start == "fresh" and params.tokens != "received"


def check_ladder(frame: CapstoneFrame, params: Params, log: Log) -> Progress:
    """Whether the model has passed single tokens, pairs and runs of three within a thousand steps."""
    page = frame.page
    if not _fair(page, params):
        text = _("Train a fresh model on all of Shakespeare, with letters as tokens.")
        return Progress(False, 0.0, text, failed=True)
    done = [row for row in page.judged.tolist() if row[0] <= BUDGET]
    best = min((row[2] for row in done), default=None)
    wanted = page.rungs[LADDER - 1].loss
    if best is not None and best < wanted:
        text = _("Done: {best} is below {wanted}, the loss of counting runs of 3.")
        return Progress(True, 1.0, text.format(best=show_number(best, 4), wanted=show_number(wanted, 4)))
    passed = 0 if best is None else sum(best < rung.loss for rung in page.rungs[:LADDER])
    text = _("{n} of 3 rungs passed at step {step} of {budget}.")
    over = frame.step >= BUDGET
    return Progress(
        False, passed / LADDER, text.format(n=passed, step=frame.step, budget=show_number(BUDGET)), failed=over
    )


def check_small(frame: CapstoneFrame, params: Params, log: Log) -> Progress:
    """Whether a model of at most five thousand parameters knows pairs better than a table of pairs does."""
    page = frame.page
    if not _fair(page, params):
        text = _("Train a fresh model on all of Shakespeare, with letters as tokens.")
        return Progress(False, 0.0, text, failed=True)
    if page.parameters > SMALL:
        text = _("{n} parameters; at most {most} are allowed.")
        shown = text.format(n=show_number(page.parameters), most=show_number(SMALL))
        return Progress(False, 0.0, shown, failed=True)
    wanted, best = page.rungs[1].loss, None
    for row in page.judged.tolist():
        if row[0] <= SMALL_STEPS:
            best = row[2] if best is None else min(best, row[2])
    if best is not None and best < wanted:
        text = _("Done: {n} parameters reach {best}, and the table of pairs {wanted}.")
        numbers = {"n": show_number(page.parameters), "best": show_number(best, 4), "wanted": show_number(wanted, 4)}
        return Progress(True, 1.0, text.format(**numbers))
    text = _("A held-out loss of {best}; below {wanted} is wanted, by step {budget}.")
    numbers = {"best": show_number(best, 4), "wanted": show_number(wanted, 4), "budget": show_number(SMALL_STEPS)}
    share = 0.0 if best is None else min(1.0, wanted / best)
    return Progress(False, share, text.format(**numbers), failed=frame.step >= SMALL_STEPS)


CHALLENGES = (
    Challenge(
        "ladder",
        N_("Three rungs in 1000 steps"),
        N_("Train a model on all of Shakespeare that passes single letters, pairs and runs of 3 within 1000 steps."),
        Setting({"learning_rate": 0.0005}),
        check_ladder,
        Setting({"learning_rate": 0.015, "steps": 1000, "width": 48, "wide": 4, "positions": "rope"}, steps=1000),
        (
            N_("The learning rate is far too small. Which one brings the loss down quickest?"),
            N_("Set the steps to 1000, so that the rate falls to its end within the budget."),
            N_("Width 48, a feed-forward layer of 4 times the width, RoPE, and η = 0.015."),
        ),
        N_("five controls"),
    ),
    Challenge(
        "small",
        N_("Smaller than its rival"),
        N_("A table of pairs needs a number for each pair of letters. Beat it with at most 5000 parameters."),
        Setting({"layers": 1, "width": 32}),
        check_small,
        Setting({"width": 16, "steps": 1000, "learning_rate": 0.03}, steps=1000),
        (
            N_("A matrix of attention has C · C numbers. What does half the width save?"),
            N_("Try a width of 16."),
            N_("Width 16, 1000 steps, η = 0.03."),
        ),
        N_("three controls"),
    ),
)
