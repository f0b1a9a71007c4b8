"""Experiment 13: what becomes of a signal in a deep network, and the two repairs that let it train: skips and norms."""

from lab.core.experiment import Experiment
from lab.core.text import N_

__all__ = ["EXPERIMENT"]

_HERE = "lab.experiments.e13_residual_connections"

EXPERIMENT = Experiment(
    id="residual-connections",
    number=13,
    chapter=2,
    title=N_("Residual connections"),
    question=N_("Why could nobody train fifty layers, and what changed?"),
    minutes=25,
    builds_on=("activations", "decision-boundaries", "backpropagation"),
    specification=f"{_HERE}.specification:SPECIFICATION",
    view=f"{_HERE}.view:View",
    thumbnail=f"{_HERE}.thumbnail:paint",
    words=(
        N_("skip connection"),
        N_("residual network"),
        N_("normalization"),
        N_("vanishing gradient"),
        N_("exploding gradient"),
        N_("loss landscape"),
        N_("edge of chaos"),
        N_("initialization"),
        "ResNet",
        "LayerNorm",
        "RMSNorm",
        "BatchNorm",
        "pre-norm",
        "post-norm",
    ),
)
