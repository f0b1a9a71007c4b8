"""Experiment 2: columns of a table, brought to one size, and what that does to descent and to distance."""

from lab.core.experiment import Experiment
from lab.core.text import N_

__all__ = ["EXPERIMENT"]

_HERE = "lab.experiments.e02_feature_scaling"

EXPERIMENT = Experiment(
    id="feature-scaling",
    number=2,
    chapter=1,
    title=N_("Data and feature scaling"),
    question=N_("Why does a model care whether you measure in metres or in millimetres?"),
    minutes=12,
    builds_on=("what-is-ml",),
    specification=f"{_HERE}.specification:SPECIFICATION",
    view=f"{_HERE}.view:View",
    thumbnail=f"{_HERE}.thumbnail:paint",
    words=(
        N_("standardisation"),
        N_("normalisation"),
        "z-score",
        N_("min-max"),
        N_("robust scaling"),
        N_("logarithm"),
        N_("units"),
        N_("nearest neighbours"),
        "kNN",
        N_("condition number"),
        N_("leakage"),
        N_("missing values"),
        N_("imputation"),
        N_("outlier"),
        "CSV",
        N_("table"),
    ),
)
