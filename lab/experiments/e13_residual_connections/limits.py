"""What a state means for the controls: the mark on the depth, what has no effect or is of another page, and what to set
once a number is lost."""

from __future__ import annotations

from lab.core.simulation import Divergence, Limit
from lab.core.text import _
from lab.experiments.e13_residual_connections.frame import ResidualFrame
from lab.experiments.e13_residual_connections.gestures import Wiring
from lab.experiments.e13_residual_connections.landscape import LandscapePage
from lab.experiments.e13_residual_connections.metrics import dies_at
from lab.experiments.e13_residual_connections.training import ExamPage, FourPage, StackPage

__all__ = ["HIDDEN", "divergence", "hidden", "limits", "unused"]

HIDDEN = {
    "stack": ("across",),
    "four": ("across", "skip", "block", "view"),
    "landscape": ("across", "skip", "block", "view", "source"),
    "map": ("depth", "block", "view", "source"),
    "exam": ("across", "depth", "activation", "block", "view", "source"),
}
"""Which controls each run does not listen to."""


def hidden(frame: ResidualFrame) -> frozenset[str]:
    """The controls of the pages that are not open."""
    return frozenset(HIDDEN[frame.params.topic])


def limits(frame: ResidualFrame) -> dict[str, Limit]:
    """The depth from which on a stack like this one loses its signal or its gradient, on the slider of the depth."""
    page = frame.page
    if (
        not isinstance(page, StackPage)
        or page.title
        or page.lost is not None
        or page.wiring != Wiring.plain(len(page.blocks))
    ):
        return {"depth": Limit(None, "")}
    what, block = dies_at(page.signals)
    if block is None or not page.signals.gradient.any():
        return {"depth": Limit(None, "")}
    if what == "signal":
        return {"depth": Limit(float(block), _("signal lost"))}
    return {"depth": Limit(float(page.signals.blocks - block + 1), _("gradient lost"))}


def unused(frame: ResidualFrame) -> dict[str, str]:
    """The controls without effect now, and why."""
    params, reasons = frame.params, dict[str, str]()
    if params.topic in ("stack", "four") and params.source == "received":
        reason = _("It comes with the network that was received.")
        reasons |= dict.fromkeys(("depth", "activation", "width"), reason)
    wired = isinstance(frame.page, StackPage) and 1 in frame.page.wiring.skip
    if not params.skip and not wired and params.topic not in ("four", "landscape"):
        reasons["scale"] = _("There is no skip that it could be added to.")
    if params.topic == "map":
        name = "gain" if params.across == "gain" else "width"
        reasons[name] = _("It goes from row to row on this map.")
    return {name: reason for name, reason in reasons.items() if name not in HIDDEN[params.topic]}


def divergence(frame: ResidualFrame) -> Divergence | None:
    """What stopped being a number, if anything did."""
    page = frame.page
    if not isinstance(page, StackPage | FourPage | ExamPage | LandscapePage) or page.lost is None:
        return None
    params = frame.params
    if params.norm == "none":
        reason = _("the numbers grow from block to block until they are too large for 32 bits")
        remedy, text = {"norm": "layer"}, _("Add a LayerNorm")
        return Divergence(page.lost, _("a weight"), reason, remedy, text)
    reason = _("the learning rate is too large: each step overshoots further than the one before")
    return Divergence(page.lost, _("a weight"), reason, {"learning_rate": 0.001}, _("Set η to 0.001"))
