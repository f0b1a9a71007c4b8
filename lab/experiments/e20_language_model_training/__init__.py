"""Experiment 20: how a language model is trained, stage by stage: on text, on answers, by a small addition."""

from lab.core.experiment import Experiment
from lab.core.text import N_

__all__ = ["EXPERIMENT"]

_HERE = "lab.experiments.e20_language_model_training"

EXPERIMENT = Experiment(
    id="language-model-training",
    number=20,
    chapter=5,
    title=N_("Training language models"),
    question=N_("How does a model that only goes on with texts learn to answer?"),
    minutes=30,
    builds_on=("training-loop", "next-token"),
    specification=f"{_HERE}.specification:SPECIFICATION",
    view=f"{_HERE}.view:View",
    thumbnail=f"{_HERE}.thumbnail:paint",
    words=(
        N_("pre-training"),
        N_("fine-tuning"),
        N_("supervised fine-tuning"),
        N_("forgetting"),
        N_("warm-up"),
        N_("learning rate schedule"),
        N_("weight decay"),
        "AdamW",
        "SFT",
        "LoRA",
        N_("low-rank adaptation"),
        N_("distillation"),
    ),
)
