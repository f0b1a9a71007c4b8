"""Language models as experiments ask them: read a text, say the score of every next token.

What is kept of a text must not depend on how it came about: a run that is loaded from a file gives the same digits as
one that wrote the text itself. So every model here reads token by token, always. Reading is an iterator that rests, for
whoever must answer in between.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lab.core.paths import asset
from lab.core.text import _
from lab.engine.inside.bench import Keep
from lab.engine.inside.llama import LlamaBench
from lab.engine.inside.llama_column import LlamaColumn, reading_column
from lab.engine.lm.cached import window_start
from lab.engine.lm.decoder import Decoder
from lab.engine.lm.file import SavedLM, load_lm
from lab.engine.lm.parameters import Parameters
from lab.engine.pretrained.chat import Message, chat_ids
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.llama_parts import LlamaConfig, LlamaWeights
from lab.engine.text.bpe import BPETokenizer
from lab.engine.text.ngram import NGram, fit_ngram
from lab.engine.text.tokenizer import CharTokenizer
from lab.engine.tuning.on_base import OnBase
from lab.kit.smollm2 import Opened, Opening, tuned_by

__all__ = [
    "SMOOTHINGS", "CountModel", "HouseModel", "LanguageModel", "OpeningSmolLM2", "SmolLM2", "counted", "house_lm",
    "letters_of", "readable", "shakespeare",
]  # fmt: skip

Floats = NDArray[np.floating[Any]]
HELD_OUT = 0.1  # of the text, at its end: what no model here was trained on
SMOOTHINGS = (0.001, 1.26, 0.4, 0.08, 0.04)
"""What is added to the counts of runs of 1 … 5 letters: for each the best on the held-out text."""


class LanguageModel(Protocol):
    """What gives the scores."""

    @property
    def most(self) -> int:
        """How many tokens a text may have."""

    @property
    def end(self) -> int | None:
        """A token that ends a text, or None."""

    @property
    def size(self) -> int:
        """How many tokens there are."""

    @property
    def scores(self) -> Floats:
        """The score of every next token after what was read last, [V], float64."""

    def encode(self, text: str) -> tuple[list[int], str]:
        """The tokens of a text, never none, and the characters that were left out."""

    def text(self, token: int) -> str:
        """A token as text."""

    def reading(self, ids: Sequence[int]) -> Iterator[float]:
        """Read a text, of which the beginning may be known. The scores are then in `scores`."""

    def window(self, length: int) -> int:
        """Where the part begins that it sees of a text so long."""


@cache
def house_lm(name: str) -> SavedLM:
    """A model that comes with the lab: "main", or "drafter" with the steps of its training."""
    return load_lm(asset(f"models/shakespeare-{name}.npz"))


def letters_of(model: SavedLM) -> CharTokenizer | None:
    """Its tokenizer, where its tokens are characters."""
    return model.tokenizer if isinstance(model.tokenizer, CharTokenizer) else None


def readable(model: SavedLM) -> SavedLM:
    """The same model. Raises ValueError for one that looks ahead: what it thinks of a text is no guess."""
    if not model.config.causal or model.config.norm_place == "post":
        raise ValueError(_("This model cannot be read token by token: it has no mask, or its norms are behind."))
    return model


@cache
def shakespeare() -> tuple[str, str]:
    """The text that the house models were trained on, and the end of the same text, which they never saw."""
    text = asset("data/shakespeare.txt").read_text(encoding="utf-8")
    cut = round(len(text) * (1 - HELD_OUT))
    return text[:cut], text[cut:]


class HouseModel:
    """A transformer of the lab's own engine, or one that was received. weights: another step of its training."""

    most, end = 600, None

    def __init__(self, model: SavedLM, weights: Parameters | None = None) -> None:
        self.parameters = model.parameters if weights is None else weights
        self._decoder, self._tokenizer = Decoder(self.parameters), model.tokenizer
        self._alphabet = letters_of(model)
        self._seen: list[int] = []  # what the cache holds
        self.scores: Floats = np.zeros(model.config.vocab_size)

    @property
    def size(self) -> int:
        return self._decoder.config.vocab_size

    def encode(self, text: str) -> tuple[list[int], str]:
        if self._alphabet is None:
            return self._tokenizer.encode(text) or [0], ""
        unknown = self._alphabet.unknown(text)
        return self._alphabet.encode(text, "drop") or [0], unknown

    def text(self, token: int) -> str:
        return self._tokenizer.token(token).decode("utf-8", "replace")

    def reading(self, ids: Sequence[int]) -> Iterator[float]:
        window = list(ids[self.window(len(ids)) :])
        pairs = zip(self._seen, window[:-1], strict=False)
        kept = min(len(self._seen), len(window) - 1)
        kept = next((k for k, (old, new) in enumerate(pairs) if old != new), kept)
        self._decoder.truncate(kept)
        for token in window[kept:]:
            self.scores = self._decoder.step(token)
        self._seen = window
        self.scores = self.scores.astype(np.float64)
        yield from ()

    def window(self, length: int) -> int:
        return window_start(length, self._decoder.capacity)


