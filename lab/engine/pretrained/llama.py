"""The Llama architecture, as SmolLM2 and many other open models have it: RMSNorm before each part, attention
in which several query heads share a key head, positions as rotations, a gated feed-forward layer, the
embedding table as the head. Keys and values of earlier tokens are kept (the KV cache), so a token costs one
pass of one token. Long prompts are read in pieces, and everything that takes longer than a blink can be had
with a rest after each layer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lab.engine.pretrained.llama_parts import LlamaConfig, LlamaWeights, Pass, rms_norm
from lab.engine.pretrained.threads import ThreadTeam, team_size
from lab.engine.pretrained.weight_rows import SHARED_WEIGHTS, Floats

__all__ = ["LONGEST_TRACE", "PROMPT_PIECE", "Llama", "LlamaTrace"]

PROMPT_PIECE = 128  # tokens read at once: enough to keep the processor busy, few enough to keep buffers small
FIRST_ROOM = 256  # tokens: 12 MB for SmolLM2-135M
LONGEST_TRACE = 512  # a trace grows with the square of its text


@dataclass(frozen=True, slots=True)
class LlamaTrace:
    """One text seen from inside.

    ids: the T tokens.  hidden: [layers + 1, T, C] the stream before the first block and after each.
    attention: [layers, heads, T, T], a query's row sums to 1.  logits: [T, V].
    """

    ids: tuple[int, ...]
    hidden: Floats
    attention: Floats
    logits: Floats


class Llama:
    """A model with the cache of one text: feed tokens, get the scores of the next.

    capacity: how many tokens the cache may hold, at most the context; its memory grows with the text.
    Raises ValueError when capacity is not in 1 … context.
    Source: Touvron et al., LLaMA (2023); Ainslie et al., GQA (2023); Su et al., RoFormer (2021).
    """

    def __init__(self, config: LlamaConfig, weights: LlamaWeights, capacity: int = 2048) -> None:
        if not 1 <= capacity <= config.context:
            raise ValueError(f"capacity must be in 1 … {config.context}, the context of the model, got {capacity}")
        self.config, self.capacity = config, capacity
        self._weights, self._text = weights, list[int]()
        self._keys, self._values = self._cache(0), self._cache(0)
        rates = config.rope_base ** (-np.arange(config.d_head // 2) / (config.d_head // 2))
        angles = np.arange(capacity)[:, None] * rates  # [capacity, D/2]
        self._turns = np.exp(1j * angles).astype(np.complex64)
        self._one = Pass(config, 1)
        self._logits = np.zeros((config.vocab_size, 1), np.float32)

    @property
    def text(self) -> tuple[int, ...]:
        """The tokens in the cache."""
        return tuple(self._text)

    @property
    def length(self) -> int:
        """How many tokens are in the cache."""
        return len(self._text)

    @property
    def logits(self) -> Floats:
        """The scores of the token after the last one read, [V]; the next token overwrites them."""
        return self._logits[:, 0]

    def reset(self) -> None:
        """Forgets the text."""
        self._text.clear()

    def truncate(self, length: int) -> None:
        """Forgets all but the first `length` tokens.  Raises ValueError when there are fewer."""
        if not 0 <= length <= self.length:
            raise ValueError(f"length must be in 0 … {self.length}, got {length}")
        del self._text[length:]

    def reuse(self, ids: Sequence[int]) -> int:
        """Keeps what the cache has in common with a text and forgets the rest; how many tokens are kept.

        At least the last token of `ids` is left to be read, so that there are scores after it.
        """
        pairs = zip(self._text, ids[:-1], strict=False)
        most = min(self.length, max(0, len(ids) - 1))
        kept = next((k for k, (old, new) in enumerate(pairs) if old != new), most)
        self.truncate(kept)
        return kept

    def step(self, token: int) -> Floats:
        """Reads one token; the scores of the next, [V], in a buffer that the next call uses again.

        Raises ValueError when the cache is full or the token is outside the vocabulary.
        """
        for _ in self.stepping(token):
            pass
        return self.logits

    def stepping(self, token: int) -> Iterator[float]:
        """`step` with a rest after each layer, for whoever must answer in between.

        The scores are then in `logits`. Yields the share that is done. Stopping early changes no text.
        Raises ValueError as `step` does.
        """
        self._check((token,))
        for done in self._layers((token,), self._one):
            yield done / (self.config.n_layers + 1)
        self._score(self._one.x, self._logits)
        self._text.append(token)

    def prompt(self, ids: Sequence[int], threads: int | None = None) -> Floats:
        """Reads a prompt; the scores of the token after it, [V], in the buffer of `step`.

        threads: how many the multiplications may use, None: one for each core when the prompt is long.
        Raises ValueError when there are no ids, the cache cannot hold them, or one is outside the vocabulary.
        """
        for _ in self.prompting(ids, threads):
            pass
        return self.logits

    def prompting(self, ids: Sequence[int], threads: int | None = None) -> Iterator[float]:
        """`prompt` with a rest after each layer, for whoever must answer in between.

        The scores are then in `logits`. Yields the share that is done. Stopping early keeps the pieces of 128
        tokens that were finished.
        Raises ValueError as `prompt` does.
        """
        self._check(ids)
        work, most = self._one, self.config.n_layers + 1
        buffer = max(SHARED_WEIGHTS, self.config.d_ff, self.config.d_model)
        with ThreadTeam(team_size(threads, len(ids)), buffer) as team:
            for start in range(0, len(ids), PROMPT_PIECE):
                piece = ids[start : start + PROMPT_PIECE]
                work = self._one if len(piece) == 1 else Pass(self.config, len(piece), team)
                for done in self._layers(piece, work):
                    yield (start + len(piece) * done / most) / len(ids)
                self._text += piece
        self._score(np.ascontiguousarray(work.x[:, -1:]), self._logits)

    def read(self, ids: Sequence[int]) -> Floats:
        """Reads several tokens; the scores of the token after each of them, [m, V].

        Raises ValueError as `prompt` does.
        """
        self._check(ids)
        logits = np.empty((len(ids), self.config.vocab_size), np.float32)
        for start in range(0, len(ids), PROMPT_PIECE):
            piece = ids[start : start + PROMPT_PIECE]
            work = Pass(self.config, len(piece))
            for _ in self._layers(piece, work):
                pass
            self._text += piece
            logits[start : start + len(piece)] = self._scores(work)
        np.copyto(self._logits[:, 0], logits[-1])
        return logits

    def trace(self, ids: Sequence[int]) -> LlamaTrace:
        """One text from inside: the stream and the attention of every layer.

        The cache holds this text afterwards.
        Raises ValueError as `prompt` does, or when there are more than LONGEST_TRACE tokens.
        """
        if len(ids) > LONGEST_TRACE:
            raise ValueError(f"ids: {len(ids)} tokens, a trace takes at most {LONGEST_TRACE}")
        self.reset()
        self._check(ids)
        config, work = self.config, Pass(self.config, len(ids))
        hidden = np.empty((config.n_layers + 1, len(ids), config.d_model), np.float32)
        attention = np.empty((config.n_layers, config.n_heads, len(ids), len(ids)), np.float32)
        hidden[0] = self._weights.embedding.take(np.asarray(ids))
        for done in self._layers(ids, work, attention):
            hidden[done] = work.x.T
        self._text += ids
        return LlamaTrace(tuple(ids), hidden, attention, self._scores(work))

    def _check(self, ids: Sequence[int]) -> None:
        room = self.capacity - self.length
        if not 1 <= len(ids) <= room:
            raise ValueError(f"ids must be 1 … {room} tokens, as many as fit the cache, got {len(ids)}")
        if min(ids) < 0 or max(ids) >= self.config.vocab_size:
            raise ValueError(f"ids must be in 0 … {self.config.vocab_size - 1}, got {min(ids)} … {max(ids)}")

    def _layers(self, ids: Sequence[int], work: Pass, attention: Floats | None = None) -> Iterator[int]:
        """Takes tokens through all blocks, into the cache; work.x is then the stream, [C, m]."""
        at = self.length
        self._make_room(at + len(ids))
        np.copyto(work.x, self._weights.embedding.take(np.asarray(ids)).T)
        turns = self._turns[at : at + len(ids)]
        for k, layer in enumerate(self._weights.layers):
            weights = work.attend(layer, self._keys[k], self._values[k], at, turns)
            if attention is not None:
                attention[k] = weights
            work.think(layer)
            yield k + 1

    def _cache(self, room: int) -> list[Floats]:
        """Keys or values for `room` tokens: one array for each layer, [KV, room, D]."""
        config = self.config
        return [np.zeros((config.n_kv_heads, room, config.d_head), np.float32) for _ in range(config.n_layers)]

    def _make_room(self, length: int) -> None:
        """Sees that the cache holds `length` tokens; it at least doubles when it grows."""
        room = self._keys[0].shape[1]
        if length <= room:
            return
        room, kept = min(self.capacity, max(length, 2 * room, FIRST_ROOM)), self.length
        for caches in (self._keys, self._values):
            for k, larger in enumerate(self._cache(room)):
                larger[:, :kept] = caches[k][:, :kept]
                caches[k] = larger

    def _scores(self, work: Pass) -> Floats:
        """The scores after every token of a pass, [m, V]."""
        scores = np.empty((self.config.vocab_size, work.x.shape[1]), np.float32)
        self._score(work.x, scores)
        return np.ascontiguousarray(scores.T)

    def _score(self, x: Floats, out: Floats) -> None:
        """The scores of every token of the vocabulary; x: [C, m], out: [V, m]."""
        self._weights.head.dot(rms_norm(x, self._weights.norm, self.config.norm_epsilon), out)
