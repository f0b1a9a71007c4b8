"""The Llama architecture, as SmolLM2 and many other open models have it: RMSNorm before each part, attention
in which several query heads share a key head, positions as rotations, a gated feed-forward layer, the
embedding table as the head. Keys and values of earlier tokens are kept (the KV cache), so a token costs one
pass of one token. Long prompts are read in pieces, and everything that takes longer than a blink can be had
with a rest after each layer.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from functools import partial

import numpy as np

from lab.core.records import dataclass
from lab.engine.pretrained.llama_parts import LlamaConfig, LlamaWeights, Pass, rms_norm
from lab.engine.pretrained.threads import ThreadTeam, team_size
from lab.engine.pretrained.weight_rows import SHARED_WEIGHTS, Floats

__all__ = ["LONGEST_TRACE", "PROMPT_PIECE", "LayerWatch", "Llama", "LlamaTrace"]

LayerWatch = Callable[[int, str, Floats], None]
"""Is shown every tensor of a pass, and may change it in place: (k, "stream", [C, m]) before the first block (k = 0) and
behind block k - 1; in block k what `Watch` is shown."""

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
    def parts(self) -> tuple[LlamaConfig, LlamaWeights]:
        """The plan and the weights, for another model that shares them."""
        return self.config, self._weights

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

        def keep(k: int, name: str, values: Floats) -> None:
            if name == "weights":
                attention[k] = values
            elif name == "stream":
                hidden[k] = values.T

        for _ in self._layers(ids, work, keep):
            pass
        self._text += ids
        return LlamaTrace(tuple(ids), hidden, attention, self._scores(work))

    def watching(
        self,
        ids: Sequence[int],
        watch: LayerWatch,
        without: frozenset[str] = frozenset(),
        since: tuple[int, Floats] | None = None,
        last: bool = False,
    ) -> Generator[float, None, Floats]:
        """A pass over one text with a rest after each layer, and someone who sees and may change every tensor.

        Yields the share that is done; its value is the scores after every token, [T, V], or after the last, [1, V].
        The cache holds no text afterwards, for it may have been changed.
        without: of `Pass`.  since: (k, stream [T, C]): begin with block k, which is given this stream.
        last: whether only the scores after the last token are wanted.
        Raises ValueError as `trace` does.
        """
        if len(ids) > LONGEST_TRACE:
            raise ValueError(f"ids: {len(ids)} tokens, a pass that is watched takes at most {LONGEST_TRACE}")
        self.reset()
        self._check(ids)
        work = Pass(self.config, len(ids), without=without)
        first = 0 if since is None else since[0]
        for done in self._layers(ids, work, watch, since):
            yield (done - first) / (self.config.n_layers - first + 1)
        if not last:
            return self._scores(work)
        scores = np.empty((self.config.vocab_size, 1), np.float32)
        self._score(np.ascontiguousarray(work.x[:, -1:]), scores, "norm" not in without)
        return np.ascontiguousarray(scores.T)

    def read_out(self, stream: Floats) -> Floats:
        """The scores that the last norm and the head read from any stream, [m, C] -> [m, V]."""
        scores = np.empty((self.config.vocab_size, len(stream)), np.float32)
        self._score(np.ascontiguousarray(stream.T, np.float32), scores)
        return np.ascontiguousarray(scores.T)

    def head_rows(self, ids: Sequence[int]) -> Floats:
        """The directions of the stream, behind the last norm, that raise the scores of these tokens: [m, C]."""
        return self._weights.head.take(np.asarray(ids))

    @property
    def last_gain(self) -> Floats:
        """The gain of the last norm, [C]."""
        return self._weights.norm

    def gains(self, layer: int) -> tuple[Floats, Floats]:
        """The gains of a layer's norms, before its attention and before its feed-forward layer, [C] each."""
        found = self._weights.layers[layer]
        return found.norm1, found.norm2

    def head_writes(self, layer: int) -> Floats:
        """What a layer writes into the stream for a unit of each number its heads found, [H, D, C]."""
        out = self._weights.layers[layer].out
        matrix = out.take(np.arange(out.shape[0]))  # [C, H·D]
        return np.ascontiguousarray(matrix.T.reshape(self.config.n_heads, self.config.d_head, -1))

    def neuron_writes(self, layer: int) -> Floats:
        """What a layer writes into the stream for a unit of each feed-forward activation, [F, C]."""
        down = self._weights.layers[layer].down
        return np.ascontiguousarray(down.take(np.arange(down.shape[0])).T)

    def queries_keys_values(self, layer: int, stream: Floats) -> tuple[Floats, Floats, Floats]:
        """Queries [H, T, D], keys and values [KV, T, D] of a layer, made of the stream before it, [T, C], of a whole
        text; queries and keys are turned by their positions, and queries are not divided by √D."""
        c, m = self.config, len(stream)
        rows = rms_norm(np.ascontiguousarray(stream.T, np.float32), self._weights.layers[layer].norm1, c.norm_epsilon)
        qkv = np.empty((c.d_model + 2 * c.d_kv, m), np.float32)
        self._weights.layers[layer].qkv.dot(rows, qkv)
        q, k, v = (
            np.ascontiguousarray(part.reshape(-1, c.d_head, m).swapaxes(1, 2))
            for part in np.split(qkv, (c.d_model, c.d_model + c.d_kv))
        )
        for turned in (q, k):
            pairs = turned.view(np.complex64)
            np.multiply(pairs, self._turns[:m], out=pairs)
        return q * np.float32(c.d_head**0.5), k, v  # the query rows hold the scale

    def head_scores(self, rows: Floats) -> Floats:
        """What the head makes of rows that stand behind the last norm, [m, C] -> [m, V]: it is linear."""
        scores = np.empty((self.config.vocab_size, len(rows)), np.float32)
        self._weights.head.dot(np.ascontiguousarray(rows.T, np.float32), scores)
        return np.ascontiguousarray(scores.T)

    def _check(self, ids: Sequence[int]) -> None:
        room = self.capacity - self.length
        if not 1 <= len(ids) <= room:
            raise ValueError(f"ids must be 1 … {room} tokens, as many as fit the cache, got {len(ids)}")
        if min(ids) < 0 or max(ids) >= self.config.vocab_size:
            raise ValueError(f"ids must be in 0 … {self.config.vocab_size - 1}, got {min(ids)} … {max(ids)}")

    def _layers(
        self,
        ids: Sequence[int],
        work: Pass,
        watch: LayerWatch | None = None,
        since: tuple[int, Floats] | None = None,
    ) -> Iterator[int]:
        """Takes tokens through all blocks, into the cache; work.x is then the stream, [C, m]."""
        at = self.length
        self._make_room(at + len(ids))
        first, stream = (0, self._weights.embedding.take(np.asarray(ids))) if since is None else since
        np.copyto(work.x, stream.T)
        turns = self._turns[at : at + len(ids)]
        if watch is not None:
            watch(first, "stream", work.x)
        for k in range(first, self.config.n_layers):
            layer, seen = self._weights.layers[k], None if watch is None else partial(watch, k)
            work.attend(layer, self._keys[k], self._values[k], at, turns, seen)
            work.think(layer, seen)
            if watch is not None:
                watch(k + 1, "stream", work.x)
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
        self._weights.head.dot(work.normed(self._weights.norm), scores)
        return np.ascontiguousarray(scores.T)

    def _score(self, x: Floats, out: Floats, norm: bool = True) -> None:
        """The scores of every token of the vocabulary; x: [C, m], out: [V, m]."""
        read = rms_norm(x, self._weights.norm, self.config.norm_epsilon) if norm else x
        self._weights.head.dot(read, out)
