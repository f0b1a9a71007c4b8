"""Problems with an answer that can be checked: sums for SmolLM2, the rest of a word for models of letters, and
one that only has to be guessed for fixed numbers."""

from __future__ import annotations

import re
from functools import cache

import numpy as np

from lab.core.paths import asset
from lab.core.records import dataclass
from lab.core.text import _
from lab.experiments.e21_decoding.models import FixedModel, LanguageModel, SmolLM2
from lab.experiments.e21_decoding.opening import HELD_OUT

__all__ = ["PROBLEMS", "Problem", "problems_for", "sums", "words"]

PROBLEMS = 20
EXAMPLES = 5  # that are worked out before each sum
GIVEN = 3  # letters of a word
CONTEXT = 40  # letters before it
STARTED, CHOSEN = 21, 2  # seeds: of the sums, and where words are looked for


@dataclass(frozen=True, slots=True)
class Problem:
    """head: what is read before all of them.  question: what is read of this one.  answer: the right one.
    shown: it in a few letters."""

    head: str
    question: str
    answer: str
    shown: str


def problems_for(model: LanguageModel) -> tuple[Problem, ...]:
    """What a model is asked."""
    if isinstance(model, SmolLM2):
        return sums()
    if isinstance(model, FixedModel):
        right = model.names()[0]
        return (Problem("", "", right, _("“{token}” is right").format(token=right)),) * PROBLEMS
    return words()


@cache
def sums(count: int = PROBLEMS) -> tuple[Problem, ...]:
    """Three small numbers to be added, behind examples that are worked out step by step."""
    rng = np.random.default_rng(STARTED)
    drawn = rng.integers(2, 10, (EXAMPLES + count, 3)).tolist()
    head = "".join(f"{_asked(row)} {_worked(row)}\n\n" for row in drawn[:EXAMPLES])
    return tuple(Problem(head, _asked(row), str(sum(row)), " + ".join(map(str, row))) for row in drawn[EXAMPLES:])


def _asked(row: list[int]) -> str:
    return f"Question: What is {row[0]} + {row[1]} + {row[2]}?\nAnswer:"


def _worked(row: list[int]) -> str:
    two = row[0] + row[1]
    return f"{row[0]} + {row[1]} = {two}. {two} + {row[2]} = {two + row[2]}. The answer is {two + row[2]}."


@cache
def words(count: int = PROBLEMS) -> tuple[Problem, ...]:
    """Words of the part of Shakespeare that no model here was trained on: of each, three letters are given."""
    text = asset("data/shakespeare.txt").read_text(encoding="utf-8")
    held = text[round(len(text) * (1 - HELD_OUT)) :]
    found = [match for match in re.finditer(r"(?<=[a-z,] )[a-z]{5,9}(?=[ ,.;])", held) if match.start() > CONTEXT]
    places = np.random.default_rng(CHOSEN).choice(len(found), count, replace=False)
    return tuple(_word(held, found[place]) for place in sorted(places.tolist()))


def _word(text: str, match: re.Match[str]) -> Problem:
    word, begin = match.group(), match.start()
    before = text[begin - CONTEXT : begin + GIVEN]
    short = text[begin - 14 : begin + GIVEN].replace("\n", " ").split(" ", 1)[-1]
    return Problem("", before, word, short + "…")
