"""Pretrained models on the bench: the fast forward pass, watched layer by layer. Tokens are columns there and rows
here, so that every tensor has the shape that it has for a house model.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

import numpy as np
from numpy.typing import NDArray

from lab.engine.inside.bench import EVERYTHING, Floats, Keep, Seen, Sizes
from lab.engine.pretrained.llama import LONGEST_TRACE, Llama
from lab.engine.transformer.edits import PARTS, Edits

__all__ = ["LlamaBench"]

_PART_OF = {"weights": "attention", "heads": "attention", "inner": "feed-forward", **{part: part for part in PARTS}}


class LlamaBench:
    """A Llama such as SmolLM2. A pass takes the place of what its cache holds.

    llama: the model; nobody else may use it while a pass rests.
    """

    def __init__(self, llama: Llama) -> None:
        self.llama = llama

    @property
    def sizes(self) -> Sizes:
        """How large its parts are."""
        c, longest = self.llama.config, min(LONGEST_TRACE, self.llama.capacity)
        return Sizes(c.n_layers, c.n_heads, c.d_head, c.d_model, c.d_ff, c.vocab_size, longest)

    def passing(
        self, ids: Sequence[int], edits: Edits | None = None, keep: Keep = EVERYTHING, base: Seen | None = None
    ) -> Generator[float, None, Seen]:
        """One pass with a rest after each layer, as `Bench` says. With `base` it begins with the first edited layer."""
        edits = edits or Edits()
        edits.check(self.sizes.n_layers, self.sizes.n_heads, len(ids))
        first = _first(ids, edits, base)
        watched = _Watched(self.sizes, len(ids), edits, keep, first)
        since = None
        if first and base is not None and base.stream is not None:
            since = first, base.stream[first]
            watched.begin(base)
        without = edits.without - set(PARTS)
        logits = yield from self.llama.watching(ids, watched, without, since, keep.last)
        return watched.seen(np.asarray(ids, np.intp), logits)

    def read_out(self, stream: Floats) -> Floats:
        """The scores that the last norm and the head read from any stream, [..., C] -> [..., V]."""
        rows = np.asarray(stream, np.float32).reshape(-1, stream.shape[-1])
        return self.llama.read_out(rows).reshape(*stream.shape[:-1], -1)

    def directions(self, tokens: Sequence[int], stream: Floats) -> Floats:
        """The directions of the stream that make up the scores of tokens, [n, C], as `Bench` says."""
        rows = self.llama.head_rows(tokens) * self.llama.last_gain
        return np.asarray(rows / np.sqrt(np.mean(stream * stream) + self.llama.config.norm_epsilon))

    def head_writes(self, layer: int) -> Floats:
        """What a layer writes into the stream for a unit of each number its heads found, [H, D, C]."""
        return self.llama.head_writes(layer)

    def neuron_writes(self, layer: int) -> Floats:
        """What a layer writes into the stream for a unit of each feed-forward activation, [F, C]."""
        return self.llama.neuron_writes(layer)


def _first(ids: Sequence[int], edits: Edits, base: Seen | None) -> int:
    """The block a pass may begin with: those before it do what they did in `base`."""
    first = edits.first
    if base is None or base.stream is None or first is None or base.edits.first is not None:
        return 0
    return first if len(base.ids) == len(ids) and bool(np.all(base.ids == ids)) else 0


class _Watched:
    """Changes what the edits name, and keeps what is asked for."""

    def __init__(self, sizes: Sizes, length: int, edits: Edits, keep: Keep, first: int) -> None:
        self._edits, self._first = edits, first
        layers, heads = sizes.n_layers, sizes.n_heads
        shapes = {
            "stream": (layers + 1, length, sizes.d_model),
            "weights": (layers, heads, length, length),
            "heads": (layers, heads, length, sizes.d_head),
            "added": (layers, 2, length, sizes.d_model),
            "inner": (layers, length, sizes.d_ff),
        }
        self._kept = {name: np.zeros(shape, np.float32) for name, shape in shapes.items() if getattr(keep, name)}

    def begin(self, base: Seen) -> None:
        """Takes the layers that are not computed again from an earlier pass."""
        for name, kept in self._kept.items():
            earlier = getattr(base, name)
            if earlier is None:
                raise ValueError(f"base has not kept its {name}")
            kept[: self._first] = earlier[: self._first]

    def __call__(self, k: int, name: str, values: Floats) -> None:
        """Sees a tensor of block k, and changes it."""
        edits = self._edits
        if name == "stream":
            if edits.moves(k):
                values[...] = edits.move(k, values.T).T
            self._keep("stream", (k,), values.T)
        elif not edits.runs(k, _PART_OF[name]):
            values.fill(0.0)
        elif name == "heads":
            for head, found in edits.heads(k).items():
                values[head] = found
            self._keep("heads", (k,), values)
        elif name in PARTS:
            self._keep("added", (k, PARTS.index(name)), values.T)
        else:
            self._keep(name, (k,), values.T if name == "inner" else values)

    def _keep(self, name: str, place: tuple[int, ...], values: Floats) -> None:
        if name in self._kept:
            self._kept[name][place] = values

    def seen(self, ids: NDArray[np.intp], logits: Floats) -> Seen:
        """All of it."""
        kept = self._kept.get
        return Seen(
            ids, logits, kept("stream"), kept("weights"), kept("heads"), kept("added"), kept("inner"), self._edits
        )
