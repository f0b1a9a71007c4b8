"""Where does a model keep what makes the difference between two texts? What it computed for one is put into its pass
over the other, place by place, and where the first answer comes back, there it was.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

import numpy as np

from lab.core.pieces import part_of, result_of
from lab.core.records import dataclass
from lab.engine.inside.bench import Bench, Floats, Keep, Seen
from lab.engine.transformer.edits import Edits

__all__ = ["Patching", "begin_patching", "beginning_patching"]

KEPT = Keep(heads=True, last=True)


@dataclass(frozen=True, slots=True)
class Patching:
    """Two texts of equal length, and what the model answers.

    clean, other: the passes over both.  answers: the likeliest token after the clean text, and the one it is measured
    against.  leads: of the first answer over the second, in both texts.
    """

    clean: Seen
    other: Seen
    answers: tuple[int, int]
    leads: tuple[float, float]

    @property
    def differs(self) -> bool:
        """Whether there is anything to restore."""
        return self.leads[0] != self.leads[1]

    def stream(self, bench: Bench, stream: int, position: int) -> Generator[float, None, float]:
        """The share of the lead that comes back with the clean stream at one place; rests after each layer.

        0: as in the other text, 1: as in the clean one. Raises ValueError when nothing differs, or there is no such
        place.
        Source: Meng et al., Locating and Editing Factual Associations in GPT (2022).
        """
        found = self._place(self.clean.stream, (stream, position))
        return (yield from self._restored(bench, Edits(replaced={(stream, position): found})))

    def head(self, bench: Bench, layer: int, head: int) -> Generator[float, None, float]:
        """The same with what one head found in the clean text, at every token. Raises ValueError as `stream` does.

        Source: Wang et al., Interpretability in the Wild (2022).
        """
        found = self._place(self.clean.heads, (layer, head))
        return (yield from self._restored(bench, Edits(patched={(layer, head): found})))

    @staticmethod
    def _place(kept: Floats | None, place: tuple[int, int]) -> Floats:
        assert kept is not None
        if not all(0 <= at < most for at, most in zip(place, kept.shape)):
            raise ValueError(f"place must be within {kept.shape[:2]}, got {place}")
        return np.asarray(kept[place])

    def _restored(self, bench: Bench, edits: Edits) -> Generator[float, None, float]:
        if not self.differs:
            raise ValueError("both texts have the same lead: there is nothing to restore")
        ids = self.other.ids.tolist()
        seen = yield from bench.passing(ids, edits, Keep(False, last=True), self.other)
        return (_lead(seen, self.answers) - self.leads[1]) / (self.leads[0] - self.leads[1])


def begin_patching(bench: Bench, clean: Sequence[int], other: Sequence[int]) -> Patching:
    """Both passes. Where the texts differ in length their ends are laid together.

    The second answer is that of the other text, or, where both go on alike, the second of the clean one.
    """
    return result_of(beginning_patching(bench, clean, other))


def beginning_patching(bench: Bench, clean: Sequence[int], other: Sequence[int]) -> Generator[float, None, Patching]:
    """`begin_patching` with a rest after each layer."""
    length = min(len(clean), len(other))
    one = yield from part_of(bench.passing(clean[len(clean) - length :], keep=KEPT), 0.0, 0.5)
    two = yield from part_of(bench.passing(other[len(other) - length :], keep=KEPT), 0.5, 1.0)
    best, second = int(one.logits[-1].argmax()), int(two.logits[-1].argmax())
    if second == best:
        second = int(np.argsort(-one.logits[-1], kind="stable")[1])
    answers = best, second
    return Patching(one, two, answers, (_lead(one, answers), _lead(two, answers)))


def _lead(seen: Seen, answers: tuple[int, int]) -> float:
    best, second = answers
    return float(seen.logits[-1, best]) - float(seen.logits[-1, second])
