"""A lid is closed for an hour in the middle of a run: pacing, speed, estimates and checkpoints go on as before."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from lab.core.scene import Scene
from lab.engine.lm.parameters import LMConfig
from lab.experiments.e25_capstone import writing
from lab.runtime import run as run_module
from lab.runtime import track as track_module
from lab.runtime.frame_pace import FramePace
from lab.runtime.run import MAX_SPEED, Run
from tests.toy import HEAVY, TOY

FRAME = 1 / 60
HOUR = 3600.0


class Clock:
    """Seconds that pass only when somebody says so."""

    def __init__(self) -> None:
        self.now = 100.0
        self.each = 0.0  # how much every look takes

    def __call__(self) -> float:
        self.now += self.each
        return self.now


class Thread:
    """Carries out orders at once, as the worker does in its turn."""

    frame_seconds, patience = FRAME, 0.03

    def order(self, run: Run, task: Callable[[], None], quiet: bool = False) -> None:
        task()

    def leave(self, run: Run) -> None: ...

    def wait_for(self, run: Run) -> None: ...

    def go_on(self, run: Run) -> None: ...


@pytest.fixture
def clock(monkeypatch) -> Clock:
    made = Clock()
    for module in (run_module, track_module, writing):
        monkeypatch.setattr(module, "time", SimpleNamespace(perf_counter=made))
    return made


def begun(speed: float) -> Run:
    made = Run(Thread(), TOY, Scene(TOY.id), lambda: None)
    made.set_speed(speed)
    made.play()
    return made


@pytest.mark.parametrize(("experiment", "frames"), [(TOY, 60), (HEAVY, 37)])
def test_a_run_that_waits_while_it_is_drawn_counts_what_it_waits(clock: Clock, experiment: Any, frames: int) -> None:
    """A frame is there after 4 ms, of which the window has worked 1: 0.15 for drawing are 37 frames a second."""
    run, drawn = Run(Thread(), experiment, Scene(experiment.id), lambda: None), 0
    run.set_speed(MAX_SPEED)
    run.play()
    clock.each = 0.0002
    for begin in (clock.now + 3.0, clock.now + 5.0):  # what a frame costs is learnt in the first three seconds
        drawn = 0
        while clock.now < begin:
            run.turn(lambda: False)
            if run.mailbox.take() is not None:
                clock.now += 0.0035
                run.drawn(0.001)
                drawn += 1
    assert drawn == pytest.approx(2 * frames, abs=8)


def turns(run: Run, clock: Clock, seconds: float) -> list[tuple[float, int]]:
    """Lets a run have its turns for so long, a look at the clock every millisecond; the frames that came, and when."""
    shown = []
    end = clock.now + seconds
    while clock.now < end:
        clock.now += 0.001
        if run.active and run.due(clock.now) <= 0.0:
            run.turn(lambda: False)
        update = run.mailbox.take()
        if update is not None:
            shown.append((clock.now, update.position))
    return shown


@pytest.mark.parametrize("gap", [0.0, HOUR])
def test_a_run_of_fifty_steps_a_second_makes_up_for_no_hour(clock: Clock, gap: float) -> None:
    run = begun(50.0)
    before = turns(run, clock, 2.0)
    assert 98 <= before[-1][1] <= 102
    clock.now += gap
    after = turns(run, clock, 2.0)
    assert 98 <= after[-1][1] - before[-1][1] <= 108  # at most a tenth of a second is made up for
    moments = [when for when, _position in after]
    assert min(np.diff(moments)) > 0.0005 and len(moments) <= 108


def test_the_speed_that_is_shown_is_right_again_half_a_second_later(clock: Clock) -> None:
    run = begun(50.0)
    turns(run, clock, 2.0)
    clock.now += HOUR
    turns(run, clock, 1.2)
    run.set_speed(50.0)
    run.publish()
    update = run.mailbox.take()
    assert update is not None and update.rate == pytest.approx(50.0, rel=0.15)


def test_a_run_at_full_speed_goes_on_after_an_hour_within_a_step(clock: Clock, monkeypatch) -> None:
    """The hour falls into the middle of a step: that one is as long as an hour, and no other."""
    run = begun(MAX_SPEED)
    clock.each = 0.0001
    turns(run, clock, 0.5)
    track = run.track
    assert track is not None
    stepping, slept = track.simulation.step, []

    def asleep() -> None:
        stepping()
        if not slept:
            slept.append(clock.now)
            clock.now += HOUR

    monkeypatch.setattr(track.simulation, "step", asleep)
    at = track.position
    turns(run, clock, 0.5)  # ends at once: the hour is over
    checkpoint = track.timeline.history.before(track.position)
    assert slept and checkpoint is not None and checkpoint[0] > at  # written as soon as it woke
    woke = track.position
    turns(run, clock, 0.5)
    assert track.position > woke + 100 and run.playing
    state: Any = track.scene()
    assert state.step == track.position


def test_frames_after_an_hour_are_a_frame_apart() -> None:
    pace, shown = FramePace(), []
    for k in range(4000):
        now = 5.0 + k / 1000 + (HOUR if k >= 2000 else 0.0)
        if pace.is_due(now, FRAME, 0.001):
            pace.drawn(now, FRAME)
            shown.append(now)
    late = [moment for moment in shown if moment > HOUR]
    assert 118 <= len(late) <= 122 and min(np.diff(late)) >= FRAME / 2 - 0.002


@pytest.mark.parametrize("slept", [0, 1])
def test_an_hour_asleep_is_no_part_of_what_a_step_is_said_to_take(clock: Clock, slept: int, monkeypatch) -> None:
    """One of the steps that are measured falls asleep; the shortest of all is what is told."""
    learning, times = writing.FastLM.loss_and_gradients, []

    def learned(self, *words: Any) -> float:
        clock.now += 0.25 + (HOUR if len(times) == slept else 0.0)
        times.append(clock.now)
        return float(learning(self, *words))

    monkeypatch.setattr(writing.FastLM, "loss_and_gradients", learned)
    plan = LMConfig(7, context=8 + slept, d_model=8)  # another for each: what was measured is kept
    assert writing.seconds_per_step(plan, 4) == pytest.approx(0.25)
