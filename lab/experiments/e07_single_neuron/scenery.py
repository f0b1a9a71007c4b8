"""What there is to draw for a frame, as plain values: the plane and its handles, the picture of the neuron,
the rows of the table, the terms of the sum and the chart. The same frame always gives the same picture."""

from __future__ import annotations

import math

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e07_single_neuron import plane
from lab.experiments.e07_single_neuron.frame import NeuronFrame
from lab.experiments.e07_single_neuron.geometry import Cut, Pair
from lab.experiments.e07_single_neuron.picture_paint import Shown
from lab.experiments.e07_single_neuron.settings import Display
from lab.experiments.e07_single_neuron.truth import Answer
from lab.kit.naming import short
from lab.kit.numbers import show_short
from widgets.canvas import layers
from widgets.plots.series import Series

__all__ = [
    "answers_of",
    "chart_of",
    "cut_of",
    "gate_line",
    "handles",
    "scene_of",
    "shown_of",
    "terms_of",
]

FEW = 12  # rows up to which distances are drawn


def cut_of(frame: NeuronFrame) -> Cut:
    """The neuron over its first two inputs; a third one, held at what is fed, is a part of the offset."""
    weights = (*frame.neuron.weights.tolist(), 0.0)
    rest = sum(w * x for w, x in zip(weights[2:], frame.x[2:]))
    return Cut(weights[0], weights[1], frame.neuron.bias + rest, frame.examples.extent, frame.inputs == 1)


def scene_of(frame: NeuronFrame, display: Display, cut: Cut) -> plane.Scene:
    """What lies below the handles of the plane."""
    spots = []
    for row, (point, label) in enumerate(zip(frame.examples.points.tolist(), frame.examples.labels.tolist())):
        x, y = (*point, 0.0)[:2]
        faint = frame.inputs > 2 and point[2:] != list(frame.x[2:])
        spots.append(plane.Spot(x, y, int(label), bool(frame.correct[row]), row, faint))
    spots.sort(key=lambda spot: not spot.faint)  # faint ones lie below
    note = ""
    if frame.neuron.norm == 0:
        note = _("No boundary: all weights are 0.")
    elif cut.norm == 0:
        note = _("No boundary in this slice: both of its weights are 0.")
    elif cut.line() is None:
        note = _("The boundary lies outside this picture.")
    few = len(frame.examples) <= FEW
    return plane.Scene(cut, frame.params.gate, tuple(spots), display.distances and few, display.band, note)


def handles(frame: NeuronFrame, cut: Cut, base: Pair) -> list[layers.Layer]:
    """The arrow from `base`, the boundary's handle, and the lit ball."""
    tip = cut.tip(base)
    x, y = (*frame.x, 0.0)[:2]
    found: list[layers.Layer] = [
        layers.Arrow(*base, tip[0] - base[0], tip[1] - base[1], color="text"),
        layers.Ball(x, y, letter=str(int(frame.examples.labels[frame.row])) if frame.row >= 0 else ""),
        layers.Handle(plane.TIP, *tip, "w"),
    ]
    if cut.norm > 0:
        found.append(layers.Handle(plane.BOUNDARY, *cut.slide, "b"))
    return [*found, layers.Handle(plane.BALL, x, y)]


def _counted(frame: NeuronFrame, output: float) -> float:
    """An output as it is written: a step gives whole numbers."""
    return int(output) if frame.params.gate == "step" else output


def shown_of(frame: NeuronFrame) -> Shown:
    """The picture of the neuron."""
    wanted = None if frame.row < 0 else bool(frame.examples.labels[frame.row])
    yes = bool(frame.correct[frame.row]) == wanted if wanted is not None else frame.z > 0
    return Shown(
        frame.x,
        tuple(frame.neuron.weights.tolist()),
        frame.neuron.bias,
        frame.z,
        _counted(frame, frame.output),
        frame.params.gate,
        yes,
        wanted,
        tuple(short(name, 9) for name in frame.examples.origin.answers),
    )


def answers_of(frame: NeuronFrame) -> tuple[Answer, ...]:
    """The rows of the table."""
    rows = zip(
        frame.examples.points.tolist(),
        frame.examples.labels.tolist(),
        frame.sums.tolist(),
        frame.outputs.tolist(),
        frame.correct.tolist(),
        [None] * len(frame.examples) if frame.distances is None else frame.distances.tolist(),
    )
    return tuple(
        Answer(tuple(x), int(wanted), z, _counted(frame, a), right, margin) for x, wanted, z, a, right, margin in rows
    )


# ---------------------------------------------------------------------------------------- the arithmetic


def _bracketed(value: float) -> str:
    text = show_short(value, 3)
    return f"({text})" if value < 0 else text


def terms_of(frame: NeuronFrame) -> tuple[str, ...]:
    """The terms of z, as 0.5·1, the bias last."""
    pairs = zip(frame.neuron.weights.tolist(), frame.x)
    return (*(f"{_bracketed(w)}·{_bracketed(x)}" for w, x in pairs), _bracketed(frame.neuron.bias))


def gate_line(frame: NeuronFrame) -> tuple[str, str]:
    """The gate with its numbers filled in, and its slope, which needs only the output."""
    z, a = show_number(frame.z, 3), show_number(_counted(frame, frame.output), 3)
    inner = f"({z})" if frame.z < 0 else z
    slope = frame.slope
    shown = show_number(slope, 3)
    match frame.params.gate:
        case "sigmoid":
            return f"a = σ({z}) = 1 / (1 + e^(−{inner})) = {a}", _("slope a·(1 − a) = {slope}").format(slope=shown)
        case "tanh":
            return f"a = tanh({z}) = {a}", _("slope 1 − a² = {slope}").format(slope=shown)
    above = _("above 0") if frame.output else _("not above 0")
    jumps = _("it jumps here: no slope") if slope is None else _("slope {slope}").format(slope=shown)
    return _("a = step({z}) = {a}, as z is {above}").format(z=z, a=a, above=above), jumps


# ---------------------------------------------------------------------------------------------- the chart

COLUMNS = ("loss", "norm", "right")


def chart_of(frame: NeuronFrame, display: Display) -> list[Series]:
    """The curve that was chosen, and what it cannot pass, where that may be seen."""
    column = COLUMNS.index(display.curve)
    steps, values = frame.past.steps, frame.past.column(column)
    name = {"loss": _("log-loss"), "norm": "‖w‖", "right": _("right")}[display.curve]
    found = [Series(name, steps, values, "accent", (), "o", 2.2)]
    if display.curve == "right" and frame.ceiling is not None:
        ends = steps[[0, -1]]
        most = math.floor(frame.ceiling * len(frame.examples) + 0.5)
        found.append(Series(_("most possible"), ends, ends * 0.0 + most, "text3", (4, 3), "", 1.8))
    return found
