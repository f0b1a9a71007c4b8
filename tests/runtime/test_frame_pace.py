"""Frames are drawn evenly, though steps never come exactly on time."""

from __future__ import annotations

import numpy as np
import pytest

from lab.runtime.frame_pace import CHEAP, OFTEN, RARELY, SHARE, FramePace

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
    assert FramePace.at_full_speed(FRAME, 0.001, 0.001, still=False) == FRAME
    assert FramePace.at_full_speed(FRAME, 0.0045, 0.0045, still=False) == pytest.approx(0.0045 / SHARE)
    assert FramePace.at_full_speed(FRAME, 0.5, 0.5, still=False) == RARELY


def test_at_full_speed_it_is_what_the_run_loses_that_has_its_share() -> None:
    assert FramePace.at_full_speed(FRAME, 0.002, 0.004, still=False) == pytest.approx(0.004 / SHARE)
    assert FramePace.at_full_speed(FRAME, CHEAP, 0.02, still=False) == OFTEN, (
        "what is cheap is drawn often all the same"
    )
    assert FramePace.at_full_speed(FRAME, 0.009, 0.011, still=False) == pytest.approx(0.011 * OFTEN / CHEAP)
    assert FramePace.at_full_speed(FRAME, 0.011, 0.002, still=False) == pytest.approx(0.011 * OFTEN / CHEAP)


def test_a_picture_that_stands_still_is_drawn_no_more_often_than_it_must() -> None:
    assert all(FramePace.at_full_speed(FRAME, cost, cost, still=True) == OFTEN for cost in (0.001, CHEAP))
    assert FramePace.at_full_speed(FRAME, CHEAP * 1.01, 0.0, still=True) == RARELY
    assert FramePace.at_full_speed(1 / 10, 0.001, 0.001, still=True) == 1 / 10, "saving battery comes first"


def flat_out(cost: float) -> tuple[float, float]:
    """A run at full speed, in turns of 4 ms, that stands still while a frame is drawn in `cost` seconds: frames a
    second, and the share of the time in which it goes on."""
    pace, now, frames, spent = FramePace(), 5.0, 0, 0.0
    while now < 15.0:
        now, spent = now + 0.004, spent + 0.004
        frame = pace.at_full_speed(FRAME, cost, cost, still=False)
        if pace.is_due(now, frame, 0.0):
            pace.drawn(now, frame)
            now, frames = now + cost, frames + 1
    return frames / (now - 5.0), spent / (now - 5.0)


@pytest.mark.parametrize(
    ("cost", "frames", "kept"),
    [
        (0.001, 59, 0.90),
        (0.0049, 29.7, 0.845),  # the share of drawing
        (0.0051, 29.7, 0.84),  # from here on it is thirty a second that count
        (CHEAP, 29.7, 0.755),
        (0.0081, 29.0, 0.75),
        (0.0119, 19.9, 0.75),
        (0.02, 19.5, 0.55),
    ],
)
def test_at_full_speed_a_cheap_frame_is_drawn_thirty_times_a_second_and_training_keeps_the_rest(
    cost: float, frames: float, kept: float
) -> None:
    drawn, went_on = flat_out(cost)
    assert drawn >= frames
    assert went_on >= kept


@pytest.mark.parametrize(("cost", "most"), [(0.0081, 30), (0.0119, 20.6), (0.05, 20.1)])
def test_at_full_speed_a_dear_frame_is_drawn_no_more_often_than_its_share_allows(cost: float, most: float) -> None:
    assert flat_out(cost)[0] <= most
