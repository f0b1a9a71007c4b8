"""A run with its past: replay, undo, time travel, branches."""

from __future__ import annotations

import pytest

from lab import catalog
from lab.core.experiment import Setting
from lab.core.params import ParamError, fields_of
from lab.core.scene import Scene, from_json, to_json
from lab.core.simulation import Set
from lab.experiments.e10_forward_pass.gestures import SetWeight
from lab.kit.gestures import Choose
from lab.runtime.track import Track
from tests.toy import SPECIFICATION, TOY, Forget, Push, Walker


def walk(track: Track, steps: int) -> None:
    track.go(track.position + steps)
    track.run_to_goal()


@pytest.fixture
def track() -> Track:
    return Track(TOY, Scene("toy", seed=7))


def test_going_back_shows_exactly_what_was_there(track: Track) -> None:
    walk(track, 20)
    at_20 = track.snapshot()
    track.go(5)
    track.run_to_goal()
    assert track.position == 5
    track.go(20)
    track.run_to_goal()
    assert (track.snapshot().trail == at_20.trail).all()


def test_a_gesture_is_replayed_at_its_step(track: Track) -> None:
    walk(track, 4)
    track.act(Push(50.0))
    walk(track, 4)
    at_8 = track.snapshot().at
    track.go(3)
    track.run_to_goal()
    assert track.snapshot().at < 40
    track.go(8)
    track.run_to_goal()
    assert track.snapshot().at == at_8


def test_undo_takes_back_a_gesture_and_training_goes_on(track: Track) -> None:
    walk(track, 3)
    before = track.snapshot().at
    track.act(Push(5.0))
    track.undo()
    assert track.snapshot().at == pytest.approx(before)
    assert track.position == 3
    track.redo()
    assert track.snapshot().at == pytest.approx(before + 5)


def test_a_slider_drag_is_one_step_of_undo(track: Track) -> None:
    for value in (1.1, 1.7, 2.5):
        track.set({"drift": value}, "drift#1")
    assert len(track.timeline.log) == 1
    track.undo()
    assert track.params.drift == 1.0
    track.redo()
    assert track.params.drift == 2.5


def test_two_drags_are_two_steps_of_undo(track: Track) -> None:
    track.set({"drift": 2.0}, "drift#1")
    track.set({"drift": 3.0}, "drift#2")
    track.undo()
    assert track.params.drift == 2.0


def test_a_restarting_control_starts_again_and_can_be_undone(track: Track) -> None:
    walk(track, 10)
    track.act(Push(1.0))
    at = track.snapshot().at
    track.set({"start": "high"}, "")
    assert (track.position, track.snapshot().at) == (0, 100.0)
    track.undo()
    assert track.position == 10
    assert track.snapshot().at == at


def test_a_gesture_in_the_past_starts_a_new_future_and_undo_brings_the_old_one_back(track: Track) -> None:
    walk(track, 12)
    end = track.snapshot().at
    track.go(4)
    track.run_to_goal()
    track.act(Push(100.0))
    assert track.timeline.head == 4
    walk(track, 2)
    track.undo()
    track.undo()
    assert (track.position, track.timeline.head) == (4, 12)
    track.go(12)
    track.run_to_goal()
    assert track.snapshot().at == end


def test_a_gesture_without_an_inverse_is_undone_from_a_checkpoint(track: Track) -> None:
    walk(track, 6)
    at = track.snapshot().at
    track.act(Forget())
    assert track.snapshot().at == 0.0
    track.undo()
    assert track.snapshot().at == at
    track.redo()
    assert track.snapshot().at == 0.0


def test_start_over_keeps_the_present_controls(track: Track) -> None:
    track.set({"drift": 4.0}, "")
    walk(track, 5)
    track.start_over()
    assert (track.position, track.params.drift, track.timeline.seed) == (0, 4.0, 7)
    track.undo()
    assert track.position == 5


def test_reset_gives_every_control_its_default(track: Track) -> None:
    track.set({"drift": 4.0, "noise": 0.0}, "")
    track.reset()
    assert track.params == SPECIFICATION.params()
    track.undo()
    assert track.params.drift == 4.0


def test_reset_all_is_as_first_opened() -> None:
    track = Track(TOY, Scene("toy", params={"drift": 2.0}, seed=5, step=3))
    track.run_to_goal()
    first = track.snapshot().at
    track.reseed(9)
    track.set({"start": "high"}, "")
    track.reset_all()
    track.run_to_goal()
    assert track.snapshot().at == first


