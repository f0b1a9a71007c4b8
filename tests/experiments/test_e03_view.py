"""Linear regression, the picture: driven as a learner would, by mouse, keys and typing; a Track answers at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from lab.catalog import find
from lab.core import text
from lab.core.experiment import Setting
from lab.core.headless import played
from lab.experiments.e03_linear_regression.gestures import Look, MovePoint, SetBar, SetTable
from lab.experiments.e03_linear_regression.notes import note_of
from lab.experiments.e03_linear_regression.view import View
from lab.experiments.e03_linear_regression.view_columns import Cell, Columns, Head
from lab.experiments.e03_linear_regression.view_data import PointsModel
from lab.experiments.e03_linear_regression.view_ink import MANY, Cloud, Errors, paint_errors
from lab.experiments.e03_linear_regression.view_interaction import rounded
from tests import desk as desks
from tests.asking import sentence_of
from tests.desk import drop
from widgets.base.colors import DARK, LIGHT
from widgets.base.look import Look as Appearance
from widgets.base.look import apply_look, look
from widgets.canvas.viewport import Viewport
from widgets.controls.buttons import Button

EXPERIMENT = find("linear-regression")
LEFT, RIGHT, SHIFT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.KeyboardModifier.ShiftModifier


class Desk(desks.Desk):
    def __init__(self, view: View, setting: Any = None, **params: object) -> None:
        super().__init__(view, EXPERIMENT, setting, **params)


@pytest.fixture
def view(qtbot, qapp) -> Iterator[View]:
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # the view of the test before
    made = View()
    made.setMinimumSize(10, 10)
    qtbot.addWidget(made)
    made.resize(702, 500)
    made.show()
    yield made
    made.close()


def preset(view: View, id: str) -> Desk:
    return Desk(view, EXPERIMENT.load().preset(id).setting)


def spot(canvas: QWidget, x: float, y: float) -> QPoint:
    across, down = canvas.view().screen(x, y)
    return QPoint(round(across), round(down))


def drag(canvas: QWidget, start: QPoint, *ends: QPoint) -> None:
    QTest.mousePress(canvas, LEFT, pos=start)
    for end in ends:
        QTest.mouseMove(canvas, end)
    QTest.mouseRelease(canvas, LEFT, pos=ends[-1])


def handle(view: View, name: str) -> QPoint:
    return spot(view.scatter, *view.scatter.handle_at(name))


# --------------------------------------------------------------------------------------------- the line


def test_dragging_an_end_turns_the_line_about_the_other_end(view) -> None:
    desk = Desk(view)
    left_x, left_y = view.scatter.handle_at("left")
    start = handle(view, "right")
    drag(view.scatter, start, start + QPoint(0, -20), start + QPoint(0, -60))
    assert desk.params.w > 1.5
    assert desk.params.w * left_x + desk.params.b == pytest.approx(left_y, abs=0.5)
    desk.undo()
    assert (desk.params.w, desk.params.b) == (1.0, 50.0)


def test_dragging_the_middle_lifts_the_line_and_keeps_its_slope(view) -> None:
    desk = Desk(view)
    start = handle(view, "middle")
    drag(view.scatter, start, start + QPoint(0, -25), start + QPoint(0, -50))
    assert desk.params.w == 1.0
    assert desk.params.b > 55


def test_arrow_keys_move_an_end_of_the_line_and_one_press_is_one_undo(view) -> None:
    desk = Desk(view)
    view.scatter.setFocus()
    for _ in range(3):
        QTest.keyClick(view.scatter, Qt.Key.Key_Up)
    moved = desk.params.w
    assert moved != 1.0
    QTest.keyClick(view.scatter, Qt.Key.Key_Up, SHIFT)
    assert abs(desk.params.w - moved) < abs(moved - 1.0) / 3
    desk.undo()
    desk.undo()
    assert desk.params.w != moved
    assert desk.params.w != 1.0


def test_the_dot_on_the_map_is_the_line_and_moves_with_it_both_ways(view) -> None:
    desk = Desk(view)
    dot = next(layer for layer in view.map.layers() if getattr(layer, "name", "") == "hand")
    assert (dot.x, dot.y) == (1.0, 50.0)
    drag(view.map, spot(view.map, 1, 50), spot(view.map, 2, 30), spot(view.map, 4, -20))
    assert desk.params.w == pytest.approx(4, abs=0.2)
    assert desk.params.b == pytest.approx(-20, abs=4)
    start = handle(view, "middle")
    before = desk.params.b
    drag(view.scatter, start, start + QPoint(0, 30))
    dot = next(layer for layer in view.map.layers() if getattr(layer, "name", "") == "hand")
    assert desk.params.b < before
    assert (dot.x, dot.y) == (desk.params.w, desk.params.b)


def test_the_scaled_map_moves_the_same_line_in_its_own_units(view) -> None:
    desk = Desk(view)
    view.sides.chip("scaled").click()
    assert view.interaction.scaled
    lossmap = desk.frame.solved.maps[1]
    hand = desk.frame.solved.lens.scaled(desk.frame.hand)
    drag(view.map, spot(view.map, *hand), spot(view.map, *lossmap.bottom))
    assert desk.params.w == pytest.approx(4.243, abs=0.3)
    assert desk.metrics["ratio"] < 1.05


def test_reading_the_map_tells_the_loss_of_the_line_there(view) -> None:
    desk = Desk(view)
    x, y = desk.frame.solved.maps[0].bottom
    view.map.hovered.emit(x, y)
    assert "22.2" in view.map.readout()
    view.map.unhovered.emit()
    assert view.map.readout() == ""


# -------------------------------------------------------------------------------------------- the points


def test_a_point_is_dragged_with_one_undo_and_then_looked_at(view) -> None:
    desk = preset(view, "quartet")
    sheet = desk.frame.sheet
    x, y = float(sheet.x[2]), float(sheet.y[2])
    drag(view.scatter, spot(view.scatter, x, y), spot(view.scatter, 16, 5), spot(view.scatter, 19, 2))
    moved = desk.frame.sheet
    assert moved.x[2] == pytest.approx(19, abs=0.1)
    assert (np.delete(moved.x, 2) == np.delete(sheet.x, 2)).all()
    assert desk.frame.looking == 2
    assert desk.metrics["best_w"] < 0.2
    desk.undo()
    desk.undo()
    assert desk.frame.sheet.x[2] == x


def test_pressing_a_point_tells_how_hard_it_pulls_and_shows_the_line_without_it(view) -> None:
    desk = Desk(view, data="leverage", w=0.5, b=2.0)
    QTest.mouseClick(view.scatter, LEFT, pos=spot(view.scatter, 14.0, 3.0))
    assert desk.frame.looking == 9
    assert "0.891" in view.strip.accessibleName()
    assert "1.297" in view.strip.accessibleName()
    labels = [line.label for line in view.scatter.lines()]
    assert "without point 10" in labels


def test_hovering_shows_the_ghost_and_changes_nothing(view) -> None:
    desk = Desk(view, data="leverage", w=0.5, b=2.0)
    before = len(desk.track.timeline.log)
    QTest.mouseMove(view.scatter, spot(view.scatter, 14.0, 3.0))
    QTest.mouseMove(view.scatter, spot(view.scatter, 14.0, 3.0) + QPoint(1, 0))
    assert "without point 10" in [line.label for line in view.scatter.lines()]
    view.scatter.point_hovered.emit(-1)
    assert "without point 10" not in [line.label for line in view.scatter.lines()]
    assert len(desk.track.timeline.log) == before


def test_points_are_chosen_nudged_and_removed_by_keys(view) -> None:
    desk = Desk(view, data="leverage", w=0.5, b=2.0)
    view.scatter.setFocus()
    QTest.keyClick(view.scatter, Qt.Key.Key_PageDown)
    QTest.keyClick(view.scatter, Qt.Key.Key_PageDown)
    assert desk.frame.looking == 1
    x, y = float(desk.frame.sheet.x[1]), float(desk.frame.sheet.y[1])
    QTest.keyClick(view.scatter, Qt.Key.Key_Right)
    QTest.keyClick(view.scatter, Qt.Key.Key_Up)
    assert desk.frame.sheet.x[1] > x
    assert desk.frame.sheet.y[1] > y
    QTest.keyClick(view.scatter, Qt.Key.Key_Delete)
    assert len(desk.frame.sheet) == 9
    desk.undo()
    assert len(desk.frame.sheet) == 10
    QTest.keyClick(view.scatter, Qt.Key.Key_Escape)
    assert desk.frame.looking == -1


def test_an_error_bar_is_dragged_and_the_weighted_line_follows(view) -> None:
    desk = Desk(view, data="leverage", weighting="bars", w=0.5, b=2.0)
    sheet = desk.frame.sheet
    before = desk.metrics["best_w"]
    top = spot(view.scatter, 14.0, 3.0 + float(sheet.bar[9]))
    drag(view.scatter, top, spot(view.scatter, 14.0, 6.0), spot(view.scatter, 14.0, 9.0))
    assert desk.frame.sheet.bar[9] == pytest.approx(6.0, abs=0.1)
    assert desk.metrics["best_w"] > before + 1
    view.scatter.setFocus()
    QTest.keyClick(view.scatter, "[")
    assert desk.frame.sheet.bar[9] < 6.0


def test_a_right_click_takes_a_point_away(view) -> None:
    desk = Desk(view, data="leverage", w=0.5, b=2.0)
    QTest.mouseClick(view.scatter, RIGHT, pos=spot(view.scatter, 14.0, 3.0))
    assert len(desk.frame.sheet) == 9
    assert desk.metrics["best_w"] == pytest.approx(1.2967, abs=1e-3)


def test_clicking_adds_points_on_ones_own_sheet_only(view) -> None:
    desk = Desk(view, data="own", w=0.0, b=5.0)
    for x, y in ((2, 2), (8, 6)):
        QTest.mouseClick(view.scatter, LEFT, pos=spot(view.scatter, x, y))
    assert len(desk.frame.sheet) == 2
    assert desk.metrics["best_w"] == pytest.approx(2 / 3, abs=0.05)
    other = Desk(view, data="leverage", w=0.5, b=2.0)
    QTest.mouseClick(view.scatter, LEFT, pos=spot(view.scatter, 9, 1))
    assert len(other.frame.sheet) == 10


def test_zooming_does_not_move_what_is_dragged(view) -> None:
    desk = Desk(view, data="leverage", w=0.5, b=2.0)
    view.scatter.zoom(1.5, QPointF(spot(view.scatter, 5.0, 7.9)))
    drag(view.scatter, spot(view.scatter, 5.0, 7.9), spot(view.scatter, 6.0, 7.0))
    assert desk.frame.sheet.x[8] == pytest.approx(6.0, abs=0.1)


# ---------------------------------------------------------------------------------------------- two features


def test_grips_tilt_the_plane_each_in_its_own_direction(view) -> None:
    desk = preset(view, "diabetes")
    assert view.left.currentWidget() is view.space
    for name, number in (("w", 0), ("w2", 1), ("b", 2)):
        before = desk.params
        x, y = view.space.handle_at(name)
        across, down, _hidden = view.space.spot(view.space.view(), x, y)
        start = QPoint(round(across), round(down))
        drag(view.space, start, start + QPoint(0, -12), start + QPoint(0, -25))
        after = desk.params
        changed = [n for n in ("w", "w2") if getattr(after, n) != getattr(before, n)]
        assert changed == ([name] if number < 2 else [])
        assert after.b != before.b
    desk.undo()


def test_the_map_of_both_slopes_takes_the_best_bias_with_it(view) -> None:
    desk = preset(view, "diabetes")
    bottom = desk.frame.solved.maps[0].bottom
    drag(view.map, spot(view.map, desk.params.w, desk.params.w2), spot(view.map, *bottom))
    assert desk.metrics["ratio"] < 1.02


def test_turning_the_box_is_no_gesture(view) -> None:
    desk = preset(view, "diabetes")
    before = view.space.camera()
    drag(view.space, QPoint(20, 20), QPoint(60, 30), QPoint(100, 40))
    assert view.space.camera() != before
    assert not desk.track.timeline.log


# --------------------------------------------------------------------------------------- the table, the notes


def test_every_number_of_the_table_can_be_requested_for_by_mouse_and_keys(view) -> None:
    desk = Desk(view)
    QTest.mouseClick(view.columns, LEFT, pos=view.columns.place_of(2, 0).center())
    assert desk.requested == ["rmse"]
    view.columns.setFocus()
    QTest.keyClick(view.columns, Qt.Key.Key_Right)
    QTest.keyClick(view.columns, Qt.Key.Key_Up)
    QTest.keyClick(view.columns, Qt.Key.Key_Return)
    assert desk.requested[-1] == "best_b"
    assert "−27.94757530" in view.columns.description()
    view.r.click()
    assert desk.requested[-1] == "r"


def test_right_digits_turn_to_ink_while_the_descent_walks(view) -> None:
    desk = Desk(view)
    scaled = view.columns.cell(0, 4)
    assert scaled.ink == ""
    desk.track.go(60)
    desk.track.run_to_goal()
    desk.show()
    assert len(view.columns.cell(0, 4).ink) >= 9
    assert view.columns.cell(0, 3).ink == ""
    assert "raw" in [line.label for line in view.scatter.lines()]


def test_a_table_refuses_rows_that_do_not_fit() -> None:
    table = Columns()
    with pytest.raises(ValueError, match="rows of 1"):
        table.set_table((Head("a", "text", "o"),), ("w",), ((Cell("1"), Cell("2")),))


def test_r_of_the_features_has_room_for_its_name_and_its_value(view) -> None:
    preset(view, "crickets")
    QApplication.processEvents()
    assert view.r.width() >= view.r.sizeHint().width()
    preset(view, "collinear")
    view.banner.close_banner()
    QApplication.processEvents()
    assert view.r.label == "r of the features" and view.r.accessibleName().startswith("r of the features 0.")
    assert view.r.isVisible() and view.r.width() >= view.r.sizeHint().width()


@pytest.mark.parametrize("count", [MANY - 1, MANY])
def test_many_sticks_are_opaque_and_few_let_the_ground_through(qapp, count: int) -> None:
    """Translucent sticks on one another grow darker; opaque ones do not, and cost a fifteenth."""

    def middle(together: bool) -> str:
        image = QImage(41, 100, QImage.Format.Format_RGB32)
        image.fill(LIGHT.surface)
        x, nothing = np.full(count, 20.5), np.zeros(count, dtype=bool)
        x[1:] = x[1:] if together else 5.5
        cloud = Cloud(x, np.full(count, 90.0), np.zeros(count, np.int64), nothing)
        painter = QPainter(image)
        errors = Errors("sticks", np.full(count, 10.0), "bad")
        paint_errors(painter, Viewport(0.0, 41.0, 0.0, 100.0, 0.0, 0.0, 41.0, 100.0), Appearance(), cloud, errors)
        painter.end()
        return image.pixelColor(20, 50).name()

    assert middle(together=False) != LIGHT.surface.lower()
    assert (middle(together=True) == middle(together=False)) == (count >= MANY)


def test_twins_are_announced_with_ridge_as_the_way_out(view) -> None:
    desk = preset(view, "collinear")
    assert view.banner.isVisible()
    view.banner.findChild(Button).click()
    assert desk.params.ridge > 0
    assert not view.banner.isVisible()
    assert max(abs(desk.metrics["best_w"] - 1), abs(desk.metrics["best_w2"] - 1)) < 0.1


def test_a_line_out_of_sight_can_be_brought_back(view) -> None:
    desk = Desk(view, data="houses")
    assert note_of(desk.frame) is None  # at the very foot, but in sight
    desk.track.set({"b": 5e6}, "")
    desk.show()
    assert view.banner.isVisible()
    view.banner.findChild(Button).click()
    assert (desk.params.w, desk.params.b) == (0.0, 246700.0)


def test_the_four_worlds_are_one_press_apart(view) -> None:
    desk = preset(view, "quartet")
    assert view.quartet.isVisible()
    view.quartet.chip("quartet-3").click()
    assert desk.params.data == "quartet-3"
    assert desk.metrics["r"] == pytest.approx(0.816, abs=1e-3)
    assert not preset(view, "fan").view.quartet.isVisible()


def test_the_test_drawer_is_opened_by_its_button(view) -> None:
    desk = Desk(view, data="curve", test="right", w=-1.0, b=2.0)
    assert (view.scatter.cloud().y > 1e6).sum() == 6  # not yet to be seen
    view.drawer.click()
    assert desk.metrics["test_openings"] == 1
    assert "−15.6" in view.drawer.text()
    assert (view.scatter.cloud().y < 1e6).all()


# ------------------------------------------------------------------------------------------------ own data

CSV = "name;height;weight\nAnn;1,50;45\nBob;1,60;55\nCyd;;60\nDan;1,80;75\n"


def test_a_table_is_pasted_shown_first_and_used_on_demand(view) -> None:
    desk = Desk(view)
    QGuiApplication.clipboard().setText(CSV)
    view.scatter.setFocus()
    QTest.keyClick(view.scatter, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert view.own.isVisible()
    assert view.own.preview.horizontalHeaderItem(0).text() == "name\nwords"
    assert "1 missing" in view.own.preview.horizontalHeaderItem(1).text()
    assert desk.params.data == "crickets"
    view.own.use.click()
    assert desk.params.data == "own"
    assert desk.frame.sheet.x.tolist() == [1.5, 1.6, 1.8]
    assert desk.frame.sheet.names[2] == "weight"
    assert desk.metrics["best_w"] == pytest.approx(100)
    assert view.done.words() == ("1 row left out: a cell is missing",)
    desk.undo()
    assert desk.params.data == "crickets"
    assert view.done.words() == ()


def test_a_second_column_makes_a_plane(view) -> None:
    desk = Desk(view)
    view.own.begin("a,b,y\n1,2,3\n2,1,4\n3,5,1\n4,4,6\n")
    chosen = view.own.columns.selects
    chosen["second"].set_chosen("b")
    chosen["y"].set_chosen("y")
    chosen["y"].chosen.emit("y")
    view.own.use.click()
    assert desk.frame.two
    assert len(desk.frame.sheet) == 4
    assert desk.frame.sheet.names == ("a", "b", "y")


@pytest.mark.parametrize(
    ("pasted", "message"),
    [
        ("a,b\n1,2\n3\n", "row 3"),
        ("a\n1\n2\n", "2 columns"),
        ("x,y\n" + "1,1\n" * 9 + "1,oops\n", "row 11"),
        ("x,y\n1,\n,2\n", "Every row misses"),
    ],
)
def test_rubbish_is_refused_by_row_and_column_and_nothing_changes(view, pasted: str, message: str) -> None:
    desk = Desk(view)
    view.own.begin(pasted)
    assert message in view.own.sentence.text()
    assert not view.own.use.isEnabled()
    assert view.own.text.toPlainText() == pasted, "nothing typed is lost"
    assert desk.params.data == "crickets"


def test_a_dropped_file_is_read(view, tmp_path: Path) -> None:
    desk = Desk(view)
    path = tmp_path / "table.csv"
    path.write_text(CSV, "utf-8")
    assert drop(view, file=path)
    view.own.use.click()
    assert len(desk.frame.sheet) == 3
    assert desk.frame.sheet.title == "table"


def test_points_are_typed_in_the_table_with_commas_fractions_and_refusals(view) -> None:
    desk = Desk(view, data="leverage", weighting="bars", w=0.5, b=2.0)
    desk.show_option("view", "data")
    model = view.data.model
    assert model.columnCount() == 3
    assert model.setData(model.index(0, 0), "1/2")
    assert model.setData(model.index(0, 1), "−3,5")
    assert desk.frame.sheet.x[0] == 0.5
    assert desk.frame.sheet.y[0] == -3.5
    assert model.setData(model.index(0, 2), "2")
    assert desk.frame.sheet.bar[0] == 2.0
    assert not model.setData(model.index(0, 2), "0")
    assert not model.setData(model.index(0, 0), "many")
    assert "many" in view.data.problem.text()
    assert desk.frame.sheet.x[0] == 0.5
    view.data.restore.click()
    assert desk.frame.sheet.x[0] == 1.0


def test_a_double_click_on_a_point_opens_its_numbers_to_be_typed(view, qtbot) -> None:
    desk = Desk(view, data="leverage", w=0.5, b=2.0)
    QTest.mouseDClick(view.scatter, LEFT, pos=spot(view.scatter, 14.0, 3.0))
    assert desk.display.view == "data"
    assert view.data.table.currentIndex().row() == 9
    editor = view.data.table.findChild(QLineEdit)
    editor.setText("6,5")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.frame.sheet.x[9] == 6.5)


def test_an_empty_sheet_says_what_to_do(view) -> None:
    desk = Desk(view)
    desk.show_option("view", "data")
    view.data.empty.click()
    assert desk.params.data == "own"
    assert len(desk.frame.sheet) == 0
    assert "Click" in view.scatter.empty_text()
    assert "No points yet" in sentence_of(desk.frame)


# ----------------------------------------------------------------------------------------- looks and words


def test_every_picture_is_painted_in_every_look(view, qapp) -> None:
    seen = []
    for _look in ("light", "dark and large"):
        for id in ("crickets", "fan", "collinear", "houses"):
            desk = preset(view, id)
            for side in ("map", "scaled", "residuals", "data"):
                desk.show_option("view", side)
                desk.show_option("errors", "squares" if side == "scaled" else "sticks")
                seen.append(view.grab().toImage())
        apply_look(qapp, Appearance(palette=DARK, scale=1.5))
        view.resize(1000, 760)
    assert all(a != b for a, b in zip(seen[:16], seen[16:]))
    assert all(a != b for a, b in pairwise(seen))


def test_pictures_can_be_painted_into_files(view) -> None:
    for id in ("fan", "diabetes"):
        desk = preset(view, id)
        for side in ("map", "residuals"):
            desk.show_option("view", side)
            for canvas in view.pictures():
                image = QImage(600, 400, QImage.Format.Format_RGB32)
                image.fill(Qt.GlobalColor.red)
                painter = QPainter(image)
                canvas.render_to(painter, QRectF(0, 0, 600, 400))
                painter.end()
                assert image.pixelColor(599, 1).getRgb()[:3] == (255, 255, 255)


def test_a_low_window_keeps_the_pictures_and_all_of_the_table(view) -> None:
    Desk(view)
    view.resize(702, 340)
    for _round in range(6):
        QApplication.processEvents()
    assert len(view.columns.names()) == 6
    assert view.columns.height() >= view.columns.minimumSizeHint().height()
    assert view.scatter.height() >= view.PICTURE


def test_right_to_left_keeps_numbers_apart_and_axes_as_they_are(view, qapp) -> None:
    text.use("qps-rtl")
    QApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    desk = Desk(view)
    view.grab()
    first, last = view.columns.place_of(0, 0), view.columns.place_of(0, 4)
    assert first.left() > last.left()
    assert spot(view.scatter, 30, 60).x() > spot(view.scatter, 20, 60).x()
    assert "~" in sentence_of(desk.frame)


def test_everything_to_focus_has_a_name_and_says_what_it_shows(view) -> None:
    desk = Desk(view)
    for canvas in (view.scatter, view.map, view.columns):
        assert canvas.accessibleName()
        assert canvas.description()
    assert view.scatter.description() == sentence_of(desk.frame)


def test_numbers_a_hand_gives_have_no_more_digits_than_it_can_mean() -> None:
    assert rounded(1.23456, (-10.0, 10.0)) == 1.23
    assert rounded(123456.789, (-1e6, 1e6)) == 123000.0
    assert rounded(-0.0001, (0.0, 10.0)) == 0.0


def test_gestures_say_what_they_do() -> None:
    assert MovePoint("own", 2, 1.5, -2.0).sentence() == "Move point 3 to (1.50, −2.00)"
    assert SetBar("own", 0, 0.5).sentence().startswith("Set the error bar of point 1")
    assert Look("own", -1).sentence() == "Look at no point"


@pytest.mark.parametrize("size", [(702, 512), (1156, 814), (702, 559), (702, 561)])
@pytest.mark.parametrize("id", ["crickets", "quartet", "collinear", "diabetes"])
def test_the_points_are_the_largest_picture_and_no_chip_is_lost(view, id: str, size: tuple[int, int]) -> None:
    """Where it is low the heading gives way; its chips stand beside the points then, each of them in sight."""
    view.resize(*size)
    preset(view, id)
    QApplication.processEvents()
    (main,) = view.main_picture()
    beside = view.map
    assert main.width() * main.height() > 2.2 * beside.width() * beside.height()
    assert view.title.isVisible() == (size[1] >= 560)
    for key in ("map", "scaled", "residuals", "data"):
        chip = view.sides.chip(key)
        assert view.sides.rect().contains(chip.geometry())
        assert view.rect().contains(QRect(chip.mapTo(view, QPoint()), chip.size()))
    if view.banner.isVisible():
        button = view.banner.findChild(Button)
        assert button.isHidden() or button.width() >= button.minimumSizeHint().width()


def test_the_table_shows_all_figures_of_a_number_and_takes_them_back(qtbot: Any) -> None:
    table = SetTable("own", (120.0, 80.5), (257_483.0, 60_000.0), (), ("size", "", "price"))
    frame = played(EXPERIMENT.load(), Setting({"data": "own"}, 0, ((0, table),))).snapshot()
    model, heard = PointsModel(), []
    model.show_sheet(frame.sheet, False)
    shown = [[model.data(model.index(row, column)) for column in (0, 1)] for row in (0, 1)]
    assert shown == [["120", "257\u202f483"], ["80.5", "60\u202f000"]]
    model.edited.connect(lambda *entry: heard.append(entry))
    assert model.setData(model.index(1, 1), shown[0][1]) or heard
    assert heard == [(1, "y", 257_483.0)]


@pytest.mark.parametrize(("wide", "digits"), [(900, "−27.94757530"), (560, "−27.947…"), (470, "−27.9…")])
def test_numbers_of_the_table_never_run_into_each_other(qtbot, wide: int, digits: str) -> None:
    columns = Columns()
    qtbot.addWidget(columns)
    rows = (
        ("−27.94757530", "", "4.24307", "7011", "1.000000000", "3.1e-15"),
        ("120.0000000", "0.91991", "15", "2.5", "4.7088", "0.37973"),
    )
    heads = tuple(Head(str(i), "#000000", "") for i in range(6))
    columns.set_table(heads, ("b", "R²"), tuple(tuple(Cell("", text) for text in row) for row in rows))
    columns.resize(wide, 80)
    metrics = QFontMetricsF(look().font("small", 500))
    for row, column in product(range(2), range(6)):
        shown = columns.shown(row, column)
        place = columns.place_of(row, column)
        assert metrics.horizontalAdvance(shown.ink + shown.grey) <= place.width() - look().px(8)
    assert columns.shown(1, 2).grey == "15" and columns.shown(0, 5).grey == "3.1e-15"
    assert columns.shown(0, 0).grey == digits


def test_what_is_left_out_of_a_number_is_taken_from_its_end(qtbot) -> None:
    columns = Columns()
    qtbot.addWidget(columns)
    columns.set_table((Head("a", "#000000", ""),) * 6, ("w",), ((Cell("4.24307", "7011"),) * 6,))
    columns.resize(900, 40)
    assert columns.shown(0, 0) == Cell("4.24307", "7011")
    columns.resize(430, 40)
    shown = columns.shown(0, 0)
    assert "4.24307".startswith(shown.ink) and len(shown.ink) > 3 and shown.grey == "…"
