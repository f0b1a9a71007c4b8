"""Experiment 16: byte-pair encoding, from single letters to the pieces that a language model reads."""

from lab.core.experiment import Experiment
from lab.core.text import N_

__all__ = ["EXPERIMENT"]

_HERE = "lab.experiments.e16_tokenization"

EXPERIMENT = Experiment(
    id="tokenization",
    number=16,
    chapter=3,
    title=N_("Tokenization"),
    question=N_("In which pieces does a language model read?"),
    minutes=20,
    builds_on=("what-is-ml",),
    specification=f"{_HERE}.specification:SPECIFICATION",
    view=f"{_HERE}.view:View",
    thumbnail=f"{_HERE}.thumbnail:paint",
    words=(
        N_("token"),
        N_("tokenizer"),
        N_("byte-pair encoding"),
        N_("vocabulary"),
        N_("merge"),
        N_("subword"),
        N_("byte"),
        N_("character"),
        N_("compression"),
        N_("emoji"),
        N_("languages"),
        "BPE",
        "GPT-2",
        "UTF-8",
        "Unicode",
        "tiktoken",
    ),
)
