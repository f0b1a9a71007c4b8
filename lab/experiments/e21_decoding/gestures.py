"""The actions: choose the token itself, edit the text or go back in it, draw many samples at once, put the rule of
drafts to the test, branch the text, and measure this computer."""

from __future__ import annotations

from dataclasses import dataclass

from lab.core.text import _

__all__ = [
    "ACTIONS",
    "Action",
    "CheckDrafts",
    "Choose",
    "Cut",
    "Draw",
    "Fork",
    "Measure",
    "Rewrite",
    "Say",
    "WritePath",
]


@dataclass(frozen=True, slots=True)
class Choose:
    """Write this token, whatever chance it has."""

    token: int

    def sentence(self) -> str:
        return _("Choose the token yourself")


@dataclass(frozen=True, slots=True)
class WritePath:
    """Write these tokens, one after the other: a path that the beam found."""

    tokens: tuple[int, ...]

    def sentence(self) -> str:
        return _("Write {n} tokens of a path").format(n=len(self.tokens))


@dataclass(frozen=True, slots=True)
class Cut:
    """Go back: only the first so many tokens stay."""

    length: int

    def sentence(self) -> str:
        return _("Go back to token {n}").format(n=self.length)


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Let this stand behind the prompt. What it has in common with the present text stays as it was written."""

    text: str

    def sentence(self) -> str:
        return _("Edit the text")


@dataclass(frozen=True, slots=True)
class Say:
    """Write the next message of a chat; then it is the model's turn."""

    text: str

    def sentence(self) -> str:
        return _("Say something")


@dataclass(frozen=True, slots=True)
class Draw:
    """Draw so many tokens from the bars, without writing any."""

    count: int

    def sentence(self) -> str:
        return _("Draw {n} samples").format(n=self.count)


@dataclass(frozen=True, slots=True)
class CheckDrafts:
    """Draw so many first tokens of a round of drafts, and as many from the drafter alone."""

    count: int = 10_000

    def sentence(self) -> str:
        return _("Check {n} rounds of drafts").format(n=self.count)


@dataclass(frozen=True, slots=True)
class Fork:
    """Let a second text begin where the text stands: both read the same pages of the cache; −1 takes it away."""

    at: int

    def sentence(self) -> str:
        return _("Branch the text at token {n}").format(n=self.at) if self.at >= 0 else _("Give up the branch")


@dataclass(frozen=True, slots=True)
class Measure:
    """Measure a token with the cache and without, on this computer and now: the one thing here that a seed does not
    decide."""

    def sentence(self) -> str:
        return _("Measure this computer")


Action = Choose | WritePath | Cut | Rewrite | Say | Draw | CheckDrafts | Fork | Measure
ACTIONS = (Choose, WritePath, Cut, Rewrite, Say, Draw, CheckDrafts, Fork, Measure)
