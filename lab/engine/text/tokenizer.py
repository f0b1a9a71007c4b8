"""From text to numbers and back. A tokenizer cuts text into pieces and gives each piece a number; a language
model sees only the numbers. Here is what every tokenizer of the lab promises, the simplest of them (one number
for each character), and the spelling that makes invisible pieces visible. Byte-pair encoding and WordPiece are
in the modules beside this one: `bpe_train` learns merges, `bpe` applies them,
`pretrained` holds GPT-2's and SmolLM2's, `wordpiece` holds BERT's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass

__all__ = ["CharTokenizer", "Tokenizer", "check_ids", "replace_surrogates", "visible"]

Unknown = Literal["raise", "drop"]


class Tokenizer(Protocol):
    """What a language model needs of a tokenizer: numbers from text, text from numbers, and how many there are."""

    @property
    def size(self) -> int:
        """How many different tokens there are; ids run from 0 to size - 1."""
        ...

    def encode(self, text: str) -> list[int]:
        """Ids of `text`, in reading order."""
        ...

    def decode(self, ids: Iterable[int]) -> str:
        """The text that `ids` spell."""
        ...

    def token(self, token_id: int) -> bytes:
        """The UTF-8 bytes of one token; they need not be a whole character."""
        ...


@dataclass(frozen=True)
class CharTokenizer:
    """One token for each character of an alphabet, in the order of the alphabet.

    alphabet: the characters, each once.
    Raises ValueError when the alphabet is empty or repeats a character.
    """

    alphabet: str
    _ids: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ids = {character: i for i, character in enumerate(self.alphabet)}
        if not ids or len(ids) != len(self.alphabet):
            raise ValueError(f"alphabet needs at least one character and each only once, got {self.alphabet!r}")
        object.__setattr__(self, "_ids", ids)

    @classmethod
    def of(cls, text: str) -> CharTokenizer:
        """The tokenizer whose alphabet is the distinct characters of `text`, sorted by code point."""
        return cls("".join(sorted(set(text))))

    @property
    def size(self) -> int:
        return len(self.alphabet)

    def unknown(self, text: str) -> str:
        """The characters of `text` that have no token, each once, in order of appearance."""
        return "".join(dict.fromkeys(c for c in text if c not in self._ids))

    def encode(self, text: str, unknown: Unknown = "raise") -> list[int]:
        """Ids of `text`, one for each character.

        unknown: what to do with a character outside the alphabet: "raise", or "drop" it.
        Raises ValueError when unknown is "raise" and the text holds such a character.
        """
        if unknown == "drop":
            return [self._ids[c] for c in text if c in self._ids]
        strangers = self.unknown(text)
        if strangers:
            raise ValueError(f"text holds {strangers!r}, which the alphabet of {self.size} characters does not")
        return [self._ids[c] for c in text]

    def encode_array(self, text: str) -> NDArray[np.int64]:
        """Ids of a long text as an array [N]; a million characters take milliseconds.

        Raises ValueError when the text holds a character outside the alphabet.
        """
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        sorted_codes = np.array(sorted(map(ord, self.alphabet)), np.uint32)
        place = np.searchsorted(sorted_codes, codes).clip(max=self.size - 1)
        if not np.array_equal(sorted_codes[place], codes):
            return np.array(self.encode(text), np.int64)  # finds and names the stranger
        ids = np.array([self._ids[chr(code)] for code in sorted_codes], np.int64)
        return np.take(ids, place)

    def decode(self, ids: Iterable[int]) -> str:
        """The text that `ids` spell.

        Raises ValueError when an id is outside 0 … size - 1.
        """
        return "".join(self._character(i) for i in ids)

    def token(self, token_id: int) -> bytes:
        return self._character(token_id).encode("utf-8", "surrogatepass")

    def _character(self, token_id: int) -> str:
        if not 0 <= token_id < self.size:
            raise ValueError(f"token id {token_id} is outside 0 … {self.size - 1}")
        return self.alphabet[token_id]


_NAMED = {" ": "␠", "\n": "⏎", "\t": "⇥", "\r": "␍"}


def visible(token: bytes) -> str:
    """A token as it can be shown: blanks drawn as signs, bytes that are no whole character in hex.

    visible(b" the") == "␠the"; visible(b"\\xf0\\x9f") == "⟨F0⟩⟨9F⟩".
    """
    shown: list[str] = []
    text = token.decode("utf-8", "surrogateescape")  # a byte that fits nowhere becomes U+DC80 … U+DCFF
    for character in text:
        code = ord(character)
        if 0xDC80 <= code <= 0xDCFF:
            shown.append(f"⟨{code - 0xDC00:02X}⟩")
        elif character in _NAMED:
            shown.append(_NAMED[character])
        elif code < 0x20 or 0x7F <= code < 0xA0:
            shown.append(f"⟨{code:02X}⟩")
        else:
            shown.append(character)
    return "".join(shown)


def replace_surrogates(text: str) -> str:
    """`text` with every half of a broken surrogate pair replaced by U+FFFD, so that it has UTF-8 bytes.

    Whole pairs become the character they stand for. Source: the Unicode Standard, section 3.9 (D92).
    """
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def check_ids(ids: Sequence[int], size: int) -> None:
    """Raises ValueError when an id is outside 0 … size - 1."""
    for token_id in ids:
        if not 0 <= token_id < size:
            raise ValueError(f"token id {token_id} is outside 0 … {size - 1}")
