"""Every number on screen: of the input that is fed, of all rows, and of the next step. What there is of each input
or row is numbered from 1, such as `w1` and `z_3`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lab.core.arithmetic import Term
from lab.core.metric import Family, Metric, Metrics, Value
from lab.core.text import N_
from lab.experiments.e07_single_neuron import arithmetic as why
from lab.experiments.e07_single_neuron.frame import NeuronFrame
from lab.kit.numbers import subscript

__all__ = ["METRICS"]

MOST_INPUTS, MOST_ROWS = 3, 8  # rows that have read-outs of their own: a whole table of three inputs


@dataclass(frozen=True, slots=True)
class Numbered:
    """A read-out of each input or row. name, label: with {} where its number stands; value, why: of number i from 0."""

    name: str
    label: str
    value: Callable[[NeuronFrame, int], Value]
    why: Callable[[NeuronFrame, int], Term | None] = lambda frame, i: None


def _family(
    rows: tuple[Numbered, ...], count: Callable[[NeuronFrame], int], most: int, mark: Callable[[int], str]
) -> Family[NeuronFrame]:
    """Some read-outs of each input or row. count: how many a frame has.  mark: how a label writes their number."""

    def values(frame: NeuronFrame) -> dict[str, Value]:
        return {row.name.format(i + 1): row.value(frame, i) for i in range(count(frame)) for row in rows}

    def explained(frame: NeuronFrame, name: str) -> Term | None:
        found = ((row, i) for i in range(count(frame)) for row in rows if row.name.format(i + 1) == name)
        return next(row.why(frame, i) for row, i in found)

    labels = {row.name.format(i): row.label.format(i=mark(i)) for i in range(1, most + 1) for row in rows}
    return Family(values, explained, labels)


def _rows(frame: NeuronFrame) -> int:
    return len(frame.examples) if len(frame.examples) <= MOST_ROWS else 0


def _of_inputs(*rows: Numbered) -> Family[NeuronFrame]:
    return _family(rows, lambda frame: frame.inputs, MOST_INPUTS, subscript)


def _slope(frame: NeuronFrame, i: int) -> float | None:
    return None if frame.move.gradient is None else frame.move.gradient[i]


METRICS: Metrics[NeuronFrame] = Metrics(
    Metric("step", N_("step"), lambda frame: frame.step),
    _of_inputs(
        Numbered("w{}", N_("weight w{i}"), lambda frame, i: frame.neuron.numbers[i], why.weight),
        Numbered("x{}", N_("input x{i}"), lambda frame, i: frame.x[i]),
        Numbered("term{}", N_("term w{i}·x{i}"), NeuronFrame.product, why.product_now),
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
    _family(
        (
            Numbered("z_{}", N_("z of row {i}"), lambda frame, i: float(frame.sums[i]), why.z_of_row),
            Numbered("output_{}", N_("output of row {i}"), lambda frame, i: float(frame.outputs[i]), why.output_of_row),
            Numbered("margin_{}", N_("margin of row {i}"), NeuronFrame.margin_of_row, why.margin),
        ),
        _rows,
        MOST_ROWS,
        str,
    ),
    _of_inputs(Numbered("next_w{}", N_("next w{i}"), lambda frame, i: frame.move.after.numbers[i], why.after)),
    Metric("next_bias", N_("next bias"), lambda f: f.move.after.bias, lambda f: why.after(f, f.inputs)),
    _of_inputs(Numbered("slope_w{}", N_("slope of the loss along w{i}"), _slope, why.gradient)),
    Metric(
        "slope_bias",
        N_("slope of the loss along b"),
        lambda frame: _slope(frame, frame.inputs),
        lambda frame: why.gradient(frame, frame.inputs),
    ),
    Metric("corrections", N_("corrections by the perceptron rule"), lambda frame: frame.perceptron_corrections),
    Metric(
        "cycle", N_("steps until the same weights are back"), lambda frame: frame.cycle.length if frame.cycle else None
    ),
)
