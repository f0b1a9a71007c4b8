"""Experiment 22: what a language model sees at once, how it knows where a token stands, and what memory costs."""

from lab.core.experiment import Experiment
from lab.core.text import N_

__all__ = ["EXPERIMENT"]

_HERE = "lab.experiments.e22_context_window"

EXPERIMENT = Experiment(
    id="context-window",
    number=22,
    chapter=5,
    title=N_("Context windows"),
    question=N_("How much can a language model see at once?"),
    minutes=25,
    builds_on=("attention", "decoding"),
    specification=f"{_HERE}.specification:SPECIFICATION",
    view=f"{_HERE}.view:View",
    thumbnail=f"{_HERE}.thumbnail:paint",
    words=(
        N_("positions"),
        N_("position embedding"),
        N_("sinusoidal positions"),
        N_("extrapolation"),
        N_("sliding window"),
        N_("attention sink"),
        N_("needle in a haystack"),
        N_("KV cache"),
        "RoPE",
        "ALiBi",
        "NTK",
        "YaRN",
    ),
)
