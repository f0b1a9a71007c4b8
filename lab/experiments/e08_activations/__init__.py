"""Experiment 8: the bends between the sums, what they do to a gradient, and how scores become probabilities."""

from lab.core.experiment import Experiment
from lab.core.text import N_

__all__ = ["EXPERIMENT"]

_HERE = "lab.experiments.e08_activations"

EXPERIMENT = Experiment(
    id="activations",
    number=8,
    chapter=1,
    title=N_("Activations, softmax, cross-entropy"),
    question=N_("What bends between the layers, and how do scores become a guess that can be wrong?"),
    minutes=15,
    builds_on=("single-neuron", "loss-functions"),
    specification=f"{_HERE}.specification:SPECIFICATION",
    view=f"{_HERE}.view:View",
    thumbnail=f"{_HERE}.thumbnail:paint",
    words=(
        N_("activation function"),
        N_("sigmoid"),
        "tanh",
        "ReLU",
        N_("leaky ReLU"),
        "ELU",
        "GELU",
        "SiLU",
        "Swish",
        "SwiGLU",
        N_("vanishing gradient"),
        N_("dead neuron"),
        N_("saturation"),
        N_("softmax"),
        N_("logits"),
        N_("temperature"),
        N_("cross-entropy"),
        N_("overflow"),
        N_("float16"),
        N_("log-softmax"),
    ),
)
