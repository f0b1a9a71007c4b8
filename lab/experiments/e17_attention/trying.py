"""All heads of a language model, tried: each is taken out once, and what becomes of the expected token is a number on a
map that fills up while it is worked out."""

from __future__ import annotations

from collections.abc import Callable, Generator

import numpy as np

from lab.core.records import dataclass
from lab.engine.inside.head_sweep import HeadSweep
from lab.experiments.e17_attention.reading import Floats, Head
from lab.kit.arrays import read_only

__all__ = ["Trial", "Trying"]


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """What is known by now.

    changes: [L, H], how far the score of the token moved, nan where a head was not tried yet.  token: the one that is
    expected.  score: its logit against the mean of all.  donor: the text of the patches, "" where there are none.
    share: how much is done, 1 when all is.  stopped: whether it was stopped before.
    """

    changes: Floats
    token: str
    score: float
    donor: str
    share: float
    stopped: bool

    @property
    def done(self) -> bool:
        """Whether all heads were tried."""
        return self.share >= 1.0

    @property
    def tried(self) -> int:
        """How many heads were tried by now."""
        return int(np.isfinite(self.changes).sum())

    def worst(self) -> tuple[Head, float] | None:
        """The head whose absence costs the token most, and how much; None where none was tried."""
        if not self.tried:
            return None
        layer, head = np.unravel_index(int(np.nanargmin(self.changes)), self.changes.shape)
        return (int(layer), int(head)), float(self.changes[layer, head])


class Trying:
    """The map that is being worked out, for one text, one way and one set of silent heads."""

    def __init__(self) -> None:
        self._key: object = None
        self._sweep: HeadSweep | None = None
        self._work: Generator[float, None, None] | None = None
        self._share = 0.0
        self._donor = ""
        self.stopped = False

    def want(self, key: object, begin: Callable[[], HeadSweep], donor: str) -> None:
        """Begin with another map where the key is another: all that it depends on."""
        if key != self._key:
            self._key, self._donor, self._share = key, donor, 0.0
            self._sweep = begin()
            self._work = self._sweep.working()

    def leave(self) -> None:
        """No map is wanted."""
        self._key = self._sweep = self._work = None

    @property
    def busy(self) -> bool:
        """Whether there is more to do, and it was not stopped."""
        return self._work is not None and not self.stopped

    def go_on(self) -> None:
        """One piece."""
        if self._work is None:
            return
        share = next(self._work, None)
        if share is None:
            self._work, self._share = None, 1.0
        else:
            self._share = share

    def trial(self, token: Callable[[int], str]) -> Trial | None:
        """What is known by now."""
        sweep = self._sweep
        if sweep is None:
            return None
        expected = "" if sweep.token is None else token(sweep.token)
        stopped = self.stopped and self._work is not None
        return Trial(read_only(sweep.changes), expected, sweep.score, self._donor, self._share, stopped)
