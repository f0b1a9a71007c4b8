"""Experiment 15: words, sentences and pictures as lists of numbers, and what their places among each other mean."""

from lab.core.experiment import Experiment
from lab.core.text import N_

__all__ = ["EXPERIMENT"]

_HERE = "lab.experiments.e15_embeddings"

EXPERIMENT = Experiment(
    id="embeddings",
    number=15,
    chapter=3,
    title=N_("Embeddings"),
    question=N_("How can a list of numbers know what a word means?"),
    minutes=25,
    builds_on=("training-loop", "feature-scaling"),
    specification=f"{_HERE}.specification:SPECIFICATION",
    view=f"{_HERE}.view:View",
    thumbnail=f"{_HERE}.thumbnail:paint",
    words=(
        N_("embedding"),
        N_("word vector"),
        N_("cosine similarity"),
        N_("nearest neighbour"),
        N_("analogy"),
        N_("skip-gram"),
        N_("negative sampling"),
        N_("principal components"),
        "word2vec",
        "GloVe",
        "PCA",
        "t-SNE",
        "MiniLM",
    ),
)
