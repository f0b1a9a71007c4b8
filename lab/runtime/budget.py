"""One budget of memory for the past of all runs: their frames, their checkpoints, and the stories kept for undo.

What is missed least goes first: of stories that were put away long ago everything that a replay can make again; then
every second frame of the run that holds most; and last of all the oldest stories themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from lab.runtime.track import Track
from lab.runtime.weight import together

__all__ = ["MOST", "held_by", "keep_within"]

MOST = 256_000_000  # bytes
LEAST = 1_000_000  # bytes of frames, and of checkpoints, that the run of an open box may always hold


def held_by(tracks: Iterable[Track]) -> int:
    """The bytes that the pasts of some runs hold together."""
    return together(held for track in tracks for history in track.pasts for held in history.held)


def keep_within(tracks: Sequence[Track], most: int = MOST) -> None:
    """Let the pasts of all runs together hold no more than `most` bytes, as far as an open run can do without them."""
    if sum(held.bytes for track in tracks for history in track.pasts for held in history.held) <= most:
        return  # what is shared is counted more than once here, so this is soon said
    for _freed in chain(_strip(tracks), _thin(tracks), _forget(tracks)):
        if held_by(tracks) <= most:
            return


def _strip(tracks: Sequence[Track]) -> Iterator[None]:
    """Of what is kept for undo only the ends stay, the oldest first."""
    stories = sorted((story for track in tracks for story in track.put_away), key=lambda story: story[0])
    for _when, history in stories:
        if history.budgets != (0, 0):
            history.hold(0, 0)
            yield


def _thin(tracks: Sequence[Track]) -> Iterator[None]:
    """The open run that holds most keeps every second frame, or every second checkpoint."""
    histories = [track.timeline.history for track in tracks]
    while histories:
        history = max(histories, key=lambda history: sum(held.bytes for held in history.held))
        budgets = tuple(min(held.bytes, budget) for held, budget in zip(history.held, history.budgets))
        frames, checkpoints = (max(LEAST, budget // 2) for budget in budgets)
        if (frames, checkpoints) == history.budgets:
            histories.remove(history)
        history.hold(frames, checkpoints)
        yield


def _forget(tracks: Sequence[Track]) -> Iterator[None]:
    """The oldest of the stories that are kept for undo."""
    stories = [(when, track, history) for track in tracks for when, history in track.put_away]
    for _when, track, history in sorted(stories, key=lambda story: story[0]):
        track.forget(history)
        yield
