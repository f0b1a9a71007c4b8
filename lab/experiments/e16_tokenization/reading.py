"""A text read by a tokenizer: into which pieces it falls, how many there are for a word, a character and a byte, and
whether the pieces spell the text again; and the same text, or the same sentence in ten languages, read by others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache, cached_property, lru_cache
from itertools import accumulate

from lab.core.paths import assets
from lab.core.records import dataclass
from lab.engine.text.bpe import BPETokenizer
from lab.engine.text.pretrained import load_gpt2
from lab.engine.text.split import Splitter, split
from lab.engine.text.tokenizer import replace_surrogates
from lab.experiments.e16_tokenization.texts import SENTENCES

__all__ = [
    "MOST_SHOWN", "WINDOW", "Costs", "Piece", "Reading", "Vocabularies", "costs_of", "gpt2", "measured", "piece_text",
    "read", "read_characters", "read_words", "word_ends",
]  # fmt: skip

WINDOW = 1024
"""So many tokens GPT-2 sees at once."""
MOST_SHOWN = 700
"""So many pieces a frame carries."""
UNSPACED = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF))
"""Scripts that put no blanks between words: Thai and Lao, Burmese, Khmer, Japanese, Chinese."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One token: its id, its bytes, and whether the tokenizer knows it (a list of words does not know all)."""

    id: int
    token: bytes
    known: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """pieces: the first ones.  tokens: how many in all.  bytes, characters, words: of the text; words 0 where it does
    not part them by blanks.  size: of the vocabulary.  same: whether the pieces spell the text again.  lost: what they
    leave out.  dropped: whether what they leave out has no piece at all; then nothing is given for a word or a byte.
    special_tokens: how many of the tokens are the sign for the end of a text."""

    pieces: tuple[Piece, ...]
    tokens: int
    bytes: int
    characters: int
    words: int
    size: int
    same: bool = True
    lost: str = ""
    dropped: bool = False
    special_tokens: int = 0

    @property
    def bytes_per_token(self) -> float | None:
        return self.bytes / self.tokens if self.tokens and not self.dropped else None

    @property
    def per_word(self) -> float | None:
        return self.tokens / self.words if self.words and not self.dropped else None

    @property
    def per_character(self) -> float | None:
        return self.tokens / self.characters if self.characters and not self.dropped else None

    @property
    def share(self) -> float:
        """Of GPT-2's window."""
        return self.tokens / WINDOW


@dataclass(frozen=True, slots=True)
class Costs:
    """Tokens of the same sentence in every language, by the own tokenizer and by GPT-2's."""

    own: tuple[int, ...]
    gpt2: tuple[int, ...]


@cache
def gpt2() -> BPETokenizer:
    """GPT-2's own tokenizer."""
    return load_gpt2(assets() / "data" / "gpt2_merges.npz")


def piece_text(token: bytes) -> str:
    """A token's text; bytes that are no whole character in hex.

    piece_text(b"\\xf0\\x9f") == "⟨F0⟩⟨9F⟩".
    """
    text = token.decode("utf-8", "surrogateescape")
    return "".join(f"⟨{ord(c) - 0xDC00:02X}⟩" if 0xDC80 <= ord(c) <= 0xDCFF else c for c in text)


@lru_cache(maxsize=16)
def measured(text: str) -> tuple[int, int, int]:
    """Bytes, characters and words of a text; words 0 where it does not part them by blanks."""
    unspaced = sum(any(first <= ord(c) <= last for first, last in UNSPACED) for c in text)
    words = 0 if 3 * unspaced > len(text) else len(text.split())
    return len(text.encode()), len(text), words


def read(tokenizer: BPETokenizer, text: str, allowed_special: Collection[str] = ()) -> Reading:
    """A text by byte-pair encoding. `allowed_special`: signs that are recognised in the text."""
    text = replace_surrogates(text)
    ids = tokenizer.encode(text, [sign for sign in allowed_special if sign in tokenizer.specials])
    decoded = tokenizer.decode(ids)
    same = decoded == text
    lost = "" if same else "".join(dict.fromkeys(c for c in text if c not in decoded))
    special = set(tokenizer.specials.values())
    pieces = tuple(Piece(i, tokenizer.token(i)) for i in ids[:MOST_SHOWN])
    return Reading(
        pieces, len(ids), *measured(text), tokenizer.size, same, lost, not same, sum(i in special for i in ids)
    )


def read_characters(text: str, alphabet: Sequence[str]) -> Reading:
    """A text letter by letter, with the letters of the training text for a vocabulary."""
    text = replace_surrogates(text)
    place = {letter: i for i, letter in enumerate(alphabet)}
    pieces = tuple(Piece(place.get(c, -1), c.encode(), c in place) for c in text[:MOST_SHOWN])
    lost = "".join(dict.fromkeys(c for c in text if c not in place))
    return Reading(pieces, len(text), *measured(text), len(alphabet), not lost, lost)


def read_words(text: str, vocabulary: dict[str, int]) -> Reading:
    """A text word by word, with the words of the training text for a vocabulary: any other is unknown."""
    words = split(replace_surrogates(text), "gpt2")
    pieces = tuple(Piece(vocabulary.get(w, -1), w.encode(), w in vocabulary) for w in words[:MOST_SHOWN])
    lost = " ".join(dict.fromkeys(w.strip() for w in words if w not in vocabulary))
    return Reading(pieces, len(words), *measured(text), len(vocabulary), not lost, lost)


def word_ends(text: str, splitter: Splitter, most: int = 200) -> tuple[int, ...]:
    """Where the first words of a text end, in bytes from its beginning."""
    return tuple(accumulate(len(word.encode()) for word in split(text, splitter)[:most]))


class Vocabularies:
    """The letters and the words of a training text, put together when they are first needed."""

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

    def readings(self, text: str, own: Reading, allowed_special: Collection[str]) -> dict[str, Reading]:
        """A text by every reader: by letters, by words, by the own tokenizer and by GPT-2."""
        letters, words = read_characters(text, self.letters), read_words(text, self.words)
        return {"characters": letters, "words": words, "own": own, "gpt2": read(gpt2(), text, allowed_special)}


def costs_of(tokenizer: BPETokenizer) -> Costs:
    """How many tokens the same sentence takes in every language."""
    own, real = (
        tuple(len(reader.encode(sentence)) for sentence in SENTENCES.values()) for reader in (tokenizer, gpt2())
    )
    return Costs(own, real)
