"""Settings with a story, and the ways to break a network on purpose."""

from __future__ import annotations

import numpy as np

from lab.core.experiment import Break, Preset, Setting
from lab.core.text import N_
from lab.engine.nets.resize import dense_layers
from lab.experiments.e09_decision_boundaries.frame import BoundaryFrame

__all__ = ["BREAKS", "PRESETS"]

PRESETS = (
    Preset(
        "circle",
        N_("Circle"),
        Setting(),
        N_(
            "Each hidden unit draws one straight line. Three lines can close off a piece; here are four."
            " Par: 3 units with tanh. Of 20 starts all get there; with ReLU 14, with two units none."
        ),
    ),
    Preset(
        "course",
        N_("Course: XOR"),
        Setting(
            {
                "data": "corners",
                "hidden": "4",
                "activation": "sigmoid",
                "learning_rate": 0.1,
                "batch_size": 4,
                "held_out": 0.0,
            }
        ),
        N_("Four points that no single line can part, and a network 2 → 4 → 1 of sigmoids."),
    ),
    Preset(
        "blobs",
        N_("Two clouds"),
        Setting({"data": "blobs", "hidden": "0"}),
        N_("No hidden layer: one neuron, one straight cut. Here that is enough."),
    ),
    Preset(
        "moons",
        N_("Moons"),
        Setting({"data": "moons", "hidden": "4", "learning_rate": 0.1}),
        N_("Two half moons. A few cuts, joined with round corners, make a wave. Par: 4 units, 20 of 20 starts."),
    ),
    Preset(
        "spirals",
        N_("Spirals"),
        Setting({"data": "spirals", "hidden": "8-8", "n": 600}),
        N_(
            "The old test of a network. Watch the second layer: its units are no longer straight cuts."
            " Par: 8-8 within 3000 steps. Of 20 starts all pass 97 % with tanh, with ReLU 17."
        ),
    ),
    Preset(
        "checkerboard",
        N_("Checkerboard"),
        Setting({"data": "checkerboard", "hidden": "16-16", "noise": 0.0, "n": 800, "learning_rate": 0.01}),
        N_("Sixteen squares. Many cuts, and a second layer that puts them together."),
    ),
    Preset(
        "smiley",
        N_("Smiley"),
        Setting({"data": "smiley", "hidden": "12-8", "noise": 0.0, "n": 600, "learning_rate": 0.01}),
        N_("Eyes and a mouth. Small things in a large field are learned last."),
    ),
    Preset(
        "clouds",
        N_("Four clouds"),
        Setting({"data": "clouds", "hidden": "4"}),
        N_("Four classes: four scores, and a softmax that makes shares of belief of them."),
    ),
    Preset(
        "secret",
        N_("Secret"),
        Setting({"data": "secret", "hidden": "6", "held_out": 0.5}),
        N_("Half of the points stay hidden, whatever you switch on. Only their score tells how you do."),
    ),
)


def _one_cut(frame: BoundaryFrame) -> bool:
    """Whether the five layers are one straight cut: the z of the middle of two places is the mean of theirs."""
    rng = np.random.default_rng(1)
    a, b = rng.uniform(-2, 2, (2, 50, 2))
    z = [frame.network.forward(x).outputs[:, 0] for x in (a, b, (a + b) / 2)]
    straight = np.allclose((z[0] + z[1]) / 2, z[2])
    return bool(straight and frame.seen is not None and frame.seen.accuracy < 0.75)


def _all_alike(frame: BoundaryFrame) -> bool:
    first = dense_layers(frame.network)[0]
    return bool((first.weight == first.weight[:, :1]).all()) and frame.twins == frame.units - 1


BREAKS = (
    Break(
        "linear",
        N_("Five layers without gates"),
        N_(
            "Forty units in five layers, and the boundary is still one straight line: without a gate, layers"
            " multiply into one."
        ),
        Setting({"data": "circle", "hidden": "8-8-8-8-8", "activation": "linear"}, steps=300),
        _one_cut,
    ),
    Break(
        "zero",
        N_("All weights start at zero"),
        N_(
            "All units hear the same and are corrected the same, so they stay twins for ever. Eight units, and"
            " not even one good cut: nothing passes a weight of 0, so only the last bias moves."
        ),
        Setting({"data": "circle", "hidden": "8", "start": "zero"}, steps=300),
        _all_alike,
    ),
    Break(
        "rate",
        N_("Far too large a learning rate"),
        N_(
            "Squared error by plain steps of 8: each overshoots further than the one before, until a weight is no"
            " longer a number. The card says at which step."
        ),
        Setting(
            {
                "data": "circle",
                "hidden": "8",
                "activation": "relu",
                "loss": "mse",
                "optimizer": "sgd",
                "learning_rate": 8.0,
            },
            steps=60,
        ),
        lambda frame: frame.lost >= 0,
    ),
)
