"""What a learner can do with the hand: bring a text of one's own, and results of the league."""

from __future__ import annotations

from typing import ClassVar

from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.text.exchange import MAX_TEXT
from lab.experiments.e25_capstone.league_rules import house_results, read_result
from lab.experiments.e25_capstone.texts import LEAST

__all__ = ["ACTIONS", "MOST_OPENED", "Entrants", "TakeText", "entrants", "taken"]

MOST_OPENED = 6  # results


@dataclass(frozen=True, slots=True)
class TakeText:
    """A text of the learner's own."""

    text: str
    title: str = ""
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Take a text of {n} characters").format(n=len(self.text))


@dataclass(frozen=True, slots=True)
class Entrants:
    """All results of the league that were opened, as the files say them."""

    results: tuple[str, ...]
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("{n} results opened").format(n=len(self.results))


ACTIONS = (TakeText, Entrants)


def entrants(before: tuple[str, ...], text: str) -> Entrants:
    """The gesture that opens one more result. Raises ValueError, in words, for one that is damaged, against the rules,
    opened already, or one too many."""
    result = read_result(text)
    if result in house_results() or any(result == read_result(one) for one in before):
        raise ValueError(_("This result is on the board already."))
    if len(before) >= MOST_OPENED:
        raise ValueError(_("{n} results are opened already; the board has no room for more.").format(n=len(before)))
    return Entrants((*before, text))


def taken(text: str, title: str) -> TakeText:
    """The gesture that brings a text. Raises ValueError, in words, for one that is too short or too long."""
    if len(text) < LEAST:
        raise ValueError(_("{n} characters are too few: at least {least}.").format(n=len(text), least=LEAST))
    if len(text) > MAX_TEXT:
        raise ValueError(_("{n} characters are too many: at most {most}.").format(n=len(text), most=MAX_TEXT))
    return TakeText(text, title)
