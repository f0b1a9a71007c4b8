"""Goals the program checks, from what the balls did and never from which buttons were pressed."""

from __future__ import annotations

from typing import Any

import numpy as np

from lab.core.experiment import Challenge, Progress, Setting
from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import N_, _
from lab.experiments.e05_gradient_descent.frame import DescentFrame
from lab.experiments.e05_gradient_descent.gestures import Place
from lab.experiments.e05_gradient_descent.limits import stable_rate
from lab.experiments.e05_gradient_descent.settings import Params

__all__ = ["CHALLENGES"]

Log = tuple[tuple[int, Any], ...]
HIDDEN_FORMULA = "1.5*x^2 + x*y + 3.5*y^2"  # its steepest bend is 5 + √5, which no one guesses


def _walked_down(frame: DescentFrame, log: Log, surface: str, goal: float, budget: int) -> Progress:
    """Whether a ball came below a loss within a budget of steps, on its own feet and on the right ground."""
    if frame.params.surface != surface or frame.params.start != "usual":
        return Progress(False, 0.0, _("Go back to the landscape and the start of the challenge."), failed=True)
    if any(isinstance(action, Place) for _step, action in log):
        return Progress(False, 0.0, _("A ball was moved by hand. Start over and let it walk."), failed=True)
    steps = frame.past.steps
    losses = np.stack([frame.losses(number) for number in range(len(frame.balls))])  # [B, N]
    lowest = np.fmin.reduce(losses[:, steps <= budget])  # [N]; a lost ball's nan does not count
    there = np.flatnonzero(lowest < goal)
    if len(there):
        text = _("Done: below {goal} after {step} steps.").format(goal=_n(goal), step=int(steps[there[0]]))
        return Progress(True, 1.0, text)
    best = int(np.argmin(lowest))
    text = _("Best so far: {best} at step {step}; the goal is {goal} within {budget} steps.").format(
        best=_n(float(lowest[best])), step=int(steps[best]), goal=_n(goal), budget=budget
    )
    return Progress(False, goal / float(lowest[best]), text, failed=frame.step >= budget)


def _n(value: float) -> str:
    return show_number(value, 3)


def check_ravine(frame: DescentFrame, _params: Params, log: Log) -> Progress:
    return _walked_down(frame, log, "ravine", 0.01, 60)


def check_crickets(frame: DescentFrame, _params: Params, log: Log) -> Progress:
    lowest = frame.terrain.lowest or 0.0
    return _walked_down(frame, log, "crickets", 1.01 * lowest, 400)


PROOF = 20  # steps a learning rate must have been walked with


def check_limit(frame: DescentFrame, params: Params, log: Log) -> Progress:
    if (params.surface, params.formula, params.optimizers) != ("formula", HIDDEN_FORMULA, ("sgd",)):
        return Progress(False, 0.0, _("Go back to the landscape and the plain ball of the challenge."), failed=True)
    if params.mark_limit or params.schedule != "constant":
        return Progress(False, 0.0, _("No mark and no schedule: find it by watching."), failed=True)
    changes = [step for step, action in log if isinstance(action, Set) and "learning_rate" in action.values]
    walked = frame.step - max(changes, default=0)
    if walked < PROOF:
        text = _("Walk {left} more steps with this learning rate.").format(left=PROOF - walked)
        return Progress(False, walked / (2 * PROOF), text)
    limit = stable_rate("sgd", 0.0, frame.terrain)
    assert limit is not None
    if params.learning_rate > limit:
        return Progress(False, 0.5, _("With this learning rate the steps grow: it is beyond the limit. Start over."))
    if params.learning_rate < 0.98 * limit:
        return Progress(False, 0.5, _("Stable, but more than 2 % below the limit: a larger one is stable too."))
    return Progress(True, 1.0, _("Done: the limit is {limit}, and yours is within 2 %.").format(limit=_n(limit)))


CHALLENGES = (
    Challenge(
        "ravine",
        N_("Through the ravine"),
        N_("Bring the loss below 0.01 within 60 steps, from where the ball stands."),
        Setting({"surface": "ravine", "learning_rate": 0.019, "beta": 0.0}),
        check_ravine,
        Setting({"surface": "ravine", "learning_rate": 0.025, "beta": 0.7}, steps=60),
        (
            N_("Plain descent cannot do it: its best learning rate, 0.0192, ends at 0.198."),
            N_("Momentum helps twice: it is faster along the ravine, and it allows a larger η across it."),
            N_("Try β between 0.6 and 0.85, and η a little above the mark of the plain ball."),
        ),
        N_("21 steps: η = 0.02, β = 0.8"),
    ),
    Challenge(
        "limit",
        N_("Find the cliff"),
        N_("The mark is hidden. Find the largest stable learning rate to within 2 %, by watching."),
        Setting(
            {
                "surface": "formula",
                "formula": HIDDEN_FORMULA,
                "learning_rate": 0.05,
                "optimizers": ("sgd",),
                "mark_limit": False,
            },
        ),
        check_limit,
        Setting(
            {
                "surface": "formula",
                "formula": HIDDEN_FORMULA,
                "learning_rate": 0.274,
                "optimizers": ("sgd",),
                "mark_limit": False,
            },
            steps=25,
        ),
        (
            N_("Make η larger until the ball jumps from side to side and the jumps grow."),
            N_("Halve the gap between the largest η that calms down and the smallest that does not."),
            N_("Close to the limit it takes many steps to see which: watch the loss on its logarithmic axis."),
        ),
        N_("8 tries: halving the gap"),
    ),
    Challenge(
        "crickets",
        N_("Crickets without standardising"),
        N_("Come within 1 % of the best line's loss in 400 steps, in raw degrees."),
        Setting({"surface": "crickets", "learning_rate": 0.0015, "beta": 0.0}),
        check_crickets,
        Setting({"surface": "crickets", "learning_rate": 0.003, "beta": 0.98}, steps=400),
        (
            N_("The valley is 150 times longer than wide: plain descent needs tens of thousands of steps."),
            N_("The limit of momentum is (2 + 2β)/λ: with β near 1 almost twice that of the plain ball."),
        ),
        N_("312 steps: η = 0.0031, β = 0.98"),
    ),
)
