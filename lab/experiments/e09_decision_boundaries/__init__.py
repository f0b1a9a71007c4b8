"""Experiment 9: paint points, and watch a network draw the line between them while it trains."""

from lab.core.experiment import Experiment
from lab.core.text import N_

__all__ = ["EXPERIMENT"]

_HERE = "lab.experiments.e09_decision_boundaries"

EXPERIMENT = Experiment(
    id="decision-boundaries",
    number=9,
    chapter=2,
    title=N_("Decision boundaries"),
    question=N_("How do straight cuts add up to a curved boundary?"),
    minutes=20,
    builds_on=("training-loop", "single-neuron"),
    specification=f"{_HERE}.specification:SPECIFICATION",
    view=f"{_HERE}.view:View",
    thumbnail=f"{_HERE}.thumbnail:paint",
    words=(
        N_("decision boundary"),
        N_("paint"),
        N_("classification"),
        N_("hidden layer"),
        N_("hidden units"),
        N_("multi-layer perceptron"),
        N_("universal approximation"),
        N_("confusion matrix"),
        N_("accuracy"),
        N_("test set"),
        N_("spirals"),
        N_("feature space"),
        "XOR",
        "MLP",
        "softmax",
        "Adam",
    ),
)
