"""Experiment 19: text in, a distribution out: what a language model does, from the next token down to one product."""

from lab.core.experiment import Experiment
from lab.core.text import N_

__all__ = ["EXPERIMENT"]

_HERE = "lab.experiments.e19_next_token"

EXPERIMENT = Experiment(
    id="next-token",
    number=19,
    chapter=4,
    title=N_("How language models work"),
    question=N_("What happens between your words and the next one?"),
    minutes=25,
    builds_on=("tokenization", "attention"),
    specification=f"{_HERE}.specification:SPECIFICATION",
    view=f"{_HERE}.view:View",
    thumbnail=f"{_HERE}.thumbnail:paint",
    words=(
        N_("language model"),
        N_("next token"),
        N_("probability"),
        N_("surprisal"),
        N_("entropy"),
        N_("perplexity"),
        N_("bits per byte"),
        N_("n-gram"),
        N_("logit lens"),
        N_("checkpoint"),
        N_("guessing game"),
        "GPT",
        "ChatGPT",
        "LLM",
        "SmolLM2",
    ),
)
