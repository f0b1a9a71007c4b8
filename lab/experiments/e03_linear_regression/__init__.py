"""Experiment 3: a line through points, by hand, in closed form and step by step."""

from lab.core.experiment import Experiment
from lab.core.text import N_

__all__ = ["EXPERIMENT"]

_HERE = "lab.experiments.e03_linear_regression"

EXPERIMENT = Experiment(
    id="linear-regression",
    number=3,
    chapter=1,
    title=N_("Linear regression"),
    question=N_("Which line fits the points best, and which points decide it?"),
    minutes=15,
    builds_on=("what-is-ml",),
    specification=f"{_HERE}.specification:SPECIFICATION",
    view=f"{_HERE}.view:View",
    thumbnail=f"{_HERE}.thumbnail:paint",
    words=(
        N_("least squares"),
        N_("normal equations"),
        N_("slope"),
        N_("intercept"),
        N_("bias"),
        N_("residual"),
        "R²",
        "RMSE",
        "MAE",
        N_("correlation"),
        N_("leverage"),
        N_("outlier"),
        N_("ridge"),
        N_("collinear"),
        N_("condition number"),
        N_("extrapolation"),
        "Anscombe",
        "Simpson",
        N_("error bars"),
    ),
)
