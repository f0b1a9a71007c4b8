"""Experiment 24: how good a model is, how sure that is, and what a number hides."""

from lab.core.experiment import Experiment
from lab.core.text import N_

__all__ = ["EXPERIMENT"]

_HERE = "lab.experiments.e24_evaluation"

EXPERIMENT = Experiment(
    id="evaluation",
    number=24,
    chapter=5,
    title=N_("Evaluation"),
    question=N_("How good is a model, and how sure can we be?"),
    minutes=30,
    builds_on=("decision-boundaries", "next-token"),
    specification=f"{_HERE}.specification:SPECIFICATION",
    view=f"{_HERE}.view:View",
    thumbnail=f"{_HERE}.thumbnail:paint",
    words=(
        N_("threshold"),
        N_("precision and recall"),
        N_("confusion matrix"),
        N_("calibration"),
        N_("perplexity"),
        N_("significance"),
        N_("quantization"),
        N_("bits per byte"),
        "ROC",
        "F1",
        "ECE",
    ),
)
