"""Every number on screen: of the input that is fed, of all rows, and of the next step. What there is of each input
or row is numbered from 1, such as `w1` and `z_3`."""

from __future__ import annotations

from collections.abc import Sequence

from lab.core.metric import Metric, Metrics
from lab.core.text import N_
from lab.experiments.e07_single_neuron import arithmetic as why
from lab.experiments.e07_single_neuron.frame import NeuronFrame
from lab.kit.metrics import Column, numbered
from lab.kit.numbers import subscript

__all__ = ["METRICS"]

MOST_INPUTS, MOST_ROWS = 3, 8  # rows that have read-outs of their own: a whole table of three inputs


def _few(values: Sequence[float | None]) -> Sequence[float | None]:
    """Numbers of all rows, where there are few."""
    return values if len(values) <= MOST_ROWS else ()


def _margins(frame: NeuronFrame) -> Sequence[float | None]:
    return [None] * len(frame.examples) if frame.distances is None else frame.distances.tolist()


def _slopes(frame: NeuronFrame) -> Sequence[float | None]:
    return [None] * (frame.inputs + 1) if frame.move.gradient is None else frame.move.gradient


def _symbols(frame: NeuronFrame) -> dict[str, str]:
    """The names of the inputs, in place of x₁ and x₂."""
    return frame.examples.origin.letters


def _called(frame: NeuronFrame) -> dict[str, str]:
    names = frame.examples.origin.letters
    return {f"x{number}": name for number in (1, 2) if (name := names.get(f"x{subscript(number)}"))}


METRICS: Metrics[NeuronFrame] = Metrics(
    Metric("step", N_("step"), lambda frame: frame.step),
    numbered(
        MOST_INPUTS,
        Column("w{n}", N_("weight w{n}"), lambda frame: frame.neuron.weights.tolist(), why.weight),
        Column("x{n}", N_("input x{n}"), lambda frame: frame.x),
        Column("term{n}", N_("term w{n}·x{n}"), lambda frame: frame.products, why.product_now),
        mark=subscript,
    ),
    Metric("bias", N_("bias b"), lambda frame: frame.neuron.bias),
    Metric("z", N_("sum z"), lambda frame: frame.z, why.z),
    Metric("output", N_("output a"), lambda frame: frame.output, why.output, 3),
    Metric("slope", N_("slope of the gate"), lambda frame: frame.slope, why.slope, 3),
    Metric("p", N_("probability p = σ(z)"), lambda frame: frame.p, why.p, 3),
    Metric("loss", N_("loss"), lambda frame: frame.loss, why.loss, 3),
    Metric("accuracy", N_("accuracy"), lambda frame: frame.right / len(frame.examples), why.accuracy, 3),
    Metric("right", N_("rows right"), lambda frame: frame.right),
    Metric("rows", N_("rows"), lambda frame: len(frame.examples)),
    Metric("margin", N_("smallest margin"), lambda frame: frame.margin, why.smallest_margin, 3),
    Metric("norm", "‖w‖", lambda frame: frame.neuron.norm, why.norm, 3),
    Metric("tries", N_("tries by hand"), lambda frame: frame.tries.count),
    Metric("best_try", N_("best try by hand"), lambda frame: frame.best_try, why.best_try),
    Metric("ceiling", N_("best that one neuron can do"), lambda frame: frame.ceiling),
    numbered(
        MOST_ROWS,
        Column("z", N_("z of row {n}"), lambda frame: _few(frame.sums.tolist()), why.z_of_row),
        Column("output", N_("output of row {n}"), lambda frame: _few(frame.outputs.tolist()), why.output_of_row),
        Column("margin", N_("margin of row {n}"), lambda frame: _few(_margins(frame)), why.margin),
    ),
    numbered(
        MOST_INPUTS,
        Column("next_w{n}", N_("next w{n}"), lambda frame: frame.move.after.weights.tolist(), why.after),
        mark=subscript,
    ),
    Metric("next_bias", N_("next bias"), lambda f: f.move.after.bias, lambda f: why.after(f, f.inputs)),
    numbered(
        MOST_INPUTS,
        Column("slope_w{n}", N_("slope of the loss along w{n}"), lambda frame: _slopes(frame)[:-1], why.gradient),
        mark=subscript,
    ),
    Metric(
        "slope_bias",
        N_("slope of the loss along b"),
        lambda frame: _slopes(frame)[-1],
        lambda frame: why.gradient(frame, frame.inputs),
    ),
    Metric("corrections", N_("corrections by the perceptron rule"), lambda frame: frame.perceptron_corrections),
    Metric(
        "cycle", N_("steps until the same weights are back"), lambda frame: frame.cycle.length if frame.cycle else None
    ),
    called=_called,
    symbols=_symbols,
)
