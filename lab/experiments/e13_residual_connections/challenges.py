"""A goal the program checks, from the numbers and never from which buttons were pressed."""

from __future__ import annotations

import math

from lab.core.experiment import Challenge, Log, Progress, Setting
from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import N_, _
from lab.experiments.e13_residual_connections.frame import ResidualFrame
from lab.experiments.e13_residual_connections.settings import Params
from lab.experiments.e13_residual_connections.training import ExamPage

__all__ = ["BUDGET", "CHALLENGES", "WANTED"]

BUDGET, WANTED = 300, 0.01
ONE_BUILD = frozenset({"skip", "norm", "position", "scale", "learning_rate", "activation"})


def check_three(frame: ResidualFrame, params: Params, log: Log) -> Progress:
    """Whether one build, unchanged from the start on, brought all three gates below the goal in time."""
    page = frame.page
    if not isinstance(page, ExamPage):
        return Progress(False, 0.0, _("Go back to the page “Test”: three stacks of 50 blocks."), failed=True)
    if params.batch != 256:
        return Progress(False, 0.0, _("Let every step see all 256 examples."), failed=True)
    if any(isinstance(action, Set) and step > 0 and ONE_BUILD & set(action.values) for step, action in log):
        return Progress(False, 0.0, _("The build was changed on the way: start over, and let it run."), failed=True)
    worst = max(page.losses) if all(map(math.isfinite, page.losses)) else math.inf
    reached = sum(loss < WANTED for loss in page.losses)
    if reached == len(page.losses) and frame.step <= BUDGET:
        return Progress(True, 1.0, _("Done: all three are below 0.01 after {step} steps.").format(step=frame.step))
    values = {"n": reached, "step": frame.step, "worst": show_number(worst, 2)}
    text = _("{n} of 3 are below 0.01 at step {step} of 300; the worst is {worst}.").format(**values)
    return Progress(False, min(1.0, frame.step / BUDGET), text, failed=frame.step >= BUDGET)


CHALLENGES = (
    Challenge(
        "three",
        N_("One build, three gates"),
        N_(
            "Build 50 blocks so that sigmoid, tanh and ReLU all reach a loss below 0.01 within 300 steps: "
            "choose skips and norm, then run the test."
        ),
        Setting({"topic": "exam"}),
        check_three,
        Setting({"topic": "exam", "skip": True, "norm": "layer"}, steps=BUDGET),
        (
            N_("One of the two repairs is enough for one gate or another. Which gate does it leave behind?"),
            N_("Skips alone let ReLU explode. Norms alone keep the sizes and tangle the gradient."),
            N_("Use both. Then try RMSNorm: sigmoid's numbers are all positive, and it does not centre them."),
        ),
        N_("two changes: skips on, and LayerNorm"),
    ),
)
