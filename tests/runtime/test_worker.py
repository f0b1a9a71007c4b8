"""The worker thread: answers at once, shares fairly, survives what breaks."""

from __future__ import annotations

import threading
import time

import pytest

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.scene import Scene
from lab.runtime.run import MAX_SPEED, Run, Update
from lab.runtime.worker import Worker
from tests.toy import HEAVY, LOST, OPENING, STILL, TOY, Push


class Watch:
    """Collects updates as the window would."""

    def __init__(self) -> None:
        self.rang = threading.Event()
        self.run: Run | None = None
        self.last: Update | None = None

    def ring(self) -> None:
        self.rang.set()

    def until(self, so, seconds: float = 5.0) -> Update:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            update = self.run.mailbox.take() if self.run else None
            if update is not None:
                self.last = update
                if so(update):
                    return update
            self.rang.wait(0.01)
            self.rang.clear()
        raise AssertionError(f"it did not happen in time; last was {self.last}")


@pytest.fixture
def worker():
    made = Worker()
    yield made
    assert made.close()


def opened(worker: Worker, experiment=TOY, watched: bool = False, **scene) -> Watch:
    watch = Watch()
    watch.run = worker.open(experiment, Scene(experiment.id, **scene), watch.ring, watched)
    watch.until(lambda u: u.frame is not None)
    return watch


def test_a_run_shows_its_first_frame_at_once(worker: Worker) -> None:
    assert opened(worker).last.position == 0


def test_a_run_plays_until_it_is_paused(worker: Worker) -> None:
    watch = opened(worker)
    watch.run.play()
    watch.until(lambda u: u.position > 200)
    watch.run.pause()
    at = watch.until(lambda u: not u.playing).position
    time.sleep(0.05)
    assert watch.run.ask_now(lambda track: track.position) == at


def test_a_slow_speed_shows_every_step(worker: Worker) -> None:
    watch = opened(worker)
    watch.run.set_speed(12.0)  # 83 ms a step: also a machine that does much else looks in time
    watch.run.play()
    seen = []
    watch.until(lambda u: (seen.append(u.position), u.position >= 8)[1])
    watch.run.pause()
    steps = sorted(set(seen))
    assert steps == list(range(steps[0], steps[-1] + 1))


def test_running_for_a_number_of_steps_stops_exactly_there(worker: Worker) -> None:
    watch = opened(worker)
    watch.run.run_for(37)
    assert watch.until(lambda u: not u.playing and u.position > 0).position == 37


@pytest.mark.parametrize("size", ["neuron", "layer", "all", ""])
def test_a_step_past_the_end_leaves_the_run_at_rest(worker: Worker, size: str) -> None:
    watch = opened(worker, find("forward-pass"))
    watch.run.step(1, "all")
    assert not watch.until(lambda u: u.done and not u.playing).playing
    watch.run.step(1, size)
    watch.run.ask_now(lambda track: track.position)
    assert not watch.until(lambda u: not u.playing).playing and not watch.run.active


def test_a_run_that_is_at_its_end_by_a_change_of_a_control_rests(worker: Worker) -> None:
    watch = opened(worker, find("forward-pass"), params={"net": "digits"})
    watch.run.set_speed(30.0)
    watch.run.play()
    watch.until(lambda u: u.position >= 5 and u.playing)
    watch.run.do(lambda track: track.set({"net": "hat"}, ""))  # it has fewer units than were worked out
    watch.until(lambda u: u.params.net == "hat" and u.done and not u.playing)
    watch.run.ask_now(lambda track: track.position)
    assert not watch.run.active


def test_an_update_tells_which_run_it_is_of_and_that_it_has_ended(worker: Worker) -> None:
    watch = opened(worker)
    assert watch.last.begun == 0
    first = watch.run.run_for(1)
    assert watch.until(lambda u: not u.playing and u.begun == first).position == 1
    second = watch.run.play()
    watch.until(lambda u: u.begun == second and u.playing)
    watch.run.pause()
    assert watch.until(lambda u: not u.playing).begun == second > first


def test_an_update_tells_which_scene_it_shows_also_after_undo_and_start_over(worker: Worker) -> None:
    watch = opened(worker)
    setting = Setting({"drift": 2.0})
    watch.run.do(lambda track: track.play_setting(setting, 5))
    watch.until(lambda u: u.scene == 5)
    watch.run.do(lambda track: track.start_over())
    watch.run.do(lambda track: track.reseed(9))
    assert watch.until(lambda u: u.seed == 9).scene == 5
    for _ in range(3):
        watch.run.do(lambda track: track.undo())
    assert watch.until(lambda u: u.undo is None).scene == 0


