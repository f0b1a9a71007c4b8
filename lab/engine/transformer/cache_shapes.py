"""What the cache of a model holds for each token: from the sizes of a published configuration alone."""

from __future__ import annotations

from lab.core.records import dataclass

__all__ = ["CACHE_SHAPES", "SCALE_BITS", "CacheShape"]

SCALE_BITS = 16  # of the scale of a row whose numbers have fewer


@dataclass(frozen=True, slots=True)
class CacheShape:
    """layers: each keeps keys and values.  heads: of queries; kv_heads: of keys and values, which the others share.
    d_head: numbers in a row of a head.  context: tokens a text may have.  window: tokens that a layer looks back at
    most, None for all of them."""

    layers: int
    heads: int
    kv_heads: int
    d_head: int
    context: int
    window: int | None = None

    @property
    def width(self) -> int:
        """Numbers of all keys of a token in one layer; the values have as many."""
        return self.kv_heads * self.d_head

    @property
    def numbers(self) -> int:
        """Numbers a token, keys and values of all layers: 262,144 for Llama 2 7B."""
        return 2 * self.layers * self.width

    @property
    def shared_by(self) -> int:
        """Query heads that share one head of keys and values."""
        return self.heads // self.kv_heads

    def per_token(self, bits: int) -> float:
        """Bytes a token where a number has so many bits; below 16 each row of a head has a scale of 16 bits as well."""
        scales = 0 if bits >= SCALE_BITS else 2 * self.layers * self.kv_heads * SCALE_BITS
        return (self.numbers * bits + scales) / 8

    def held(self, tokens: int) -> int:
        """How many of so many tokens are in the cache."""
        return tokens if self.window is None else min(tokens, self.window)


CACHE_SHAPES = {
    "house": CacheShape(4, 4, 4, 32, 128),
    "smollm2": CacheShape(30, 9, 3, 64, 8192),
    "gpt2": CacheShape(12, 12, 12, 64, 1024),
    "llama2": CacheShape(32, 32, 32, 128, 4096),
    "llama3": CacheShape(32, 32, 8, 128, 8192),
    "mistral": CacheShape(32, 32, 8, 128, 8192, 4096),
}
"""Of the lab's own language model, and of the published configurations of SmolLM2-135M, GPT-2 small, Llama 2 7B,
Llama 3 8B and Mistral 7B."""
