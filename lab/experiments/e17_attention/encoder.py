"""What MiniLM reads. The encoder is opened, and a text read, in pieces of some milliseconds, so that the thread that
does it can answer in between; one encoder serves all boxes that have it open."""

from __future__ import annotations

import weakref
from collections.abc import Collection, Generator
from dataclasses import field

import numpy as np

from lab.core.pieces import part_of
from lab.core.records import dataclass
from lab.engine.pretrained.minilm import HEADS, LAYERS, EncoderTrace, MiniLM, opening_minilm
from lab.experiments.e17_attention.reading import Floats, Head, Reading, Split
from lab.experiments.e17_attention.roles import pictures_of, role_scores
from lab.kit.arrays import freeze, read_only

__all__ = ["EncoderInternals", "reading_by_encoder"]

Found = tuple[Reading, "EncoderInternals"]

_opened: weakref.WeakValueDictionary[str, MiniLM] = weakref.WeakValueDictionary()


@dataclass(frozen=True, slots=True, eq=False)
class EncoderInternals:
    """The encoder and one pass over a text."""

    encoder: MiniLM
    trace: EncoderTrace
    silent: frozenset[Head]
    _last: dict[int, tuple[Floats, Floats, Floats]] = field(default_factory=dict)  # the layer that was used last

    def _vectors(self, layer: int) -> tuple[Floats, Floats, Floats]:
        """Queries, keys and values of all heads of a layer, [12, T, 32] each."""
        if layer not in self._last:
            self._last.clear()
            self._last[layer] = self.encoder.queries_keys_values(self.trace, layer)
        return self._last[layer]

    def head(self, layer: int, head: int) -> tuple[Floats, Floats, Floats]:
        """Queries, keys and values of one head, [T, 32] each."""
        q, k, v = self._vectors(layer)
        return q[head].astype(np.float64), k[head].astype(np.float64), v[head].astype(np.float64)

    def split(self, layer: int, token: int) -> Split:
        """One token on its way through a layer."""
        q, _k, v = self._vectors(layer)
        found = np.einsum("ht,htd->hd", self.trace.attention[layer, :, token], v)
        found[sorted(head for at, head in self.silent if at == layer)] = 0.0
        out = self.encoder.joined(found.reshape(1, -1), layer)[0]
        parts = (self.trace.hidden[layer, token], q[:, token], found, out)
        return Split(*(read_only(part) for part in parts))

    def score_parts(self, _head: Head, _query: int, _key: int) -> None:
        """The norms of an encoder stand behind its sums: what is in its stream is not followed."""
        return

    def by_distance(self, _head: Head, _query: int, _key: int) -> None:
        """Positions were added to the words, and turn nothing."""
        return

    def value_lengths(self, head: Head) -> Floats:
        """‖v·W_o‖ of each token, [T]; the bias, which is written whatever is looked at, is left out."""
        layer, number = head
        values = self._vectors(layer)[2]
        alone = np.zeros((values.shape[1] + 1, values.shape[0], values.shape[2]), values.dtype)
        alone[:-1, number] = values[number]
        written = self.encoder.joined(alone.reshape(len(alone), -1), layer).astype(np.float64)
        return np.asarray(np.linalg.norm(written[:-1] - written[-1], axis=1))

    def pushed(self, _head: Head, _token: int) -> None:
        """An encoder expects no next token."""
        return

    def token(self, number: int) -> str:
        """A token of the text, by its place."""
        return self.trace.tokens[number]


def reading_by_encoder(text: str, silent: Collection[Head]) -> Generator[float, None, Found]:
    """A text as MiniLM reads it, in pieces; yields the share that is done, 0 … 1.

    Raises, at one of the pieces, ValueError or FileNotFoundError when the encoder cannot be opened.
    """
    encoder, share = _opened.get("minilm"), 0.0
    if encoder is None:
        share = 0.7
        _opened["minilm"] = encoder = yield from part_of(opening_minilm(), 0.0, share)
    off = frozenset(head for head in silent if head[0] < LAYERS and head[1] < HEADS)
    trace = yield from part_of(encoder.tracing(text, off), share, 0.9)
    ids = np.array(trace.ids, np.int64)
    changed = None
    if off:
        whole = yield from part_of(encoder.tracing(text), 0.9, 0.95)
        changed = float(1.0 - whole.vector @ trace.vector)
    by_layer, by_picture = [], []
    for layer in trace.attention:
        by_layer.append(role_scores(layer, ids, trace.tokens))
        yield 0.95
        by_picture.append(pictures_of(layer))
        yield 0.95
    roles = {name: freeze(np.stack([scores[name] for scores in by_layer])) for name in by_layer[0]}
    pictures = freeze(np.stack(by_picture, axis=1))
    freeze(trace.attention)
    reading = Reading(
        "minilm", trace.tokens, read_only(ids, None), trace.attention, roles, pictures, False,
        int(trace.truncated), "", None, changed,
    )  # fmt: skip
    return reading, EncoderInternals(encoder, trace, off)
