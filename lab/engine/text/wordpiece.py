"""WordPiece, the tokenizer of BERT and of the sentence encoder MiniLM. Where byte-pair encoding replays merges,
WordPiece takes the longest token that a word begins with, then the longest that goes on ("##" marks a
continuation), and gives the whole word up as unknown when nothing fits. Before that the text is washed: accents
and capitals go, so what is decoded is not what was typed. Characters are classed by the Unicode of the Python in
use; a library with older tables may differ on characters that came after them.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import field

from lab.core.records import dataclass
from lab.engine.text.split import WHITE_SPACE
from lab.engine.text.tokenizer import check_ids

__all__ = ["WordPieceTokenizer", "basic_words", "wash"]

LONGEST_WORD = 100
CONTINUES = "##"
BLANKS = frozenset(WHITE_SPACE.replace("\u2000-\u200a", "".join(map(chr, range(0x2000, 0x200B)))))
IDEOGRAPHS = (  # BERT's blocks of Chinese characters; kana and hangul are written as words and not among them
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F), (0x2B740, 0x2B81F), (0x2B820, 0x2CEAF), (0x2F800, 0x2FA1F),
)  # fmt: skip


@dataclass(frozen=True)
class WordPieceTokenizer:
    """BERT's uncased tokenizer.

    vocabulary: every token by id; it needs "[UNK]", "[CLS]" and "[SEP]".
    Raises ValueError when one of the three is missing.
    Source: Devlin et al., BERT (2019); Wu et al., Google's Neural Machine Translation System (2016).
    """

    vocabulary: Sequence[str]
    _ids: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ids = {token: i for i, token in enumerate(self.vocabulary)}
        for needed in ("[UNK]", "[CLS]", "[SEP]"):
            if needed not in ids:
                raise ValueError(f"vocabulary of {len(ids)} tokens needs {needed}")
        object.__setattr__(self, "_ids", ids)

    @property
    def size(self) -> int:
        return len(self.vocabulary)

    def encode(self, text: str, frame: bool = False) -> list[int]:
        """Ids of `text`; special tokens typed in it are ordinary text.

        frame: put [CLS] before and [SEP] after, as the encoder was trained.
        """
        ids = [i for word in basic_words(text) for i in self._encode_word(word)]
        return [self._ids["[CLS]"], *ids, self._ids["[SEP]"]] if frame else ids

    def decode(self, ids: Iterable[int]) -> str:
        """The washed text: words parted by blanks, continuations joined to what they continue."""
        known = list(ids)
        check_ids(known, self.size)
        return " ".join(self.vocabulary[i] for i in known).replace(" " + CONTINUES, "")

    def token(self, token_id: int) -> bytes:
        check_ids((token_id,), self.size)
        return self.vocabulary[token_id].encode()

    def _encode_word(self, word: str) -> list[int]:
        if len(word) > LONGEST_WORD:
            return [self._ids["[UNK]"]]
        ids: list[int] = []
        start = 0
        while start < len(word):
            prefix = CONTINUES if start else ""
            for end in range(len(word), start, -1):
                token_id = self._ids.get(prefix + word[start:end])
                if token_id is not None:
                    break
            else:
                return [self._ids["[UNK]"]]  # one piece without a token makes the whole word unknown
            ids.append(token_id)
            start = end
        return ids


def basic_words(text: str) -> list[str]:
    """Washes `text` and cuts it at blanks and around each mark of punctuation."""
    words: list[str] = []
    inside = False
    for character in wash(text):
        if character in BLANKS:
            inside = False
        elif _is_punctuation(character):
            words.append(character)
            inside = False
        elif inside:
            words[-1] += character
        else:
            words.append(character)
            inside = True
    return words


def wash(text: str) -> str:
    """BERT's uncased normal form: no control characters, no accents, lower case, ideographs apart.

    wash("Café\\t北京") == "cafe  北  京 ".
    """
    clean = "".join(_clean(character) for character in text)
    spaced = "".join(f" {c} " if _is_ideograph(c) else c for c in clean)
    bare = "".join(c for c in unicodedata.normalize("NFD", spaced) if unicodedata.category(c) != "Mn")
    return "".join(c.lower() for c in bare)  # one at a time: a final sigma stays an ordinary one


def _clean(character: str) -> str:
    if character in "\t\n\r" or character in BLANKS - {"\x0b", "\x0c", "\x85"}:
        return " "
    if character == "\ufffd" or unicodedata.category(character)[0] == "C":
        return ""
    return character


def _is_ideograph(character: str) -> bool:
    code = ord(character)
    return code >= IDEOGRAPHS[0][0] and any(first <= code <= last for first, last in IDEOGRAPHS)


def _is_punctuation(character: str) -> bool:
    return character in string.punctuation or unicodedata.category(character)[0] == "P"
