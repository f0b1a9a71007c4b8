"""Experiment 1: a line fitted by hand, then by the machine, and judged on points that neither has seen."""

from lab.core.experiment import Experiment
from lab.core.text import N_

__all__ = ["EXPERIMENT"]

_HERE = "lab.experiments.e01_what_is_ml"

EXPERIMENT = Experiment(
    id="what-is-ml",
    number=1,
    chapter=1,
    title=N_("What is machine learning?"),
    question=N_("Can a line learn from examples what nobody wrote down as a rule?"),
    minutes=8,
    specification=f"{_HERE}.specification:SPECIFICATION",
    view=f"{_HERE}.view:View",
    thumbnail=f"{_HERE}.thumbnail:paint",
    words=(
        N_("model"),
        N_("parameter"),
        N_("line"),
        N_("slope"),
        N_("intercept"),
        N_("rules"),
        N_("examples"),
        N_("least squares"),
        N_("prediction"),
        N_("generalisation"),
        N_("error"),
        N_("crickets"),
        N_("lemonade"),
        "MSE",
    ),
)
