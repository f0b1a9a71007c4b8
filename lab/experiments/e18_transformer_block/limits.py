"""Which controls each page listens to."""

from __future__ import annotations

from lab.core.text import _
from lab.experiments.e18_transformer_block.frame import BlockFrame
from lab.experiments.e18_transformer_block.settings import page_of

__all__ = ["HIDDEN", "LETTERED", "hidden", "unavailable", "unused"]

SWITCHES = ("residual", "norm", "attention", "feed_forward", "positions", "mask")
LISTS = ("wanted", "opposite", "stream")
OWN = {
    "probes": ("model", "layer", "question"),
    "features": ("model", "place", "feature", "called"),
    "experts": ("layer", "experts", "active", "balance", "expert"),
}
"""The controls of the pages that have hardly any in common with others."""
MIXED = tuple({name for names in OWN.values() for name in names} - {"model", "layer"})
LETTERED = ("probes", "features")  # runs that ask about letters
GUESSED, SIZES = ("most", "least"), ("shape", "width", "blocks", "vocabulary")
HIDDEN: dict[str, tuple[str, ...]] = {
    "block": (*MIXED, *LISTS, "lead", "other", *GUESSED, *SIZES),
    "lens": (*MIXED, *LISTS, "lead", "other", *GUESSED, *SIZES, "op", "unit"),
    "who": (*MIXED, *LISTS, "other", *GUESSED, *SIZES, "op", "unit"),
    "parts": (*MIXED, *LISTS, "text", "layer", "token", *SWITCHES, "lead", "other", *SIZES, "op", "unit", "page"),
    "patch": (*MIXED, *LISTS, *SWITCHES, "lead", *GUESSED, *SIZES, "op", "unit", "page"),
    "steer": (*MIXED, "layer", "token", *SWITCHES, "lead", "other", *GUESSED, *SIZES, "op", "unit", "page"),
    "budget": (*MIXED, *LISTS, "text", "layer", "token", *SWITCHES, "lead", "other", *GUESSED, "op", "unit"),
}
HIDDEN |= {
    page: tuple(
        {*MIXED, *LISTS, *SWITCHES, *GUESSED, *SIZES, "model", "text", "layer", "token", "lead", "other", "op", "unit",
         "page"} - set(own)
    )
    for page, own in OWN.items()
}  # fmt: skip
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
    if params.topic == "experts" and params.active > params.experts:
        reasons["active"] = _("There are only {n} experts.").format(n=params.experts)
    return reasons


def unavailable(frame: BlockFrame) -> dict[str, tuple[str, ...]]:
    """The models that cannot be chosen now."""
    gone: tuple[str, ...] = ("copier", "smollm2") if frame.params.topic in LETTERED else ()
    gone = (
        *gone,
        *(() if frame.received else ("received",)),
        *(() if frame.pack or "smollm2" in gone else ("smollm2",)),
    )
    return {"model": gone} if gone else {}
