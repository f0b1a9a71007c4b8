"""Why this number: the arithmetic of the read-outs, built of the very numbers that were used."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from lab.core.arithmetic import Term, apply, given, total
from lab.experiments.e10_forward_pass.digits import SEEN
from lab.experiments.e10_forward_pass.forward import ForwardPass, forward, outputs_of, saturated_units
from lab.experiments.e10_forward_pass.frame import ForwardFrame
from lab.experiments.e10_forward_pass.nets import BUMP_X, XOR_ROWS, XOR_TRUTH, Array, Network, bump, multiplied
from lab.experiments.e10_forward_pass.signal import WIDTH
from lab.kit.numbers import subscript

SPELLED = 8  # products, or numbers of a mean, that are written out
FANS = {"he": float(WIDTH), "xavier": 2.0 * WIDTH}  # what 2 is divided by in the stacks of the page “Signal”


def _exact(term: Term, value: float) -> Term:
    """The same arithmetic with the very number that was used; they differ by rounding at most."""
    return Term(float(value), term.symbol, term.operator, term.operands)


# --------------------------------------------------------------------------------------------- one unit


def weighted_sum(frame: ForwardFrame) -> Term:
    """z of the selected unit."""
    return _sum(frame.net, frame.run, frame.row, *frame.selected)


def activation(frame: ForwardFrame) -> Term:
    """a of it."""
    return _activation(frame.net, frame.run, frame.row, *frame.selected)


def output(frame: ForwardFrame, unit: int) -> Term:
    return _activation(frame.net, frame.run, frame.row, frame.last, unit)


def xor_output(frame: ForwardFrame, row: int) -> Term:
    """What comes out for a row of XOR."""
    return _activation(frame.net, forward(frame.net, XOR_ROWS), row, frame.last, 0)


def top_output(frame: ForwardFrame) -> Term:
    """The largest output."""
    return output(frame, int(frame.run.a[frame.last][frame.row].argmax()))


def _sum(net: Network, run: ForwardPass, row: int, layer: int, unit: int) -> Term:
    """z = Σ a·w + b, the first eight products written out."""
    reads = run.into(layer)[row]
    weights, value = net.weights[layer][:, unit], float(run.z[layer][row, unit])
    letter, n = "a" if layer else "x", min(len(reads), SPELLED)
    parts = [given(letter + subscript(i + 1), reads[i]) * given(f"w{subscript(i + 1)}", weights[i]) for i in range(n)]
    if len(reads) > n:
        parts.append(given("rest", float(reads[n:] @ weights[n:])))
    parts.append(given("b", net.biases[layer][unit]))
    return _exact(total(parts), value).named("z")


def _activation(net: Network, run: ForwardPass, row: int, layer: int, unit: int) -> Term:
    """a, what the activation function makes of z."""
    name = net.output if layer == len(net.biases) - 1 else net.hidden
    z, value = _sum(net, run, row, layer, unit), float(run.a[layer][row, unit])
    match name:
        case "identity" | "linear":
            term = z
        case "sigmoid":
            term = given("", 1.0) / (1 + apply("exp", -z))
        case "tanh":
            term = apply("tanh", z)
        case "relu":
            term = (z + apply("abs", z)) / 2
        case "softmax":
            sums = run.z[layer][row]
            top = float(sums.max())
            term = apply("exp", z - given("z_max", top)) / given("sum", float(np.exp(sums - top).sum()))
        case _:
            return given("a", value)
    return _exact(term, value).named("a")


# ----------------------------------------------------------------------------------------------- counts


def he_spread(frame: ForwardFrame) -> Term:
    """√(2/n) of the selected layer."""
    return apply("sqrt", given("", 2.0) / given("n", frame.net.weights[frame.selected[0]].shape[0]))


def layer_parameters(frame: ForwardFrame, layer: int) -> Term:
    """n_in · n_out + n_out."""
    n_in, n_out = frame.net.weights[layer].shape
    return given("n_in", n_in) * given("n_out", n_out) + given("n_b", len(frame.net.biases[layer]))


def parameters(frame: ForwardFrame) -> Term:
    counts = [layer_parameters(frame, i).named(f"N{subscript(i + 1)}") for i in range(frame.last + 1)]
    return (total(counts) if len(counts) > 1 else counts[0]).named("N")


def size_in_bytes(frame: ForwardFrame) -> Term:
    return given("", 8.0) * given("N", frame.parameters)


def kept_numbers(frame: ForwardFrame) -> Term:
    sizes, rows = frame.net.sizes, given("B", len(frame.run.x))
    if not frame.params.keep:
        n_in, n_out = max(pairwise(sizes), key=sum)
        return rows * (given("n_in", n_in) + given("n_out", n_out))
    return rows * (given("n_in", sizes[0]) + given("", 2.0) * given("units", sum(sizes[1:])))


# ------------------------------------------------------------------------------ spreads, gaps and shares


def spread(frame: ForwardFrame, layer: int) -> Term:
    """√(Σ(a − m)² / n) of what a layer hands on, m being the mean of all n numbers, row after row; 0: the inputs."""
    numbers, letter = frame.run.into(layer), "a" if layer else "x"
    flat, n = numbers.ravel(), given("n", numbers.size)
    if flat.size > SPELLED:
        return apply("sqrt", given("S", float(np.square(flat - flat.mean()).sum())) / n)
    parts = [given(f"{letter}_{i}", value) for i, value in enumerate(flat, 1)]
    mean = (total(parts) / n).named("m")
    squares = total([(part - mean) ** 2 for part in parts]).named("S")
    return apply("sqrt", squares / n)


def flat_gap(frame: ForwardFrame) -> Term:
    """The output for which one layer is furthest off from all of them."""
    layers, one = outputs_of(frame.deep, frame.run.x), outputs_of(multiplied(frame.deep), frame.run.x)
    worst = np.unravel_index(int(np.abs(one - layers).argmax()), one.shape)
    return apply("abs", given("y_one", one[worst]) - given("y_all", layers[worst]))


def saturated_share(frame: ForwardFrame) -> Term | None:
    stuck = saturated_units(frame.net, frame.run)
    return None if stuck is None else given("n_stuck", stuck.sum()) / given("n", stuck.size)


def accuracy(frame: ForwardFrame) -> Term | None:
    return None if frame.accuracy is None else given("n_right", round(SEEN * frame.accuracy)) / given("n", SEEN)


def margin(table: Array) -> Term:
    """How far the worst row of XOR is on its side of ½. table: what comes out for the four rows."""
    row = int(np.where(XOR_TRUTH > 0.5, table - 0.5, 0.5 - table).argmin())
    y, half = given(f"y_{row + 1}", table[row]), given("", 0.5)
    return y - half if XOR_TRUTH[row] > 0.5 else half - y


def bump_error(line: Array) -> Term:
    """The place of BUMP_X at which the output is furthest off. line: what comes out there."""
    wanted = bump(BUMP_X)
    worst = int(np.abs(line - wanted).argmax())
    return apply("abs", given("y", line[worst]) - given("y_bump", wanted[worst]))


# ------------------------------------------------------------------------------------------- the signal


def drawn_spread(frame: ForwardFrame) -> Term | None:
    """gain · √(2/n); None for weights that no rule scales."""
    if frame.params.init not in FANS:
        return None
    return given("gain", frame.params.gain) * apply("sqrt", given("", 2.0) / given("", FANS[frame.params.init]))


def growth(frame: ForwardFrame) -> Term | None:
    """The L-th root of what the spread is multiplied by on the way; None where it ends at 0."""
    signal = frame.signal
    if signal is None or not signal.growth > 0:
        return None
    ratio = given("std_last", signal.std[-1]) / given("std_in", signal.std[0])
    return _exact(ratio ** (given("", 1.0) / given("L", signal.depth)), signal.growth)
