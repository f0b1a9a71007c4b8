"""The state in words, for the status line and for titles, and its curves as data."""

from __future__ import annotations

import numpy as np

from lab.core.metric import Value
from lab.core.numbers import show_number
from lab.core.simulation import Curve
from lab.core.text import N_, _
from lab.experiments.e10_forward_pass.frame import ForwardFrame
from lab.experiments.e10_forward_pass.nets import BUMP_X
from lab.experiments.e10_forward_pass.settings import NETS
from lab.experiments.e10_forward_pass.signal import SignalReport

__all__ = ["GATES", "curves", "describe", "shape_of", "title"]

GATES = {
    "linear": N_("no gate"), "identity": N_("no gate"), "relu": "ReLU", "sigmoid": "sigmoid", "tanh": "tanh",
    "softmax": "softmax",
}  # fmt: skip


def _n(value: Value) -> str:
    return show_number(value, 3)


def shape_of(frame: ForwardFrame) -> str:
    """The sizes, as 2-3-1."""
    net = frame.net if frame.params.mistake == "none" else frame.deep  # a turned matrix does not change the plan
    return "-".join(str(n) for n in net.sizes)


def describe(frame: ForwardFrame) -> str:
    """The state in one or two sentences."""
    if frame.signal is not None:
        return _signal(frame, frame.signal)
    text = _("{name}, {shape} with {n} parameters.").format(
        name=_(NETS[frame.params.net]), shape=shape_of(frame), n=frame.parameters
    )
    if frame.failing:
        wrong = _("Layer {n} does not fit: {error}").format(n=frame.run.failed + 1, error=frame.run.error)
        return f"{text} {wrong}"[:390]
    return f"{text} {_guess(frame) or _unit(frame)}"


def _signal(frame: ForwardFrame, signal: SignalReport) -> str:
    first, now = _n(float(signal.std[0])), _n(float(signal.std[frame.heard]))
    if frame.heard < signal.depth:
        text = _("Behind layer {n} of {depth} the spread of the signal is {now}; it came in with {first}.")
        return text.format(n=frame.heard, depth=signal.depth, now=now, first=first)
    text = _("Through {depth} layers of 64 units the spread of the signal goes from {first} to {last}.")
    return text.format(depth=signal.depth, first=first, last=now)


def _guess(frame: ForwardFrame) -> str:
    """What a classifier says of the followed example; "" for any other network, and until it is known."""
    guess, p = frame.guess()
    if not frame.classifies or guess is None:
        return ""
    text = _("Example {row} is a {truth}; it says {guess}, with {p}.")
    return text.format(row=frame.row + 1, truth=frame.label(), guess=guess, p=_n(p))


def _unit(frame: ForwardFrame) -> str:
    layer, unit = frame.lit
    value, names = frame.value(layer, unit), {"row": frame.row + 1, "unit": unit + 1, "layer": layer + 1}
    if value is not None:
        return _("Example {row}: unit {unit} of layer {layer} says {value}.").format(**names, value=_n(value))
    if not frame.known(layer, unit):
        return _("Unit {unit} of layer {layer} is not worked out.").format(**names)
    z = float(frame.run.z[layer][frame.row, unit])
    text = _("Example {row}: the sum of unit {unit} is {value}; softmax waits for the others.")
    return text.format(**names, value=_n(z))


def title(frame: ForwardFrame) -> str:
    """What the open page shows, in a few words."""
    if frame.failing:
        return _("Layer {n} does not fit").format(n=frame.run.failed + 1)
    name = _(NETS[frame.params.net])
    if frame.params.page == "signal":
        return _("How loud is the signal?")
    if frame.params.page == "shapes":
        return _("{n} numbers to learn").format(n=frame.parameters)
    if frame.params.flat and len(frame.deep.biases) > 1:
        return _("{name}, as one layer").format(name=name)
    if frame.step and frame.step < frame.total:
        return _("{name}: layer {n} at work").format(name=name, n=frame.place[0] + 1)
    return f"{name}, {shape_of(frame)}"


def curves(frame: ForwardFrame) -> tuple[Curve, ...]:
    """What is drawn as curves."""
    signal = frame.signal
    if signal is not None:
        layers = np.arange(signal.depth + 1, dtype=np.float64)
        lines = {_("as set"): signal.std, "He × ½": signal.half, "He": signal.he, "He × 2": signal.twice}
        return tuple(Curve(name, _("layer"), "std", layers, y) for name, y in lines.items())
    if frame.line is not None:
        return (Curve(_("output"), "x", "y", BUMP_X, frame.line),)
    return ()
