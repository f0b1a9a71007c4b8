"""What SmolLM2 reads: opened, and a text read, in pieces, so that the thread that does it can answer in between."""

from __future__ import annotations

from collections.abc import Collection, Generator
from dataclasses import field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.pieces import part_of
from lab.core.records import dataclass
from lab.engine.basics.activations import softmax
from lab.engine.inside.bench import Keep, Seen
from lab.engine.inside.head_sweep import aligned
from lab.engine.inside.llama import LlamaBench
from lab.engine.text.bpe import BPETokenizer
from lab.engine.text.tokenizer import visible
from lab.engine.transformer.edits import Edits
from lab.engine.tuning.on_base import OnBase
from lab.experiments.e17_attention.reading import Floats, Head, Next, Reading, Split, likeliest
from lab.experiments.e17_attention.roles import pictures_of, role_scores
from lab.kit.arrays import freeze, read_only
from lab.kit.smollm2 import opening_smollm2

__all__ = ["MOST_TOKENS", "Pretrained", "PretrainedInternals", "opening_pretrained", "reading_by_pretrained"]

MOST_TOKENS = 64
KEPT = Keep(weights=True, heads=True)


@dataclass(frozen=True, slots=True, eq=False)
class Pretrained:
    """The model on the bench, and its tokenizer. source: whose it is, "smollm2" or "received"."""

    bench: LlamaBench
    tokenizer: BPETokenizer
    source: str

    def ids(self, text: str) -> tuple[list[int], int]:
        """The tokens of a text, never none, and how many had to be left out at the end."""
        ids = list(self.tokenizer.encode(text)) or [0]
        return ids[:MOST_TOKENS], max(0, len(ids) - MOST_TOKENS)

    def token(self, number: int) -> str:
        """A token, as it is shown."""
        return visible(self.tokenizer.token(number))


@dataclass(frozen=True, slots=True, eq=False)
class PretrainedInternals:
    """The model and one pass over a text."""

    model: Pretrained
    seen: Seen
    _last: dict[int, tuple[Floats, Floats, Floats]] = field(default_factory=dict)  # the layer that was used last

    def _vectors(self, layer: int) -> tuple[Floats, Floats, Floats]:
        if layer not in self._last:
            self._last.clear()
            self._last[layer] = self.model.bench.llama.queries_keys_values(layer, self._stream[layer])
        return self._last[layer]

    @property
    def _stream(self) -> Floats:
        assert self.seen.stream is not None
        return self.seen.stream

    def head(self, layer: int, head: int) -> tuple[Floats, Floats, Floats]:
        """Queries, keys and values of one head, [T, D] each; some heads share keys and values."""
        q, k, v = self._vectors(layer)
        shared = head // (len(q) // len(k))
        return q[head].astype(np.float64), k[shared].astype(np.float64), v[shared].astype(np.float64)

    def split(self, layer: int, token: int) -> Split:
        """One token on its way through a layer."""
        assert self.seen.heads is not None
        found = self.seen.heads[layer, :, token]
        out = np.einsum("hd,hdc->c", found, self.model.bench.head_writes(layer))
        parts = (self._stream[layer, token], self._vectors(layer)[0][:, token], found, out)
        return Split(*(read_only(part) for part in parts))

    def score_parts(self, _head: Head, _query: int, _key: int) -> None:
        """Its stream has hundreds of parts, and is not taken apart here."""
        return

    def by_distance(self, _head: Head, _query: int, _key: int) -> None:
        """Not worked out for this model."""
        return

    def value_lengths(self, head: Head) -> Floats:
        """‖v·W_o‖ of each token, [T]."""
        return np.asarray(np.linalg.norm(self._written(head), axis=1))

    def _written(self, head: Head) -> Floats:
        layer, number = head
        return np.asarray(self.head(layer, number)[2] @ self.model.bench.head_writes(layer)[number])

    def pushed(self, head: Head, token: int) -> tuple[Floats, Floats]:
        """How far a head with all its weight on one token moves each logit, [T, V], and all logits, [V]."""
        llama, last = self.model.bench.llama, self._stream[-1, token].astype(np.float64)
        size = np.sqrt(np.mean(last * last) + llama.config.norm_epsilon)
        pushed = llama.head_scores(self._written(head) * (llama.last_gain / size))
        return pushed.astype(np.float64), self.seen.logits[token].astype(np.float64)

    def token(self, number: int) -> str:
        """A token of the vocabulary, as it is shown."""
        return self.model.token(number)


def opening_pretrained(source: str, tuned: OnBase | None) -> Generator[float, None, Pretrained]:
    """The model; rests while it is being opened. tuned: adapters to put beside its weights.

    Raises ValueError with a sentence when it cannot be opened.
    """
    llama, tokenizer = yield from opening_smollm2(MOST_TOKENS, tuned)
    return Pretrained(LlamaBench(llama), tokenizer, source)


def reading_by_pretrained(
    model: Pretrained,
    text: str,
    other: str,
    without: frozenset[str],
    silent: Collection[Head],
    patched: Collection[Head],
) -> Generator[float, None, tuple[Reading, PretrainedInternals]]:
    """A text as the model reads it, with parts left out, heads silenced, and heads patched from another text."""
    (ids, cut), bench = model.ids(text), model.bench
    sizes = bench.sizes
    plain = yield from part_of(bench.passing(ids, Edits(without), KEPT), 0.0, 0.4)
    off, on = (
        frozenset(at for at in heads if _exists(at, sizes.n_layers, sizes.n_heads)) for heads in (silent, patched)
    )
    seen = plain
    if off or on:
        donor = plain
        if on:
            donor = yield from part_of(bench.passing(model.ids(other)[0], Edits(), KEPT), 0.4, 0.5)
        edits = Edits(without, off, _patches(plain, donor, on))
        seen = yield from part_of(bench.passing(ids, edits, KEPT), 0.5, 0.8)
    assert seen.weights is not None
    tokens, row = tuple(model.token(i) for i in ids), np.array(ids, np.int64)
    by_layer, by_picture = [], []
    for layer in seen.weights:
        by_layer.append(role_scores(layer, row, tokens))
        by_picture.append(pictures_of(layer))
        yield 0.9
    roles = {name: freeze(np.stack([scores[name] for scores in by_layer])) for name in by_layer[0]}
    now, before = softmax(seen.logits[-1].astype(np.float64)), softmax(plain.logits[-1].astype(np.float64))
    moved = float(np.abs(now - before).sum() / 2)
    reading = Reading(
        model.source, tokens, read_only(row, None), freeze(seen.weights), roles, freeze(np.stack(by_picture, axis=1)),
        "mask" not in without, cut, "", _next(model, now, before), moved,
    )  # fmt: skip
    return reading, PretrainedInternals(model, seen)


def _exists(head: Head, layers: int, heads: int) -> bool:
    return head[0] < layers and head[1] < heads


def _patches(plain: Seen, donor: Seen, heads: Collection[Head]) -> dict[Head, NDArray[Any]]:
    if not heads:
        return {}
    assert plain.heads is not None and donor.heads is not None
    return {at: aligned(plain.heads[at], donor.heads[at]) for at in heads}


def _next(model: Pretrained, now: Floats, before: Floats) -> Next:
    order = likeliest(now, before)
    return Next(tuple(model.token(int(i)) for i in order), read_only(now[order]), read_only(before[order]))
