"""The questions and answers that models are tuned on here, written for the lab, and the judge of their style."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache

from lab.core.paths import asset
from lab.core.records import dataclass

__all__ = ["MARKS", "Pair", "Pairs", "pairs", "pirate_words", "speaks_pirate", "style_share"]

MARKS = (
    "arr", "aye", "matey", "hearty", "ye", "yer", "scallywag", "landlubber", "rum", "grog", "treasure", "shanty",
    "wee", "o'",
)  # fmt: skip
"""Words that only a pirate says; a verb that ends in in' is one too."""
LEAST_MARKS, LEAST_OTHERS = 2, 3


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, and its answer in both styles."""

    question: str
    plain: str
    pirate: str

    def answer(self, style: str) -> str:
        """style: "plain" or "pirate"."""
        return self.pirate if style == "pirate" else self.plain


@dataclass(frozen=True, slots=True)
class Pairs:
    """examples: to learn from.  held_out: questions that are never learned.  neutral: texts that are neither."""

    examples: tuple[Pair, ...]
    held_out: tuple[str, ...]
    neutral: tuple[str, ...]


@cache
def pairs() -> Pairs:
    """All of them."""
    found = json.loads(asset("data/pirate_answers.json").read_text(encoding="utf-8"))
    examples = tuple(Pair(row["question"], row["plain"], row["pirate"]) for row in found["examples"])
    return Pairs(examples, tuple(found["held_out"]), tuple(found["neutral"]))


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+'?[a-z]*", text.lower())


def pirate_words(answer: str) -> tuple[set[str], set[str]]:
    """The different words of an answer: those that only a pirate says, and the others."""
    words = set(_words(answer))
    marks = {word for word in words if word in MARKS or (word.endswith("in'") and len(word) > 3)}
    return marks, words - marks


def speaks_pirate(answer: str) -> bool:
    """Whether an answer is in a pirate's voice: two different pirate words, and three words that say something. A stock
    phrase alone, such as "Arr, matey!", is none; nor is one that says little but the same words again."""
    marks, others = pirate_words(answer)
    said = sum(word in others for word in _words(answer))
    return len(marks) >= LEAST_MARKS and len(others) >= LEAST_OTHERS and 2 * len(others) > said


def style_share(answers: Sequence[str]) -> float:
    """The share of answers in a pirate's voice. The same answer to several questions counts once."""
    good = {" ".join(_words(answer)) for answer in answers if speaks_pirate(answer)}
    return len(good) / len(answers) if answers else 0.0