def test_a_changed_control_is_in_the_very_next_frame(worker: Worker) -> None:
    watch = opened(worker)
    watch.run.play()
    watch.until(lambda u: u.position > 50)
    watch.run.do(lambda track: track.set({"drift": 7.0}, ""))
    assert watch.until(lambda u: u.params.drift == 7.0).playing


def test_scrubbing_shows_the_nearest_frame_and_then_the_exact_one(worker: Worker) -> None:
    watch = opened(worker)
    watch.run.run_for(500)
    watch.until(lambda u: not u.playing and u.position == 500)
    watch.run.go(123)
    exact = watch.until(lambda u: u.exact and u.position == 123)
    assert exact.frame.step == 123
    assert exact.head == 500


def test_undo_and_redo_say_what_they_would_do(worker: Worker) -> None:
    watch = opened(worker)
    watch.run.do(lambda track: track.act(Push(3.0)))
    assert watch.until(lambda u: u.undo is not None).undo == "Push by 3.0"
    watch.run.do(lambda track: track.undo())
    assert watch.until(lambda u: u.redo is not None).redo == "Push by 3.0"


@pytest.mark.parametrize("speed", [200.0, MAX_SPEED])
def test_a_run_that_diverges_pauses_there_and_goes_on_when_it_is_requested_to(worker: Worker, speed: float) -> None:
    watch = opened(worker, LOST, params={"noise": 0.0})
    watch.run.set_speed(speed)
    watch.run.play()
    assert watch.until(lambda u: not u.playing and u.position > 0).position == 20
    time.sleep(0.05)
    assert watch.run.ask_now(lambda track: track.position) == 20, "it stays"
    watch.run.play()  # seen, and wanted all the same
    watch.until(lambda u: u.playing and u.position > 40)


def test_a_run_that_was_brought_back_pauses_again_when_it_diverges_again(worker: Worker) -> None:
    watch = opened(worker, LOST, params={"noise": 0.0})
    watch.run.play()
    watch.until(lambda u: not u.playing and u.position == 20)
    watch.run.do(lambda track: track.act(Push(-10.0)))
    watch.run.play()
    assert watch.until(lambda u: not u.playing and u.position > 20).position == 30


def test_a_run_that_does_not_diverge_is_not_paused(worker: Worker) -> None:
    watch = opened(worker, LOST, params={"noise": 0.0, "drift": -1.0})
    watch.run.play()
    watch.until(lambda u: u.playing and u.position > 100)


def test_a_simulation_that_raises_stops_alone_and_can_go_back(worker: Worker) -> None:
    broken, sound = opened(worker), opened(worker)
    broken.run.ask_now(lambda track: setattr(track.simulation, "fails_at", 5))
    broken.run.play()
    sound.run.play()
    failed = broken.until(lambda u: u.failure is not None)
    assert "the walker fell" in failed.failure.message
    assert "RuntimeError" in failed.failure.report
    sound.until(lambda u: u.position > 100)
    broken.run.go(3)
    assert broken.until(lambda u: u.failure is None and u.frame is not None and u.exact).frame.step == 3


def test_a_refused_value_is_said_and_the_run_goes_on(worker: Worker) -> None:
    watch = opened(worker)
    watch.run.do(lambda track: track.set({"drift": 9.0}, ""))
    assert "nine is not taken" in watch.until(lambda u: u.refused).refused
    watch.run.step(1)
    watch.until(lambda u: u.position == 1)


def test_four_runs_share_the_thread_fairly(worker: Worker) -> None:
    watches = [opened(worker) for _ in range(4)]
    for watch in watches:
        watch.run.play()
    time.sleep(0.5)
    steps = [watch.run.ask_now(lambda track: track.position) for watch in watches]
    assert min(steps) > 0.5 * max(steps)


def test_a_closed_run_is_gone_and_the_others_stay(worker: Worker) -> None:
    gone, stays = opened(worker), opened(worker)
    gone.run.close()
    stays.run.step(2)
    stays.until(lambda u: u.position == 2)


def test_a_question_that_raises_is_answered_with_the_error(worker: Worker) -> None:
    watch = opened(worker)
    with pytest.raises(ZeroDivisionError):
        watch.run.ask_now(lambda track: 1 / 0)
    watch.run.step(1)
    watch.until(lambda u: u.position == 1)