def test_a_scene_saved_to_a_file_opens_to_the_same_digits(track: Track) -> None:
    walk(track, 5)
    track.act(Push(2.0))
    track.set({"noise": 1.5}, "")
    walk(track, 5)
    scene = from_json(to_json(track.scene()), lambda id: TOY if id == "toy" else None)
    again = Track(TOY, scene)
    again.run_to_goal()
    assert (again.snapshot().trail == track.snapshot().trail).all()
    assert again.params == track.params


def test_a_slow_run_carries_its_state_and_resumes_to_the_same_digits(track: Track) -> None:
    walk(track, 5)
    track.timeline.seconds = 100.0
    scene = from_json(to_json(track.scene()), lambda id: TOY if id == "toy" else None)
    assert scene.state is not None
    again = Track(TOY, scene)
    assert again.position == 5
    walk(again, 5)
    walk(track, 5)
    assert again.snapshot().at == track.snapshot().at


def test_a_value_out_of_range_changes_nothing(track: Track) -> None:
    with pytest.raises(ParamError, match="drift: must lie between -10 and 10, got 11"):
        track.set({"drift": 11.0}, "")
    assert track.params.drift == 1.0
    assert not track.timeline.log


def test_challenges_are_checked_against_the_engine(track: Track) -> None:
    track.begin_challenge(SPECIFICATION.challenge("far"))
    assert track.progress(track.snapshot()).done is False
    walk(track, 10)
    assert track.progress(track.snapshot()).done is True


def test_a_start_that_the_simulation_refuses_changes_nothing(track: Track, monkeypatch: pytest.MonkeyPatch) -> None:
    from lab.runtime import track as module

    walk(track, 3)
    at = track.snapshot().at

    def refuse(*_arguments: object) -> None:
        raise ValueError("start: not today")

    monkeypatch.setattr(module, "built", refuse)
    with pytest.raises(ValueError, match="not today"):
        track.set({"start": "high"}, "")
    assert (track.params.start, track.position, track.snapshot().at) == ("low", 3, at)
    assert track.undo_sentence is None


class Lost(Walker):
    """Diverges at step 7, and is done at step 20."""

    @property
    def diverged(self) -> bool:
        return self.steps >= 7

    @property
    def done(self) -> bool:
        return self.steps >= 20


class Parts(Walker):
    """Needs three parts for a step; its state can only be saved between two steps."""

    part = 0

    def step(self) -> None:
        self.part = (self.part + 1) % 3
        if self.part == 0:
            super().step()

    def save(self):
        assert self.part == 0
        return super().save()


def test_a_sprint_ends_where_a_run_would_stop_by_itself(track: Track) -> None:
    track.simulation.__class__ = Lost
    track.sprint(5)
    assert track.position == track.timeline.head == 5
    track.sprint(50)
    assert track.position == 7
    track.sprint(50)
    assert track.position == 20 and track.simulation.done


def test_a_sprint_gives_the_same_steps_as_one_at_a_time() -> None:
    one, other = Track(TOY, Scene("toy", seed=7)), Track(TOY, Scene("toy", seed=7))
    for _ in range(30):
        one.work()
    other.sprint(10)
    other.sprint(20)
    assert one.snapshot().at == other.snapshot().at
    other.go(4)
    other.run_to_goal()
    one.go(4)
    one.run_to_goal()
    assert one.snapshot().at == other.snapshot().at


def test_a_sprint_over_parts_of_steps_saves_nothing_in_between(track: Track, monkeypatch) -> None:
    monkeypatch.setattr("lab.runtime.track.CHECKPOINT_SECONDS", 0.0)
    track.simulation.__class__ = Parts
    for _ in range(20):
        track.sprint(4)
    assert track.position > 4


def test_marks_are_the_steps_of_gestures_whatever_is_undone(track: Track) -> None:
    track.act(Push(1.0))
    track.sprint(5)
    track.act(Push(1.0))
    assert track.marks == (0, 5)
    track.sprint(2)
    track.undo()
    assert track.marks == (0, 5, 7)
    assert track.at_the_end
    track.go(0)
    track.run_to_goal()
    assert not track.at_the_end


def test_undo_passes_over_the_pages_that_were_turned() -> None:
    """A page is what is looked at: Ctrl+Z takes back what was done, wherever one looks now."""
    experiment = catalog.find("forward-pass")
    assert experiment is not None
    track = Track(experiment, Scene(experiment.id))
    track.set({"page": "space"}, "")
    assert track.undo_sentence is None and track.params.page == "space"
    track.set({"gain": 2.0}, "")
    track.set({"page": "shapes"}, "")
    track.undo()
    assert (track.params.gain, track.params.page) == (1.0, "shapes")
    track.set({"page": "pass"}, "")
    track.redo()
    assert (track.params.gain, track.params.page) == (2.0, "pass")
    again = Track(experiment, track.scene())
    again.run_to_goal()
    assert again.params == track.params


