"""The past of all runs keeps to one budget, and what is missed least goes first."""

from __future__ import annotations

import numpy as np
import pytest

from lab.core.scene import Scene
from lab.runtime.budget import LEAST, held_by, keep_within
from lab.runtime.track import MAX_UNDO, PUT_AWAY, Track
from lab.runtime.weight import Held, together, weigh
from tests.toy import TOY, Push

MEGABYTE = 1_000_000


def walked(steps: int = 600, restarts: int = 0) -> Track:
    """A run with a growing trail in each frame: 600 steps hold some 1.5 MB."""
    track = Track(TOY, Scene("toy", seed=7))
    for restart in range(restarts + 1):
        while track.position < steps:
            track.work()
            track.snapshot()
        if restart < restarts:
            track.start_over()
    return track


# Weights.


def test_an_array_weighs_its_numbers_and_a_view_the_buffer_behind_it() -> None:
    whole = np.zeros(10_000)
    assert weigh(whole).bytes == weigh(whole[:3]).bytes == weigh(whole[::2].reshape(50, 100)).bytes == 80_112
    assert weigh({"a": whole[:3], "b": (whole, [whole[5:]])}).bytes < 81_000


@pytest.mark.parametrize("count", [200, 300, 5_000, 100_000])
def test_a_long_list_weighs_about_what_python_says(count: int) -> None:
    import sys

    item = [float(i) for i in range(count)]
    true = sys.getsizeof(item) + sum(map(sys.getsizeof, item))
    assert weigh(item).bytes == pytest.approx(true, rel=0.05)


def test_what_two_hold_is_counted_once_and_let_go_with_the_last() -> None:
    shared = np.zeros(10_000)
    a, b = weigh(shared[:5]), weigh([shared[5:]])
    held = Held()
    held.take(a)
    alone = held.bytes
    held.take(b)
    assert held.bytes < alone + 200
    held.release(a)
    assert held.bytes > 80_000
    held.release(b)
    assert held.bytes == 0


def test_what_two_runs_share_is_counted_once() -> None:
    shared = np.zeros(10_000)
    one, other = Held(), Held()
    one.take(weigh(shared))
    other.take(weigh(shared[2:]))
    assert together((one, other)) == one.bytes == other.bytes


# Stories that are put away.


def test_a_story_kept_for_undo_is_thinned_and_is_whole_again_after_undo() -> None:
    track = walked(3_000)
    full = track.timeline.history
    at = track.snapshot().at
    assert sum(held.bytes for held in full.held) > 2 * PUT_AWAY[0]
    track.start_over()
    assert full.held[0].bytes <= PUT_AWAY[0] + weigh(full.at(3_000)[1]).bytes
    track.undo()
    assert (track.position, track.snapshot().at) == (3_000, at)
    track.go(1_234)
    track.run_to_goal()
    assert track.snapshot().trail.size == 1_235
    assert track.timeline.history.budgets > PUT_AWAY


def test_undo_goes_on_from_the_last_checkpoint_and_not_from_the_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lab.runtime.track.CHECKPOINT_SECONDS", 0.0)
    track = walked(50)
    track.start_over()
    steps = []
    real = type(track.simulation).step
    try:
        type(track.simulation).step = lambda self: (steps.append(self.steps), real(self))
        track.undo()
    finally:
        type(track.simulation).step = real
    assert track.position == 50
    assert len(steps) == 0


def test_a_gesture_at_the_very_step_of_a_checkpoint_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    track = walked(10)
    at = track.snapshot().at
    track.act(Push(5.0))
    monkeypatch.setattr("lab.runtime.track.CHECKPOINT_SECONDS", 0.0)
    for step in (9, 10):  # there again: the gesture, and a checkpoint right after it
        track.go(step)
        track.run_to_goal()
    assert track.timeline.history.before(10)[1][0] == 1
    without = track.timeline.until(10, 0)
    assert without.history.before(10)[1][0] == 0, "the state after the gesture is not a state without it"
    track.start_over()
    track.undo()
    assert track.snapshot().at == pytest.approx(at + 5)


