"""The actions beside those that choose, go back and measure: write a path, edit the text, draw many samples at once,
put the rule of drafts to the test, and branch the text."""

from __future__ import annotations

from lab.core.records import dataclass
from lab.core.text import _
from lab.kit.gestures import Choose, Cut, Measure

__all__ = [
    "ACTIONS",
    "Action",
    "CheckDrafts",
    "Draw",
    "Fork",
    "Rewrite",
    "Say",
    "WritePath",
]


@dataclass(frozen=True, slots=True)
class WritePath:
    """Write these tokens, one after the other: a path that the beam found."""

    tokens: tuple[int, ...]

    def sentence(self) -> str:
        return _("Write {n} tokens of a path").format(n=len(self.tokens))


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


Action = Choose | WritePath | Cut | Rewrite | Say | Draw | CheckDrafts | Fork | Measure
ACTIONS = (Choose, WritePath, Cut, Rewrite, Say, Draw, CheckDrafts, Fork, Measure)
