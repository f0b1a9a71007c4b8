"""Settings with a story, and the ways to break a neuron on purpose."""

from __future__ import annotations

import math

from lab.core.experiment import Break, Preset, Setting
from lab.core.text import N_
from lab.experiments.e07_single_neuron.frame import NeuronFrame
from lab.experiments.e07_single_neuron.gestures import Feed

__all__ = ["BREAKS", "PRESETS"]

ZERO = {"w1": 0.0, "w2": 0.0, "w3": 0.0, "bias": 0.0}
ROSENBLATT = {"gate": "step", "rule": "perceptron"}
FIRST = {"data": "votes", "w1": 0.8, "w2": -0.5, "w3": 1.0, "bias": 0.1}
SECOND = {"data": "votes", "w1": 0.4, "w2": -0.1, "w3": 0.8, "bias": 0.1}

PRESETS = (
    Preset(
        "and",
        "AND",
        Setting(),
        N_("Yes only when both say yes. Two rows are wrong: slide the boundary until all four are right."),
    ),
    Preset(
        "or",
        "OR",
        Setting({"data": "or"} | ROSENBLATT | ZERO),
        N_("The perceptron rule starts knowing nothing. Press Step: only a missed row moves the weights."),
    ),
    Preset(
        "nand",
        "NAND",
        Setting({"data": "nand"}),
        N_("The opposite of AND. The arrow has to turn round: by hand, or by learning. Watch it turn."),
    ),
    Preset(
        "not",
        "NOT",
        Setting({"data": "not"} | ROSENBLATT),
        N_("One input, one weight. What must its sign be, and what does the bias do?"),
    ),
    Preset(
        "majority",
        N_("Majority"),
        Setting({"data": "majority"} | ROSENBLATT | ZERO),
        N_("Three inputs have eight rows. The plane is a slice of a cube: feed another row to see the other."),
    ),
    Preset(
        "xor",
        "XOR",
        Setting({"data": "xor"} | ROSENBLATT),
        N_("Either, but not both. Try it by hand first. After five tries the lab tells what is possible."),
    ),
    Preset(
        "clouds",
        N_("Two clouds"),
        Setting({"data": "blobs", "w1": 1.0, "w2": -1.0, "bias": 0.0, "learning_rate": 0.3}),
        N_("Forty points instead of four rows. First the arrow turns, and then it only grows."),
    ),
    Preset(
        "course",
        N_("Course"),
        Setting(FIRST),
        N_("x = (0.5, −0.3, 1.2), w = (0.8, −0.5, 1), b = 0.1: z is 1.85, σ(z) is 0.864, its slope 0.117."),
    ),
    Preset(
        "course-2",
        N_("Course 2"),
        Setting(SECOND, 0, ((0, Feed((0.5, 0.3, 0.2))),)),
        N_("x = (0.5, 0.3, 0.2), w = (0.4, −0.1, 0.8), b = 0.1: z is 0.43 and σ(z) is 0.606."),
    ),
)


def _goes_round(frame: NeuronFrame) -> bool:
    return frame.cycle is not None and frame.right < len(frame.examples)


def _gives_up(frame: NeuronFrame) -> bool:
    return abs(frame.loss - math.log(2)) < 1e-4 and frame.neuron.norm < 0.05


def _stuck_at_zero(frame: NeuronFrame) -> bool:
    return frame.done and frame.neuron.norm == 0


def _grows(frame: NeuronFrame) -> bool:
    norms = frame.past.column(1)
    return frame.separated and bool(norms[-1] > norms[len(norms) // 2] > 5)


def _saturated(frame: NeuronFrame) -> bool:
    return frame.right < len(frame.examples) and frame.neuron.norm > 50


BREAKS = (
    Break(
        "xor",
        N_("XOR by the perceptron rule"),
        N_(
            "It never ends: every fourth step the same weights are back. Pause it and try by hand. Every"
            " try is counted, and after five you are told how many rows are possible: 3 of 4, which is 75 %."
        ),
        Setting({"data": "xor"} | ROSENBLATT, steps=40),
        _goes_round,
    ),
    Break(
        "xor-logistic",
        N_("XOR by logistic regression"),
        N_(
            "It does end, by giving up: the weights shrink to 0, every answer becomes 0.5, and the loss"
            " stays at ln 2 = 0.693. That is the best log-loss any line can have here."
        ),
        Setting({"data": "xor", "w1": 2.0, "w2": -1.0}, steps=200),
        _gives_up,
    ),
    Break(
        "zero",
        N_("XOR from weights of 0"),
        N_(
            "No weights, no boundary: every place of the plane has the same answer. The slope is exactly 0,"
            " because the four rows pull in four directions, so the first step is already the last."
        ),
        Setting({"data": "xor"} | ZERO, steps=20),
        _stuck_at_zero,
    ),
    Break(
        "grows",
        N_("Learn AND for ever"),
        N_(
            "All four rows are right after a moment, and still it goes on. Look at ‖w‖: longer weights make"
            " the sigmoid steeper and the loss smaller, without end. There is no best neuron."
        ),
        Setting({"data": "and", "learning_rate": 5.0}, steps=400),
        _grows,
    ),
    Break(
        "huge",
        N_("Start with huge weights"),
        N_(
            "Sure of itself and wrong. At the lit row the output is 1.00 and its slope is 0, so a loss that"
            " multiplied by this slope would never learn. The log-loss does not, but needs hundreds of steps"
            " to bring such weights down."
        ),
        Setting({"data": "nand", "w1": 60.0, "w2": 60.0, "bias": -30.0}, steps=60),
        _saturated,
    ),
)
