"""Experiment 0: Example."""

from lab.core.experiment import Experiment
from lab.core.text import N_

__all__ = ["EXPERIMENT"]

_HERE = "lab.experiments.e00_example"

EXPERIMENT = Experiment(
    id="example",
    number=0,
    chapter=1,
    title=N_("Example"),
    question=N_("How does a number find its goal?"),
    minutes=5,
    builds_on=("what-is-ml",),
    specification=f"{_HERE}.specification:SPECIFICATION",
    view=f"{_HERE}.view:View",
    thumbnail=f"{_HERE}.thumbnail:paint",
    words=(N_("goal"),),
)
