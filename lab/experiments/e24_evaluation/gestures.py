"""What a learner can do here beside the controls: lock a threshold in."""

from __future__ import annotations

from lab.core.numbers import show_number
from lab.core.records import dataclass
from lab.core.text import _

__all__ = ["ACTIONS", "TAKEN_BACK", "Commit"]

TAKEN_BACK = -1.0


@dataclass(frozen=True, slots=True)
class Commit:
    """Lock this threshold in, and be shown the cheapest one; −1 takes it back.

    world: the controls that it was locked in for; empty for the present ones.
    """

    threshold: float
    world: tuple[float, ...] = ()

    def sentence(self) -> str:
        """What was done, in a sentence."""
        if self.threshold < 0:
            return _("Take the threshold back")
        return _("Lock the threshold {t} in").format(t=show_number(float(self.threshold), 3))


ACTIONS = (Commit,)
