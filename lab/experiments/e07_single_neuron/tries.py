"""What was tried by hand on the present table. A drag is one try, however many places it went through: only where
it ended counts, so a replay of the actions counts the same."""

from __future__ import annotations

from dataclasses import replace

from lab.core.records import dataclass

__all__ = ["ENOUGH", "Tries"]

ENOUGH = 5
"""After so many tries the best that is possible may be seen."""


@dataclass(frozen=True, slots=True)
class Tries:
    """count: tries so far.  last, last_right: the number of the latest gesture and the rows right after it.

    before: the best of the tries before the latest.
    """

    count: int = 0
    last: int = 0
    last_right: int = 0
    before: int = 0

    def with_try(self, number: int, right: int) -> Tries:
        """The tries with the gesture `number`; the same number again replaces the latest."""
        if number == self.last:
            return replace(self, last_right=right)
        return Tries(self.count + 1, number, right, self.best)

    @property
    def best(self) -> int:
        """The most rows that were right after a try."""
        return max(self.before, self.last_right)
