"""Goals the program checks by what the loop did: the order of its cards is judged by running it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.experiment import Challenge, Progress, Setting
from lab.core.numbers import show_number
from lab.core.text import N_, _
from lab.experiments.e06_training_loop.frame import LoopFrame
from lab.experiments.e06_training_loop.gestures import Order, Place
from lab.experiments.e06_training_loop.loop import RIGHT_ORDER
from lab.experiments.e06_training_loop.settings import Params

__all__ = ["CHALLENGES", "MIXED"]

Log = tuple[tuple[int, Any], ...]
PASSES, CLOSE, BUDGET, GOAL = 20, 1.05, 200, 1.1
HELD = 50  # samples for which the loss must stay: passing by is not arriving
MIXED = ("update", "backward", "zero", "forward", "loss")
FIVE_CARDS = {"batch_size": 100, "learning_rate": 0.6, "epochs": 40}


def check_order(frame: LoopFrame, params: Params, log: Log) -> Progress:
    """Twenty passes in a row, each of them with the gradient of its own batch, that lead to the best line."""
    if params.batch_size < 100 or params.learning_rate != 0.6 or not params.zero_grad or params.mistake != "none":
        return Progress(False, 0.0, _("Only the order of the cards: go back to the other settings."), failed=True)
    if any(isinstance(action, Place) for _step, action in log):
        return Progress(False, 0.0, _("The line was moved by hand. Start over and let it learn."), failed=True)
    if frame.crash is not None:
        text = _("{error}. Which card makes it? Put that one first.").format(error=frame.crash.text)
        return Progress(False, 0.1, text)
    progress = frame.progress
    if not progress.passes:
        return Progress(False, 0.0, _("Put the cards in order, then run the loop."))
    if not progress.good and not frame.memory.sound:
        return Progress(False, 0.2, _wrong(frame))
    close = frame.whole_loss <= CLOSE * frame.samples.best_loss
    if progress.good >= PASSES and close:
        return Progress(True, 1.0, _("Done: 20 passes, and each update used the gradient of its own batch."))
    share = 0.2 + 0.8 * min(1.0, progress.good / PASSES) * (1.0 if close else 0.8)
    return Progress(False, share, _("{n} of 20 passes trained as they should.").format(n=progress.good))


def _wrong(frame: LoopFrame) -> str:
    """What the run shows of a wrong order, without naming the right one."""
    m = frame.memory
    if m.batches == 0 and m.move is not None and m.move.gw == 0.0:
        return _("The update used a gradient of 0, so the line does not move. Who emptied it?")
    if m.batches > 1:
        return _("The update used {n} batches at once.").format(n=m.batches)
    loss = show_number(frame.whole_loss, 3)
    return _("The update used the gradient of the batch before; the loss is {loss}.").format(loss=loss)


def held(rows: NDArray[np.float64], goal: float) -> NDArray[np.float64] | None:
    """The first update after which the loss had stayed at or below the goal for HELD samples, within the budget.

    rows: [N, 7], see `LoopFrame.updates`.
    """
    since: float | None = None  # samples seen when the loss came to the goal
    for row in rows[rows[:, 6] <= BUDGET]:
        if row[5] > goal:
            since = None
        elif since is None:
            since = float(row[6])
        elif row[6] - since >= HELD:
            return np.asarray(row)
    return None


def check_samples(frame: LoopFrame, params: Params, log: Log) -> Progress:
    """The loss on all samples within 10 % of the best there is, for 50 samples on end, having seen at most 200."""
    if params.n != 100 or params.noise != 0.3 or params.mistake != "none":
        return Progress(False, 0.0, _("Go back to the 100 samples of the challenge."), failed=True)
    if any(isinstance(action, Place) for _step, action in log):
        return Progress(False, 0.0, _("The line was moved by hand. Start over and let it learn."), failed=True)
    goal, loss = GOAL * frame.samples.best_loss, frame.whole_loss
    row = held(frame.updates, goal)
    if row is not None:
        text = _("Done: loss {loss} after {seen} samples, and it stayed.")
        return Progress(True, 1.0, text.format(loss=show_number(float(row[5]), 3), seen=int(row[6])))
    if loss <= goal and frame.progress.seen <= BUDGET:
        text = _("{seen} of {budget} samples seen. The loss {loss} is near enough. Does it stay for {held} samples?")
        counts = {"seen": frame.progress.seen, "budget": BUDGET, "held": HELD}
        return Progress(False, 0.9, text.format(loss=show_number(loss, 3), **counts))
    text = _("{seen} of {budget} samples seen. The loss on all is {loss}; the goal is {goal}.").format(
        seen=frame.progress.seen, budget=BUDGET, loss=show_number(loss, 3), goal=show_number(goal, 3)
    )
    return Progress(False, min(1.0, goal / loss) if loss > 0 else 0.0, text, failed=frame.progress.seen > BUDGET)


CHALLENGES = (
    Challenge(
        "order",
        N_("Five cards"),
        N_("Put the five cards of the loop in order. They are judged by running them: 20 passes must train."),
        Setting(FIVE_CARDS, actions=((0, Order(MIXED)),)),
        check_order,
        Setting(FIVE_CARDS, actions=((0, Order(MIXED)), (0, Order(RIGHT_ORDER))), steps=PASSES * 6),
        (
            N_("Drag a card, or choose it with the arrow keys and move it with Shift and an arrow."),
            N_("Read each card: which variables does it need, and which card makes them?"),
            N_("The gradient must be empty before the slopes of this batch go in, and full when update uses it."),
        ),
        N_("4 moves; more than one order works"),
    ),
    Challenge(
        "few-samples",
        N_("Sparing with samples"),
        N_("Come within 10 % of the best possible loss and stay there for 50 samples, having seen at most 200 in all."),
        Setting({}),
        check_samples,
        Setting({"batch_size": 4, "learning_rate": 0.1, "decay": "step"}, steps=450),
        (
            N_("Every update costs as many samples as the batch holds. How many updates do you get for 200?"),
            N_("Smaller batches give more updates for the same samples; a larger η makes each of them go further."),
            N_("Too small a batch with too large an η passes by and never comes to rest: find the middle."),
        ),
        N_("about 100 samples: B = 4, η = 0.1"),
    ),
)
