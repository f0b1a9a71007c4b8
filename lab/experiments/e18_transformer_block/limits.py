"""Which controls each page listens to."""

from __future__ import annotations

from lab.core.text import _
from lab.experiments.e18_transformer_block.frame import BlockFrame
from lab.experiments.e18_transformer_block.settings import page_of

__all__ = ["HIDDEN", "hidden", "unavailable", "unused"]

SWITCHES = ("residual", "norm", "attention", "feed_forward", "positions", "mask")
LISTS = ("wanted", "opposite", "stream")
GUESSED, SIZES = ("most", "least"), ("shape", "width", "blocks", "vocabulary")
HIDDEN = {
    "block": (*LISTS, "lead", "other", *GUESSED, *SIZES),
    "lens": (*LISTS, "lead", "other", *GUESSED, *SIZES, "op", "unit"),
    "who": (*LISTS, "other", *GUESSED, *SIZES, "op", "unit"),
    "parts": (*LISTS, "text", "layer", "token", *SWITCHES, "lead", "other", *SIZES, "op", "unit", "page"),
    "patch": (*LISTS, *SWITCHES, "lead", *GUESSED, *SIZES, "op", "unit", "page"),
    "steer": ("layer", "token", *SWITCHES, "lead", "other", *GUESSED, *SIZES, "op", "unit", "page"),
    "budget": (*LISTS, "text", "layer", "token", *SWITCHES, "lead", "other", *GUESSED, "op", "unit"),
}
"""The controls that are of other pages."""


def hidden(frame: BlockFrame) -> frozenset[str]:
    """The controls of the pages that are not open."""
    return frozenset(HIDDEN[page_of(frame.params)])


def unused(frame: BlockFrame) -> dict[str, str]:
    """The controls without effect now, and why."""
    params = frame.params
    reasons = {}
    if page_of(params) == "budget" and params.shape != "own":
        reasons = dict.fromkeys(SIZES[1:], _("The plan has its own sizes."))
    if page_of(params) == "budget" and params.shape != "house":
        reasons["model"] = _("The plan that is counted is another one.")
    if params.model == "smollm2" and "norm" not in HIDDEN[page_of(params)]:
        reasons["norm"] = _("Without norms the numbers of thirty blocks grow beyond all bounds.")
    return reasons


def unavailable(frame: BlockFrame) -> dict[str, tuple[str, ...]]:
    """The models that cannot be chosen now."""
    gone = (*(() if frame.received else ("received",)), *(() if frame.pack else ("smollm2",)))
    return {"model": gone} if gone else {}
