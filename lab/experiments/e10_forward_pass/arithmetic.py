"""Where each number came from, built of the very numbers that were used."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from lab.core.arithmetic import Term, apply, given, total
from lab.experiments.e10_forward_pass.checks import explain_check
from lab.experiments.e10_forward_pass.nets import XOR_ROWS, Built
from lab.experiments.e10_forward_pass.passing import Passed, passed
from lab.kit.numbers import subscript

if TYPE_CHECKING:
    from lab.experiments.e10_forward_pass.frame import ForwardFrame

__all__ = ["explain_metric"]

SPELLED = 8  # products that are written out


def explain_metric(frame: ForwardFrame, name: str) -> Term | None:
    """The arithmetic of a read-out; None where it is only counted or measured."""
    layer, unit = frame.lit
    last = len(frame.net.biases) - 1
    if name == "z":
        return _sum(frame.net, frame.run, frame.row, layer, unit)
    if name == "a":
        return _gated(frame.net, frame.run, frame.row, layer, unit)
    if name.startswith("out_"):
        return _gated(frame.net, frame.run, frame.row, last, int(name[4:]) - 1)
    if name.startswith("xor_") and name[4:].isdigit():
        return _gated(frame.net, passed(frame.net, XOR_ROWS), int(name[4:]) - 1, last, 0)
    if name.startswith("params_"):
        return _count(frame, int(name[7:]) - 1)
    if name == "parameters":
        counts = [_count(frame, i).named(f"N{subscript(i + 1)}") for i in range(last + 1)]
        return (total(counts) if len(counts) > 1 else counts[0]).named("N")
    if name == "bytes":
        parameters = frame.metrics()["parameters"]
        assert isinstance(parameters, int)
        return given("", 8.0) * given("N", parameters)
    if name == "he":
        return apply("sqrt", given("", 2.0) / given("n", frame.net.weights[layer].shape[0]))
    if name == "kept":
        return _kept(frame)
    if name == "guess_p":
        return _gated(frame.net, frame.run, frame.row, last, int(frame.run.a[last][frame.row].argmax()))
    if name == "growth" and frame.signal is not None and frame.signal.growth > 0:
        s = frame.signal
        ratio = given("std_last", s.std[-1]) / given("std_in", s.std[0])
        return _exact(ratio ** (given("", 1.0) / given("L", s.depth)), s.growth)
    return explain_check(frame, name)


def _exact(term: Term, value: float) -> Term:
    """The same arithmetic with the very number that was used; they differ by rounding at most."""
    return Term(float(value), term.symbol, term.operator, term.operands)


def _sum(net: Built, run: Passed, row: int, layer: int, unit: int) -> Term:
    """z = Σ a·w + b, the first eight products written out."""
    reads = run.into(layer)[row]
    weights, value = net.weights[layer][:, unit], float(run.z[layer][row, unit])
    letter, n = "a" if layer else "x", min(len(reads), SPELLED)
    parts = [given(letter + subscript(i + 1), reads[i]) * given(f"w{subscript(i + 1)}", weights[i]) for i in range(n)]
    if len(reads) > n:
        parts.append(given("rest", float(reads[n:] @ weights[n:])))
    parts.append(given("b", net.biases[layer][unit]))
    return _exact(total(parts), value).named("z")


def _gated(net: Built, run: Passed, row: int, layer: int, unit: int) -> Term:
    """a, what the gate makes of z."""
    last = layer == len(net.biases) - 1
    name = net.output if last else net.hidden
    z, value = _sum(net, run, row, layer, unit), float(run.a[layer][row, unit])
    match name:
        case "identity" | "linear":
            return _exact(z, value).named("a")
        case "sigmoid":
            return _exact(given("", 1.0) / (1 + apply("exp", -z)), value).named("a")
        case "tanh":
            return _exact(apply("tanh", z), value).named("a")
        case "relu":
            half = (z + apply("abs", z)) / 2
            return _exact(half, value).named("a")
        case "softmax":
            sums = run.z[layer][row]
            top = float(sums.max())
            whole = given("sum", float(np.exp(sums - top).sum()))
            return _exact(apply("exp", z - given("z_max", top)) / whole, value).named("a")
    return given("a", value)


def _count(frame: ForwardFrame, layer: int) -> Term:
    """n_in · n_out + n_out."""
    n_in, n_out = frame.net.weights[layer].shape
    return given("n_in", n_in) * given("n_out", n_out) + given("n_b", len(frame.net.biases[layer]))


def _kept(frame: ForwardFrame) -> Term:
    sizes, rows = frame.net.sizes, given("B", len(frame.run.x))
    if not frame.params.keep:
        n_in, n_out = max(pairwise(sizes), key=sum)
        return rows * (given("n_in", n_in) + given("n_out", n_out))
    return rows * (given("n_in", sizes[0]) + given("", 2.0) * given("units", sum(sizes[1:])))
