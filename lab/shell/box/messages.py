"""What there is to say about a run: a failure, a divergence, a challenge. Values; `notices` chooses among them."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.records import dataclass
from lab.core.simulation import Divergence
from lab.core.text import _
from lab.runtime.run import Failure, Update

__all__ = ["Message", "challenge_message", "divergence_message", "failure_message"]

Buttons = tuple[tuple[str, str, str], ...]
"""Name, words and kind of each."""


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to say. `subject` and `about` tell it from others: one that was dismissed is not shown again.

    `lines` is how many its text has, whatever it says, so that nothing moves while a run goes on: in low boxes, which
    need the room for the picture, in most, and in high ones.
    """

    subject: str
    about: object
    tone: str
    word: str
    text: str
    buttons: Buttons = ()
    lines: tuple[int, int, int] = (1, 2, 2)

    @property
    def identity(self) -> tuple[str, object]:
        return self.subject, self.about


def failure_message(failure: Failure) -> Message:
    """An experiment that stopped, and the way back."""
    text = _("{message}\nThe other experiments go on.").format(message=failure.message)
    way_back = _("Go back one step") if failure.opened else _("Open it as it begins")
    buttons = (("rewind", way_back, "primary"), ("report", _("Copy a report"), "link"))
    return Message("failure", failure.report, "bad", _("This experiment stopped"), text, buttons, (2, 2, 2))


def divergence_message(found: Divergence) -> Message:
    """The first number that is not finite, why, and what helps."""
    text = _("{what} became infinite at step {step}: {reason}.")
    if found.undefined:
        text = _("{what} is no longer a number (NaN) at step {step}: {reason}.")
    text = text.format(what=found.tensor, step=found.step, reason=found.reason)
    text = text[:1].upper() + text[1:]
    buttons = (
        ("remedy", found.remedy_text, "primary"),
        ("rewind-divergence", _("Rewind to step {step}").format(step=max(0, found.step - 1)), "link"),
    )
    return Message("divergence", (found.step, found.tensor), "bad", _("Diverged"), text, buttons, (2, 2, 2))


def challenge_message(specification: Specification, update: Update, hints: int) -> Message:
    """The challenge that is watched: its goal, how far it is, and the first so many hints."""
    assert update.progress is not None
    challenge, progress = specification.challenge(update.challenge), update.progress
    if progress.done:
        end = (("end", _("Close the challenge"), "outline"),)
        word = _("Done: {title}").format(title=_(challenge.title))
        return Message("met", challenge.id, "good", word, progress.text, end, (2, 3, 4))
    told = [_(hint) for hint in challenge.hints[:hints]]
    buttons: Buttons = (("again", _("Start over"), "outline"),)
    if hints < len(challenge.hints):
        buttons += (("hint", _("Hint"), "link"),)
    buttons += (("end", _("Give up"), "link"),)
    tone = "warn" if progress.failed else "goal"
    text = "\n".join((_(challenge.text), progress.text, *told))
    return Message("challenge", challenge.id, tone, _(challenge.title), text, buttons, (2, 3, 4))