@cache
def counted(order: int) -> NGram:
    """The runs of so many letters in the text that the house models were trained on."""
    letters = letters_of(house_lm("main"))
    assert letters is not None
    return fit_ngram(letters.encode_array(shakespeare()[0]), order, letters.size)


class CountModel:
    """An n-gram model of letters; at the start of a text one of shorter runs answers."""

    most, end = 600, None

    def __init__(self, order: int) -> None:
        letters = letters_of(house_lm("main"))
        assert letters is not None
        self._order, self._letters = order, letters
        self.scores: Floats = np.zeros(letters.size)

    @property
    def size(self) -> int:
        return self._letters.size

    def encode(self, text: str) -> tuple[list[int], str]:
        return self._letters.encode(text, "drop") or [0], self._letters.unknown(text)

    def text(self, token: int) -> str:
        return self._letters.decode([token])

    def reading(self, ids: Sequence[int]) -> Iterator[float]:
        self.scores = np.log(self.next(ids))
        yield from ()

    def next(self, ids: Sequence[int]) -> Floats:
        """The probability of every next letter, [V]."""
        order = min(self._order, len(ids) + 1)
        return counted(order).probabilities(np.asarray(ids, np.int64), SMOOTHINGS[order - 1])

    def window(self, length: int) -> int:
        return max(0, length - self._order + 1)


class SmolLM2:
    """SmolLM2 with a cache of its own; rests after every layer."""

    def __init__(self, llama: Llama, weights: LlamaWeights, tokenizer: BPETokenizer, end: int) -> None:
        self._llama, self._weights, self.tokenizer = llama, weights, tokenizer
        self.most, self.end = llama.capacity, end
        self.scores: Floats = np.zeros(llama.config.vocab_size)

    @classmethod
    def of(cls, opened: Opened) -> SmolLM2:
        """The model of a pack."""
        llama = opened.llama()
        return cls(llama, llama.parts[1], opened.tokenizer, opened.end)

    @property
    def size(self) -> int:
        return self._llama.config.vocab_size

    @property
    def layers(self) -> int:
        return self._llama.config.n_layers

    def spare(self) -> SmolLM2:
        """The same weights with an empty cache."""
        llama = Llama(self._llama.config, self._weights, self._llama.capacity)
        return SmolLM2(llama, self._weights, self.tokenizer, self.end)

    def encode(self, text: str) -> tuple[list[int], str]:
        return self.tokenizer.encode(text) or self.tokenizer.encode("\n"), ""

    def conversation(self, question: str) -> list[int]:
        """The tokens of a chat that begins with a question, signs included, up to where the model answers."""
        return chat_ids(self.tokenizer, [Message("user", question)])

    def is_sign(self, token: int) -> bool:
        """Whether a token is one of the signs that mark the turns of a chat."""
        return token in self.tokenizer.specials.values()

    def text(self, token: int) -> str:
        return self.tokenizer.token(token).decode("utf-8", "replace")

    def reading(self, ids: Sequence[int]) -> Iterator[float]:
        kept = self._llama.reuse(ids)
        for number, token in enumerate(ids[kept:]):
            for share in self._llama.stepping(token):
                yield (number + share) / (len(ids) - kept)
        self.scores = self._llama.logits.astype(np.float64)

    def reading_streams(self, ids: Sequence[int]) -> Generator[float, None, Floats]:
        """The stream before the first block and after each, [layers + 1, T, C]; rests after each layer and yields the
        share that is done. The cache then holds no text."""
        seen = yield from LlamaBench(self._llama).passing(ids, keep=Keep(last=True))
        assert seen.stream is not None
        return seen.stream

    @property
    def parts(self) -> tuple[LlamaConfig, LlamaWeights]:
        """The plan and the weights."""
        return self._llama.parts

    def reading_column(self, ids: Sequence[int]) -> Generator[float, None, LlamaColumn]:
        """The last token's way through the model; rests after each layer and yields the share that is done. The cache
        then holds no text."""
        return (yield from reading_column(self._llama, ids))

    def read_out(self, stream: Floats) -> Floats:
        """The scores that the last norm and the head make of a stream, [T, C] -> [T, V]."""
        return self._llama.read_out(stream)

    def window(self, length: int) -> int:
        return 0


class OpeningSmolLM2(Opening[SmolLM2]):
    """SmolLM2 being opened, for those who ask it. Ask `model`; `error` says why it cannot be. tuned: adapters to put
    beside its weights."""

    def __init__(self, path: Path, tuned: OnBase | None = None) -> None:
        super().__init__(path, tuned_by(SmolLM2.of, tuned))
