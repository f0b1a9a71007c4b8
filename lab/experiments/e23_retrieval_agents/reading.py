"""Texts as MiniLM reads them: one vector for each, and one for each of its tokens. A text is read once in a run, layer
by layer, so that the thread that does it can answer in between. Or as a table of word vectors has them: a text is then
the mean of its words."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.paths import asset
from lab.core.pieces import part_of
from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.pretrained.minilm import MiniLM
from lab.engine.retrieval.late_interaction import unit_rows
from lab.engine.retrieval.word_means import WordMeans
from lab.engine.text.embedding import load_word_vectors
from lab.engine.text.embedding_exchange import read_embedding
from lab.experiments.e23_retrieval_agents.settings import Params
from lab.experiments.e23_retrieval_agents.texts import bundled_text, library
from lab.kit.arrays import freeze
from lab.kit.exchange import newest
from lab.kit.minilm import opened_encoder

__all__ = ["LEAST_KNOWN", "Read", "Reader", "WordReader", "lacking", "reader_for"]

Floats = NDArray[np.floating[Any]]
MOST = 600  # texts that are kept
LEAST_KNOWN = 0.4  # share of the words of a text that have to have a vector


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """tokens: the T pieces.  states: [T, 384] the last layer.  vector: [384], the unit vector of the text."""

    tokens: tuple[str, ...]
    states: NDArray[np.float16]
    vector: NDArray[np.float32]

    def unit_states(self) -> Floats:
        """A unit vector for each token but the first and the last, which are signs and no words, [T − 2, d]."""
        return unit_rows(self.states[1:-1].astype(np.float32))


class Reader:
    """What has been read so far."""

    def __init__(self) -> None:
        self._read: dict[str, Read] = {}
        self._encoder: MiniLM | None = None

    def get(self, text: str) -> Read | None:
        """What was read of a text; None where it was not yet."""
        return self._read.get(text)

    def missing(self, texts: Iterable[str]) -> list[str]:
        """Those of some texts that are still to be read."""
        return [text for text in dict.fromkeys(texts) if text not in self._read]

    def reading(self, texts: Iterable[str]) -> Generator[float, None, None]:
        """Reads what is missing of some texts; yields the share that is done."""
        wanted = self.missing(texts)
        if not wanted:
            return
        if self._encoder is None:
            self._encoder = yield from part_of(opened_encoder(), 0.0, 0.5)
        for number, text in enumerate(wanted):
            start, end = 0.5 + 0.5 * number / len(wanted), 0.5 + 0.5 * (number + 1) / len(wanted)
            trace = yield from part_of(self._encoder.tracing(text), start, end)
            states = freeze(trace.hidden[-1].astype(np.float16))
            self._keep(text, Read(trace.tokens, states, freeze(trace.vector)))

    def _keep(self, text: str, read: Read) -> None:
        while len(self._read) >= MOST:
            self._read.pop(next(iter(self._read)))
        self._read[text] = read


class WordReader(Reader):
    """Reads with the mean of word vectors; a text without any known word has no direction."""

    def __init__(self, means: WordMeans) -> None:
        super().__init__()
        self._means = means

    def reading(self, texts: Iterable[str]) -> Generator[float, None, None]:
        """Reads what is missing of some texts; yields the share that is done."""
        wanted = self.missing(texts)
        for number, text in enumerate(wanted, 1):
            known, rows = self._means.read(text)
            states = np.pad(rows, ((1, 1), (0, 0)))  # in the place of the two signs of MiniLM
            self._keep(
                text, Read(("", *known, ""), freeze(states.astype(np.float16)), freeze(self._means.vector(text)))
            )
            yield number / len(wanted)


def reader_for(params: Params, artifacts: Sequence[Artifact]) -> Reader:
    """Who makes vectors of texts. Raises ParamError where word vectors are asked for that were never received."""
    match params.encoder:
        case "glove":
            return WordReader(_glove())
        case "received":
            return WordReader(WordMeans(read_embedding(newest(artifacts, "embedding", "encoder").data)))
        case _:
            return Reader()


@cache
def _glove() -> WordMeans:
    return WordMeans(load_word_vectors(asset("data/glove_10k_100d.npz")))


def lacking(artifact: Artifact) -> str:
    """Why word vectors that are being sent cannot be searched with, in words; "" where they can."""
    texts = [bundled_text("rules"), *(passage.text for passage in library())]
    known = WordMeans(read_embedding(artifact.data)).known(texts)
    if known >= LEAST_KNOWN:
        return ""
    text = _("These vectors know {n} % of the words of the library; a search needs at least {least} %.")
    return text.format(n=round(100 * known), least=round(100 * LEAST_KNOWN))
