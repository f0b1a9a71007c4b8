"""Settings with a story, and failures on purpose."""

from __future__ import annotations

from lab.core.experiment import Break, Preset, Setting
from lab.core.text import N_
from lab.experiments.e14_convolution_recurrence.cells import KERNELS
from lab.experiments.e14_convolution_recurrence.digits_run import DigitsPage
from lab.experiments.e14_convolution_recurrence.frame import SlidingFrame
from lab.experiments.e14_convolution_recurrence.memory_run import MemoryPage

__all__ = ["BREAKS", "PRESETS"]

PRESETS = (
    Preset(
        "course",
        N_("Course"),
        Setting(),
        N_("Three products are added at every place. Run: the kernel goes on, its three weights stay the same."),
    ),
    Preset(
        "edge-x",
        N_("Edges"),
        Setting({"topic": "picture", "picture": "camera", "kernel": KERNELS["edge-x"]}),
        N_("Right minus left: orange and blue where brightness changes from left to right, nothing on even ground."),
    ),
    Preset(
        "sharpen",
        N_("Sharpen"),
        Setting({"topic": "picture", "picture": "cat", "kernel": KERNELS["sharpen"]}),
        N_("Five times the pixel, minus its four neighbours. The weights add up to 1, so even ground stays as it is."),
    ),
    Preset(
        "learned",
        N_("Learned"),
        Setting({"topic": "digits"}, steps=200),
        N_("Nobody typed these kernels. They began as chance, and learning digits made some of them edge detectors."),
    ),
    Preset(
        "yours",
        N_("Your digit"),
        Setting({"topic": "digits", "view": "second"}, steps=300),
        N_("Draw over the 3. Blue and orange say which pixels count, and what it would take to make it an 8."),
    ),
    Preset(
        "echo-20",
        N_("Echo 20"),
        Setting({"topic": "memory", "cell": "gru", "length": 20}, steps=200),
        N_("One symbol, twenty steps of noise, then the bell. Watch the rows that hold their colour to the end."),
    ),
    Preset(
        "brackets",
        N_("Brackets"),
        Setting({"topic": "memory", "task": "brackets", "length": 20}, steps=200),
        N_("After each bracket it says how many are open. Some units count: they rise and fall with the depth."),
    ),
    Preset(
        "rho",
        "0.9⁵⁰",
        Setting({"topic": "memory", "view": "second", "length": 50, "radius": 0.9, "silent": True}),
        N_("0.9 to the power 50 is 0.005: that much of the blame reaches the first step. Try 1.0, then 1.1."),
    ),
    Preset(
        "names",
        N_("Names"),
        Setting({"topic": "names", "cell": "gru", "hidden": 48}, steps=200),
        N_("It has read 6400 names letter by letter, and writes new ones. The colours are one unit of its memory."),
    ),
)


def _unclipped(frame: SlidingFrame) -> bool:
    page = frame.page
    return isinstance(page, MemoryPage) and not (page.now[1] > 0.6)


def _faded(frame: SlidingFrame) -> bool:
    page = frame.page
    return isinstance(page, MemoryPage) and page.now[1] < 0.4


def _shuffled(frame: SlidingFrame) -> bool:
    page = frame.page
    return isinstance(page, DigitsPage) and page.now[2] < page.now[3]


BREAKS = (
    Break(
        "unclipped",
        N_("Do not clip"),
        N_("ρ = 1.5 and plain SGD: one exploding gradient throws the weights away, again and again."),
        Setting(
            {"topic": "memory", "length": 20, "radius": 1.5, "optimizer": "sgd", "learning_rate": 0.5, "clip": False},
            steps=300,
        ),
        _unclipped,
    ),
    Break(
        "faded",
        N_("A radius of one half"),
        N_("After twenty steps nothing of the blame is left. It never learns to look so far back, and guesses."),
        Setting({"topic": "memory", "length": 20, "radius": 0.5}, steps=300),
        _faded,
    ),
    Break(
        "shuffled",
        N_("Shuffle the pixels"),
        N_("Neighbours are no neighbours any more. The CNN gets worse than the dense network, which does not care."),
        Setting({"topic": "digits", "permuted": True}, steps=300),
        _shuffled,
    ),
)
