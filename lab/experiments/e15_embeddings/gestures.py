"""What can be done by hand: a sentence is changed, a word is dragged, and texts of one's own are brought."""

from __future__ import annotations

from typing import ClassVar

from lab.core.records import dataclass
from lab.core.text import _

__all__ = ["ACTIONS", "Action", "EditLine", "MoveWord", "PutVector", "SetOwn"]


@dataclass(frozen=True, slots=True)
class EditLine:
    """Give a line of the text, counted from 0, other words: behind the last it is added, empty at the end it goes."""

    at: int
    text: str

    def sentence(self) -> str:
        return _("Write line {n}: {text}").format(n=self.at + 1, text=self.text)


@dataclass(frozen=True, slots=True)
class MoveWord:
    """Move a word to a place on the map: its vector changes along the two directions that the map shows."""

    word: str
    x: float
    y: float

    def sentence(self) -> str:
        return _("Move “{word}”").format(word=self.word)


@dataclass(frozen=True, slots=True)
class PutVector:
    """Give a word this vector."""

    word: str
    vector: tuple[float, ...]

    def sentence(self) -> str:
        return _("Move “{word}”").format(word=self.word)


@dataclass(frozen=True, slots=True)
class SetOwn:
    """A text of the learner's own: sentences to learn from, or words, sentences or vectors for the map."""

    text: str
    title: str = ""
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Take a text of {n} characters").format(n=len(self.text))


Action = EditLine | MoveWord | PutVector | SetOwn
ACTIONS: tuple[type[Action], ...] = (EditLine, MoveWord, PutVector, SetOwn)
