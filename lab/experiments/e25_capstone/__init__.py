"""Experiment 25: a language model of one's own, from the text to a file that others can use."""

from lab.core.experiment import Experiment
from lab.core.text import N_

__all__ = ["EXPERIMENT"]

_HERE = "lab.experiments.e25_capstone"

EXPERIMENT = Experiment(
    id="capstone",
    number=25,
    chapter=5,
    title=N_("Your own language model"),
    question=N_("Can you train a language model yourself, on this computer?"),
    minutes=40,
    builds_on=("tokenization", "transformer-block", "next-token"),
    specification=f"{_HERE}.specification:SPECIFICATION",
    view=f"{_HERE}.view:View",
    thumbnail=f"{_HERE}.thumbnail:paint",
    words=(
        N_("pretraining"),
        N_("train your own model"),
        N_("held-out loss"),
        N_("n-gram ladder"),
        N_("checkpoint"),
        N_("scaling law"),
        N_("league"),
        N_("export"),
        "nanoGPT",
        "GPT",
        "PyTorch",
        "safetensors",
        "AdamW",
    ),
)
