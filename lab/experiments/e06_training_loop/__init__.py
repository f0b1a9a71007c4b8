"""Experiment 6: the eight lines in which every model of this lab learns, run one line at a time."""

from lab.core.experiment import Experiment
from lab.core.text import N_

__all__ = ["EXPERIMENT"]

_HERE = "lab.experiments.e06_training_loop"

EXPERIMENT = Experiment(
    id="training-loop",
    number=6,
    chapter=1,
    title=N_("The training loop"),
    question=N_("What happens, line by line, each time a model learns a little?"),
    minutes=12,
    builds_on=("gradient-descent", "feature-scaling"),
    specification=f"{_HERE}.specification:SPECIFICATION",
    view=f"{_HERE}.view:View",
    thumbnail=f"{_HERE}.thumbnail:paint",
    words=(
        N_("epoch"),
        N_("batch"),
        N_("mini-batch"),
        N_("iteration"),
        N_("update"),
        N_("forward"),
        N_("backward"),
        N_("zero_grad"),
        N_("gradient"),
        N_("stochastic gradient descent"),
        "SGD",
        N_("shuffle"),
        N_("shape mismatch"),
        N_("early stopping"),
        N_("learning-rate decay"),
    ),
)
