"""The house models on the bench: the readable forward pass, which keeps every tensor by itself."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import numpy as np

from lab.engine.inside.bench import EVERYTHING, Floats, Keep, Seen, Sizes
from lab.engine.lm.parameters import NORM_EPSILON, Parameters
from lab.engine.lm.reference import LMTrace, forwarding, read_out
from lab.engine.transformer.edits import Edits
from lab.engine.transformer.heads import split_heads

__all__ = ["HouseBench"]


class HouseBench:
    """A model of the lab's own kind.

    parameters: what it has learned; they are not copied.
    """

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = parameters

    @property
    def sizes(self) -> Sizes:
        """How large its parts are."""
        c = self.parameters.config
        d_ff = 0 if c.feed_forward == "none" else c.d_ff
        return Sizes(c.n_layers, c.n_heads, c.d_head, c.d_model, d_ff, c.vocab_size, c.context)

    def passing(
        self, ids: Sequence[int], edits: Edits | None = None, keep: Keep = EVERYTHING, base: Seen | None = None
    ) -> Generator[float, None, Seen]:
        """One pass with a rest after each layer, as `Bench` says. These models are small: all of it is computed."""
        edits, row = edits or Edits(), np.asarray(ids, np.intp).reshape(1, -1)
        edits.check(self.sizes.n_layers, self.sizes.n_heads, row.size)
        trace = yield from forwarding(self.parameters, row, edits)
        logits = trace.logits[0, -1:] if keep.last else trace.logits[0]
        return Seen(
            row[0],
            logits,
            _stream(trace) if keep.stream else None,
            self._weights(trace) if keep.weights else None,
            self._heads(trace) if keep.heads else None,
            _added(trace) if keep.added else None,
            self._inner(trace) if keep.inner else None,
            edits,
        )

    def read_out(self, stream: Floats) -> Floats:
        """The scores that the last norm and the head read from any stream, [..., C] -> [..., V]."""
        return read_out(self.parameters, stream)

    def directions(self, tokens: Sequence[int], stream: Floats) -> Floats:
        """The directions of the stream that make up the scores of tokens, [n, C], as `Bench` says."""
        config, rows = self.parameters.config, self.parameters["embedding"][np.asarray(tokens)]
        if not config.residual or (config.norm != "none" and config.norm_place == "post"):
            raise ValueError("the scores are a sum of what the parts added only with residuals, and norms before them")
        if config.biases:
            raise ValueError("the scores are a sum of what the parts added only without biases")
        if config.norm == "none":
            return np.asarray(rows)
        rows = rows * self.parameters["norm"]
        if config.norm == "layer":
            stream = stream - stream.mean()
            rows = rows - rows.mean(axis=1, keepdims=True)  # as the norm takes the mean from the stream
        return np.asarray(rows / np.sqrt(np.mean(stream * stream) + NORM_EPSILON))

    def head_writes(self, layer: int) -> Floats:
        """What a layer writes into the stream for a unit of each number its heads found, [H, D, C]."""
        sizes, out = self.sizes, self.parameters[f"block{layer}.out"]
        return np.asarray(out.T.reshape(sizes.n_heads, sizes.d_head, sizes.d_model))

    def neuron_writes(self, layer: int) -> Floats:
        """What a layer writes into the stream for a unit of each feed-forward activation, [F, C]."""
        if not self.sizes.d_ff:
            return np.zeros((0, self.sizes.d_model), self.parameters.flat.dtype)
        return np.asarray(self.parameters[f"block{layer}.down"].T)

    def _weights(self, trace: LMTrace) -> Floats:
        sizes, length = self.sizes, trace.ids.shape[1]
        none = np.zeros((sizes.n_heads, length, length), trace.logits.dtype)
        halves = (block.attention for block in trace.blocks)
        return np.stack([none if half is None else half.attention.weights[0] for half in halves])

    def _heads(self, trace: LMTrace) -> Floats:
        sizes, length = self.sizes, trace.ids.shape[1]
        none = np.zeros((sizes.n_heads, length, sizes.d_head), trace.logits.dtype)
        halves = (block.attention for block in trace.blocks)
        return np.stack([none if half is None else split_heads(half.found, sizes.n_heads)[0] for half in halves])

    def _inner(self, trace: LMTrace) -> Floats:
        none = np.zeros((trace.ids.shape[1], self.sizes.d_ff), trace.logits.dtype)
        return np.stack([none if block.mlp is None else block.mlp.act[0] for block in trace.blocks])


def _stream(trace: LMTrace) -> Floats:
    return np.stack([trace.embedded[0], *(block.after[0] for block in trace.blocks)])


def _added(trace: LMTrace) -> Floats:
    none = np.zeros_like(trace.embedded[0])
    return np.stack(
        [[none if half is None else half.out[0] for half in (block.attention, block.mlp)] for block in trace.blocks]
    )
