"""The past is bounded, keeps its ends, and thins evenly."""

from __future__ import annotations

import numpy as np

from lab.runtime.history import OVERHEAD, History


def test_first_and_last_always_stay() -> None:
    history = History(frame_bytes=50 * OVERHEAD)
    for step in range(1000):
        history.add(step, f"frame {step}")
    steps = history.frames
    assert steps[0] == 0
    assert steps[-1] == 999
    assert len(steps) <= 51


def test_the_thinning_is_even() -> None:
    history = History(frame_bytes=50 * OVERHEAD)
    for step in range(1000):
        history.add(step, "frame")
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


def test_views_of_a_shared_buffer_cost_nothing() -> None:
    buffer = np.zeros(1_000_000)
    history = History(frame_bytes=1_000_000)
    for step in range(100):
        history.add(step, {"trail": buffer[:step]})
    assert len(history.frames) == 100
