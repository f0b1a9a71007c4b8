"""Experiment 12: overfitting, and what helps against it."""

from lab.core.experiment import Experiment
from lab.core.text import N_

__all__ = ["EXPERIMENT"]

_HERE = "lab.experiments.e12_overfitting"

EXPERIMENT = Experiment(
    id="overfitting",
    number=12,
    chapter=2,
    title=N_("Overfitting"),
    question=N_("When does a model learn, and when does it only memorise?"),
    minutes=20,
    builds_on=("linear-regression", "training-loop", "decision-boundaries"),
    specification=f"{_HERE}.specification:SPECIFICATION",
    view=f"{_HERE}.view:View",
    thumbnail=f"{_HERE}.thumbnail:paint",
    words=(
        N_("underfitting"),
        N_("regularisation"),
        N_("ridge"),
        N_("lasso"),
        "L1",
        "L2",
        N_("weight decay"),
        N_("dropout"),
        N_("early stopping"),
        N_("bias"),
        N_("variance"),
        N_("double descent"),
        N_("cross-validation"),
        N_("validation set"),
        N_("test set"),
        N_("polynomial"),
        N_("grokking"),
        N_("learning curve"),
        N_("data leak"),
    ),
)
