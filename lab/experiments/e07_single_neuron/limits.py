"""Which controls have no effect now, and which choices cannot be taken."""

from __future__ import annotations

from lab.core.text import _
from lab.experiments.e07_single_neuron.frame import NeuronFrame

__all__ = ["unused"]


def unused(frame: NeuronFrame) -> dict[str, str]:
    """The controls without effect now, and why."""
    reasons: dict[str, str] = {}
    if frame.params.data != "blobs":
        reasons["n"] = reasons["spread"] = _("Only the two clouds are made of so many points.")
    for name, least in (("w2", 2), ("w3", 3)):
        if frame.inputs < least:
            reasons[name] = _("The neuron has fewer inputs now.")
    return reasons
