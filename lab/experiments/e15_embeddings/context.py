"""The page of meaning in context: one word in several sentences, on its way through the layers of MiniLM. At the
entrance it has the same numbers everywhere, but for its place; layer by layer its neighbours are mixed in."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.pieces import Pieces, part_of
from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.pretrained.minilm import LAYERS, EncoderTrace
from lab.engine.text.embedding import cosine_matrix
from lab.experiments.e15_embeddings.near import flat
from lab.experiments.e15_embeddings.settings import Params
from lab.experiments.e15_embeddings.tables import opened_encoder
from lab.kit.arrays import freeze, read_only

__all__ = ["MOST_TEXTS", "Context", "ContextPage", "parted"]

Floats = NDArray[np.float64]
MOST_TEXTS = 12


@dataclass(frozen=True, slots=True, eq=False)
class ContextPage:
    """texts, senses: the sentences and which sense each has.  word: its numbers after each layer, [7, N, 384].
    places: [7, N, 2] on one map.  share: of the spread after the last layer that the map shows.  same, across: the mean
    cosine between sentences of one sense, and between two senses, after each layer, [7]; nan where there is no pair.
    cosines: [N, N] after the present layer.  layer: the present one, 0 … 6.  note: what is wrong.  part: how much of
    the opening is done.
    """

    params: Params
    texts: tuple[str, ...]
    senses: tuple[int, ...]
    places: Floats
    share: float | None
    same: Floats
    across: Floats
    cosines: Floats
    layer: int
    note: str
    part: float


def parted(text: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The sentences of a text and their senses: "/" between two of them, "//" where another sense begins."""
    texts, senses = list[str](), list[int]()
    for sense, group in enumerate(text.split("//")):
        for one in group.split("/"):
            if (clean := " ".join(one.split())) and clean not in texts:
                texts.append(clean)
                senses.append(sense)
    return tuple(texts[:MOST_TEXTS]), tuple(senses[:MOST_TEXTS])


def _found_in(trace: EncoderTrace, word: str) -> list[int]:
    """The tokens of a word in a sentence, where it stands first; [] where it does not."""
    for start in range(len(trace.tokens)):
        end, spelled = start, ""
        while end < len(trace.tokens) and len(spelled) < len(word):
            spelled += trace.tokens[end].removeprefix("##")
            end += 1
        whole = end >= len(trace.tokens) or not trace.tokens[end].startswith("##")
        if spelled == word and whole and not trace.tokens[start].startswith("##"):
            return list(range(start, end))
    return []


class Context:
    """The sentences as MiniLM reads them; each step goes one layer on."""

    def __init__(self, params: Params) -> None:
        self._params = params
        self._texts, self._senses = parted(params.senses)
        self._layer, self._note = 0, ""
        self._places, self._share = np.zeros((LAYERS + 1, 0, 2)), None  # type: Floats, float | None
        self._cosines = np.zeros((LAYERS + 1, 0, 0))
        self._work = Pieces(self._reading() if len(self._texts) >= 2 else None)
        if not self._work.left:
            self._note = _("Write two sentences or more, with “/” between them.")

    def _reading(self) -> Generator[float, None, list[Floats]]:
        """The word's numbers in each sentence, [7, 384] each."""
        encoder = yield from part_of(opened_encoder(), 0.0, 0.7)
        found, word = list[Floats](), self._params.sense_word.lower().strip()
        for n, text in enumerate(self._texts):
            start, end = 0.7 + 0.3 * n / len(self._texts), 0.7 + 0.3 * (n + 1) / len(self._texts)
            trace = yield from part_of(encoder.tracing(text), start, end)
            tokens = _found_in(trace, word)
            if not word or not tokens:
                self._note = _("The word “{word}” is not in: {text}").format(word=word[:30], text=text[:80])
                return []
            found.append(trace.hidden[:, tokens].mean(axis=1).astype(np.float64))
        return found

    @property
    def opening(self) -> bool:
        """Whether the sentences are still being read."""
        return self._work.left

    def go_on(self) -> None:
        """Read a piece."""
        rows = self._work.go_on()
        if rows:
            self._take(np.stack(rows, axis=1))

    def finish(self) -> None:
        """Read the rest."""
        while self._work.left:
            self.go_on()

    def _take(self, rows: Floats) -> None:
        """rows: [7, N, 384]. The map is that of the last layer; every layer is laid on it around its own middle."""
        unit = rows / np.linalg.norm(rows, axis=2, keepdims=True)
        fitted = flat(unit[-1])
        centred = unit - unit.mean(axis=1, keepdims=True)
        places = np.zeros((*rows.shape[:2], 2))
        places[:, :, : len(fitted.directions)] = centred @ fitted.directions.T
        self._places, self._share = places, float(fitted.shares.sum())
        self._cosines = np.stack([cosine_matrix(layer) for layer in rows])

    def done(self) -> bool:
        return not self.opening and (self._layer >= LAYERS or not self._places.size)

    def step(self, _number: int) -> bool:
        """Go one layer on; whether it did."""
        if self.opening:
            self.go_on()
            return False
        self._layer += 1
        return True

    def retune(self, params: Params) -> None:
        self._params = params

    def shown(self, _step: int) -> ContextPage:
        senses = np.array(self._senses)
        alike = senses[:, None] == senses[None, :]
        pairs = ~np.eye(len(senses), dtype=bool)
        there = self._cosines.shape[1] > 0
        same, across = (self._means(kind & pairs) if there else np.full(LAYERS + 1, np.nan) for kind in (alike, ~alike))
        return ContextPage(
            self._params, self._texts, self._senses, read_only(self._places), self._share, freeze(same), freeze(across),
            read_only(self._cosines[self._layer]), self._layer, self._note, self._work.share,
        )  # fmt: skip

    def _means(self, chosen: NDArray[np.bool_]) -> Floats:
        if not chosen.any():
            return np.full(LAYERS + 1, np.nan)
        return np.asarray(self._cosines[:, chosen].mean(axis=1))

    def save(self) -> dict[str, Any]:
        return {"layer": self._layer}

    def load(self, saved: Mapping[str, Any], params: Params) -> None:
        """Raises ValueError for a state that does not fit."""
        layer = int(saved["layer"])
        if not 0 <= layer <= LAYERS:
            raise ValueError(f"state: layer {layer}, needs 0 … {LAYERS}")
        self._params, self._layer = params, layer
        if layer:
            self.finish()
