"""The state in words: for the status line, for titles, and why a control has no effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.core.metric import Value
from lab.core.numbers import show_number
from lab.core.text import N_, _
from lab.experiments.e10_forward_pass.settings import NETS

if TYPE_CHECKING:
    from lab.experiments.e10_forward_pass.frame import ForwardFrame

__all__ = ["GATES", "described", "not_shown", "reasons_unused", "shape_of", "title"]

GATES = {
    "linear": N_("no gate"), "identity": N_("no gate"), "relu": "ReLU", "sigmoid": "sigmoid", "tanh": "tanh",
    "softmax": "softmax",
}  # fmt: skip
GOOD = 0.4


def _n(value: Value) -> str:
    return show_number(value, 3)


def shape_of(frame: ForwardFrame) -> str:
    """The sizes, as 2-3-1."""
    net = frame.net if frame.params.mistake == "none" else frame.deep  # a turned matrix does not change the plan
    return "-".join(str(n) for n in net.sizes)


def described(frame: ForwardFrame) -> str:
    """One or two sentences."""
    if frame.signal is not None:
        s = frame.signal
        if frame.heard < s.depth:
            told = _("Behind layer {n} of {depth} the spread of the signal is {now}; it came in with {first}.")
            now = _n(float(s.std[frame.heard]))
            return told.format(n=frame.heard, depth=s.depth, now=now, first=_n(float(s.std[0])))
        told = _("Through {depth} layers of 64 units the spread of the signal goes from {first} to {last}.")
        return told.format(depth=s.depth, first=_n(float(s.std[0])), last=_n(float(s.std[-1])))
    name = _(NETS[frame.params.net])
    count = frame.metrics()["parameters"]
    told = _("{name}, {shape} with {n} parameters.").format(name=name, shape=shape_of(frame), n=count)
    if frame.failing:
        wrong = _("Layer {n} does not fit: {error}").format(n=frame.run.failed + 1, error=frame.run.error)
        return f"{told} {wrong}"[:390]
    metrics = frame.metrics()
    if isinstance(metrics.get("guess"), int):
        said = _("Example {row} is a {truth}; it says {guess}, with {p}.")
        p = _n(metrics["guess_p"])
        return f"{told} " + said.format(row=frame.row + 1, truth=metrics["truth"], guess=metrics["guess"], p=p)
    layer, unit = frame.lit
    value = frame.value(layer, unit)
    if value is None and frame.known(layer, unit):
        said = _("Example {row}: the sum of unit {unit} is {value}; softmax waits for the others.").format(
            row=frame.row + 1,
            unit=unit + 1,
            value=_n(metrics["z"]),
        )
    elif value is None:
        said = _("Unit {unit} of layer {layer} is not worked out.").format(unit=unit + 1, layer=layer + 1)
    else:
        said = _("Example {row}: unit {unit} of layer {layer} says {value}.").format(
            row=frame.row + 1, unit=unit + 1, layer=layer + 1, value=_n(value)
        )
    return f"{told} {said}"


def title(frame: ForwardFrame) -> str:
    """What the open page shows, in a few words."""
    if frame.failing:
        return _("Layer {n} does not fit").format(n=frame.run.failed + 1)
    name = _(NETS[frame.params.net])
    if frame.params.page == "signal":
        return _("How loud is the signal?")
    if frame.params.page == "shapes":
        return _("{n} numbers to learn").format(n=frame.metrics()["parameters"])
    if frame.params.flat and len(frame.deep.biases) > 1:
        return _("{name}, as one layer").format(name=name)
    if frame.step and frame.step < frame.total:
        return _("{name}: layer {n} at work").format(name=name, n=frame.place[0] + 1)
    return f"{name}, {shape_of(frame)}"


def reasons_unused(frame: ForwardFrame) -> dict[str, str]:
    """The controls without effect now, and why."""
    p, hidden = frame.params, not_shown(frame)
    found: dict[str, str] = {}
    if p.net != "sizes":
        found["sizes"] = _("Only “My sizes” is made of these.")
        if p.page != "signal":
            found["init"] = _("This network's weights are not drawn by chance.")
    if p.page == "signal":
        for name in ("keep", "mistake", "output"):
            found[name] = _("Not on this page.")
    return {name: reason for name, reason in found.items() if name not in hidden}


def not_shown(frame: ForwardFrame) -> frozenset[str]:
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
