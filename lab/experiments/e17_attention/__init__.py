"""Experiment 17: attention, from vectors on a plane to the heads of three trained models."""

from lab.core.experiment import Experiment
from lab.core.text import N_

__all__ = ["EXPERIMENT"]

_HERE = "lab.experiments.e17_attention"

EXPERIMENT = Experiment(
    id="attention",
    number=17,
    chapter=4,
    title=N_("Attention"),
    question=N_("How does a word know which other words to listen to?"),
    minutes=25,
    builds_on=("activations", "embeddings"),
    specification=f"{_HERE}.specification:SPECIFICATION",
    view=f"{_HERE}.view:View",
    thumbnail=f"{_HERE}.thumbnail:paint",
    words=(
        N_("attention"),
        N_("query"),
        N_("key"),
        N_("value"),
        N_("attention head"),
        N_("multi-head attention"),
        N_("causal mask"),
        N_("softmax"),
        N_("scaled dot product"),
        N_("induction head"),
        N_("attention sink"),
        N_("ablation"),
        N_("QK lens"),
        N_("OV lens"),
        "BertViz",
        "MiniLM",
        "QKV",
    ),
)
