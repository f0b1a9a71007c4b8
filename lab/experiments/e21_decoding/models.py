"""Models as this experiment asks them: read a text, say the score of every next token.

What is kept of a text must not depend on how it came about: a run that is loaded from a file has to give the same
digits as one that wrote the text itself. So the bundled model reads letter by letter, always, and SmolLM2 reads the
prompt at once and the rest token by token, always. Reading is an iterator that rests, for whoever must answer in
between.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lab.engine.basics.activations import softmax
from lab.engine.lm.file import SavedLM
from lab.engine.pretrained.llama import Llama
from lab.engine.text.bpe import BPETokenizer
from lab.engine.text.ngram_next import NGramNext
from lab.kit import language_models
from lab.kit.language_models import HouseModel, house_lm, letters_of
from lab.kit.smollm2 import Opened

__all__ = ["BundledModel", "FixedModel", "Floats", "LanguageModel", "NGramModel", "SmolLM2"]

Floats = NDArray[np.floating[Any]]


class LanguageModel(language_models.LanguageModel, Protocol):
    """What gives the scores, and says more of itself than elsewhere."""

    @property
    def caches(self) -> bool:
        """Whether it keeps what it has read."""

    @property
    def letters(self) -> bool:
        """Whether its tokens are those of the bundled model."""

    def names(self) -> Sequence[str]:
        """The text of every token, [V], always the same object."""

    def reading(self, ids: Sequence[int], prompt: int = 0) -> Iterator[float]:
        """Read a text of which the first `prompt` tokens were given. The scores are then in `scores`."""


class BundledModel(HouseModel):
    """A small model that comes with the app, letter by letter, or one of its kind that was received."""

    caches = True

    def __init__(self, model: SavedLM) -> None:
        super().__init__(model)
        self.letters = letters_of(model) == letters_of(house_lm("main"))
        self._names = tuple(self.text(token) for token in range(self.size))

    @property
    def context(self) -> int:
        """How many tokens it sees at once."""
        return self.parameters.config.context

    def names(self) -> Sequence[str]:
        return self._names

    def reading(self, ids: Sequence[int], prompt: int = 0) -> Iterator[float]:
        """As any house model; how much of it was given makes no difference."""
        yield from super().reading(ids)

    def read(self, ids: Sequence[int]) -> Floats:
        """The scores after a text, [V]."""
        for _share in self.reading(ids):
            pass
        return self.scores

    def next(self, ids: Sequence[int]) -> Floats:
        """The probability of every next token, [V]."""
        return softmax(self.read(ids))


class NGramModel:
    """An n-gram model: it keeps nothing but counts."""

    most, end, caches, letters = 600, None, False, True

    def __init__(self, counts: NGramNext, like: BundledModel) -> None:
        self._counts, self._like = counts, like
        self.scores: Floats = np.zeros(like.size)

    @property
    def size(self) -> int:
        return self._like.size

    def encode(self, text: str) -> tuple[list[int], str]:
        return self._like.encode(text)

    def names(self) -> Sequence[str]:
        return self._like.names()

    def text(self, token: int) -> str:
        return self._like.text(token)

    def reading(self, ids: Sequence[int], prompt: int = 0) -> Iterator[float]:
        self.scores = np.log(self.next(ids))
        yield from ()

    def next(self, ids: Sequence[int]) -> Floats:
        """The probability of every next token, [V]."""
        return self._counts.next(ids)

    def window(self, length: int) -> int:
        return max(0, length - self._counts.order + 1)


class FixedModel:
    """Fixed probabilities, whatever the text: its tokens are the letters A, B, C …, or what was received."""

    most, end, caches, letters = 600, None, False, False

    def __init__(self, probabilities: Floats, labels: Sequence[str]) -> None:
        with np.errstate(divide="ignore"):
            self.scores = np.log(np.asarray(probabilities, np.float64))
        self._labels = tuple(labels)

    @property
    def size(self) -> int:
        return len(self._labels)

    def encode(self, text: str) -> tuple[list[int], str]:
        unknown = "".join(dict.fromkeys(c for c in text if c not in self._labels))
        return [self._labels.index(c) for c in text if c in self._labels], unknown

    def names(self) -> Sequence[str]:
        return self._labels

    def text(self, token: int) -> str:
        return self._labels[token]

    def reading(self, ids: Sequence[int], prompt: int = 0) -> Iterator[float]:
        yield from ()

    def window(self, length: int) -> int:
        return 0


class SmolLM2:
    """SmolLM2: the prompt at once, the rest token by token; rests after every layer."""

    caches, letters = True, False

    def __init__(self, llama: Llama, tokenizer: BPETokenizer, end: int) -> None:
        self._llama, self._tokenizer = llama, tokenizer
        self.most, self.end = llama.capacity, end
        self._names: tuple[str, ...] = ()
        self._given: tuple[int, ...] = ()  # the prompt that was read at once
        self.scores: Floats = np.zeros(llama.config.vocab_size)

    @classmethod
    def of(cls, opened: Opened) -> SmolLM2:
        """The model of a pack."""
        return cls(opened.llama(), opened.tokenizer, opened.end)

    def spare(self) -> Llama:
        """The same model with an empty cache of its own."""
        return Llama(self._llama.config, self._llama._weights, self._llama.capacity)

    @property
    def size(self) -> int:
        return self._llama.config.vocab_size

    @property
    def tokenizer(self) -> BPETokenizer:
        """What cuts text into its tokens; its signs mark the turns of a chat."""
        return self._tokenizer

    def encode(self, text: str) -> tuple[list[int], str]:
        return self._tokenizer.encode(text) or self._tokenizer.encode("\n"), ""

    def names(self) -> Sequence[str]:
        if not self._names:
            self._names = tuple(self.text(token) for token in range(self.size))
        return self._names

    def text(self, token: int) -> str:
        return self._tokenizer.token(token).decode("utf-8", "replace")

    def reading(self, ids: Sequence[int], prompt: int = 0) -> Iterator[float]:
        given = tuple(ids[:prompt])
        if given != self._given or self._llama.reuse(ids) < prompt:
            self._llama.reset()
            self._given = ()
            yield from self._llama.prompting(given)
            self._given = given
        for token in ids[self._llama.length :]:
            yield from self._llama.stepping(token)
        self.scores = self._llama.logits.astype(np.float64)

    def window(self, length: int) -> int:
        return 0
