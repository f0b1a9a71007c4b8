"""Settings with a story, and failures on purpose."""

from __future__ import annotations

import numpy as np

from lab.core.experiment import Break, Preset, Setting
from lab.core.text import N_
from lab.experiments.e08_activations.chain_report import DepthPage
from lab.experiments.e08_activations.frame import ActivationsFrame
from lab.experiments.e08_activations.learner import FunctionPage
from lab.experiments.e08_activations.lift import StabilityPage
from lab.experiments.e08_activations.settings import COURSE_SCORES

__all__ = ["BREAKS", "PRESETS"]

SIGMOID_TEN = {"topic": "depth", "function": "sigmoid", "layers": 10, "scheme": "xavier"}
DEAD = {"topic": "depth", "function": "relu", "layers": 2, "scheme": "he", "learning_rate": 10.0}
WRONG = {"topic": "function", "function": "sigmoid", "x": -5.0, "learning_rate": 1.0}
LARGE = {"topic": "stability", "logits": "1000, 999, 998", "number_format": "float64"}

PRESETS = (
    Preset(
        "course",
        N_("Course"),
        Setting({"topic": "softmax", "logits": COURSE_SCORES}),
        N_("Three scores, 2.0, 1.0 and 0.1, become 0.659, 0.242 and 0.099. If it is a cat, the loss is 0.417."),
    ),
    Preset(
        "sigmoid-ten",
        N_("Sigmoid × 10"),
        Setting(SIGMOID_TEN),
        N_("Ten sigmoids: at its steepest each lets a quarter through, and a quarter to the tenth is a millionth."),
    ),
    Preset(
        "dead-relu",
        N_("Dead ReLU"),
        Setting(DEAD, steps=600),
        N_("Steps far too large have pushed the units to where their slope is 0. None of them will come back."),
    ),
    Preset(
        "saturated",
        N_("Saturated"),
        Setting({"topic": "depth", "function": "sigmoid", "layers": 6, "scheme": "xavier", "gain": 20.0}),
        N_("Weights twenty times too large: locked units sit on the flat ends of their sigmoid, whatever comes in."),
    ),
    Preset(
        "wrong",
        N_("Sure and wrong"),
        Setting(WRONG),
        N_("The output should be 1 and is 0.007. Run: the squared error barely moves the ball, cross-entropy does."),
    ),
    Preset(
        "tie",
        N_("Tie"),
        Setting({"topic": "softmax", "logits": "2, 2, 0.1", "temperature": 0.0}),
        N_("At temperature 0 the largest takes all, and two that are equally large share. There is no slope left."),
    ),
    Preset(
        "large",
        N_("1000, 999, 998"),
        Setting(LARGE),
        N_("e^1000 is too large for 64 bits. With the maximum taken off first the answer is 0.665, 0.245, 0.090."),
    ),
    Preset(
        "swiglu",
        "SwiGLU",
        Setting({"topic": "function", "function": "silu", "functions": ("silu", "gelu", "relu"), "swiglu": True}),
        N_("The gate of today's language models. Drag the ball: it is the first of two inputs, and opens the gates."),
    ),
)


def _not_a_number(frame: ActivationsFrame) -> bool:
    page = frame.page
    return isinstance(page, StabilityPage) and page.lost is not None and bool(np.isnan(page.columns.probabilities[0]))


def _hardly_learns(frame: ActivationsFrame) -> bool:
    page = frame.page
    return isinstance(page, FunctionPage) and page.value < 0.05 and page.rival_value > 0.9


def _deaf(frame: ActivationsFrame) -> bool:
    page = frame.page
    if not isinstance(page, DepthPage):
        return False
    return page.health.gradients[0] < 1e-9 and page.health.loss > 0.68 and page.health.accuracy < 0.7


def _dead(frame: ActivationsFrame) -> bool:
    page = frame.page
    return isinstance(page, DepthPage) and page.health.dead[-1].mean() >= 0.8 and page.health.accuracy <= 0.55


BREAKS = (
    Break(
        "overflow",
        N_("Leave the maximum on"),
        N_("e^1000 is ∞ even in 64 bits, ∞ / ∞ is not a number, and from there on nothing is."),
        Setting({**LARGE, "subtract_max": False}),
        _not_a_number,
    ),
    Break(
        "creep",
        N_("Creep up to the edge"),
        N_("Adding the same number to all logits changes no probability, until e^z is larger than the format allows."),
        Setting({"topic": "stability", "number_format": "float16", "subtract_max": False}, steps=20),
        _not_a_number,
    ),
    Break(
        "wrong-loss",
        N_("The wrong loss for a sigmoid"),
        N_("Both balls start at −5 and should give 1. The squared error pulls with 0.013, cross-entropy with 0.993."),
        Setting(WRONG, steps=25),
        _hardly_learns,
    ),
    Break(
        "deaf",
        N_("Train twenty sigmoids"),
        N_("No gradient reaches the first layers. However long it runs, the loss stays near ln 2 = 0.693: it guesses."),
        Setting({**SIGMOID_TEN, "layers": 20, "learning_rate": 0.1}, steps=300),
        _deaf,
    ),
    Break(
        "dead",
        N_("Steps that kill ReLUs"),
        N_("With η = 10 unit after unit is pushed to where its slope is 0, on every example. Skulls stay."),
        Setting(DEAD, steps=600),
        _dead,
    ),
)