def position(watch: Watch) -> int:
    return watch.run.ask_now(lambda track: track.position)


def test_a_run_in_plain_python_waits_until_its_frame_is_drawn_and_takes_orders(worker: Worker, monkeypatch) -> None:
    worker.patience = 60.0
    watch = opened(worker, HEAVY, watched=True)
    watch.run.play()
    watch.until(lambda u: u.playing)
    at = position(watch)
    watch.run.do(lambda track: track.set({"drift": 3.0}, ""))
    assert watch.until(lambda u: u.params.drift == 3.0).position == position(watch) == at
    watch.run.drawn(0.001)
    watch.until(lambda u: u.position > at)


def test_a_window_that_does_not_draw_is_waited_for_only_a_moment(worker: Worker) -> None:
    watch = opened(worker, HEAVY, watched=True)
    watch.run.play()
    watch.until(lambda u: u.position > 500)


def test_nobody_waits_for_a_run_that_was_closed_or_lets_others_work(worker: Worker) -> None:
    worker.patience = 60.0
    light = opened(worker, TOY, watched=True)
    light.run.play()
    light.until(lambda u: u.position > 500)
    heavy = opened(worker, HEAVY, watched=True)
    heavy.run.play()
    heavy.until(lambda u: u.playing)
    at = position(light)
    heavy.run.close()
    light.until(lambda u: u.position > at)


def test_runs_give_way_to_a_busy_window_until_it_is_done(worker: Worker) -> None:
    watch = opened(worker)
    watch.run.play()
    watch.until(lambda u: u.position > 10)
    worker.give_way(60.0)
    at = position(watch)
    time.sleep(0.02)
    assert position(watch) == at
    worker.give_way(0)
    watch.until(lambda u: u.position > at)


def test_a_picture_that_stands_still_is_shown_less_often(worker: Worker) -> None:
    watch = opened(worker, STILL)
    watch.run.play()
    watch.until(lambda u: u.position > 100)
    seen, end = 0, time.monotonic() + 0.5
    while time.monotonic() < end:
        seen += watch.run.mailbox.take() is not None
        time.sleep(0.002)
    assert 1 <= seen <= 17  # of thirty


def test_drawing_takes_a_fifth_of_the_time_of_a_run_at_full_speed(worker: Worker) -> None:
    worker.patience = 60.0
    watch = opened(worker, HEAVY, watched=True)
    watch.run.play()
    drawing, start = 0.0, time.perf_counter()
    while time.perf_counter() - start < 0.7:
        if watch.run.mailbox.take() is not None:
            before = time.perf_counter()
            time.sleep(0.008)
            drawing += time.perf_counter() - before
            watch.run.drawn(time.perf_counter() - before)
        time.sleep(0.0005)
    assert drawing < 0.35 * 0.7  # at sixty frames a second it would take a half


def test_what_is_large_is_opened_unasked_and_counts_for_no_step(worker: Worker) -> None:
    watch = opened(worker, OPENING)
    shown = watch.last if watch.last.frame.at == 20 else watch.until(lambda u: u.frame.at == 20)
    assert (shown.position, shown.playing, shown.failure) == (0, False, None)
    assert not watch.run.ask_now(lambda track: track.opening_something) and not watch.run.active
    watch.run.step()
    watch.until(lambda u: u.position == 1)


def test_a_step_waits_for_what_is_being_opened(worker: Worker) -> None:
    watch = Watch()
    watch.run = worker.open(OPENING, Scene("opening", step=3), watch.ring)
    assert watch.until(lambda u: u.exact and u.position == 3).frame.at == 20


def test_what_cannot_be_opened_is_said_once(worker: Worker) -> None:
    watch = Watch()
    watch.run = worker.open(OPENING, Scene("opening"), watch.ring)
    watch.run.do(lambda track: (setattr(track.simulation, "fails_at", 0), setattr(track.simulation, "read", 0)))
    failed = watch.until(lambda u: u.failure is not None)
    assert "torn" in failed.failure.message and not watch.run.active


def test_back_is_possible_and_is_one_merge_where_merges_were_made_at_the_first_step(worker: Worker) -> None:
    watch = opened(worker, find("tokenization"), params={"corpus": "toy", "merges": 1})
    assert watch.last.position == 0
    assert watch.last.can_go_back
    watch.run.step(-1)
    assert not watch.until(lambda u: u.frame.merges == 0).can_go_back
    watch.run.step(-1)
    assert watch.run.ask_now(lambda track: track.snapshot().merges) == 0
