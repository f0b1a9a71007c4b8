"""The actions: cut a document by hand, bring one, and change what an agent has seen."""

from __future__ import annotations

from typing import ClassVar

from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.agents.events import LONGEST_OBSERVATION
from lab.experiments.e23_retrieval_agents.texts import LONGEST

__all__ = ["ACTIONS", "MOST_CUTS", "Action", "EditObservation", "SetCuts", "SetText"]

MOST_CUTS = 400


@dataclass(frozen=True, slots=True)
class SetCuts:
    """Cut the document at these characters."""

    cuts: tuple[int, ...]
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Cut the document by hand")

    def checked(self) -> tuple[int, ...]:
        """In order. Raises ValueError for too many, or one before the beginning."""
        cuts = tuple(sorted({int(cut) for cut in self.cuts}))
        if len(cuts) > MOST_CUTS or (cuts and not 0 <= cuts[0] <= cuts[-1] <= LONGEST):
            raise ValueError(f"cuts: {len(cuts)}, need at most {MOST_CUTS} in 0 … {LONGEST}")
        return cuts


@dataclass(frozen=True, slots=True)
class SetText:
    """A document of the learner's own."""

    text: str
    title: str = ""
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Take a text of {n} characters").format(n=len(self.text))

    def checked(self) -> tuple[str, str]:
        """Text and title. Raises ValueError, in words, for a text that is too long."""
        if len(self.text) > LONGEST:
            text = _("The text has {n} characters; here {most} can be searched.")
            raise ValueError(text.format(n=len(self.text), most=LONGEST))
        return self.text, self.title


@dataclass(frozen=True, slots=True)
class EditObservation:
    """Let the agent have seen something else at a step, from 0; None takes the change back."""

    step: int
    text: str | None

    def sentence(self) -> str:
        return _("Change what came back at step {n}").format(n=self.step + 1)

    def checked(self) -> tuple[int, str | None]:
        """Step and text. Raises ValueError for a text that is too long, or a step that cannot be."""
        if not 0 <= int(self.step) < 100 or (self.text is not None and len(self.text) > LONGEST_OBSERVATION):
            raise ValueError(f"step, text: {self.step}, at most {LONGEST_OBSERVATION} characters")
        return int(self.step), None if self.text is None else str(self.text)


Action = SetCuts | SetText | EditObservation
ACTIONS = (SetCuts, SetText, EditObservation)
