"""Experiment 4: what a miss costs, who owns the loss, and which line each loss prefers."""

from lab.core.experiment import Experiment
from lab.core.text import N_

__all__ = ["EXPERIMENT"]

_HERE = "lab.experiments.e04_loss_functions"

EXPERIMENT = Experiment(
    id="loss-functions",
    number=4,
    chapter=1,
    title=N_("Loss functions"),
    question=N_("How can one number say how wrong a model is, and which misses should count most?"),
    minutes=12,
    builds_on=("what-is-ml",),
    specification=f"{_HERE}.specification:SPECIFICATION",
    view=f"{_HERE}.view:View",
    thumbnail=f"{_HERE}.thumbnail:paint",
    words=(
        N_("mean squared error"),
        N_("absolute error"),
        "MSE",
        "MAE",
        "Huber",
        N_("log-loss"),
        N_("cross-entropy"),
        N_("residual"),
        N_("outlier"),
        N_("squares"),
        N_("median"),
        N_("gradient"),
        N_("clipping"),
    ),
)
