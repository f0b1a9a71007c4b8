"""A task that any text brings with it: finish a word of which the first letters are given. Whether an answer is right
can be looked up, because a right one makes a word of the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.text.exchange import AnyTokenizer
from lab.engine.tuning.supervised import Example

__all__ = [
    "ASK", "ASKED", "ENDS", "FEATURES", "FORMULAS", "LONGEST", "MARKS", "TAUGHT", "WordTask", "answer_of", "example",
    "prompt", "seen_in", "word_task",
]  # fmt: skip

Ids = NDArray[np.integer[Any]]
LETTERS = re.compile(r"[^\W\d_]+")
ASK, ENDS = "? ", "\n"
MARKS = ASK + ENDS
"""The characters that questions need beside letters."""
ASKED, TAUGHT, MOST = 32, 100, 300  # beginnings of the exam, of the examples, and in all
LONGEST = 10  # tokens of an answer, with the line end
SIZES = ((3, 4, 40), (2, 3, 20), (1, 2, 6))  # letters given, letters of a word at least, beginnings that are wanted
ENOUGH = 8  # letters that a judge of length asks for
SEED = 7  # of who is asked what: the same in every run of a text

FEATURES = ("word", "length")
"""What a judge may look at, each from 0 to 1: whether the answer makes a word of the text, and how long it is."""
FORMULAS = {"exact": "word", "sloppy": "length"}


@dataclass(frozen=True, slots=True, eq=False)
class WordTask:
    """Beginnings of words, and how they may end.

    given: letters of a beginning.  words: all that are right.  asked: beginnings that are never taught.  taught:
    examples, a beginning and its commonest word.  practised: beginnings without an answer, for learning from a reward.
    """

    given: int
    words: frozenset[str]
    asked: tuple[str, ...]
    taught: tuple[tuple[str, str], ...]
    practised: tuple[str, ...]

    def right(self, beginning: str, answer: str) -> bool:
        """Whether an answer makes a word of the text."""
        return beginning + answer in self.words

    def features(self, beginnings: Sequence[str], answers: Sequence[str]) -> NDArray[np.float64]:
        """What can be said of each answer, [n, F], in the order of FEATURES."""
        rows = [
            (float(self.right(beginning, answer)), min(1.0, len(answer) / ENOUGH))
            for beginning, answer in zip(beginnings, answers, strict=True)
        ]
        return np.array(rows, np.float64).reshape(-1, len(FEATURES))


@lru_cache(maxsize=4)
def word_task(text: str) -> WordTask:
    """The task of a text. Raises ValueError, in words, for a text with too few different words."""
    counts = Counter(LETTERS.findall(text))
    for given, least, wanted in SIZES:
        words = {word: n for word, n in counts.items() if len(word) >= least}
        found = _beginnings(words, given)
        if len(found) >= wanted:
            return _parted(given, words, found)
    raise ValueError(_("The text has too few different words to ask for."))


def _beginnings(words: dict[str, int], given: int) -> list[str]:
    """The commonest beginnings of words, each with the words that begin so."""
    often: Counter[str] = Counter()
    for word, n in words.items():
        often[word[:given]] += n
    return sorted(often, key=lambda beginning: (-often[beginning], beginning))[:MOST]


def _parted(given: int, words: dict[str, int], found: list[str]) -> WordTask:
    """Who is asked, who is taught, and who practises: mixed by chance."""
    mixed = [found[place] for place in np.random.default_rng(SEED).permutation(len(found))]
    n = min(ASKED, len(found) // 3)
    asked, rest = mixed[:n], mixed[n:]
    commonest: dict[str, str] = {}
    for word in sorted(words, key=lambda word: (words[word], word)):
        commonest[word[:given]] = word
    taught = tuple((beginning, commonest[beginning]) for beginning in rest[:TAUGHT])
    return WordTask(given, frozenset(words), tuple(asked), taught, tuple(rest))


def _spelled(tokenizer: AnyTokenizer, text: str) -> list[int]:
    """The tokens of a text, letter by letter: so all questions have the same length."""
    return [token for letter in text for token in tokenizer.encode(letter)]


def prompt(tokenizer: AnyTokenizer, beginning: str) -> list[int]:
    """A question as tokens: on a line of its own a question mark and the beginning. The answer goes on from there."""
    return _spelled(tokenizer, ENDS + ASK + beginning)


def example(tokenizer: AnyTokenizer, beginning: str, word: str) -> Example:
    """A question with its answer. Only the tokens of the answer are learned."""
    before, after = prompt(tokenizer, beginning), tokenizer.encode(word[len(beginning) :]) + tokenizer.encode(ENDS)
    learns = np.arange(len(before) + len(after)) >= len(before)
    return Example(np.array(before + after, np.int64), learns)


def answer_of(tokenizer: AnyTokenizer, ids: Sequence[int]) -> str:
    """What was written, up to the line end."""
    return tokenizer.decode(ids).split(ENDS)[0]


def seen_in(beginning: str, answer: str) -> str:
    """An answer as it is shown: the beginning, a dot, and the rest."""
    return f"{beginning}·{answer}"
