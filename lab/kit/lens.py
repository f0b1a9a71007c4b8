"""The lens: what the model would say if it stopped after each layer. The last norm and the head read the stream as it
stands there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.pieces import part_of
from lab.core.records import dataclass
from lab.engine.basics.activations import softmax
from lab.engine.lm.parameters import Parameters
from lab.engine.lm.reference import LMTrace, logit_lens
from lab.kit.arrays import read_only
from lab.kit.language_models import LanguageModel, SmolLM2

__all__ = ["COLUMNS", "Lens", "lens_of", "lit", "reading_lens"]

COLUMNS = 24  # of the end of the text are shown
RIVALS = 4  # tokens whose way through the layers is drawn
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Lens:
    """ids: the text that was read.  first: the number of the first column, from 0.  tops: the likeliest token of each
    layer and column, [L + 1, T].  p: its probability.  last: the probability there of what the last layer says.
    column: the lit one.  rivals: tokens that lead somewhere in it, with their probabilities in every layer,
    [rivals, L + 1].  names: of all tokens that are mentioned."""

    ids: tuple[int, ...]
    first: int
    tops: NDArray[np.int64]
    p: Floats
    last: Floats
    every: tuple[NDArray[np.float64], ...]  # the probabilities of the candidates of each column
    candidates: tuple[tuple[int, ...], ...]
    names: dict[int, str]
    column: int = -1

    @property
    def layers(self) -> int:
        return len(self.tops) - 1

    @property
    def rivals(self) -> tuple[int, ...]:
        """What is likeliest somewhere in the lit column, what the last layer says first."""
        return self.candidates[self.column]

    @property
    def ways(self) -> Floats:
        """The probabilities of the rivals in every layer, [rivals, L + 1]."""
        return self.every[self.column]

    @property
    def settled(self) -> int:
        """The first layer from which on the lit column leads with what the last one says; 0 is before the first."""
        same = self.tops[:, self.column] == self.tops[-1, self.column]
        wrong = np.flatnonzero(~same)
        return int(wrong[-1]) + 1 if len(wrong) else 0


def lit(lens: Lens, column: int) -> Lens:
    """With another column lit, by its number in the text from 1; 0, and one that is not shown, is the last."""
    place = column - 1 - lens.first
    return replace(lens, column=place if 0 <= place < lens.tops.shape[1] else lens.tops.shape[1] - 1)


def lens_of(parameters: Parameters, trace: LMTrace, ids: tuple[int, ...], model: LanguageModel) -> Lens:
    """Of a pass of a model of the lab's own engine. ids: the whole text, of which the trace may hold the end."""
    logits = logit_lens(parameters, trace)[:, 0, -COLUMNS:]
    return _made(ids, [softmax(np.asarray(layer, np.float64)) for layer in logits], model)


def reading_lens(model: SmolLM2, ids: tuple[int, ...]) -> Iterator[float | Lens]:
    """Of SmolLM2: rests after each layer, when it is computed and when it is read, and the lens at the end."""
    streams = (yield from part_of(model.reading_streams(ids), 0.0, 0.5))[:, -COLUMNS:]
    layers, columns, width = streams.shape
    at_once = max(1, COLUMNS // columns)  # the head takes as long for one column as for many
    found = list[NDArray[Any]]()
    for first in range(0, layers, at_once):
        scores = model.read_out(streams[first : first + at_once].reshape(-1, width))
        found += [softmax(layer) for layer in scores.reshape(-1, columns, model.size)]
        yield 0.5 + 0.5 * len(found) / (layers + 1)
    yield _made(ids, found, model)


def _made(ids: tuple[int, ...], layers: Sequence[NDArray[Any]], model: LanguageModel) -> Lens:
    """layers: the probabilities after each, [T, V]."""
    tops = np.array([layer.argmax(axis=1) for layer in layers])
    columns = tops.shape[1]
    rows = np.arange(columns)
    candidates, ways = [], []
    for at in range(columns):
        leaders = [int(tops[-1, at]), *(int(t) for t in tops[::-1, at])]
        second = np.argsort(-layers[-1][at], kind="stable")[:RIVALS].tolist()
        chosen = tuple(dict.fromkeys([*leaders, *second]))[:RIVALS]
        candidates.append(chosen)
        ways.append(read_only([[layer[at, t] for layer in layers] for t in chosen]))
    mentioned = {*tops.ravel().tolist(), *ids[-columns:], *(t for chosen in candidates for t in chosen)}
    return Lens(
        ids, len(ids) - columns, read_only(tops, np.int64),
        read_only([layer[rows, top] for layer, top in zip(layers, tops)]),
        read_only([layer[rows, tops[-1]] for layer in layers]),
        tuple(ways), tuple(candidates), {t: model.text(t) for t in mentioned},
    )  # fmt: skip
