"""What is shown of one step: the open page."""

from __future__ import annotations

from lab.core.records import dataclass
from lab.experiments.e15_embeddings.analogies import AnalogyPage
from lab.experiments.e15_embeddings.compact import CompactPage
from lab.experiments.e15_embeddings.context import ContextPage
from lab.experiments.e15_embeddings.directions import DirectionPage
from lab.experiments.e15_embeddings.learning import LearnPage
from lab.experiments.e15_embeddings.mapping import MapPage
from lab.experiments.e15_embeddings.settings import Params

__all__ = ["EmbeddingFrame", "Page"]

Page = LearnPage | MapPage | AnalogyPage | DirectionPage | ContextPage | CompactPage


@dataclass(frozen=True, slots=True, eq=False)
class EmbeddingFrame:
    """One step. page: what the open page shows.  received: whether another experiment has sent an
    embedding.  tokenizer: whether one has sent a tokenizer."""

    step: int
    params: Params
    page: Page
    received: bool
    tokenizer: bool