@pytest.mark.parametrize("count", [MAX_UNDO - 1, MAX_UNDO, MAX_UNDO + 1, MAX_UNDO + 20])
def test_so_many_gestures_can_be_taken_back_and_no_more(count: int) -> None:
    track = Track(TOY, Scene("toy", seed=7))
    for _ in range(count):
        track.act(Push(1.0))
    taken = 0
    while track.undo_sentence is not None:
        track.undo()
        taken += 1
    assert taken == min(count, MAX_UNDO)


# The budget.


def test_nothing_is_touched_within_the_budget() -> None:
    track = walked(restarts=3)
    before = held_by([track])
    keep_within([track], before)
    assert held_by([track]) == before


def test_what_two_pasts_share_costs_no_story() -> None:
    track = walked(1_500)
    track.go(1_200)
    track.run_to_goal()
    track.act(Push(1.0))  # a new future, and the old one kept: they share the first half
    held = held_by([track])
    assert sum(part.bytes for history in track.pasts for part in history.held) > held + 100_000
    keep_within([track], held)
    assert [history.budgets for _when, history in track.put_away] == [PUT_AWAY]


def test_old_stories_are_stripped_first_and_the_open_run_keeps_all() -> None:
    track = walked(restarts=3)
    frames = track.timeline.history.frames
    oldest, *_rest, newest = (history for _when, history in track.put_away)
    keep_within([track], held_by([track]) - 10_000)
    assert track.timeline.history.frames == frames
    assert oldest.budgets == (0, 0)
    assert newest.budgets == PUT_AWAY


def test_stories_have_a_budget_of_their_own_within_the_whole() -> None:
    track = walked(restarts=4)
    held = held_by([track])
    keep_within([track], most=held * 2, stories=held)
    assert held_by([track]) == held
    keep_within([track], most=held * 2, stories=held // 3)
    assert held_by([track]) < held
    assert track.put_away[-1][1].budgets == PUT_AWAY
    assert track.timeline.history.budgets > PUT_AWAY


def test_then_the_oldest_stories_are_forgotten_and_the_newest_stay() -> None:
    track = walked(restarts=6)
    newest = track.put_away[-1][1]
    for _when, history in track.put_away:
        history.hold(0, 0)
    held = together(part for _when, history in track.put_away for part in history.held)
    keep_within([track], stories=held - 1)
    assert 3 <= len(track.put_away) < 6
    assert track.put_away[-1][1] is newest
    track.undo()
    assert track.position == 600


def test_last_of_all_the_largest_open_run_is_thinned() -> None:
    small, large = walked(200), walked(2_000)
    frames = small.timeline.history.frames
    keep_within([small, large], held_by([small, large]) - MEGABYTE)
    assert small.timeline.history.frames == frames
    assert large.timeline.history.held[0].bytes < 0.7 * 24_000_000
    large.go(777)
    large.run_to_goal()
    assert large.snapshot().trail.size == 778


def test_an_open_run_keeps_a_little_whatever_the_budget() -> None:
    track = walked(restarts=6)
    keep_within([track], 1_000)
    assert track.undo_sentence is None
    assert track.timeline.history.budgets == (LEAST, LEAST)
    assert track.position == 600


def test_a_story_is_forgotten_with_all_that_was_done_before_it() -> None:
    track = walked(100)
    track.act(Push(1.0))
    track.start_over()
    track.act(Push(2.0))
    [(_when, history)] = track.put_away
    track.forget(history)
    track.undo()
    assert track.undo_sentence is None, "a push of the story that is gone cannot be taken back in this one"


def test_the_worker_keeps_to_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    from lab.runtime import worker as module
    from lab.runtime.worker import Worker

    seen: list[int] = []
    monkeypatch.setattr(module, "BUDGET_SECONDS", 0.0)
    monkeypatch.setattr(module, "keep_within", lambda tracks: seen.append(len(tracks)))
    worker = Worker()
    try:
        run = worker.open(TOY, Scene("toy"), lambda: None)
        run.step(3)
        until = time.monotonic() + 10
        while 1 not in seen and time.monotonic() < until:
            time.sleep(0.01)
    finally:
        worker.close()
    assert 1 in seen
