"""MiniLM, a small sentence encoder: 6 layers of 12 heads that read a sentence in both directions and say in
384 numbers what it is about, so that sentences with the same meaning point the same way. It serves search and
the embedding map with those vectors, and the attention experiment with what happens on the way: every layer's
stream, every head's weights, and what changes when a head is switched off.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Sequence
from pathlib import Path

import numpy as np

from lab.core.paths import asset
from lab.core.pieces import result_of
from lab.core.records import dataclass
from lab.engine.pretrained.gelu import gelu_in_place
from lab.engine.pretrained.minilm_pack import (
    EncoderLayer,
    EncoderWeights,
    Floats,
    Linear,
    Norm,
    load_weights,
    opening_weights,
)
from lab.engine.text.wordpiece import WordPieceTokenizer

__all__ = [
    "HEADS", "LAYERS", "LONGEST", "WIDTH", "EncoderTrace", "MiniLM", "load_minilm", "load_wordpieces", "opening_minilm",
]  # fmt: skip

LAYERS, HEADS, WIDTH = 6, 12, 384
LONGEST = 256  # tokens, the first [CLS] and the last [SEP] included: what it was trained on
AT_ONCE = 2048  # tokens of several texts that go through the layers together
Heads = Collection[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class EncoderTrace:
    """One text seen from inside.

    tokens: the T pieces, "##" before a continuation.  ids: their numbers.
    hidden: [7, T, 384] the stream before the first layer and after each.
    attention: [6, 12, T, T], layer, head, the token that looks, the token looked at; a row sums to 1.
    vector: [384], the unit vector of the text.  truncated: whether the text was longer than LONGEST tokens.
    """

    tokens: tuple[str, ...]
    ids: tuple[int, ...]
    hidden: Floats
    attention: Floats
    vector: Floats
    truncated: bool


class MiniLM:
    """The encoder all-MiniLM-L6-v2.

    Source: Wang et al., MiniLM (2020); Reimers & Gurevych, Sentence-BERT (2019); Devlin et al., BERT (2019).
    """

    def __init__(self, tokenizer: WordPieceTokenizer, weights: EncoderWeights) -> None:
        self.tokenizer, self._weights = tokenizer, weights

    def encode(self, texts: Sequence[str], ablate: Heads = ()) -> Floats:
        """What texts are about, as unit vectors, [N, 384]: the dot product of two is their cosine.

        Text beyond 256 tokens is not read. ablate: heads to switch off, as (layer, head), counted from 0.
        Raises ValueError when there is no such head.
        """
        vectors = list(self.encoding(texts, ablate))
        return np.concatenate(vectors) if vectors else np.empty((0, WIDTH), np.float32)

    def encoding(self, texts: Sequence[str], ablate: Heads = ()) -> Iterator[Floats]:
        """`encode` with a rest after some texts; yields their vectors, [n, 384].

        Texts of different length go together without padding: whatever looks at one token alone sees all
        tokens in one matrix, and attention takes the texts one by one.
        """
        _check_heads(ablate)
        ids = [self._frame(text)[0] for text in texts]
        at = 0
        while at < len(ids):
            end, total = at + 1, len(ids[at])
            while end < len(ids) and total + len(ids[end]) <= AT_ONCE:
                total += len(ids[end])
                end += 1
            yield self._vectors(ids[at:end], ablate)
            at = end

    def tokens(self, text: str) -> tuple[str, ...]:
        """The pieces of a text as the encoder reads them, [CLS] and [SEP] included."""
        return tuple(self.tokenizer.vocabulary[i] for i in self._frame(text)[0])

    def trace(self, text: str, ablate: Heads = ()) -> EncoderTrace:
        """One text from inside.

        ablate: heads to switch off, as (layer, head), counted from 0; what they would add is left out.
        Raises ValueError when there is no such head.
        """
        return result_of(self.tracing(text, ablate))

    def tracing(self, text: str, ablate: Heads = ()) -> Generator[float, None, EncoderTrace]:
        """`trace` with a rest after each layer; yields the share that is done, 0 … 1."""
        _check_heads(ablate)
        ids, truncated = self._frame(text)
        hidden = np.empty((LAYERS + 1, len(ids), WIDTH), np.float32)
        attention = np.empty((LAYERS, HEADS, len(ids), len(ids)), np.float32)
        x = hidden[0] = self._embed([ids])
        for k, layer in enumerate(self._weights.layers):
            x = _layer(layer, x, [len(ids)], _off(ablate, k), attention[k])
            hidden[k + 1] = x
            yield (k + 1) / LAYERS
        tokens = tuple(self.tokenizer.vocabulary[i] for i in ids)
        return EncoderTrace(tokens, tuple(ids), hidden, attention, _unit(x.mean(axis=0)), truncated)

    def queries_keys_values(self, trace: EncoderTrace, layer: int) -> tuple[Floats, Floats, Floats]:
        """What the heads of a layer (from 0) asked, offered and told in a trace, [12, T, 32] each.

        The division by √32 is not in the queries: softmax(q kᵀ / √32) is the layer's attention.
        """
        qkv = _linear(self._weights.layers[layer].qkv, trace.hidden[layer])  # [T, 384] -> [T, 1152]
        q, k, v = qkv.reshape(-1, 3, HEADS, WIDTH // HEADS).transpose(1, 2, 0, 3)
        return q * np.float32((WIDTH // HEADS) ** 0.5), k, v

    def joined(self, found: Floats, layer: int) -> Floats:
        """What the heads of a layer (from 0) found, side by side, mixed into one answer: [n, 384] -> [n, 384]."""
        return _linear(self._weights.layers[layer].out, found)

    def _frame(self, text: str) -> tuple[list[int], bool]:
        """The ids of a text with [CLS] before and [SEP] after, and whether some had to be left out."""
        ids = self.tokenizer.encode(text, frame=True)
        return (ids, False) if len(ids) <= LONGEST else ([*ids[: LONGEST - 1], ids[-1]], True)

    def _vectors(self, texts: Sequence[Sequence[int]], ablate: Heads) -> Floats:
        x, lengths = self._embed(texts), [len(ids) for ids in texts]
        for k, layer in enumerate(self._weights.layers):
            x = _layer(layer, x, lengths, _off(ablate, k))
        return np.stack([_unit(x[own].mean(axis=0)) for own in _spans(lengths)])

    def _embed(self, texts: Sequence[Sequence[int]]) -> Floats:
        """Word, place and kind of every token summed, [tokens, 384]."""
        weights = self._weights
        words = np.concatenate([np.asarray(ids) for ids in texts])
        places = np.concatenate([np.arange(len(ids)) for ids in texts])
        x = weights.word_codes[words] * weights.word_scales[words] + weights.places[places]
        return _layer_norm(x, weights.norm)


def load_minilm(path: Path | None = None) -> MiniLM:
    """The encoder from its pack; None takes the bundled one.

    Raises ValueError when the file is not such a pack, FileNotFoundError when it is missing.
    """
    vocabulary, weights = load_weights(asset("models/minilm-l6-int8.npz") if path is None else path)
    return MiniLM(WordPieceTokenizer(vocabulary), weights)


def opening_minilm(path: Path | None = None) -> Generator[float, None, MiniLM]:
    """`load_minilm` in pieces of some milliseconds, for a thread that has other things to do; yields the share
    that is read, 0 … 1.
    """
    pack = asset("models/minilm-l6-int8.npz") if path is None else path
    vocabulary, weights = yield from opening_weights(pack)
    return MiniLM(WordPieceTokenizer(vocabulary), weights)


def load_wordpieces(path: Path | None = None) -> WordPieceTokenizer:
    """The encoder's tokenizer alone, which is small: for counting tokens. None takes the bundled pack.

    Raises ValueError when the file holds no vocabulary, FileNotFoundError when it is missing.
    """
    pack = asset("models/minilm-l6-int8.npz") if path is None else path
    with np.load(pack, allow_pickle=False) as archive:
        if "vocab" not in archive:
            raise ValueError(f"{pack.name}: has no vocabulary")
        return WordPieceTokenizer(bytes(archive["vocab"]).decode("utf-8").split("\n"))


def _check_heads(heads: Heads) -> None:
    for layer, head in heads:
        if not (0 <= layer < LAYERS and 0 <= head < HEADS):
            raise ValueError(f"ablate: ({layer}, {head}), layers are 0 … {LAYERS - 1} and heads 0 … {HEADS - 1}")


def _off(heads: Heads, layer: int) -> list[int]:
    return sorted({head for at, head in heads if at == layer})


def _spans(lengths: Sequence[int]) -> list[slice]:
    ends = np.cumsum(lengths)
    return [slice(int(end) - n, int(end)) for end, n in zip(ends, lengths, strict=True)]


def _layer(
    layer: EncoderLayer,
    x: Floats,
    lengths: Sequence[int],
    off: Sequence[int],
    attention: Floats | None = None,
) -> Floats:
    """One block, norms after the sums as in BERT; x: [tokens, 384] of texts with these lengths.

    off: heads whose answer is left out.  attention: [12, T, T], filled for a single text.
    """
    qkv = _linear(layer.qkv, x)  # [n, 384] -> [n, 1152]
    mixed = np.empty_like(x)
    for own in _spans(lengths):
        q, k, v = qkv[own].reshape(-1, 3, HEADS, WIDTH // HEADS).transpose(1, 2, 0, 3)  # [12, T, 32] each
        weights = _softmax(q @ k.swapaxes(1, 2))  # the division by √32 is in the query weights
        if attention is not None:
            np.copyto(attention, weights)
        answers = weights @ v  # [12, T, T] @ [12, T, 32]
        answers[off] = 0.0
        mixed[own] = answers.transpose(1, 0, 2).reshape(-1, WIDTH)
    x = _layer_norm(x + _linear(layer.out, mixed), layer.norm1)
    inner = _linear(layer.up, x)  # [n, 384] -> [n, 1536]
    gelu_in_place(inner)
    return _layer_norm(x + _linear(layer.down, inner), layer.norm2)


def _linear(linear: Linear, x: Floats) -> Floats:
    y: Floats = np.dot(x, linear.weight)
    y += linear.bias
    return y


def _layer_norm(x: Floats, norm: Norm) -> Floats:
    x = x - x.mean(axis=1, keepdims=True)
    x /= np.sqrt(np.einsum("ij,ij->i", x, x)[:, None] / WIDTH + norm.epsilon)
    x *= norm.gain
    x += norm.shift
    return x


def _softmax(scores: Floats) -> Floats:
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    np.divide(scores, scores.sum(axis=-1, keepdims=True), out=scores)
    return scores


def _unit(vector: Floats) -> Floats:
    return np.asarray(vector / np.linalg.norm(vector))
