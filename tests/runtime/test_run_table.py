"""The table of runs: what becomes a row, what a row brings back, and how it stays within its bounds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lab.core.artifact import Artifact
from lab.core.run_files import MAX_RUNS
from lab.core.runs import RunRecord
from lab.core.scene import Scene, from_json, to_json
from lab.runtime.budget import held_by, keep_within
from lab.runtime.run_orders import all_runs, compared, delete_run, pin, restore_run, shown_runs, star_run, unpin
from lab.runtime.run_table import MOST_BYTES, MOST_SENT, Change, Pinned, RunTable
from lab.runtime.track import Track
from tests.toy import SPECIFICATION, TOY, Frame, Push, Walker


class ScaledWalker(Walker):
    """Shows its place in units of its drift: another drift changes what is shown at once."""

    def snapshot(self) -> Frame:
        return replace(super().snapshot(), at=self.at / self.params.drift)


SCALED_SPECIFICATION = replace(SPECIFICATION, build=ScaledWalker)
SCALED = replace(TOY, specification="tests.runtime.test_run_table:SCALED_SPECIFICATION")


def walk(track: Track, steps: int) -> Any:
    for _step in range(steps):  # as they are seen on a screen
        track.go(track.position + 1)
        track.run_to_goal()
        track.snapshot()
    return track.snapshot()


@pytest.fixture
def track() -> Track:
    return Track(TOY, Scene("toy", seed=7))


def numbers(track: Track) -> list[int]:
    return [run.number for run in all_runs(track)]


def changes(track: Track) -> list[str]:
    return [row.changed for row in shown_runs(track).rows]


# ------------------------------------------------------------------------------------- what becomes a row


def test_every_run_is_a_row_with_what_was_changed(track: Track) -> None:
    walk(track, 5)
    track.set({"drift": 2.0}, "")
    track.start_over()
    walk(track, 3)
    track.reseed(9)
    walk(track, 4)
    first, second, third = shown_runs(track).rows
    assert [first.changed, second.changed, third.changed] == ["", "Drift 1.00 → 2.00", "Seed 7 → 9"]
    assert [(row.run.step, row.run.seed) for row in (first, second, third)] == [(5, 7), (3, 7), (4, 9)]
    assert shown_runs(track).present == 3


def test_what_was_changed_after_the_last_step_is_not_in_the_result(track: Track) -> None:
    at = walk(track, 5).at
    track.set({"noise": 2.0}, "")
    track.start_over()
    row = all_runs(track)[0]
    assert row.results == {"at": at}
    assert row.actions == ()
    assert len(row.curve) == 5


def test_what_was_changed_after_the_last_step_is_not_in_the_small_curve() -> None:
    track = Track(SCALED, Scene("toy", seed=7))
    seen = [track.snapshot().at, *(walk(track, 1).at for _step in range(5))]
    track.set({"drift": 0.01}, "")
    track.snapshot()  # it is seen with the other drift
    assert all_runs(track)[0].curve[-1] == pytest.approx(100 * seen[-1])  # as it stands now
    track.start_over()
    row = all_runs(track)[0]
    assert row.results["at"] == seen[-1]
    assert row.curve == tuple(seen)


def test_a_gesture_by_hand_after_the_last_step_stays_in_the_row(track: Track) -> None:
    walk(track, 5)
    track.act(Push(50.0))
    track.start_over()
    row = all_runs(track)[0]
    assert len(row.actions) == 1
    assert row.results["at"] > 40


def test_a_run_without_a_step_is_no_row_and_takes_no_number(track: Track) -> None:
    for value in ("high", "low", "high"):
        track.set({"start": value}, "start#1")
    assert numbers(track) == [1]
    walk(track, 1)
    track.start_over()
    walk(track, 1)
    assert numbers(track) == [1, 2]


def test_a_run_that_was_only_changed_by_hand_is_a_row(track: Track) -> None:
    track.act(Push(3.0))
    track.reseed(1)
    assert [run.step for run in all_runs(track)] == [0, 0]


def test_a_future_that_is_left_behind_stays_as_a_row(track: Track) -> None:
    end = walk(track, 8).at
    track.go(3)
    track.run_to_goal()
    track.act(Push(10.0))
    walk(track, 2)
    first, second = all_runs(track)
    assert (first.step, first.results) == (8, {"at": end})
    assert second.step == 5
    assert "Push by 10.0 at step 3" in changes(track)[1]


def test_undo_of_a_start_over_leads_back_into_the_same_row(track: Track) -> None:
    walk(track, 4)
    track.start_over()
    walk(track, 2)
    track.undo()
    assert shown_runs(track).present == 1
    assert numbers(track) == [1, 2]
    walk(track, 3)
    track.redo()
    assert [run.step for run in all_runs(track)] == [7, 2]


# --------------------------------------------------------------------------------------------- restoring


def test_a_row_brings_its_run_back_bit_for_bit_and_undo_leads_out_again(track: Track) -> None:
    walk(track, 3)
    track.act(Push(5.0))
    old = walk(track, 4)
    track.set({"drift": -3.0}, "")
    track.reseed(5)
    new = walk(track, 6)
    restore_run(track, 1)
    track.run_to_goal()
    assert np.array_equal(track.snapshot().trail, old.trail)
    assert (track.run_number, track.timeline.seed, track.undo_sentence) == (1, 7, "Go back to run 1")
    track.undo()
    assert np.array_equal(track.snapshot().trail, new.trail)
    assert track.run_number == 2
    track.redo()
    assert np.array_equal(track.snapshot().trail, old.trail)


def test_the_present_run_and_one_that_is_gone_cannot_be_gone_back_to(track: Track) -> None:
    walk(track, 3)
    before = track.undo_sentence
    restore_run(track, 1)
    restore_run(track, 99)
    assert (track.position, track.undo_sentence) == (3, before)


def test_a_slow_run_is_a_row_with_its_state_and_comes_back_at_once(track: Track) -> None:
    end = walk(track, 6)
    track.timeline.seconds = 100.0
    track.start_over()
    walk(track, 1)
    restore_run(track, 1)
    assert track.position == 6  # without computing
    assert track.snapshot().at == end.at


# ----------------------------------------------------------------------------------- pin, star and delete


def test_pinning_keeps_a_run_with_its_frame_and_can_be_undone(track: Track) -> None:
    frame = walk(track, 5)
    pin(track)
    assert track.runs.pinned is not None
    assert track.runs.pinned.run.step == 5
    assert track.runs.pinned.frame.at == frame.at
    assert track.undo_sentence == "Pin run 1"
    track.undo()
    assert track.runs.pinned is None
    track.redo()
    assert track.runs.pinned is not None
    unpin(track)
    assert track.runs.pinned is None
    track.undo()
    assert track.runs.pinned is not None
    assert track.position == 5


def test_a_run_that_is_pinned_before_its_first_step_keeps_its_number(track: Track) -> None:
    pin(track)
    track.set({"start": "high"}, "")
    walk(track, 2)
    assert track.runs.pinned is not None
    assert (track.runs.pinned.run.number, track.run_number) == (1, 2)


def test_the_pinned_run_stays_what_it_was_while_the_run_goes_on(track: Track) -> None:
    walk(track, 5)
    pin(track)
    walk(track, 5)
    assert track.runs.pinned is not None
    assert track.runs.pinned.run.step == 5
    found = compared(track)
    assert found is not None
    assert (found.pinned.step, found.present.step, found.differences) == (5, 10, ())


def test_a_row_can_be_pinned_from_another_run_and_then_its_frame_is_to_be_computed(track: Track) -> None:
    walk(track, 5)
    track.set({"drift": 4.0}, "")
    track.start_over()
    walk(track, 2)
    pin(track, 1)
    assert track.runs.pinned == Pinned(all_runs(track)[0], None)
    found = compared(track)
    assert found is not None
    assert [one.what for one in found.differences] == ["Drift"]


def test_unpinning_nothing_and_deleting_the_present_run_do_nothing(track: Track) -> None:
    walk(track, 2)
    before = track.undo_sentence
    unpin(track)
    delete_run(track, 1)
    assert track.undo_sentence == before
    assert numbers(track) == [1]


def test_a_deleted_row_comes_back_with_undo(track: Track) -> None:
    walk(track, 2)
    track.start_over()
    walk(track, 2)
    delete_run(track, 1)
    assert numbers(track) == [2]
    track.undo()
    assert numbers(track) == [1, 2]


def test_a_star_is_kept_by_the_run_whether_it_goes_on_or_not(track: Track) -> None:
    walk(track, 2)
    star_run(track, 1, True)
    track.start_over()
    walk(track, 1)
    assert [run.starred for run in all_runs(track)] == [True, False]
    star_run(track, 1, False)
    assert [run.starred for run in all_runs(track)] == [False, False]


def test_runs_and_pin_are_saved_and_opened_again(track: Track) -> None:
    walk(track, 4)
    star_run(track, 1, True)
    pin(track)
    track.set({"drift": 2.0}, "")
    track.start_over()
    walk(track, 3)
    scene = from_json(to_json(track.scene()), lambda id: TOY)
    again = Track(TOY, scene)
    again.run_to_goal()
    assert changes(again) == changes(track) == ["", "Drift 1.00 → 2.00"]
    assert [(run.number, run.step, run.starred) for run in all_runs(again)] == [(1, 4, True), (2, 3, False)]
    assert again.runs.pinned is not None
    assert again.runs.pinned.run.step == 4
    restore_run(again, 1)
    again.run_to_goal()
    restore_run(track, 1)
    track.run_to_goal()
    assert np.array_equal(again.snapshot().trail, track.snapshot().trail)


# ------------------------------------------------------------------------------------------------ bounds


def row(number: int, size: int = 0, **changed: Any) -> RunRecord:
    return replace(RunRecord(number, {}, step=1, state={"x": np.zeros(size, np.uint8)} if size else None), **changed)


def test_the_oldest_rows_make_room_and_the_starred_ones_last() -> None:
    table = RunTable()
    for number in range(1, MAX_RUNS + 1):
        table.keep(row(number))
    assert len(table.rows) == MAX_RUNS
    table.star(1, True)
    table.keep(row(MAX_RUNS + 1))
    left = [run.number for run in table.rows]
    assert (len(left), left[:2], left[-1]) == (MAX_RUNS, [1, 3], MAX_RUNS + 1)


def test_states_go_before_rows_where_they_are_too_large() -> None:
    table = RunTable()
    half = MOST_BYTES // 2 - 10_000
    table.keep(row(1, half))
    table.keep(row(2, half))
    assert [run.state is not None for run in table.rows] == [True, True]
    table.keep(row(3, half))
    assert [run.state is not None for run in table.rows] == [False, True, True]
    assert table.bytes <= MOST_BYTES


def test_what_was_sent_counts_once_however_large_and_other_things_make_room() -> None:
    def table_of(size: int) -> Artifact:
        return Artifact("table", "T", {"x": np.zeros(size, np.uint8)})

    table, large = RunTable(), table_of(MOST_SENT - 1_000_000)
    for number in range(1, 9):
        table.keep(row(number, artifacts=(large,)))
    assert len(table.rows) == 8
    assert table.bytes < 100_000
    table.keep(row(9, artifacts=(table_of(2_000_000),)))
    assert [run.number for run in table.rows] == [9]


def test_a_row_never_gets_shorter() -> None:
    table = RunTable([row(1, step=9)])
    table.keep(row(1, step=5))
    assert table.rows[0].step == 9
    table.keep(row(1, step=12))
    assert table.rows[0].step == 12


def test_a_change_can_be_taken_back() -> None:
    table = RunTable([row(1), row(2)])
    back = table.apply(Change(remove=(1,), pin=(Pinned(row(2)),)))
    assert ([run.number for run in table.rows], table.pinned) == ([2], Pinned(row(2)))
    table.apply(back)
    assert ([run.number for run in table.rows], table.pinned) == ([1, 2], None)


def test_the_budget_counts_the_tables_and_lets_go_of_their_states_first(track: Track) -> None:
    walk(track, 3)
    empty = held_by([track])
    track.runs.keep(row(5, 3_000_000))
    assert held_by([track]) - empty >= 3_000_000
    keep_within([track], most=empty + 3_100_000)
    assert track.runs.rows[-1].state is not None
    keep_within([track], most=empty + 1_000_000)
    assert track.runs.rows[-1].state is None
    assert track.timeline.history.frames == (1, 2, 3)
