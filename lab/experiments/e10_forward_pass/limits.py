"""What a state means for the controls: how far sliders reach, which have no effect, and which belong to other pages."""

from __future__ import annotations

from lab.core.simulation import Limit
from lab.core.text import _
from lab.experiments.e10_forward_pass.frame import ForwardFrame

__all__ = ["hidden", "limits", "unused"]


def limits(frame: ForwardFrame) -> dict[str, Limit]:
    """How many examples there are."""
    most = {"batch": len(frame.net.x), "row": len(frame.run.x)}
    return {name: Limit(None, "", (1.0, float(max(2, count)))) for name, count in most.items()}


def unused(frame: ForwardFrame) -> dict[str, str]:
    """The controls without effect now, and why."""
    p, found = frame.params, dict[str, str]()
    if p.net != "sizes":
        found["sizes"] = _("Only “My sizes” is made of these.")
        if p.page != "signal":
            found["init"] = _("This network's weights are not drawn by chance.")
    if p.page == "signal":
        found |= dict.fromkeys(("keep", "mistake", "output"), _("Not on this page."))
    away = hidden(frame)
    return {name: reason for name, reason in found.items() if name not in away}


def hidden(frame: ForwardFrame) -> frozenset[str]:
    """The controls of pages that are not open."""
    p = frame.params
    if p.page == "signal":
        return frozenset({"net", "sizes", "batch", "row", "flat", "morph", "numbers"})
    gone = {"depth"}
    if p.net != "sizes":
        gone |= {"gain", "sizes"}
    if p.page != "space":
        gone.add("morph")
    if p.page != "pass":
        gone.add("numbers")
    if p.page == "shapes" or (p.page == "pass" and p.net == "sizes"):
        gone.add("row")  # there a row is pressed, and there is no room for more sliders
    return frozenset(gone)
