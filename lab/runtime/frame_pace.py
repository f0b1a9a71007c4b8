"""When the next frame of a run is worth drawing.

Steps never come exactly on time. If a frame were due a sixtieth of a second after the last one, every second step of
a run of 60 steps a second would come a little too early and be lost. So the moments at which frames are due lie on a
line of their own, a frame apart, and a step that is nearer to its moment than the next step would be is drawn.
"""

from __future__ import annotations

__all__ = ["CHEAP", "OFTEN", "RARELY", "SHARE", "FramePace"]

SHARE = 0.15  # of the time that drawing may take from a run at full speed, before the two rules below
CHEAP = 0.008  # seconds: a frame that costs the window no more
OFTEN = 1 / 30  # is drawn at least that often
RARELY = 1 / 20  # seconds: so is every other one, however long it takes


class FramePace:
    """The moments at which a run is drawn. All times are in seconds, of one clock."""

    def __init__(self) -> None:
        self._moment = 0.0  # for which the last frame was meant

    def is_due(self, now: float, frame: float, step: float) -> bool:
        """Whether a frame is due; frame: seconds between two of them, step: seconds between two steps, 0 for none."""
        return now - self._moment >= frame - min(step, frame) / 2

    def drawn(self, now: float, frame: float) -> None:
        """A frame that was due is drawn; one that is late by more than half a frame begins a new line."""
        self._moment = max(self._moment + frame, now - frame / 2)

    def drawn_unasked(self, now: float) -> None:
        """A frame is drawn at once, since something was ordered."""
        self._moment = now

    @staticmethod
    def at_full_speed(frame: float, drawing: float, lost: float, still: bool) -> float:
        """Seconds between two frames of a run that goes as fast as it can.

        frame: the least. drawing: what a frame costs the window, lost: what it costs the run. still: nothing moves in
        the picture. A frame that costs more than CHEAP keeps the share of one that costs just that, until it is drawn
        RARELY.
        """
        if drawing <= CHEAP:
            return max(frame, OFTEN if still else min(lost / SHARE, OFTEN))
        return max(frame, RARELY if still else min(max(drawing, lost) * OFTEN / CHEAP, RARELY))
