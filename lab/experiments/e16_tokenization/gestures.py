"""The actions: merge a pair of one's own choice, slide along the merges, bring a text of one's own."""

from __future__ import annotations

from typing import ClassVar

from lab.core.records import dataclass
from lab.core.text import _

__all__ = ["ACTIONS", "Action", "Force", "Jump", "SetText", "Unforce"]


@dataclass(frozen=True, slots=True)
class Force:
    """Merge this pair of tokens now, as merge number `at` (from 0), whether it is the most frequent or not."""

    at: int
    left: int
    right: int

    def sentence(self) -> str:
        return _("Merge a pair of your own choice")


@dataclass(frozen=True, slots=True)
class Unforce:
    """Take a chosen merge back; what was chosen for its place before, `left` and `right`, holds again, −1: nothing."""

    at: int
    left: int = -1
    right: int = -1

    def sentence(self) -> str:
        return _("Take the chosen merge back")


@dataclass(frozen=True, slots=True)
class Jump:
    """Slide along the merges. `shift`: how many merges there are beyond those made at once and by steps."""

    shift: int

    def sentence(self) -> str:
        return _("Slide along the merges")


@dataclass(frozen=True, slots=True)
class SetText:
    """A training text of the learner's own."""

    text: str
    title: str = ""
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Take a text of {n} characters").format(n=len(self.text))


Action = Force | Unforce | Jump | SetText
ACTIONS = (Force, Unforce, Jump, SetText)