def test_a_page_turned_in_the_past_keeps_the_way_back_to_the_future() -> None:
    experiment = catalog.find("forward-pass")
    assert experiment is not None
    track = Track(experiment, Scene(experiment.id))
    for step in (3, 1):
        track.go(step)
        track.run_to_goal()
    track.set({"page": "space"}, "")
    assert track.undo_sentence == "Continue from here"
    track.undo()
    assert track.timeline.head == 3


def opened(id: str) -> Track:
    experiment = catalog.find(id)
    assert experiment is not None
    return Track(experiment, Scene(id))


def test_a_drag_over_two_things_is_undone_for_both() -> None:
    track = opened("forward-pass")
    before = track.simulation.snapshot().deep
    for value in (2.0, 3.0):
        track.act(SetWeight(0, 0, 0, value), "drag")
        track.act(SetWeight(0, 1, 0, value), "drag")
    track.undo()
    after = track.simulation.snapshot().deep
    assert all((a == b).all() for a, b in zip(after.weights, before.weights))
    assert track.undo_sentence is None
    track.redo()
    assert track.simulation.snapshot().deep.weights[0][0].tolist()[:2] == [3.0, 3.0]
    again = Track(track.experiment, track.scene())
    assert (again.simulation.snapshot().deep.weights[0] == track.simulation.snapshot().deep.weights[0]).all()


def test_a_drag_of_which_one_gesture_has_no_inverse_is_undone_as_one(track: Track) -> None:
    walk(track, 3)
    at_3 = track.snapshot().at
    track.act(Push(5.0), "drag")
    walk(track, 2)
    track.act(Forget(), "drag")
    track.act(Push(1.0), "drag")
    track.undo()
    assert (track.position, track.snapshot().at, track.undo_sentence) == (3, at_3, None)


def test_what_was_undone_without_an_inverse_can_be_done_again(monkeypatch: pytest.MonkeyPatch, track: Track) -> None:
    """A gesture may have an inverse when it is made, and none when that is undone: a race that has begun since."""
    act = Walker.act
    walk(track, 2)
    track.act(Push(5.0))
    walk(track, 2)
    moved = track.snapshot().at
    monkeypatch.setattr(Walker, "act", lambda walker, action: act(walker, action) and None)
    track.undo()
    assert track.snapshot().at == moved - 5.0
    track.redo()
    assert (track.snapshot().at, track.position, track.redo_sentence) == (moved, 4, None)
    track.undo()
    assert track.snapshot().at == moved - 5.0


def test_a_gesture_that_is_refused_in_the_past_leaves_the_future(track: Track) -> None:
    walk(track, 6)
    track.go(2)
    track.run_to_goal()
    with pytest.raises(ValueError, match="nine is not taken"):
        track.set({"drift": 9.0}, "")
    assert (track.timeline.head, track.undo_sentence) == (6, None)


def test_an_undo_that_is_refused_is_not_lost(monkeypatch: pytest.MonkeyPatch, track: Track) -> None:
    def refuse(_walker: Walker, _action: object) -> None:
        raise ValueError("not now")

    track.act(Push(5.0))
    with monkeypatch.context() as patch, pytest.raises(ValueError, match="not now"):
        patch.setattr(Walker, "act", refuse)
        track.undo()
    track.undo()
    assert track.snapshot().at == 0.0


@pytest.mark.parametrize("id", ["tokenization", "attention", "decoding"])
def test_a_page_that_the_picture_asks_for_is_not_undone_either(id: str) -> None:
    """Also where the page says what a step does, and whoever turns to it."""
    track = opened(id)
    page = next(f for f in fields_of(type(track.params)) if f.shows)
    track.act(Set({"page": page.choices[-1]}))
    assert track.undo_sentence is None and track.params.page == page.choices[-1]


def test_a_page_stays_when_only_the_story_without_a_gesture_takes_it_back() -> None:
    track = opened("decoding")
    walk(track, 2)
    text = track.simulation.snapshot().tokens
    track.act(Choose(5))
    track.set({"page": "samples"}, "")
    track.undo()
    assert (track.simulation.snapshot().tokens, track.params.page) == (text, "samples")
    track.redo()
    assert (len(track.simulation.snapshot().tokens), track.params.page) == (len(text) + 1, "samples")
    again = Track(track.experiment, track.scene())
    again.run_to_goal()
    assert again.simulation.snapshot().tokens == track.simulation.snapshot().tokens
    assert again.params == track.params


def test_another_state_is_undone_with_its_page() -> None:
    track = opened("decoding")
    track.play_setting(Setting({"page": "beam"}))
    track.undo()
    assert track.params.page == "next"
