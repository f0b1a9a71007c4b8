"""Settings with a story, and failures on purpose."""

from __future__ import annotations

from lab.core.experiment import Break, Preset, Setting
from lab.core.text import N_
from lab.experiments.e13_residual_connections.frame import ResidualFrame
from lab.experiments.e13_residual_connections.training import StackPage

__all__ = ["BREAKS", "PRESETS"]

RELU = {"activation": "relu", "depth": 50}

PRESETS = (
    Preset(
        "course",
        N_("Course: sigmoid × 20"),
        Setting(),
        N_("The gradient comes back as a whisper: the first block gets less than a trillionth of what the last gets."),
    ),
    Preset(
        "cure",
        N_("The cure"),
        Setting({"skip": True, "norm": "layer"}),
        N_("The same first weights. Every block adds to what came in, and a norm keeps the numbers in size."),
    ),
    Preset(
        "four",
        N_("ReLU × 50, four ways"),
        Setting({**RELU, "topic": "four"}, steps=60),
        N_("Skips alone explode, norms alone tangle, both train. ReLU gets by with neither: now try sigmoid."),
    ),
    Preset(
        "tiny",
        N_("Tiny first weights"),
        Setting({"activation": "tanh", "scheme": "normal", "gain": 0.01}),
        N_("First over last is about 1, as if all were well. Look at the sizes: nothing is left of the signal."),
    ),
    Preset(
        "batch-one",
        N_("BatchNorm, one example"),
        Setting({"activation": "relu", "skip": True, "norm": "batch", "batch": 1}),
        N_("The mean of one number is that number. What is left after taking it off is 0, in every block."),
    ),
    Preset(
        "paths",
        N_("Two ways back"),
        Setting({"activation": "tanh", "depth": 30, "skip": True, "norm": "layer", "view": "paths"}),
        N_("At every block the gradient divides: around it, and through it. Most of it takes short ways."),
    ),
    Preset(
        "landscape",
        N_("Landscape"),
        Setting({"activation": "tanh", "depth": 30, "norm": "layer", "topic": "landscape"}),
        N_(
            "Run: both stacks learn, then the loss around each is drawn. With norms, skips turn the rubble into a bowl."
        ),
    ),
    Preset(
        "map",
        N_("Edge of chaos"),
        Setting({"activation": "tanh", "topic": "map"}),
        N_("Every cell is a training of its own. Without skips and norms, depth leaves a narrow tongue that trains."),
    ),
)


def _exploded(frame: ResidualFrame) -> bool:
    return isinstance(frame.page, StackPage) and not frame.page.loss < 100.0


def _stuck(frame: ResidualFrame) -> bool:
    return isinstance(frame.page, StackPage) and not frame.page.loss < 0.4


def _deaf(frame: ResidualFrame) -> bool:
    return isinstance(frame.page, StackPage) and 0.68 < frame.page.loss < 0.71


def _nothing_left(frame: ResidualFrame) -> bool:
    page = frame.page
    return isinstance(page, StackPage) and not page.signals.gradient.any() and page.used > 0.6


BREAKS = (
    Break(
        "no-norm",
        N_("Take the norms away"),
        N_("Fifty ReLU blocks with skips alone: each adds to the stream, and the loss starts in the billions."),
        Setting({**RELU, "skip": True}, steps=100),
        _exploded,
    ),
    Break(
        "no-skip",
        N_("Take the skips away"),
        N_("Fifty ReLU blocks with norms alone: the sizes are right, and still the loss stays near 0.69, a guess."),
        Setting({**RELU, "norm": "layer"}, steps=150),
        _stuck,
    ),
    Break(
        "neither",
        N_("Take both away"),
        N_("Twenty sigmoids with neither: the first blocks hear nothing, and the loss stays at ln 2 = 0.693."),
        Setting(steps=100),
        _deaf,
    ),
    Break(
        "batch-one",
        N_("A BatchNorm that sees one example"),
        N_("Every norm takes off the mean of its one example and gives 0, so no block learns anything."),
        Setting({"activation": "relu", "skip": True, "norm": "batch", "batch": 1}, steps=100),
        _nothing_left,
    ),
)
