"""Settings with a story, and the ways to break a forward pass on purpose."""

from __future__ import annotations

import math

from lab.core.experiment import Break, Preset, Setting
from lab.core.text import N_
from lab.experiments.e10_forward_pass.frame import ForwardFrame
from lab.experiments.e10_forward_pass.metrics import METRICS

__all__ = ["BREAKS", "PRESETS"]

PRESETS = (
    Preset(
        "xor",
        N_("XOR by hand"),
        Setting({}),
        N_("Nobody trained it: one hidden unit says OR, the other NAND, and the last one says AND to both."),
    ),
    Preset(
        "moved",
        N_("Points moved"),
        Setting({"page": "space"}),
        N_("No line parts XOR where it comes in. Where the hidden layer puts the points, one line is enough."),
    ),
    Preset(
        "small",
        "2-3-1",
        Setting({"net": "sizes", "sizes": "2-3-1", "activation": "tanh", "output": "sigmoid"}, seed=1),
        N_("Random weights: press Step and see one unit after the other find out what it says."),
    ),
    Preset(
        "hat",
        N_("Hat"),
        Setting({"net": "hat", "batch": 8, "row": 3, "page": "space"}),
        N_("Two ReLUs fold the line at 0, the output turns it over and cuts off what is below 0."),
    ),
    Preset(
        "digits",
        N_("Digits"),
        Setting({"net": "digits", "row": 1, "page": "space"}),
        N_("64 grey values go in, 10 probabilities come out: the same few lines, only wider."),
    ),
    Preset(
        "stack",
        N_("Straight stack"),
        Setting({"net": "stack", "flat": True}),
        N_("Three layers without gates are one layer: multiplied through, they say the same but for rounding."),
    ),
    Preset(
        "identity",
        N_("Identity"),
        Setting({"net": "identity"}),
        N_("x = relu(x) − relu(−x): what goes in comes out, through gates that each let only one half pass."),
    ),
    Preset(
        "signal",
        N_("Signal"),
        Setting({"page": "signal"}),
        N_("20 layers of random weights. By He's rule the signal arrives as loud as it left."),
    ),
    Preset(
        "course",
        N_("Course"),
        Setting({"net": "sizes", "sizes": "3-4-4-2", "page": "shapes"}, seed=7),
        N_("3 → 4 → 4 → 2: 16 + 20 + 10 = 46 numbers to learn."),
    ),
)


def _number(frame: ForwardFrame, name: str) -> float:
    value = METRICS.number(frame, name)
    return math.nan if value is None else value


BREAKS = (
    Break(
        "straight",
        N_("Remove the activations"),
        N_(
            "The hidden layer can only stretch, tilt or flatten the plane, so the four points still cannot be parted by"
            " one line: two of four rows are wrong. And the two layers are worth no more than one."
        ),
        Setting({"activation": "linear", "page": "space"}),
        lambda frame: _number(frame, "xor_right") == 2 and _number(frame, "flat_gap") < 1e-9,
    ),
    Break(
        "loud",
        N_("Weights twice too big"),
        N_("Every layer doubles the signal. After 20 of them it is about a million times too loud: 2²⁰."),
        Setting({"page": "signal", "gain": 2.0}),
        lambda frame: _number(frame, "signal_last") > 1e5,
    ),
    Break(
        "quiet",
        N_("Weights half as big"),
        N_("Every layer halves the signal. After 20 of them a millionth is left, and nothing to learn from."),
        Setting({"page": "signal", "gain": 0.5}),
        lambda frame: _number(frame, "signal_last") < 1e-5,
    ),
    Break(
        "stuck",
        N_("Saturate the gates"),
        N_("Sums so large that nearly every gate sits at its end: inputs may change, and what it says does not."),
        Setting({"net": "sizes", "sizes": "3-8-8-1", "activation": "tanh", "gain": 20.0, "batch": 16}, seed=2),
        lambda frame: _number(frame, "saturated") > 0.8,
    ),
    Break(
        "turned",
        N_("Turn a matrix"),
        N_("W lies on its side: 3 numbers arrive where 4 are expected. NumPy says so, in its own words."),
        Setting({"net": "sizes", "sizes": "3-4-4-2", "mistake": "turned", "page": "shapes"}, seed=7),
        lambda frame: frame.failing and "mismatch" in frame.run.error,
    ),
)
