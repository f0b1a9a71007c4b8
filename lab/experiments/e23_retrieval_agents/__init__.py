"""Experiment 23: how a model answers from documents, how it uses tools, and what can be done to it on the way."""

from lab.core.experiment import Experiment
from lab.core.text import N_

__all__ = ["EXPERIMENT"]

_HERE = "lab.experiments.e23_retrieval_agents"

EXPERIMENT = Experiment(
    id="retrieval-agents",
    number=23,
    chapter=5,
    title=N_("Retrieval, tools, agents"),
    question=N_("How does a model answer from what it has never learned?"),
    minutes=30,
    builds_on=("embeddings", "context-window"),
    specification=f"{_HERE}.specification:SPECIFICATION",
    view=f"{_HERE}.view:View",
    thumbnail=f"{_HERE}.thumbnail:paint",
    words=(
        "RAG",
        N_("chunks"),
        N_("search"),
        N_("vector database"),
        N_("hybrid search"),
        N_("reranking"),
        N_("tool use"),
        N_("agent"),
        N_("prompt injection"),
        "BM25",
        "HNSW",
        "MCP",
        "ReAct",
    ),
)
