"""A single neuron, points of one's own: added, moved and taken away, brought in as a table, received and sent on."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from lab.catalog import find
from lab.core.scene import Scene, from_json, to_json
from lab.engine.basics.table import read_csv
from lab.experiments.e07_single_neuron.gestures import AddPoint, Feed, MovePoint, RemovePoint
from lab.experiments.e07_single_neuron.own_data import changes, own_points, table_of
from lab.experiments.e07_single_neuron.settings import Params
from lab.experiments.e07_single_neuron.simulation import SingleNeuron, build
from lab.runtime.track import Track
from tests.asking import metrics_of
from tests.desk import on_screen

EXPERIMENT = find("single-neuron")
SIZE = 700, 540
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
CSV = "long,wide,kind\n1.4,0.2,setosa\n1.3,0.3,setosa\n4.7,1.4,versicolor\n4.9,,versicolor\n4.5,1.5,versicolor\n"
NAMES = ("long", "wide", "kind")


def neuron(artifacts: tuple = (), **params: object) -> SingleNeuron:
    return build(Params(**params), np.random.default_rng(1), artifacts)


@pytest.mark.parametrize("rule", ["logistic", "perceptron"])
@pytest.mark.parametrize("steps", [0, 5])
def test_an_edit_is_taken_back_and_the_fed_row_stays_fed(rule: str, steps: int) -> None:
    run = neuron(data="own", rule=rule)
    for _step in range(steps):
        run.step()
    run.act(Feed(run.snapshot().examples.row(3), 3))
    for edit in (
        AddPoint("own", (0.1, 0.2), 1),
        AddPoint("own", (0.1, 0.2), 0, 1),
        MovePoint("own", 3, (2.0, 2.0)),
        MovePoint("own", 0, (9.0, 2.0)),
        RemovePoint("own", 0),
        RemovePoint("own", 5),
    ):
        before = run.snapshot()
        run.act(run.act(edit))
        after = run.snapshot()
        np.testing.assert_array_equal(after.examples.points, before.examples.points)
        np.testing.assert_array_equal(after.examples.labels, before.examples.labels)
        assert (after.row, after.x) == (before.row, before.x)


def test_taking_the_fed_point_away_is_undone_by_a_checkpoint_and_the_next_one_is_fed() -> None:
    track = Track(EXPERIMENT, Scene(EXPERIMENT.id, params={"data": "own"}))
    fed = track.snapshot().row
    track.act(RemovePoint("own", fed))
    assert 0 <= track.snapshot().row < 5
    track.undo()
    assert track.snapshot().row == fed and len(track.snapshot().examples) == 6


def test_truth_tables_keep_their_rows_and_the_last_point_stays() -> None:
    run = neuron()
    assert run.act(AddPoint("and", (0.5, 0.5), 1)) is None
    assert len(run.snapshot().examples) == 4
    own = neuron(data="own")
    for _i in range(5):
        own.act(RemovePoint("own", 0))
    with pytest.raises(ValueError, match="last point stays"):
        own.act(RemovePoint("own", 0))
    with pytest.raises(ValueError, match="10⁶"):
        own.act(MovePoint("own", 0, (float("nan"), 0.0)))
    assert own.act(MovePoint("own", 7, (0.0, 0.0))) is None
    assert own.act(RemovePoint("blobs", 0)) is None, "an edit of another set changes nothing"


def test_the_picture_grows_only_for_a_point_outside_it() -> None:
    run = neuron(data="own")
    before = run.snapshot().examples.extent
    run.act(AddPoint("own", (2.0, -2.0), 0))
    assert run.snapshot().examples.extent == before
    run.act(AddPoint("own", (8.0, 0.0), 0))
    assert run.snapshot().examples.extent[1] > 8.0


def test_a_table_is_scaled_divided_into_two_classes_and_that_is_told() -> None:
    table = table_of(read_csv(CSV), NAMES, scale=True, title="flowers")
    assert table.labels == (0, 0, 1, 1) and table.left_out == 1
    assert np.mean(table.first) == pytest.approx(0) and np.std(table.second) == pytest.approx(1)
    examples = own_points(table)
    assert changes(examples.origin) == (
        "x₁: long, scaled: (x − 2.98) / 1.63",
        "x₂: wide, scaled: (x − 0.850) / 0.602",
        "● setosa · ▲ versicolor",
        "1 row left out: a cell is missing",
    )
    plain = own_points(table_of(read_csv("a,b,c\n1,2,7\n3,4,9\n"), ("a", "b", "c"), scale=False))
    assert changes(plain.origin) == ("x₁: a", "x₂: b", "● 7 · ▲ 9")
    for text, message in (
        ("a,b,c\n1,2,u\n3,4,v\n5,6,w\n", "has 3 different values"),
        ("a,b,c\n1,2,u\n1,4,v\n", "are the same"),
        ("a,b,c\n1,,u\n,4,v\n", "0 rows are whole"),
    ):
        with pytest.raises(ValueError, match=message):
            table_of(read_csv(text), ("a", "b", "c"), scale=True)


def test_points_of_ones_own_are_learned_kept_in_files_and_sent_on() -> None:
    track = Track(EXPERIMENT, Scene(EXPERIMENT.id, params={"data": "own", "rule": "perceptron"}))
    track.act(table_of(read_csv(CSV), NAMES, scale=True, title="flowers"))
    track.act(AddPoint("own", (-0.5, -0.5), 0))
    track.go(20)
    track.run_to_goal()
    assert track.snapshot().separated
    opened = Track(EXPERIMENT, from_json(to_json(track.scene()), find))
    opened.run_to_goal()
    assert metrics_of(opened.snapshot()) == metrics_of(track.snapshot())
    assert opened.snapshot().examples.name == "flowers"
    assert opened.snapshot().examples.origin.left_out == 1
    given = neuron(data="own").offer("points")
    received = neuron((given,), data="received").snapshot().examples
    np.testing.assert_array_equal(received.points, neuron(data="own").snapshot().examples.points)


# ------------------------------------------------------------------------------------------ the hand


def place(desk, row: int):
    return on_screen(desk.view.plane, *desk.frame.examples.row(row))


def test_a_press_adds_a_point_of_the_chosen_class(make) -> None:
    desk = make(data="own")
    plane = desk.view.plane
    QTest.mouseClick(plane, LEFT, pos=on_screen(plane, -2.4, -2.0))
    assert desk.frame.examples.labels.tolist() == [0, 0, 0, 1, 1, 1, 0]
    desk.view.brush.chip("1").click()
    QTest.mouseClick(plane, LEFT, pos=on_screen(plane, 2.4, 2.2))
    assert desk.frame.examples.labels[-1] == 1
    assert desk.frame.examples.row(7) == pytest.approx((2.4, 2.2), abs=0.05)
    desk.undo()
    assert len(desk.frame.examples) == 7


def test_a_drag_moves_a_point_and_undo_takes_the_whole_drag_back(make) -> None:
    desk = make(data="own", w1=0.5, w2=0.2, bias=-1.9)
    plane, before = desk.view.plane, desk.frame.examples.row(0)
    desk.drag(plane, place(desk, 0), on_screen(plane, -2.0, 0.5))
    assert desk.frame.examples.row(0) == pytest.approx((-2.0, 0.5), abs=0.05)
    desk.undo()
    assert desk.frame.examples.row(0) == before


def test_the_highlighted_point_goes_with_the_ball_and_with_typed_inputs(make) -> None:
    desk = make(data="own")
    plane, row = desk.view.plane, desk.frame.row
    desk.drag(plane, place(desk, row), on_screen(plane, 2.4, -1.0))
    assert desk.frame.row == row
    assert desk.frame.examples.row(row) == pytest.approx((2.4, -1.0), abs=0.05)
    desk.view.picture.input_set.emit(0, 1.25)
    assert desk.frame.examples.row(row)[0] == 1.25 and desk.frame.row == row


def test_points_go_by_right_button_delete_and_insert(make) -> None:
    desk = make(data="own", w1=0.5, w2=0.2, bias=-1.9)
    plane = desk.view.plane
    QTest.mouseClick(plane, RIGHT, pos=place(desk, 0))
    assert len(desk.frame.examples) == 5
    plane.setFocus()
    QTest.keyClick(plane, Qt.Key.Key_Delete)
    assert len(desk.frame.examples) == 4
    QTest.keyClick(desk.view.table, Qt.Key.Key_Delete)
    assert len(desk.frame.examples) == 3
    QTest.keyClick(plane, Qt.Key.Key_Insert)
    assert len(desk.frame.examples) == 4


def test_on_a_truth_table_the_plane_feeds_as_before(make) -> None:
    desk = make()
    assert not desk.view.brush.isVisible() and desk.view.key.isVisible()
    plane = desk.view.plane
    QTest.mouseClick(plane, LEFT, pos=on_screen(plane, 1.3, 0.6))
    QTest.keyClick(plane, Qt.Key.Key_Delete)
    assert len(desk.frame.examples) == 4 and desk.frame.row == -1


def test_a_pasted_table_comes_in_with_tags_that_say_what_was_done(make) -> None:
    desk = make()
    QGuiApplication.clipboard().setText(CSV)
    QTest.keyClick(desk.view.plane, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    own = desk.view.own
    assert own.columns.chosen() == {"first": "long", "second": "wide", "kind": "kind"}
    own.use.click()
    assert desk.params.data == "own" and len(desk.frame.examples) == 4
    assert "● setosa · ▲ versicolor" in desk.view.done.words()
    desk.undo()
    assert desk.params.data == "and" and len(desk.frame.examples) == 4, "a table that was pasted is one thing to undo"


def test_the_pointer_may_leave_the_plane(make) -> None:
    desk = make(data="own")
    plane = desk.view.plane
    QTest.mouseMove(plane, plane.rect().center())
    assert plane.readout().startswith("z = ")
    QApplication.sendEvent(plane, QEvent(QEvent.Type.Leave))
    assert plane.readout() == ""
