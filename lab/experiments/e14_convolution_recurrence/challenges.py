"""Goals the program checks, from the numbers and never from which buttons were pressed."""

from __future__ import annotations

import math

from lab.core.experiment import Challenge, Log, Progress, Setting
from lab.core.numbers import show_number
from lab.core.text import N_, _
from lab.experiments.e14_convolution_recurrence.cells import KERNELS
from lab.experiments.e14_convolution_recurrence.frame import SlidingFrame
from lab.experiments.e14_convolution_recurrence.memory_run import MemoryPage
from lab.experiments.e14_convolution_recurrence.settings import Params
from lab.experiments.e14_convolution_recurrence.sliding import PicturePage

__all__ = ["BUDGET", "CHALLENGES", "RECALLED", "TIMES"]

TIMES, LEAST = 5.0, 0.1
BUDGET, RECALLED, DELAY = 600, 0.95, 20


def check_upright(frame: SlidingFrame, params: Params, log: Log) -> Progress:
    """Whether a kernel of 3 × 3 answers to upright bars five times as loudly as to level ones."""
    page = frame.page
    if not isinstance(page, PicturePage) or page.kernel.shape != (3, 3):
        return Progress(False, 0.0, _("Stay on the page “Picture”, with a kernel of 3 × 3."), failed=True)
    times = page.upright / page.level if page.level else math.inf if page.upright else 0.0
    loud = page.upright >= LEAST
    numbers = {"upright": show_number(page.upright, 3), "level": show_number(page.level, 3)}
    if times >= TIMES and loud:
        return Progress(True, 1.0, _("Done: {upright} for upright bars, {level} for level ones.").format(**numbers))
    text = _("Its answer to upright bars is {upright}, to level bars {level}; five times as much is wanted.")
    return Progress(False, min(1.0, times / TIMES) if loud else 0.0, text.format(**numbers))


def check_recall(frame: SlidingFrame, params: Params, log: Log) -> Progress:
    """Whether the first symbol is recalled after twenty steps, in time."""
    page = frame.page
    if not isinstance(page, MemoryPage) or params.task != "echo" or params.length < DELAY:
        return Progress(False, 0.0, _("Let it say the first symbol after 20 steps, on the page “Memory”."), failed=True)
    right = page.now[1]
    numbers = {"right": show_number(100 * right, 3), "step": frame.step}
    if right >= RECALLED and 0 < page.measured <= BUDGET:
        return Progress(True, 1.0, _("Done: {right} % right after {step} steps of training.").format(**numbers))
    text = _("{right} % right at step {step} of 600; 95 % are wanted.").format(**numbers)
    return Progress(False, min(1.0, right / RECALLED), text, failed=frame.step >= BUDGET)


CHALLENGES = (
    Challenge(
        "upright",
        N_("Deaf to level bars"),
        N_("Design a kernel of 3 × 3 whose answer to upright bars is at least five times its answer to level bars."),
        Setting({"topic": "picture", "picture": "bars", "kernel": KERNELS["blur"]}),
        check_upright,
        Setting({"topic": "picture", "picture": "bars", "kernel": "-1 0 1; -1 0 1; -1 0 1"}),
        (
            N_("Where a picture is even from top to bottom, all rows of the kernel may be alike."),
            N_("The kernel must not answer to even ground. What do its weights add up to then?"),
            N_("Left column −1, middle 0, right column 1."),
        ),
        N_("one kernel"),
    ),
    Challenge(
        "recall",
        N_("Twenty steps back"),
        N_("Let a network recall the first symbol after 20 steps: 95 % right within 600 steps of training."),
        Setting({"topic": "memory", "length": DELAY, "radius": 0.5}),
        check_recall,
        Setting({"topic": "memory", "length": DELAY, "cell": "gru"}, steps=300),
        (
            N_("Look at the blame: how much of it reaches the first step?"),
            N_("A radius near 1 lets more of it through. So do gates."),
            N_("Choose the GRU, and run."),
        ),
        N_("one change: another cell"),
    ),
)
