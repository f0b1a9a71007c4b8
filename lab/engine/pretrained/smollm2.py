"""SmolLM2-135M-Instruct, a small real language model: 30 layers, 135 million weights, trained by others on
two trillion tokens and taught to answer. It is small: it knows the capital of France, it rambles on open
questions, and it repeats itself when it always takes the likeliest token. Its GGUF file of 98 MB is converted
once, into a file of int8 rows that can be used where it lies; in float32, from the GGUF itself, it agrees with
other libraries to rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from lab.engine.formats.gguf import GGUF
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.llama_gguf import float_weights
from lab.engine.pretrained.llama_int8 import Int8Llama
from lab.engine.pretrained.llama_vocabulary import Vocabulary, gguf_vocabulary
from lab.engine.text.bpe import BPETokenizer

__all__ = ["CAPACITY", "SmolLM2", "open_gguf", "open_int8"]

CAPACITY = 2048  # tokens: 94 MB when full; the model was trained on 8192


class SmolLM2:
    """A model with its tokenizer, which is built when it is first asked for.

    llama: the model and its cache.  precision: "int8" or "float32".
    """

    def __init__(self, llama: Llama, vocabulary: Callable[[], Vocabulary], precision: str) -> None:
        self.llama, self.precision = llama, precision
        self._read_vocabulary = vocabulary

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The tokenizer's lists."""
        return self._read_vocabulary()

    @cached_property
    def tokenizer(self) -> BPETokenizer:
        """The tokenizer; it takes half a second to build."""
        return self.vocabulary.tokenizer()


def open_int8(path: Path, capacity: int | None = None, mapped: bool = False) -> SmolLM2:
    """The model from a file that `convert` wrote.

    capacity: tokens the cache holds; None takes CAPACITY, or the context where that is shorter.
    mapped: whether the file is used where it lies; only where it is certain to stay, see `ModelFile`.
    Raises ValueError when the file is not sound, or capacity does not fit.
    """
    stored = Int8Llama(path, mapped)
    llama = Llama(stored.config, stored.weights, _room(capacity, stored.config.context))
    return SmolLM2(llama, stored.vocabulary, "int8")


def open_gguf(path: Path, capacity: int | None = None) -> SmolLM2:
    """The model in float32 from its GGUF file: 540 MB and a few seconds, exact to rounding.

    capacity: as `open_int8`.  Raises ValueError when the file is not sound, or capacity does not fit.
    """
    with GGUF(path) as file:
        config, weights = float_weights(file)
        vocabulary = gguf_vocabulary(file)
    return SmolLM2(Llama(config, weights, _room(capacity, config.context)), lambda: vocabulary, "float32")


def _room(capacity: int | None, context: int) -> int:
    return min(CAPACITY, context) if capacity is None else capacity
