"""Experiment 10: layers and the forward pass, as a graph, as matrices, as code, and as a plane that is warped."""

from lab.core.experiment import Experiment
from lab.core.text import N_

__all__ = ["EXPERIMENT"]

_HERE = "lab.experiments.e10_forward_pass"

EXPERIMENT = Experiment(
    id="forward-pass",
    number=10,
    chapter=2,
    title=N_("Layers and the forward pass"),
    question=N_("How does a network get from numbers to an answer?"),
    minutes=20,
    builds_on=("activations",),
    specification=f"{_HERE}.specification:SPECIFICATION",
    view=f"{_HERE}.view:View",
    thumbnail=f"{_HERE}.thumbnail:paint",
    words=(
        N_("layer"),
        N_("forward pass"),
        N_("matrix multiplication"),
        N_("hidden layer"),
        N_("shape"),
        N_("parameter count"),
        N_("initialisation"),
        N_("batch"),
        N_("cache"),
        "He",
        "MLP",
        "XOR",
        "NumPy",
    ),
)
