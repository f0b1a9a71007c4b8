"""The same text read in other ways than by the own tokenizer, and the same sentence in other languages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from lab.engine.text.bpe import BPETokenizer
from lab.engine.text.split import split
from lab.experiments.e16_tokenization.reading import Reading, gpt2, read, read_characters, read_words
from lab.experiments.e16_tokenization.texts import SENTENCES

__all__ = ["Costs", "Lists", "Others", "costs_of"]


@dataclass(frozen=True, slots=True)
class Others:
    """The same text read in other ways."""

    characters: Reading
    words: Reading
    gpt2: Reading


@dataclass(frozen=True, slots=True)
class Costs:
    """Tokens of the same sentence in every language, by the own tokenizer and by GPT-2's."""

    own: tuple[int, ...]
    gpt2: tuple[int, ...]


class Lists:
    """The letters and the words of a training text, put together when they are first asked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def letters(self) -> tuple[str, ...]:
        """Every letter once, by code point."""
        return tuple(sorted(set(self._text)))

    @cached_property
    def words(self) -> dict[str, int]:
        """Every word with its number."""
        return {word: number for number, word in enumerate(sorted(set(split(self._text, "gpt2"))))}

    def others(self, text: str, obey: Collection[str]) -> Others:
        """A text by letters, by words and by GPT-2. `obey`: signs that are recognised in it."""
        return Others(read_characters(text, self.letters), read_words(text, self.words), read(gpt2(), text, obey))


def costs_of(tokenizer: BPETokenizer) -> Costs:
    """How many tokens the same sentence takes in every language."""
    own, real = (
        tuple(len(reader.encode(sentence)) for sentence in SENTENCES.values()) for reader in (tokenizer, gpt2())
    )
    return Costs(own, real)
