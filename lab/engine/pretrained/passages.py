"""The lab's small library: 298 passages about countries and chemical elements, 60 questions with the passages
that answer them, and the vectors of both. The country facts are of 2015, which has to be said wherever they
are shown.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.paths import asset
from lab.core.records import dataclass

__all__ = [
    "FACTS_OF",
    "Passage",
    "Question",
    "load_answers",
    "load_passages",
    "load_questions",
    "passage_vectors",
    "question_vectors",
]

FACTS_OF = 2015  # the year of the country facts
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Passage:
    """A short text.  id: "country:ja" or "element:gold"."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question.  gold: the ids of the passages that answer it.  answer: words that stand in them."""

    text: str
    gold: tuple[str, ...]
    answer: str


def load_passages() -> tuple[Passage, ...]:
    """The 298 bundled passages."""
    return tuple(Passage(row["id"], row["title"], row["text"]) for row in _rows("passages"))


def load_questions() -> tuple[Question, ...]:
    """The 60 bundled questions."""
    return tuple(Question(row["q"], tuple(row["gold"]), row["answer"]) for row in _rows("rag_questions"))


def load_answers() -> dict[str, tuple[str, ...]]:
    """An answer key of the 60 questions: texts in small letters, of which one in an answer makes it right."""
    return {row["q"]: tuple(row["accept"]) for row in _rows("rag_answers")}


def passage_vectors() -> Floats:
    """MiniLM's unit vectors of the passages, [298, 384]: searching stored questions needs no encoder."""
    return _vectors("passages_minilm")


def question_vectors() -> Floats:
    """MiniLM's unit vectors of the questions, [60, 384]."""
    return _vectors("rag_questions_minilm")


def _rows(name: str) -> list[dict[str, Any]]:
    with asset(f"data/{name}.jsonl").open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _vectors(name: str) -> Floats:
    with np.load(asset(f"data/{name}.npz"), allow_pickle=False) as archive:
        rows = archive["q"] * archive["scale"].astype(np.float32)[:, None]
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))
