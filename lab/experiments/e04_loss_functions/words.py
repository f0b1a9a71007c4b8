"""A frame in words, and its curves as data."""

from __future__ import annotations

import numpy as np

from lab.core.numbers import show_number
from lab.core.simulation import Curve
from lab.core.text import _, n_
from lab.experiments.e04_loss_functions.frame import LossFrame
from lab.experiments.e04_loss_functions.loss import Loss
from lab.experiments.e04_loss_functions.settings import LOSS_NAMES

__all__ = ["area_words", "curves", "describe"]


def describe(frame: LossFrame) -> str:
    """The state in one or two sentences."""
    if frame.blind:
        return _("The landscape is hidden. {n} bought so far, the lowest {low}.").format(
            n=n_("{n} evaluation", "{n} evaluations", len(frame.probes)),
            low=show_number(frame.lowest_found, 3),
        )
    if not frame.n:
        return _("No points yet: press the board to add one.")
    text = _("Step {step}: {loss} {value} for slope {w} and intercept {b}.").format(
        step=frame.step,
        loss=_(LOSS_NAMES[frame.loss.kind]),
        value=show_number(frame.judged.total, 3),
        w=show_number(frame.line[0], 3),
        b=show_number(frame.line[1], 3),
    )
    return f"{text} {_who(frame)}".strip()


def area_words(loss: Loss) -> str:
    """What the red areas have to do with the loss. Labels lie too close together for areas of their true size."""
    if loss.squash:
        return _("sum of the red areas ∝ loss") if loss.summed else _("mean red area ∝ loss")
    return _("sum of the red areas = loss") if loss.summed else _("mean red area = loss")


def _who(frame: LossFrame) -> str:
    """Who owns the loss, in a sentence; "" where nobody does."""
    owner = frame.owner
    if owner is None or frame.blind:
        return ""
    share = show_number(100 * float(frame.judged.shares[owner]), 2)
    return _("Point {n} owns {share} % of it.").format(n=owner + 1, share=share)


def curves(frame: LossFrame) -> tuple[Curve, ...]:
    """The points, the line and the slice, as data."""
    if frame.blind:
        w, _b, loss = (fixed for fixed in np.array(frame.probes).reshape(-1, 3).T)
        return (Curve(_("evaluations"), _("slope w"), _("loss"), w, loss),)
    x_name, y_name = (_(name) for name in frame.points.names)
    ends = np.array(frame.points.extent[:2])
    height = frame.loss.predict(frame.line[0] * ends + frame.line[1])
    return (
        Curve(_("points"), x_name, y_name, frame.points.x, frame.points.y),
        Curve(_("line"), x_name, y_name, ends, height),
        Curve(_("loss along w"), _("slope w"), _("loss"), *frame.slice()),
    )
