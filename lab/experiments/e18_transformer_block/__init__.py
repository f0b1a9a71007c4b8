"""Experiment 18: the transformer block, a laboratory of what happens inside a trained model."""

from lab.core.experiment import Experiment
from lab.core.text import N_

__all__ = ["EXPERIMENT"]

_HERE = "lab.experiments.e18_transformer_block"

EXPERIMENT = Experiment(
    id="transformer-block",
    number=18,
    chapter=4,
    title=N_("Transformer block"),
    question=N_("What happens to a text inside a transformer?"),
    minutes=30,
    builds_on=("attention", "residual-connections"),
    specification=f"{_HERE}.specification:SPECIFICATION",
    view=f"{_HERE}.view:View",
    thumbnail=f"{_HERE}.thumbnail:paint",
    words=(
        N_("transformer"),
        N_("residual stream"),
        N_("feed-forward layer"),
        N_("logit lens"),
        N_("ablation"),
        N_("activation patching"),
        N_("interpretability"),
        N_("parameter count"),
        N_("mixture of experts"),
        "LLaMA",
        "Mixtral",
        "MLP",
    ),
)
