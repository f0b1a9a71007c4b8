"""What a state means for the controls: which are of another page, which have no effect, and what to set once a number
is lost."""

from __future__ import annotations

from lab.core.params import fields_of
from lab.core.simulation import Divergence, Limit
from lab.core.text import _
from lab.experiments.e14_convolution_recurrence.frame import SlidingFrame
from lab.experiments.e14_convolution_recurrence.memory_run import MemoryPage
from lab.experiments.e14_convolution_recurrence.settings import Params, page_of

__all__ = ["SHOWN", "divergence", "hidden", "limits", "unused"]

SHOWN = {
    "signal": ("stride", "padding", "flip", "signal", "taps"),
    "picture": ("stride", "padding", "flip", "picture", "kernel", "pooling"),
    "digits": ("examples", "kernels", "permuted", "learning_rate"),
    "drawing": ("target", "examples", "permuted", "learning_rate"),
    "memory": (
        "task",
        "cell",
        "attention",
        "length",
        "radius",
        "clip",
        "learning_rate",
        "hidden",
        "optimizer",
        "at",
        "unit",
    ),
    "gradient": (
        "cell",
        "attention",
        "length",
        "radius",
        "clip",
        "silent",
        "learning_rate",
        "hidden",
        "optimizer",
        "at",
        "unit",
    ),
    "names": ("source", "cell", "temperature", "learning_rate", "hidden", "unit"),
}
"""Which controls each page has."""


def hidden(frame: SlidingFrame) -> frozenset[str]:
    """The controls of the pages that are not open."""
    known = {field.name for field in fields_of(Params)}
    return frozenset(known - set(SHOWN[page_of(frame.params)]))


def limits(frame: SlidingFrame) -> dict[str, Limit]:
    """On the spectral radius: where a silent network neither fades nor explodes."""
    if page_of(frame.params) not in ("memory", "gradient") or frame.params.attention:
        return {}
    return {"radius": Limit(1.0, _("keeps its size"))}


def unused(frame: SlidingFrame) -> dict[str, str]:
    """The controls without effect now, and why."""
    if frame.params.topic != "memory" or not frame.params.attention:
        return {}
    return dict.fromkeys(("cell", "radius"), _("Attention has no cell: nothing is carried from step to step."))


def divergence(frame: SlidingFrame) -> Divergence | None:
    """What stopped being a number, if anything did."""
    page = frame.page
    if not isinstance(page, MemoryPage) or page.lost is None:
        return None
    reason = _("the gradient exploded on its way through time, and one step threw the weights away")
    return Divergence(page.lost, _("a weight"), reason, {"clip": True}, _("Clip the gradient"))
