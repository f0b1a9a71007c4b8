"""The actions beside those that choose, go back and measure: go to another branch, and bet in the game."""

from __future__ import annotations

from lab.core.records import dataclass
from lab.core.text import _
from lab.kit.gestures import Choose, Cut, Measure

__all__ = ["ACTIONS", "Action", "Bet", "Go"]


@dataclass(frozen=True, slots=True)
class Go:
    """Go to the end of a branch, by the number of its last token; −1 is the end of the prompt."""

    node: int

    def sentence(self) -> str:
        return _("Go to another branch")


@dataclass(frozen=True, slots=True)
class Bet:
    """Bet on the next letter of the game. letters: one to three of them.  share: what is put on all of them, 0 … 1."""

    letters: str
    share: float

    def sentence(self) -> str:
        return _("Bet on {letters}").format(letters=" ".join(self.letters))


Action = Choose | Cut | Go | Bet | Measure
ACTIONS = (Choose, Cut, Go, Bet, Measure)
