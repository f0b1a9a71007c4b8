"""A document cut into chunks, and whose chunk holds the whole answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache

from lab.core.paths import asset
from lab.core.records import dataclass
from lab.engine.pretrained.minilm import load_wordpieces
from lab.engine.retrieval.chunking import (
    Chunk,
    chunk_characters,
    chunk_paragraphs,
    chunk_recursive,
    chunk_sentences,
    chunk_tokens,
    cut_at,
    sentences,
)
from lab.engine.text.bpe import BPETokenizer
from lab.engine.text.pretrained import load_gpt2
from lab.engine.text.wordpiece import WordPieceTokenizer
from lab.experiments.e23_retrieval_agents.settings import Params

__all__ = ["MOST_CHUNKS", "Cut", "chunked", "count_tokens", "first_cuts"]

MOST_CHUNKS = 400
AROUND = 200  # characters of a chunk that the first cuts by hand make
Way = Callable[[str, int, int], list[Chunk]]
WAYS: dict[str, Way] = {
    "characters": chunk_characters,
    "sentences": chunk_sentences,
    "paragraphs": chunk_paragraphs,
    "recursive": chunk_recursive,
}


@cache
def _gpt2() -> BPETokenizer:
    return load_gpt2(asset("data/gpt2_merges.npz"))


@cache
def _wordpieces() -> WordPieceTokenizer:
    return load_wordpieces()


@lru_cache(maxsize=2048)
def count_tokens(text: str) -> int:
    """How many tokens MiniLM would read."""
    return len(_wordpieces().encode(text))


@dataclass(frozen=True, slots=True)
class Cut:
    """chunks: those of the document.  wasted: characters of blanks that no chunk is made of."""

    chunks: tuple[Chunk, ...]

    def right(self, answer: str) -> tuple[bool, ...]:
        """Which chunks hold a whole answer."""
        return tuple(bool(answer) and answer in chunk.text for chunk in self.chunks)


def first_cuts(text: str) -> tuple[int, ...]:
    """Cuts to begin with when none were set: at the ends of sentences."""
    ends, last = [], 0
    for _start, end in sentences(text):
        if end - last >= AROUND:
            ends.append(end)
            last = end
    return tuple(end for end in ends if end < len(text))


def chunked(text: str, params: Params, cuts: Sequence[int]) -> Cut:
    """A document cut as the controls say; an overlap as large as the chunk is made a character smaller.

    cuts: those set by hand.
    """
    size, overlap = params.size, min(params.overlap, params.size - 1)
    if params.splitter == "hand":
        found = cut_at(text, [cut for cut in cuts if cut <= len(text)])
    elif params.splitter == "tokens":
        found = chunk_tokens(text, size, overlap, _gpt2())
    else:
        found = WAYS[params.splitter](text, size, overlap)
    return Cut(tuple(chunk for chunk in found if chunk.text.strip())[:MOST_CHUNKS])
