"""The past is bounded, keeps its ends, and thins evenly."""

from __future__ import annotations

import numpy as np

from lab.runtime.history import FEWEST, History

SMALL = 1_000  # bytes that each of these items weighs, about
ITEM = "x" * (SMALL - 49)


def test_first_and_last_always_stay() -> None:
    history = History(frame_bytes=50 * SMALL)
    for step in range(1000):
        history.add(step, ITEM + str(step))
    steps = history.frames
    assert steps[0] == 0
    assert steps[-1] == 999
    assert len(steps) <= 51


def test_the_thinning_is_even() -> None:
    history = History(frame_bytes=50 * SMALL)
    for step in range(1000):
        history.add(step, ITEM + str(step))
    gaps = np.diff(history.frames[:-1])
    assert gaps.max() <= 2 * gaps.min()


def test_the_nearest_frame_is_found() -> None:
    history = History()
    for step in (0, 10, 20):
        history.add(step, step)
    assert [history.at(s) for s in (4, 6, 99)] == [(0, 0), (10, 10), (20, 20)]


def test_a_checkpoint_is_never_from_the_future() -> None:
    history = History()
    for step in (0, 8, 16):
        history.checkpoint(step, step)
    assert history.before(15) == (8, 8)
    assert history.before(0) == (0, 0)


def test_a_past_that_is_cut_does_not_touch_the_whole_one() -> None:
    history = History()
    for step in range(10):
        history.add(step, step)
    cut = history.until(4)
    cut.add(5, "other")
    assert history.at(5) == (5, 5)
    assert cut.at(9) == (5, "other")


def test_views_of_the_buffer_that_the_run_goes_on_with_push_no_frame_out() -> None:
    buffer = np.zeros(1_000_000)
    history = History(frame_bytes=1_000_000)
    for step in range(100):
        history.add(step, {"trail": buffer[:step]})
    assert len(history.frames) == 100
    assert buffer.nbytes <= history.held[0].bytes < buffer.nbytes + 100_000, "it is held, and only once"


def test_each_buffer_behind_a_view_is_held_whole_and_counts() -> None:
    history = History(frame_bytes=1_000_000)
    for step in range(100):
        history.add(step, np.zeros(50_000)[:1])  # eight bytes are shown, 400 kB are held
    assert FEWEST <= len(history.frames) <= 5
    assert history.held[0].bytes < 2_000_000


def test_other_budgets_take_effect_at_once_and_never_take_the_ends() -> None:
    history = History()
    for step in range(100):
        history.add(step, np.zeros(1_000))
        history.checkpoint(step, np.zeros(1_000))
    assert len(history.frames) == 100
    history.hold(80_000, 0)
    assert history.budgets == (80_000, 0)
    assert 5 <= len(history.frames) <= 12
    assert history.frames[0] == 0 and history.frames[-1] == 99
    assert history.before(98)[0] < 98 and history.before(99)[0] == 99
    history.hold()
    for step in range(100, 200):
        history.add(step, np.zeros(1_000))
    assert len(history.frames) > 50


def test_a_cut_past_keeps_only_wanted_checkpoints_and_counts_what_it_shares_as_its_own() -> None:
    history = History()
    for step in range(10):
        history.add(step, np.zeros(10_000))
        history.checkpoint(step, step)
    cut = history.until(6, lambda state: state % 2 == 0)
    assert (cut.before(6), cut.before(5)) == ((6, 6), (4, 4))
    assert cut.held[0].bytes == 7 * (80_000 + 112)
    cut.hold(0, 0)
    assert len(history.frames) == 10
