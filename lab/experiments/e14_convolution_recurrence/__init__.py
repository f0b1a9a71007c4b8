"""Experiment 14: one small kernel that slides over a picture, and one small cell that walks along a sequence."""

from lab.core.experiment import Experiment
from lab.core.text import N_

__all__ = ["EXPERIMENT"]

_HERE = "lab.experiments.e14_convolution_recurrence"

EXPERIMENT = Experiment(
    id="convolution-recurrence",
    number=14,
    chapter=2,
    title=N_("Convolution and recurrence"),
    question=N_("How can a few weights see a whole picture, or remember a whole sentence?"),
    minutes=30,
    builds_on=("forward-pass", "backpropagation", "residual-connections"),
    specification=f"{_HERE}.specification:SPECIFICATION",
    view=f"{_HERE}.view:View",
    thumbnail=f"{_HERE}.thumbnail:paint",
    words=(
        N_("kernel"),
        N_("filter"),
        N_("convolution"),
        N_("cross-correlation"),
        N_("stride"),
        N_("padding"),
        N_("pooling"),
        N_("edge detector"),
        N_("recurrent network"),
        N_("hidden state"),
        N_("back-propagation through time"),
        "CNN",
        "RNN",
        "LSTM",
        "GRU",
    ),
)
