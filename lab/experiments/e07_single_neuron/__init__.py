"""Experiment 7: one neuron, which sums first and gates second, by hand and learning."""

from lab.core.experiment import Experiment
from lab.core.text import N_

__all__ = ["EXPERIMENT"]

_HERE = "lab.experiments.e07_single_neuron"

EXPERIMENT = Experiment(
    id="single-neuron",
    number=7,
    chapter=1,
    title=N_("A single neuron"),
    question=N_("What can a machine decide when all it can do is weigh its inputs and add them up?"),
    minutes=15,
    builds_on=("linear-regression",),
    specification=f"{_HERE}.specification:SPECIFICATION",
    view=f"{_HERE}.view:View",
    thumbnail=f"{_HERE}.thumbnail:paint",
    words=(
        N_("neuron"),
        N_("weight"),
        N_("bias"),
        N_("perceptron"),
        N_("logistic regression"),
        N_("sigmoid"),
        N_("gate"),
        N_("truth table"),
        N_("decision boundary"),
        N_("margin"),
        "AND",
        "OR",
        "NAND",
        "XOR",
    ),
)
