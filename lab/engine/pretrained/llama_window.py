"""A Llama that forgets: of keys and values only a window of the newest tokens stays, with or without the first few
tokens of the text. A cache of which the middle is gone is read as if it were whole: only the distances between tokens
count, so the newest keys stay turned as they are, and the first ones are turned on to stand right before them.

Source: Xiao et al., Efficient Streaming Language Models with Attention Sinks (2024), section 3.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from lab.engine.pretrained.llama_parts import LlamaConfig, LlamaWeights, Pass, rms_norm
from lab.engine.pretrained.weight_rows import Floats
from lab.engine.tuning.quantize import quantize

__all__ = ["WindowLlama", "rounded_rows"]


def rounded_rows(rows: Floats, bits: int) -> Floats:
    """Keys or values, [..., D], as a cache of 8, 4 or 2 bits has them: one scale for each row; 16: half precision."""
    if bits == 16:
        return rows.astype(np.float16).astype(rows.dtype)
    return quantize(rows, bits, "row").dequantize().astype(rows.dtype)


class WindowLlama:
    """Reads one text token by token.

    window: how many of the newest tokens are kept, the one that is read included; None keeps all.
    sinks: how many tokens of the beginning are kept as well.  capacity: how long the text may become.
    stored: what becomes of keys and values, [KV, 1, D], once their token is read, such as rounding; None: nothing.
    Raises ValueError when window is below 1, sinks below 0, or capacity not in 1 … context.
    """

    def __init__(
        self, config: LlamaConfig, weights: LlamaWeights, window: int | None = None, sinks: int = 0,
        capacity: int = 512, stored: Callable[[Floats], Floats] | None = None,
    ) -> None:  # fmt: skip
        if sinks < 0 or (window is not None and window < 1) or not 1 <= capacity <= config.context:
            given = f"window {window}, sinks {sinks}, capacity {capacity}"
            raise ValueError(f"window must be at least 1, sinks 0, capacity 1 … {config.context}, got {given}")
        self.config, self.capacity, self.length, self.kept = config, capacity, 0, 0
        self._weights, self._sinks, self._stored = weights, sinks, stored
        self._room = capacity if window is None else min(capacity, window + sinks)
        shape = (config.n_layers, config.n_kv_heads, self._room, config.d_head)
        self._keys, self._values = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        self._first: Floats = self._keys[:, :, :0].copy()  # the keys of the sinks as they stood at the beginning
        rates = config.rope_base ** (-np.arange(config.d_head // 2) / (config.d_head // 2))
        self._turns = np.exp(1j * (np.arange(capacity)[:, None] * rates)).astype(np.complex64)
        self._work = Pass(config, 1)
        self._logits = np.zeros((config.vocab_size, 1), np.float32)

    @property
    def logits(self) -> Floats:
        """The scores of the token after the last one read, [V]; the next token overwrites them."""
        return self._logits[:, 0]

    def step(self, token: int) -> Floats:
        """Reads one token; the scores of the next, [V], in a buffer that the next call uses again.

        Raises ValueError when the text is as long as it may become, or the token is outside the vocabulary.
        """
        for _ in self.stepping(token):
            pass
        return self.logits

    def stepping(self, token: int) -> Iterator[float]:
        """`step` with a rest after each layer. Yields the share that is done. Stopping early changes no text.

        Raises ValueError as `step` does.
        """
        if self.length >= self.capacity or not 0 <= token < self.config.vocab_size:
            limits = f"a text of {self.capacity} tokens, each in 0 … {self.config.vocab_size - 1}"
            raise ValueError(f"needs {limits}, got token {token} behind {self.length}")
        np.copyto(self._work.x, self._weights.embedding.take(np.asarray([token])).T)
        turn, gone = self._turns[self.length : self.length + 1], self.length - self.kept
        for k, layer in enumerate(self._weights.layers):
            if gone and self._sinks:
                pairs = self._keys[k, :, : self._sinks].view(np.complex64)
                np.multiply(self._first[k].view(np.complex64), self._turns[gone], out=pairs)
            self._work.attend(layer, self._keys[k], self._values[k], self.kept, turn)
            self._work.think(layer)
            if self._stored is not None:
                for rows in (self._keys[k], self._values[k]):
                    rows[:, self.kept : self.kept + 1] = self._stored(rows[:, self.kept : self.kept + 1])
            yield (k + 1) / (self.config.n_layers + 1)
        read = rms_norm(self._work.x, self._weights.norm, self.config.norm_epsilon)
        self._weights.head.dot(read, self._logits)
        self._keep()

    def _keep(self) -> None:
        """The token is part of the text; the oldest behind the sinks goes where there is no room for the next."""
        self.length, self.kept = self.length + 1, self.kept + 1
        if self.length == self._sinks:
            self._first = self._keys[:, :, : self._sinks].copy()
        if self.kept == self._room and self.length < self.capacity:
            for rows in (self._keys, self._values):
                rows[:, :, self._sinks : -1] = rows[:, :, self._sinks + 1 :]
            self.kept -= 1
