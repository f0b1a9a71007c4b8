"""What the controls show beside their value: the mark on the learning rate, those without effect now, and the
card that appears when the numbers run away."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lab.core.numbers import show_number
from lab.core.simulation import Divergence, Limit
from lab.core.text import N_, _
from lab.engine.basics.regression import curvature
from lab.engine.basics.stability import stability_limit
from lab.experiments.e06_training_loop.frame import LoopFrame
from lab.experiments.e06_training_loop.loop import RIGHT_ORDER

__all__ = ["divergence", "limits", "stable_rate", "unused"]

TENSORS = {
    "loss": N_("the loss"),
    "gradient": N_("the gradient"),
    "w": N_("the weight w"),
    "b": N_("the bias b"),
}


def stable_rate(frame: LoopFrame) -> float:
    """The largest η that is stable when every update sees all samples: 2/λ of the loss, a parabola in w and b."""
    return stability_limit(float(np.max(np.linalg.eigvalsh(curvature(frame.samples.x)))))


def limits(frame: LoopFrame) -> dict[str, Limit]:
    """The red mark on the learning rate, and the batch slider up to all samples."""
    rate = stable_rate(frame)
    text = _("full batch unstable above {rate}").format(rate=show_number(rate, 3))
    return {
        "learning_rate": Limit(rate, text),
        "batch_size": Limit(None, "", (1, float(frame.samples.n))),
    }


def unused(frame: LoopFrame) -> dict[str, str]:
    """The controls without effect now, and why."""
    params, reasons = frame.params, dict[str, str]()
    if params.stop != "target":
        reasons["target"] = _("Choose “At a target loss” under Stop first.")
    if params.stop != "plateau":
        reasons["patience"] = _("Choose “On a plateau” under Stop first.")
    if params.stop == "nan" and params.decay in ("constant", "step"):
        reasons["epochs"] = _("Nothing but NaN stops this loop.")
    if params.batch_size >= frame.samples.n:
        reasons["shuffle"] = _("Every batch holds all samples: their order does not matter.")
    if params.data != "line":
        reasons["n"] = reasons["noise"] = _("These samples are given, not drawn.")
    return reasons


def divergence(frame: LoopFrame) -> Divergence | None:
    """What the divergence card says, or None."""
    if not frame.nonfinite:
        return None
    params, limit = frame.params, stable_rate(frame)
    remedy: dict[str, Any]
    if frame.order == RIGHT_ORDER and not params.zero_grad and params.learning_rate < 0.5 * limit:
        reason = _("the gradient was never emptied: the slopes of all batches add up and push too far")
        remedy, text = {"zero_grad": True}, _("Zero the gradient")
    else:
        reason = _("the learning rate is too large: each update overshoots further than the one before")
        rate = min(0.3 * limit, params.learning_rate / 10)
        unit = 10.0 ** math.floor(math.log10(rate))
        rate = float(f"{math.floor(rate / unit) * unit:.0e}")
        remedy, text = {"learning_rate": rate}, _("Set η to {rate}").format(rate=show_number(rate, 1))
    m = frame.memory
    found = {"loss": (m.loss,), "gradient": (m.gw, m.gb), "w": (m.w,), "b": (m.b,)}[frame.nonfinite]
    undefined = any(value is not None and math.isnan(value) for value in found)
    return Divergence(frame.step, _(TENSORS[frame.nonfinite]), reason, remedy, text, undefined)
