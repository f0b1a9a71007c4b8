"""Experiment 21: from the scores of a language model to a text, one choice after another."""

from lab.core.experiment import Experiment
from lab.core.text import N_

__all__ = ["EXPERIMENT"]

_HERE = "lab.experiments.e21_decoding"

EXPERIMENT = Experiment(
    id="decoding",
    number=21,
    chapter=5,
    title=N_("Decoding playground"),
    question=N_("One model, many voices: who decides which word comes next?"),
    minutes=20,
    builds_on=("attention", "tokenization", "next-token"),
    specification=f"{_HERE}.specification:SPECIFICATION",
    view=f"{_HERE}.view:View",
    thumbnail=f"{_HERE}.thumbnail:paint",
    words=(
        N_("temperature"),
        N_("sampling"),
        N_("greedy"),
        "top-k",
        "top-p",
        "min-p",
        N_("nucleus"),
        N_("repetition penalty"),
        N_("beam search"),
        N_("KV cache"),
        N_("paged attention"),
        N_("speculative decoding"),
        N_("test-time compute"),
        N_("surprisal"),
        N_("inference"),
        "SmolLM2",
    ),
)
