"""One budget of memory for the past of all runs: their frames, their checkpoints, the stories kept for undo, and the
tables of runs.

What is missed least goes first: of stories that were put away long ago everything that a replay can make again, then
those stories themselves; then the states in the tables of runs; and last of all every second frame of the open run
that holds most.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from lab.runtime.history import History
from lab.runtime.track import Track
from lab.runtime.weight import together

__all__ = ["MOST", "STORIES", "held_by", "keep_within"]

MOST = 256_000_000  # bytes
STORIES = 64_000_000  # bytes of them for what is only kept for undo and redo
LEAST = 1_000_000  # bytes of frames, and of checkpoints, that the run of an open box may always hold


def held_by(tracks: Iterable[Track]) -> int:
    """The bytes that the pasts of some runs hold together, and their tables."""
    tracks = tuple(tracks)
    return _together(history for track in tracks for history in track.pasts) + _tables(tracks)


def keep_within(tracks: Sequence[Track], most: int = MOST, stories: int = STORIES) -> None:
    """Let the pasts of all runs together hold no more than `most` bytes, as far as an open run can do without them,
    and those that are kept for undo and redo no more than `stories`."""

    def fits() -> bool:
        kept = [history for track in tracks for _when, history in track.put_away]
        alive = [track.timeline.history for track in tracks]
        room = most - _tables(tracks)
        if _at_most(kept) <= stories and _at_most(kept) + _at_most(alive) <= room:
            return True
        return _together(kept) <= stories and _together((*kept, *alive)) <= room

    freeing = chain(_strip(tracks), _forget(tracks), _shed(tracks), _thin(tracks))
    while not fits() and next(freeing, None) is not None:
        pass


def _at_most(histories: Iterable[History]) -> int:
    """The bytes that some pasts hold, where what they share is counted more than once: soon said."""
    return sum(held.bytes for history in histories for held in history.held)


def _together(histories: Iterable[History]) -> int:
    return together(held for history in histories for held in history.held)


def _strip(tracks: Sequence[Track]) -> Iterator[History]:
    """Of what is kept for undo only the ends stay, the oldest first."""
    for _when, _track, history in _by_age(tracks):
        if history.budgets != (0, 0):
            history.hold(0, 0)
            yield history


def _forget(tracks: Sequence[Track]) -> Iterator[History]:
    """What is kept for undo goes, the oldest first."""
    for _when, track, history in _by_age(tracks):
        track.forget(history)
        yield history


def _by_age(tracks: Sequence[Track]) -> list[tuple[float, Track, History]]:
    stories = [(when, track, history) for track in tracks for when, history in track.put_away]
    return sorted(stories, key=lambda story: story[0])


def _tables(tracks: Iterable[Track]) -> int:
    """The bytes of the tables of runs."""
    return sum(track.runs.bytes for track in tracks)


def _shed(tracks: Sequence[Track]) -> Iterator[Track]:
    """The tables of runs let go of their states."""
    for track in tracks:
        while track.runs.shed():
            yield track


def _thin(tracks: Sequence[Track]) -> Iterator[History]:
    """The open run that holds most keeps every second frame, or every second checkpoint."""
    left = [track.timeline.history for track in tracks]
    while left:
        history = max(left, key=lambda history: _at_most([history]))
        budgets = tuple(min(held.bytes, budget) for held, budget in zip(history.held, history.budgets))
        frames, checkpoints = (max(LEAST, budget // 2) for budget in budgets)
        if (frames, checkpoints) == history.budgets:
            left.remove(history)
        history.hold(frames, checkpoints)
        yield history
