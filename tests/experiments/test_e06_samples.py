"""The training loop, samples of one's own: moved, added and removed during training, brought in as a
table, received and sent on."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from lab.catalog import find
from lab.core.artifact import Artifact
from lab.core.params import ParamError
from lab.core.scene import Scene, from_json, to_json
from lab.engine.basics.table import read_csv
from lab.experiments.e06_training_loop.gestures import AddSample, MoveSample, RemoveSample
from lab.experiments.e06_training_loop.own_data import changes, table_of
from lab.experiments.e06_training_loop.settings import Params
from lab.experiments.e06_training_loop.simulation import TrainingLoop, build
from lab.runtime.track import Track
from tests.asking import metrics_of, unavailable_of
from tests.desk import on_screen

EXPERIMENT = find("training-loop")
SIZE = 660, 540
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
CSV = "age;height\n10;139\n11;144\n12;\n13;156\n14;163\n"


def loop(steps: int = 0, **params: object) -> TrainingLoop:
    made = build(Params(**params), np.random.default_rng(3))
    for _step in range(steps):
        made.step()
    return made


def finished(run: TrainingLoop) -> TrainingLoop:
    for _step in range(100_000):
        if run.done:
            return run
        run.step()
    raise AssertionError("the loop never stops")


@pytest.mark.parametrize("steps", [0, 1, 3, 7, 30, 81])
def test_an_edit_at_any_line_is_taken_back_exactly(steps: int) -> None:
    run = loop(steps)
    for edit in (AddSample("line", 0.5, 9.0), MoveSample("line", 7, -1.0, 2.0), AddSample("line", 1.0, 1.0, 3)):
        before = run.save()
        back = run.act(edit)
        run.act(back)
        after = run.save()
        for name in ("x", "y", "deck", "cursor"):
            np.testing.assert_array_equal(after[name], before[name])
        assert after["memory"].keys() == before["memory"].keys()
        if before["memory"]["rows"] is not None:
            np.testing.assert_array_equal(after["memory"]["rows"], before["memory"]["rows"])


def test_a_sample_that_is_gone_is_not_drawn_and_a_new_one_waits_for_the_next_epoch() -> None:
    run = loop(1, batch_size=8)
    gone = int(run.save()["deck"][50])
    assert run.act(RemoveSample("line", gone)) is None, "it was dealt already: only a checkpoint brings it back"
    run.act(AddSample("line", 0.0, 1.0))
    seen = run.snapshot().progress.seen
    while run.snapshot().progress.epochs < 1:
        run.step()
    assert run.snapshot().progress.seen - seen == 99 - 8
    while run.snapshot().progress.epochs < 2:
        run.step()
    assert run.snapshot().progress.seen == 99 + 100


def test_taking_away_a_sample_of_the_batch_leaves_the_fetched_copy_alone() -> None:
    run = loop(3, batch_size=4)
    frame = run.snapshot()
    row = int(frame.memory.rows[1])
    run.act(RemoveSample("line", row))
    after = run.snapshot()
    assert after.memory.rows[1] == -1
    np.testing.assert_array_equal(after.memory.x, frame.memory.x)
    finished(run)


def test_a_line_keeps_two_samples_and_impossible_numbers_are_refused() -> None:
    run = loop(data="own")
    for _i in range(3):
        run.act(RemoveSample("own", 0))
    with pytest.raises(ValueError, match="needs 2 samples"):
        run.act(RemoveSample("own", 0))
    with pytest.raises(ValueError, match="needs a number"):
        run.act(MoveSample("own", 0, float("nan"), 1.0))
    assert run.act(MoveSample("own", 99, 1.0, 1.0)) is None
    assert run.act(MoveSample("line", 0, 1.0, 1.0)) is None, "an edit of another set changes nothing"
    finished(run)


def test_ones_own_samples_begin_as_the_five_points_of_the_course() -> None:
    metrics = metrics_of(loop(data="own").snapshot())
    assert metrics["best_w"] == pytest.approx(1.97)
    assert metrics["best_b"] == pytest.approx(0.07)


def test_a_table_is_scaled_and_what_was_done_is_told() -> None:
    table = table_of(read_csv(CSV), "age", "height", scale=True)
    assert np.mean(table.x) == pytest.approx(0)
    assert np.std(table.x) == pytest.approx(1)
    assert table.y == (139, 144, 156, 163)
    assert changes(table.left_out, table.center, table.spread) == (
        "x is scaled: (x − 12.0) / 1.58",
        "1 row left out: a cell is missing",
    )
    plain = table_of(read_csv(CSV), "age", "height", scale=False)
    assert plain.x == (10, 11, 13, 14) and changes(plain.left_out, plain.center, plain.spread)[0].startswith("1 row")
    assert changes(0, -3.0, 2.0) == ("x is scaled: (x + 3.00) / 2.00",)
    with pytest.raises(ValueError, match="are the same"):
        table_of(read_csv("a,b\n1,2\n1,3\n"), "a", "b", scale=True)
    with pytest.raises(ValueError, match="from 2 to 1000"):
        table_of(read_csv("a,b\n1,2\n,3\n"), "a", "b", scale=False)


def test_a_scaled_table_is_learned_with_the_usual_learning_rate() -> None:
    run = loop(data="own", learning_rate=0.1)
    run.act(table_of(read_csv(CSV), "age", "height", scale=True))
    metrics = metrics_of(finished(run).snapshot())
    assert metrics["w"] == pytest.approx(metrics["best_w"], abs=0.05)
    assert metrics["b"] == pytest.approx(150.5, abs=0.1)


def test_samples_of_ones_own_are_kept_in_files_and_when_starting_over() -> None:
    track = Track(EXPERIMENT, Scene(EXPERIMENT.id))
    track.set({"data": "own"}, "")
    track.act(table_of(read_csv(CSV), "age", "height", scale=True, title="class 8b"))
    track.act(AddSample("own", 0.5, 150.0))
    opened = Track(EXPERIMENT, from_json(to_json(track.scene()), find))
    opened.run_to_goal()
    for one in (track, opened):
        frame = one.snapshot()
        assert frame.samples.n == 5
        assert (frame.samples.origin.x_name, frame.samples.origin.title) == ("age", "class 8b")
        assert frame.samples.origin.left_out == 1
    track.start_over()
    assert track.snapshot().samples.n == 5


def test_samples_are_received_and_sent_on() -> None:
    table = Artifact("table", "Crickets", {"x": [1.0, 2.0, np.nan, 4.0], "y": [2.0, 4.0, 5.0, 8.0], "x_name": "°C"}, "")
    run = build(Params(data="received"), np.random.default_rng(0), [table])
    frame = run.snapshot()
    assert frame.samples.n == 3 and frame.samples.origin.left_out == 1
    assert frame.samples.origin.x_name == "°C"
    artifact = run.offer("table")
    assert artifact.data["x_name"] == "°C" and artifact.title == "Crickets"
    assert build(Params(data="received"), np.random.default_rng(0), [artifact]).snapshot().samples.n == 3
    assert "data" not in unavailable_of(frame)
    assert unavailable_of(loop().snapshot()) == {"data": ("received",)}
    with pytest.raises(ParamError, match="nothing was received"):
        loop(data="received")
    with pytest.raises(ValueError, match="columns of numbers"):
        build(Params(data="received"), np.random.default_rng(0), [Artifact("table", "", {"x": [1.0]}, "")])


# ------------------------------------------------------------------------------------------ the hand


def place(desk, number: int):
    samples = desk.frame.samples
    return on_screen(desk.view.board, float(samples.x[number]), float(samples.y[number]))


def test_a_press_adds_a_drag_moves_and_the_right_button_takes_away(make) -> None:
    desk = make(data="own")
    board = desk.view.board
    QTest.mouseClick(board, LEFT, pos=on_screen(board, 2.0, 8.0))
    assert desk.frame.samples.n == 6
    assert desk.frame.samples.x[5] == pytest.approx(2.0, abs=0.05)
    here = board.view()
    desk.drag(board, place(desk, 5), on_screen(board, 4.0, 3.0))
    assert (desk.frame.samples.x[5], desk.frame.samples.y[5]) == pytest.approx((4.0, 3.0), abs=0.05)
    assert board.view() == here, "the ground stays while a sample is moved in it"
    desk.undo()
    assert desk.frame.samples.y[5] == pytest.approx(8.0, abs=0.05), "one undo takes the whole drag back"
    QTest.mouseClick(board, RIGHT, pos=place(desk, 5))
    assert desk.frame.samples.n == 5
    desk.undo()
    assert desk.frame.samples.n == 6


def test_samples_go_by_keys_and_by_typed_numbers(make) -> None:
    desk = make(data="own")
    board = desk.view.board
    board.setFocus()
    QTest.keyClick(board, Qt.Key.Key_PageDown)
    QTest.keyClick(board, Qt.Key.Key_PageDown)
    assert board.chosen() == "sample 1"
    QTest.keyClick(board, Qt.Key.Key_Up)
    assert desk.frame.samples.y[1] > 4.0
    QTest.keyClick(board, Qt.Key.Key_Delete)
    assert desk.frame.samples.n == 4
    QTest.keyClick(board, Qt.Key.Key_Insert)
    assert desk.frame.samples.n == 5
    QTest.keyClick(board, Qt.Key.Key_PageDown)
    QTest.keyClick(board, Qt.Key.Key_F2)
    assert desk.display.view == "table"
    item = desk.view.table.item(0, 1)
    item.setText("1/2")
    assert desk.frame.samples.x[0] == 0.5
    item.setText("rubbish")
    assert desk.frame.samples.x[0] == 0.5
    assert "rubbish" in desk.view.title.text()


def test_the_last_two_samples_stay_and_it_is_said(make) -> None:
    desk = make(data="own")
    for _i in range(3):
        desk.view.board.removed.emit(0)
    desk.view.board.removed.emit(0)
    assert desk.frame.samples.n == 2
    assert "needs 2 samples" in desk.view.title.text()


def test_a_pasted_table_comes_in_scaled_with_a_tag_that_says_so(make) -> None:
    desk = make()
    QGuiApplication.clipboard().setText(CSV)
    QTest.keyClick(desk.view.board, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    own = desk.view.own
    assert own.isVisible() and own.option.isChecked()
    assert own.tags.words()[0].startswith("x is scaled")
    own.use.click()
    assert desk.params.data == "own" and desk.frame.samples.n == 4
    assert desk.view.done.words() == ("x is scaled: (x − 12.0) / 1.58", "1 row left out: a cell is missing")
    assert desk.view.board.isVisible()
