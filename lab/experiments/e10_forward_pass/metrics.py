"""Every number on screen. Those of a table of XOR, a curve, labels and the page “Signal” are there only with these."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lab.core.metric import Metric, Metrics, Value, only
from lab.core.text import N_
from lab.experiments.e10_forward_pass import arithmetic as why
from lab.experiments.e10_forward_pass.forward import saturated_units
from lab.experiments.e10_forward_pass.frame import ForwardFrame
from lab.experiments.e10_forward_pass.nets import BUMP_X, XOR_TRUTH, bump
from lab.experiments.e10_forward_pass.signal import SignalReport
from lab.kit.metrics import Column, numbered, of_part

__all__ = ["METRICS"]

MOST_OUTPUTS = 10
MOST_LAYERS = 64  # that have a name


def _sum(frame: ForwardFrame) -> float | None:
    layer, unit = frame.selected
    return float(frame.run.z[layer][frame.row, unit]) if frame.known(layer, unit) else None


def _spreads(frame: ForwardFrame) -> list[Value]:
    """Of the inputs, and of what each layer hands on."""
    layers = range(frame.last + 1)
    known = [float(frame.run.a[layer].std()) if frame.known_layer(layer) else None for layer in layers]
    return [float(frame.run.x.std()), *known]


def _outputs(frame: ForwardFrame) -> list[Value]:
    units = len(frame.net.biases[frame.last])
    return [frame.value(frame.last, unit) for unit in range(min(units, MOST_OUTPUTS))]


def _saturated(frame: ForwardFrame) -> float | None:
    stuck = saturated_units(frame.net, frame.run) if frame.run.failed < 0 else None
    return None if stuck is None else float(stuck.mean())


def _xor_outputs(frame: ForwardFrame) -> list[float]:
    return [] if frame.xor is None else frame.xor.tolist()


def _of_signal(value: Callable[[SignalReport], float]) -> Callable[[ForwardFrame], Value]:
    return lambda frame: value(frame.signal) if frame.signal is not None else None


def _at_end(value: Callable[[SignalReport], float]) -> Callable[[ForwardFrame], Value]:
    """A read-out of the signal once it has gone through all layers."""
    return lambda frame: value(frame.signal) if frame.signal and frame.layers_passed == frame.signal.depth else None


METRICS: Metrics[ForwardFrame] = Metrics(
    Metric("step", N_("step"), lambda frame: frame.step),
    Metric("row", N_("lit example"), lambda frame: frame.row + 1),
    Metric("layer", N_("layer"), lambda frame: frame.selected[0] + 1),
    Metric("unit", N_("unit"), lambda frame: frame.selected[1] + 1),
    Metric("z", N_("sum z"), _sum, why.weighted_sum),
    Metric("a", N_("activation a"), lambda frame: frame.value(*frame.selected), why.activation),
    Metric(
        "he",
        "√(2/n)",
        lambda frame: float(np.sqrt(2.0 / frame.net.weights[frame.selected[0]].shape[0])),
        why.he_spread,
    ),
    numbered(
        MOST_LAYERS,
        Column("params", N_("parameters of layer {n}"), lambda frame: frame.layer_parameters, why.layer_parameters),
    ),
    Metric("parameters", N_("parameters"), lambda frame: frame.parameters, why.parameters),
    Metric("bytes", N_("bytes"), lambda frame: 8 * frame.parameters, why.size_in_bytes),
    Metric("layers", N_("layers"), lambda frame: frame.last + 1),
    Metric("batch", N_("examples in the batch"), lambda frame: len(frame.run.x)),
    Metric("kept", N_("numbers kept"), lambda frame: frame.kept, why.kept_numbers),
    Metric("error", N_("what NumPy says"), lambda frame: frame.run.error if frame.failing else None),
    numbered(MOST_LAYERS + 1, Column("std", N_("std behind layer {n}"), _spreads, why.spread), first=0),
    numbered(MOST_OUTPUTS, Column("out", N_("output {n}"), _outputs, why.output)),
    Metric("flat_gap", N_("largest difference to one layer"), lambda frame: frame.gap, why.flat_gap),
    Metric("batch_gap", N_("largest difference to one by one"), lambda frame: frame.batch_gap),
    Metric("accuracy", N_("accuracy"), lambda frame: frame.accuracy, why.accuracy),
    Metric("saturated", N_("share of gates at their end"), _saturated, why.saturated_share),
    numbered(4, Column("xor", N_("output for row {n} of XOR"), _xor_outputs, why.xor_output)),
    of_part(
        lambda frame: frame.xor,
        Metric("xor_right", N_("rows of XOR on the right side"), lambda y: int(((y > 0.5) == (XOR_TRUTH > 0.5)).sum())),
        Metric("margin", N_("margin"), lambda y: float(np.where(XOR_TRUTH > 0.5, y - 0.5, 0.5 - y).min()), why.margin),
    ),
    of_part(
        lambda frame: frame.line,
        Metric(
            "bump_error",
            N_("largest error of the bump"),
            lambda y: float(np.abs(y - bump(BUMP_X)).max()),
            why.bump_error,
        ),
    ),
    only(
        lambda frame: frame.classifies,
        Metric("truth", N_("what it is"), ForwardFrame.label),
        Metric("guess", N_("what it says"), lambda frame: frame.guess()[0]),
        Metric("guess_p", N_("how sure"), lambda frame: frame.guess()[1], why.top_output),
    ),
    only(
        lambda frame: frame.signal is not None,
        Metric("drawn", N_("spread of the weights"), _of_signal(lambda signal: signal.drawn), why.drawn_spread),
        Metric("heard", N_("layers the signal has gone through"), lambda frame: frame.layers_passed),
        Metric("signal_first", N_("std behind layer 1"), _of_signal(lambda signal: float(signal.std[1]))),
        Metric(
            "signal_now",
            N_("std where the signal is"),
            lambda frame: float(frame.signal.std[frame.layers_passed]) if frame.signal else None,
        ),
        Metric("signal_last", N_("std behind the last layer"), _at_end(lambda signal: float(signal.std[-1]))),
        Metric("growth", N_("factor per layer"), _at_end(lambda signal: signal.growth), why.growth),
        Metric("signal_half", N_("std at the end, He × ½"), _of_signal(lambda signal: float(signal.half[-1]))),
        Metric("signal_he", N_("std at the end, He"), _of_signal(lambda signal: float(signal.he[-1]))),
        Metric("signal_twice", N_("std at the end, He × 2"), _of_signal(lambda signal: float(signal.twice[-1]))),
    ),
)
