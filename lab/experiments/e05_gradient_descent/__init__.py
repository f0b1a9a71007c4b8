"""Experiment 5: balls that roll down a loss surface, one careful step at a time."""

from lab.core.experiment import Experiment
from lab.core.text import N_

__all__ = ["EXPERIMENT"]

_HERE = "lab.experiments.e05_gradient_descent"

EXPERIMENT = Experiment(
    id="gradient-descent",
    number=5,
    chapter=1,
    title=N_("Gradient descent"),
    question=N_("How does a machine find the lowest loss when it can only feel the slope under its feet?"),
    minutes=12,
    builds_on=("linear-regression", "loss-functions"),
    specification=f"{_HERE}.specification:SPECIFICATION",
    view=f"{_HERE}.view:View",
    thumbnail=f"{_HERE}.thumbnail:paint",
    words=(
        N_("learning rate"),
        N_("step size"),
        N_("momentum"),
        N_("Nesterov"),
        N_("RMSProp"),
        "Adam",
        "AdamW",
        "SGD",
        N_("optimiser"),
        N_("optimizer"),
        N_("loss surface"),
        N_("saddle"),
        N_("ravine"),
        N_("divergence"),
        N_("schedule"),
        N_("warm-up"),
        N_("hill"),
    ),
)
