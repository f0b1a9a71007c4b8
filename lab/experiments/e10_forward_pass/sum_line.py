"""The sum of one cell, written out."""

from __future__ import annotations

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e10_forward_pass.frame import ForwardFrame
from lab.experiments.e10_forward_pass.numbers import two
from lab.experiments.e10_forward_pass.words import GATES

__all__ = ["sum_line"]

SPELLED = 4  # products that are written out


def sum_line(frame: ForwardFrame, row: int, unit: int) -> str:
    """The dot product of one cell, written out."""
    layer, _unit = frame.lit
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
