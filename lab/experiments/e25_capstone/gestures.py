"""What a learner can do with the hand: bring a text of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lab.core.text import _
from lab.engine.text.exchange import MAX_TEXT
from lab.experiments.e25_capstone.texts import LEAST

__all__ = ["ACTIONS", "TakeText", "taken"]


@dataclass(frozen=True, slots=True)
class TakeText:
    """A text of the learner's own."""

    text: str
    title: str = ""
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Take a text of {n} characters").format(n=len(self.text))


ACTIONS = (TakeText,)


def taken(text: str, title: str) -> TakeText:
    """The gesture that brings a text. Raises ValueError, in words, for one that is too short or too long."""
    if len(text) < LEAST:
        raise ValueError(_("{n} characters are too few: at least {least}.").format(n=len(text), least=LEAST))
    if len(text) > MAX_TEXT:
        raise ValueError(_("{n} characters are too many: at most {most}.").format(n=len(text), most=MAX_TEXT))
    return TakeText(text, title)
