"""The actions: choose the token yourself, go back, go to another branch, bet in the game, and measure this computer."""

from __future__ import annotations

from dataclasses import dataclass

from lab.core.text import _

__all__ = ["ACTIONS", "Action", "Bet", "Choose", "Cut", "Go", "Measure"]


@dataclass(frozen=True, slots=True)
class Choose:
    """Write this token, whatever chance it has."""

    token: int

    def sentence(self) -> str:
        return _("Choose the token yourself")


@dataclass(frozen=True, slots=True)
class Cut:
    """Go back: only the first so many tokens stay, the rest becomes a branch."""

    length: int

    def sentence(self) -> str:
        return _("Go back to token {n}").format(n=self.length)


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


@dataclass(frozen=True, slots=True)
class Measure:
    """Measure the parts of a pass, on this computer and now: the one thing here that a seed does not decide."""

    def sentence(self) -> str:
        return _("Measure this computer")


Action = Choose | Cut | Go | Bet | Measure
ACTIONS = (Choose, Cut, Go, Bet, Measure)
