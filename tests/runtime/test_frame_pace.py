"""Frames are drawn evenly, though steps never come exactly on time."""

from __future__ import annotations

import numpy as np
import pytest

from lab.runtime.frame_pace import RARELY, SHARE, FramePace

FRAME = 1 / 60


def drawn_in_a_second(rate: float, late: float = 0.0) -> np.ndarray:
    """The moments at which a run of `rate` steps a second is drawn; each step comes up to `late` seconds late."""
    pace, moments = FramePace(), []
    lateness = late * np.random.default_rng(3).random(int(10 * rate))
    for now in 5.0 + np.arange(int(10 * rate)) / rate + lateness:
        if pace.is_due(now, FRAME, 1 / rate):
            moments.append(now)
            pace.drawn(now, FRAME)
    return np.array(moments)


@pytest.mark.parametrize("late", [0.0, 0.002, 0.006])
@pytest.mark.parametrize("rate", [60, 61, 75, 90, 120, 240, 1000])
def test_a_run_is_drawn_sixty_times_a_second_however_unevenly_its_steps_come(rate: float, late: float) -> None:
    assert 598 <= len(drawn_in_a_second(rate, late)) <= 602  # in ten seconds


@pytest.mark.parametrize("rate", [10, 30, 59])
def test_a_slower_run_is_drawn_at_every_step(rate: float) -> None:
    assert len(drawn_in_a_second(rate, 0.002)) == 10 * rate


def test_after_a_standstill_no_frames_are_made_up_for() -> None:
    pace = FramePace()
    pace.drawn(1.0, FRAME)
    pace.drawn(9.0, FRAME)  # eight seconds late
    assert not pace.is_due(9.0 + 0.4 * FRAME, FRAME, 0.0) and pace.is_due(9.0 + 0.6 * FRAME, FRAME, 0.0)


def test_a_frame_drawn_for_an_order_puts_the_next_one_off() -> None:
    pace = FramePace()
    pace.drawn(1.0, FRAME)
    pace.drawn_unasked(1.01)
    assert not pace.is_due(1.0 + FRAME, FRAME, 0.0) and pace.is_due(1.01 + 1.01 * FRAME, FRAME, 0.0)


def test_at_full_speed_drawing_takes_its_share_and_there_are_twenty_frames_a_second_at_least() -> None:
    assert FramePace.at_full_speed(FRAME, 0.001, still=False) == FRAME
    assert FramePace.at_full_speed(FRAME, 0.006, still=False) == pytest.approx(0.006 / SHARE)
    assert FramePace.at_full_speed(FRAME, 0.5, still=False) == FramePace.at_full_speed(FRAME, 0.0, still=True) == RARELY
