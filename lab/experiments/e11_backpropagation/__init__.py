"""Experiment 11: any computation as a graph, walked forward and back one node at a time."""

from lab.core.experiment import Experiment
from lab.core.text import N_

__all__ = ["EXPERIMENT"]

_HERE = "lab.experiments.e11_backpropagation"

EXPERIMENT = Experiment(
    id="backpropagation",
    number=11,
    chapter=2,
    title=N_("Backpropagation"),
    question=N_("How does a network find out which of its numbers is to blame?"),
    minutes=20,
    builds_on=("forward-pass", "gradient-descent"),
    specification=f"{_HERE}.specification:SPECIFICATION",
    view=f"{_HERE}.view:View",
    thumbnail=f"{_HERE}.thumbnail:paint",
    words=(
        N_("backpropagation"),
        N_("chain rule"),
        N_("gradient"),
        N_("derivative"),
        N_("computation graph"),
        N_("autograd"),
        N_("gradient check"),
        N_("finite differences"),
        N_("outer product"),
        N_("vanishing gradient"),
        "micrograd",
        "zero_grad",
    ),
)
