"""Goals the program checks, from what the network puts out and never from which buttons were pressed."""

from __future__ import annotations

from typing import Any

from lab.core.experiment import Challenge, Progress, Setting
from lab.core.numbers import show_number
from lab.core.text import N_, _
from lab.experiments.e10_forward_pass.frame import ForwardFrame
from lab.experiments.e10_forward_pass.gestures import BIAS, SetWeight
from lab.experiments.e10_forward_pass.metrics import METRICS
from lab.experiments.e10_forward_pass.settings import Params, sizes_of

__all__ = ["CHALLENGES"]

Log = tuple[tuple[int, Any], ...]
MARGIN, CLOSE = 0.4, 0.1
SMALL = {"net": "sizes", "sizes": "2-2-1", "activation": "sigmoid", "output": "sigmoid", "init": "zero"}
LINE = {"net": "sizes", "sizes": "1-4-1", "activation": "relu", "output": "identity", "init": "zero", "batch": 8}


def _n(value: float) -> str:
    return show_number(value, 3)


def check_xor(frame: ForwardFrame, params: Params, _log: Log) -> Progress:
    """A 2-2-1 network with sigmoids computes XOR, with margin."""
    fits = params.net == "sizes" and sizes_of(params.sizes) == (2, 2, 1) and not params.flat
    if not fits or frame.net.hidden != "sigmoid" or frame.net.output != "sigmoid" or params.mistake != "none":
        text = _("It has to be the 2-2-1 network with sigmoids: “My sizes”, 2-2-1.")
        return Progress(False, 0.0, text, failed=True)
    right, margin = (METRICS.number(frame, name) or 0.0 for name in ("xor_right", "margin"))
    if margin >= MARGIN:
        return Progress(True, 1.0, _("Done: all four rows, with a margin of {margin}.").format(margin=_n(margin)))
    text = _("{n} of 4 rows are on the right side; the worst has a margin of {margin}, and 0.4 is needed.")
    share = 0.2 * right + 0.19 * max(0.0, margin / MARGIN)
    return Progress(False, min(share, 0.99), text.format(n=int(right), margin=_n(margin)))


def check_bump(frame: ForwardFrame, params: Params, _log: Log) -> Progress:
    """ReLUs add up to the bump that is drawn in grey."""
    if frame.line is None or frame.net.hidden != "relu" or frame.net.output != "identity" or params.flat:
        text = _("It has to have one input, ReLUs, and one output without a gate.")
        return Progress(False, 0.0, text, failed=True)
    error = METRICS.number(frame, "bump_error") or 0.0
    if error <= CLOSE:
        return Progress(True, 1.0, _("Done: nowhere further off than {error}.").format(error=_n(error)))
    text = _("At its worst place the curve is off by {error}; 0.1 is allowed.").format(error=_n(error))
    return Progress(False, min(0.99, CLOSE / error), text)


def _set(layer: int, unit: int, source: int, value: float) -> tuple[int, SetWeight]:
    return 0, SetWeight(layer, unit, source, value)


XOR_WEIGHTS = (
    _set(0, 0, 0, 10.0), _set(0, 0, 1, 10.0), _set(0, 0, BIAS, -5.0),
    _set(0, 1, 0, -10.0), _set(0, 1, 1, -10.0), _set(0, 1, BIAS, 15.0),
    _set(1, 0, 0, 10.0), _set(1, 0, 1, 10.0), _set(1, 0, BIAS, -15.0),
)  # fmt: skip
BUMP_WEIGHTS = tuple(
    edit
    for unit, (fold, slope) in enumerate(((1.5, 1.0), (0.5, -1.0), (-0.5, -1.0), (-1.5, 1.0)))
    for edit in (_set(0, unit, 0, 1.0), _set(0, unit, BIAS, fold), _set(1, 0, unit, slope))
)

CHALLENGES = (
    Challenge(
        "xor",
        N_("Nine numbers"),
        N_(
            "All nine numbers of this 2-2-1 network are 0. Set them so that it says XOR: at least 0.9 for (0, 1) and"
            " (1, 0), at most 0.1 for (0, 0) and (1, 1)."
        ),
        Setting(SMALL),
        check_xor,
        Setting(SMALL, actions=XOR_WEIGHTS),
        (
            N_("Let one hidden unit say OR, and the other NAND. What must the last one say to both?"),
            N_("OR is 10, 10 and a bias of −5. Large weights make a sigmoid decided."),
        ),
        N_("9 numbers"),
    ),
    Challenge(
        "bump",
        N_("Build a bump"),
        N_(
            "Four ReLUs and one output. Build the bump that is drawn in grey, of height 1: nowhere on the line may the"
            " output be off by more than 0.1."
        ),
        Setting({**LINE, "page": "space"}),
        check_bump,
        Setting({**LINE, "page": "space"}, actions=BUMP_WEIGHTS),
        (
            N_("A ReLU bends the line at one place: where w·x + b is 0. How many bends has the bump?"),
            N_("Up at −1.5, level at −0.5, down at 0.5, level at 1.5: output weights 1, −1, −1, 1."),
        ),
        N_("12 numbers"),
    ),
)
