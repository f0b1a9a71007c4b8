"""The state in words, for the status line and for titles, and its curves as data."""

from __future__ import annotations

import numpy as np

from lab.core.metric import Value
from lab.core.numbers import show_number
from lab.core.simulation import Curve
from lab.core.text import N_, _
from lab.experiments.e10_forward_pass.frame import ForwardFrame
from lab.experiments.e10_forward_pass.nets import BUMP_X
from lab.experiments.e10_forward_pass.numbers import two
from lab.experiments.e10_forward_pass.settings import NETS
from lab.experiments.e10_forward_pass.signal import SignalReport
from lab.experiments.e10_forward_pass.warp import Warp, warp_of
from lab.kit.numbers import subscript

__all__ = ["GATES", "between", "curves", "describe", "layer_head", "shape_of", "space_sentence", "sum_line", "title"]

GATES = {
    "linear": N_("no gate"), "identity": N_("no gate"), "relu": "ReLU", "sigmoid": "sigmoid", "tanh": "tanh",
    "softmax": "softmax",
}  # fmt: skip
SPELLED = 4  # products that are written out


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
    first, now = _n(float(signal.std[0])), _n(float(signal.std[frame.layers_passed]))
    if frame.layers_passed < signal.depth:
        text = _("Behind layer {n} of {depth} the spread of the signal is {now}; it came in with {first}.")
        return text.format(n=frame.layers_passed, depth=signal.depth, now=now, first=first)
    text = _("Through {depth} layers of 64 units the spread of the signal goes from {first} to {last}.")
    return text.format(depth=signal.depth, first=first, last=now)


def _guess(frame: ForwardFrame) -> str:
    """The class that a classifier finds for the selected example; "" for any other network, and until it is known."""
    guess, p = frame.guess()
    if not frame.classifies or guess is None:
        return ""
    text = _("Example {row} is a {truth}; it says {guess}, with {p}.")
    return text.format(row=frame.row + 1, truth=frame.label(), guess=guess, p=_n(p))


def _unit(frame: ForwardFrame) -> str:
    layer, unit = frame.selected
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


def sum_line(frame: ForwardFrame, row: int, unit: int) -> str:
    """The dot product of one cell, written out."""
    layer, _unit = frame.selected
    if frame.failing and layer >= frame.run.failed:
        return frame.run.error
    if not frame.known(layer, unit):
        return _("Step to work this unit out.")
    reads, weights = frame.run.into(layer)[row], frame.net.weights[layer][:, unit]
    pairs = zip(reads[:SPELLED].tolist(), weights[:SPELLED].tolist(), strict=True)
    parts = [f"{_in(two(a))}·{_in(two(w))}" for a, w in pairs]
    if len(reads) > SPELLED:
        parts.append("…")
    z, a = float(frame.run.z[layer][row, unit]), float(frame.run.a[layer][row, unit])
    last = layer == len(frame.net.biases) - 1
    gate = _(GATES.get(frame.net.output if last else frame.net.hidden, frame.net.hidden))
    bias = two(float(frame.net.biases[layer][unit]))
    bias = f"− {bias[1:]}" if bias.startswith("−") else f"+ {bias}"
    known = frame.activation_known(layer, unit)
    result = f"{gate}: a = {show_number(a, 3)}" if known else _("softmax waits for all sums")
    return f"z = {' + '.join(parts)} {bias} = {show_number(z, 3)}  →  {result}"


def _in(number: str) -> str:
    return f"({number})" if number.startswith("−") else number


def space_sentence(frame: ForwardFrame, chosen: str) -> str:
    """What is seen, in a sentence. chosen: which of the four pictures is shown."""
    match chosen:
        case "planes":
            warp = warp_of(frame)
            if warp is None or not warp.of:
                return _("One layer only: nothing is bent, and the boundary is a straight line.")
            if warp.of > 2:
                a, b = (unit + 1 for unit in warp.units)
                return _("Drag a point on the left. Units {a} and {b} of {n} are shown.").format(a=a, b=b, n=warp.of)
            return _("Drag a point on the left. Behind the hidden layer the boundary is one straight line.")
        case "line":
            return _("Drag links and tiles. Dashed: hidden units times their weights. Their sum and b are the output.")
        case "digits":
            return _("64 grey values go in, 10 probabilities come out. The lit one is the largest.")
    return frame.run.error or _("Row by row. With two inputs this page shows how the plane is bent, with one a curve.")


def between(warp: Warp, share: float) -> tuple[float, float, float, float]:
    """The window on the way from the inputs to the layer."""
    pairs = zip(warp.window_before, warp.window_after, strict=True)
    x0, x1, y0, y1 = ((1 - share) * a + share * b for a, b in pairs)
    return x0, x1, y0, y1


def layer_head(frame: ForwardFrame, warp: Warp) -> str:
    """What the right picture is called."""
    if not warp.of:
        return _("There is no hidden layer")
    names = ", ".join(f"a{subscript(unit + 1)}" for unit in warp.units)
    layer = len(frame.net.weights) - 1
    return _("Where layer {n} puts it: {names}").format(n=layer, names=names)
