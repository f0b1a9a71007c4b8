"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.metric import Family, Metrics
from lab.core.text import N_
from lab.experiments.e07_single_neuron.challenges import CHALLENGES
from lab.experiments.e07_single_neuron.frame import MOST_ROWS
from lab.experiments.e07_single_neuron.gestures import ACTIONS
from lab.experiments.e07_single_neuron.presets import BREAKS, PRESETS
from lab.experiments.e07_single_neuron.settings import Display, Params
from lab.experiments.e07_single_neuron.simulation import build
from lab.kit.numbers import subscript

__all__ = ["SPECIFICATION"]

LABELS = {
    "step": N_("step"),
    "bias": N_("bias b"),
    "z": N_("sum z"),
    "output": N_("output a"),
    "slope": N_("slope of the gate"),
    "p": N_("probability p = σ(z)"),
    "loss": N_("loss"),
    "accuracy": N_("accuracy"),
    "right": N_("rows right"),
    "rows": N_("rows"),
    "margin": N_("smallest margin"),
    "norm": "‖w‖",
    "tries": N_("tries by hand"),
    "best_try": N_("best try by hand"),
    "ceiling": N_("best that one neuron can do"),
    "corrections": N_("corrections by the perceptron rule"),
    "cycle": N_("steps until the same weights are back"),
    "next_bias": N_("next bias"),
    "slope_bias": N_("slope of the loss along b"),
}
OF_EACH_INPUT = {
    "w{}": N_("weight w{i}"),
    "x{}": N_("input x{i}"),
    "term{}": N_("term w{i}·x{i}"),
    "next_w{}": N_("next w{i}"),
    "slope_w{}": N_("slope of the loss along w{i}"),
}
OF_EACH_ROW = {
    "z_{}": N_("z of row {i}"),
    "output_{}": N_("output of row {i}"),
    "margin_{}": N_("margin of row {i}"),
}
INPUTS = 3


def _labels() -> dict[str, str]:
    """A name for every read-out; those of one input or row are numbered from 1."""
    labels = dict(LABELS)
    for number in range(1, INPUTS + 1):
        marks = {name.format(number): text for name, text in OF_EACH_INPUT.items()}
        labels |= {name: text.format(i=subscript(number)) for name, text in marks.items()}
    for number in range(1, MOST_ROWS + 1):
        labels |= {name.format(number): text.format(i=number) for name, text in OF_EACH_ROW.items()}
    return labels


SPECIFICATION = Specification(
    params=Params,
    build=build,
    presets=PRESETS,
    challenges=CHALLENGES,
    breaks=BREAKS,
    display=Display,
    actions=ACTIONS,
    takes=("points",),
    gives=("network", "points"),
    headline=("loss", "norm"),
    metrics=Metrics(
        Family(
            lambda frame: frame.metrics(),
            lambda frame, name: frame.explain(name),
            labels=_labels(),
            digits={"loss": 3, "accuracy": 3, "norm": 3, "margin": 3, "p": 3, "output": 3, "slope": 3},
        )
    ),
    describe=lambda frame: frame.describe(),
    unused=lambda frame: frame.unused(),
    unavailable=lambda frame: frame.unavailable(),
    curves=lambda frame: frame.curves(),
    steps_per_second=4.0,
    first_drag=N_("Drag the ring called b: the boundary slides."),
    python_heavy=True,
)
