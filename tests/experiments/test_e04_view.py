"""Loss functions, the picture: driven as a learner would, by mouse, keys and typing; a Track answers at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from lab.catalog import find
from lab.core.simulation import Set
from lab.experiments.e04_loss_functions.gestures import MoveLine, MovePoint, Probe
from lab.experiments.e04_loss_functions.thumbnail import paint
from tests import desk as desks
from tests.asking import divergence_of
from tests.desk import on_screen
from widgets.base.colors import DARK, LIGHT
from widgets.base.look import Look, apply_look

EXPERIMENT = find("loss-functions")
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


class Desk(desks.Desk):
    def at(self, canvas, x: float, y: float) -> QPoint:
        return on_screen(canvas, x, y)

    def frame_point(self, number: int) -> tuple[float, float]:
        points = self.frame.points
        return float(points.x[number]), float(points.y[number])


def test_a_dot_of_the_line_turns_it_about_the_other_and_undo_takes_the_whole_drag_back(make) -> None:
    desk = make()
    board = desk.view.board
    (x, y), (there, held) = board.dots()
    desk.drag(board, desk.at(board, x, y), desk.at(board, x, 2.0))
    w, b = desk.frame.line
    assert w * there + b == pytest.approx(held)
    assert w * x + b == pytest.approx(2.0, abs=0.2)
    desk.undo()
    assert desk.frame.line == (0.8, 9.0)


def test_a_point_is_dragged_and_the_bar_says_who_owns_the_loss(make) -> None:
    desk = make(data="offset")
    board = desk.view.board
    desk.drag(board, desk.at(board, 7, 12), desk.at(board, 7, 14.5))
    assert desk.frame.points.y[7] == pytest.approx(14.5, abs=0.1)
    assert desk.view.bar.words().startswith("Point 8 owns")


def test_a_press_adds_a_point_the_right_button_and_delete_take_one_away(make) -> None:
    desk = make()
    board = desk.view.board
    QTest.mouseClick(board, LEFT, pos=desk.at(board, 2, 25))
    assert desk.frame.n == 11
    QTest.mouseClick(board, RIGHT, pos=desk.at(board, 2, 25))
    assert desk.frame.n == 10
    board.setFocus()
    for _ in range(3):
        QTest.keyClick(board, Qt.Key.Key_Return)
    QTest.keyClick(board, Qt.Key.Key_Delete)
    assert desk.frame.n == 9


def test_arrow_keys_move_a_point_once_enter_has_chosen_it(make) -> None:
    desk = make()
    board = desk.view.board
    board.setFocus()
    for _ in range(3):
        QTest.keyClick(board, Qt.Key.Key_Return)
    before = float(desk.frame.points.y[0])
    QTest.keyClick(board, Qt.Key.Key_Up)
    assert desk.frame.points.y[0] > before


def test_the_dot_of_the_map_moves_the_line_and_the_line_moves_the_dot(make) -> None:
    desk = make()
    desk.act(MoveLine(1.0, 5.0))
    ground = desk.view.landscape.map
    assert ground.handle_at("line") == (1.0, 5.0)
    desk.drag(ground, desk.at(ground, 1.0, 5.0), desk.at(ground, 2.0, 1.0))
    assert desk.frame.line == pytest.approx((2.0, 1.0), abs=0.3)


def test_in_the_slice_only_the_slope_moves(make) -> None:
    desk = make()
    desk.view.chips.chip("slice").click()
    cut = desk.view.landscape.slice
    assert desk.view.landscape.currentWidget() is cut
    desk.drag(cut, desk.at(cut, *cut.handle_at("line")), desk.at(cut, 2.0, 100.0))
    assert desk.frame.line[0] == pytest.approx(2.0, abs=0.05)
    assert desk.frame.line[1] == 9.0


def test_in_the_dark_a_press_or_enter_buys_one_evaluation_and_nothing_is_drawn_of_the_points(make) -> None:
    desk = make(data="secret", blind=True)
    assert desk.view.board.layers() == ()
    ground = desk.view.landscape.map
    QTest.mouseClick(ground, LEFT, pos=desk.at(ground, 0.0, 0.0))
    assert len(desk.frame.probes) == 1
    ground.setFocus()
    QTest.keyClick(ground, Qt.Key.Key_Right)
    QTest.keyClick(ground, Qt.Key.Key_Return)
    assert len(desk.frame.probes) == 2
    assert [layer.label for layer in ground.layers()] != ["", ""]
    desk.view.chips.chip("slice").click()
    cut = desk.view.landscape.slice
    QTest.mouseClick(cut, LEFT, pos=cut.rect().center())
    assert len(desk.frame.probes) == 3
    desk.undo()
    assert len(desk.frame.probes) == 2


def test_pointing_at_a_part_of_the_bar_lights_its_point_and_pressing_it_asks_for_the_sum(make) -> None:
    desk = make(data="five")
    bar = desk.view.bar
    spot = QPoint(bar.width() - 20, bar.height() - 8)
    before = desk.view.board.grab().toImage()
    QTest.mouseMove(bar, spot)
    assert bar.words().startswith("Point 5 owns")
    assert desk.view.board.grab().toImage() != before
    QTest.mouseClick(bar, LEFT, pos=spot)
    assert desk.requested == ["share_5"]
    bar.setFocus()
    QTest.keyClick(bar, Qt.Key.Key_Left)
    assert bar.words().startswith("Point 4 owns")


def test_the_point_that_was_chosen_goes_with_its_data(make) -> None:
    desk = make(data="five")
    bar = desk.view.bar
    desk.view.typed.open(0, desk.frame.points.x, desk.frame.points.y)
    QApplication.processEvents()
    QTest.keyClick(bar, Qt.Key.Key_Right)
    assert bar.words().startswith("Point 1 owns") and desk.view.typed.isVisible()
    desk.act(MovePoint("five", 0, 0.0, 1.5))
    assert bar.words().startswith("Point 1 owns") and desk.view.typed.isVisible()
    desk.act(Set({"data": "outlier"}))
    assert not bar.words().startswith("Point 1 owns") and not desk.view.typed.isVisible()


def test_a_dot_on_the_cost_curve_lights_its_point_everywhere(make) -> None:
    desk = make(data="five")
    curve = desk.view.cost
    before = desk.view.board.grab().toImage()
    QTest.mouseMove(curve, desk.at(curve, 10.0, 100.0))
    assert desk.view.bar.words().startswith("Point 5 owns")
    assert desk.view.board.grab().toImage() != before
    curve.setFocus()
    QTest.keyClick(curve, Qt.Key.Key_PageDown)
    assert desk.view.bar.words().startswith("Point 1 owns")


def test_numbers_can_be_typed_and_rubbish_is_answered_with_a_sentence(make) -> None:
    desk = make()
    field = desk.view.equation.slope
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "3/2")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert desk.frame.line[0] == 1.5
    field.selectAll()
    QTest.keyClicks(field, "rubbish")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert desk.frame.line[0] == 1.5
    assert any("not a number" in label.text() for label in desk.view.findChildren(QLabel) if label.isVisible())


def test_a_double_click_or_f2_opens_the_numbers_of_a_point(make) -> None:
    desk = make()
    board, typed = desk.view.board, desk.view.typed
    assert not typed.isVisible()
    QTest.mouseDClick(board, LEFT, pos=desk.at(board, *desk.frame_point(1)))
    assert typed.isVisible()
    typed.y_field.selectAll()
    QTest.keyClicks(typed.y_field, "21/2")
    QTest.keyClick(typed.y_field, Qt.Key.Key_Return)
    assert desk.frame.points.y[1] == 10.5
    assert desk.frame.n == 10
    QTest.keyClick(typed, Qt.Key.Key_Escape)
    assert not typed.isVisible()
    board.setFocus()
    for _ in range(3):
        QTest.keyClick(board, Qt.Key.Key_Return)
    QTest.keyClick(board, Qt.Key.Key_F2)
    assert typed.number == 0


def test_the_button_takes_the_line_to_the_least_loss(make) -> None:
    desk = make(data="outlier", loss="mae")
    desk.view.equation.best.click()
    assert desk.frame.line == pytest.approx((1.0, 0.0))
    assert desk.view.equation.loss.text_shown() == "3.10"


def test_the_curve_of_probabilities_is_dragged_by_its_dots(make) -> None:
    desk = make(data="labels", loss="log")
    board = desk.view.board
    x, p = board.bends()[1]
    desk.drag(board, desk.at(board, x, p), desk.at(board, x, 0.95))
    w, b = desk.frame.line
    assert float(desk.frame.loss.predict(w * x + b)) == pytest.approx(0.95, abs=0.02)


def test_a_pasted_table_is_shown_before_it_is_taken(make) -> None:
    desk = make()
    QGuiApplication.clipboard().setText("age;height\n1;2\n2;\n3;6\n4;8")
    QTest.keyClick(desk.view.board, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    own = desk.view.own
    assert own.isVisible()
    assert "missing cells: 1" in own.sentence.text()
    own.use.click()
    assert desk.frame.params.data == "own"
    assert desk.frame.points.y.tolist() == [2, 6, 8]
    desk.view.own.begin("a,b\n1,two")
    assert not own.use.isEnabled()
    assert "2 columns of numbers" in own.sentence.text()
    QTest.keyClick(own, Qt.Key.Key_Escape)
    assert desk.view.board.isVisible()


def test_every_canvas_has_a_name_and_a_description(make) -> None:
    desk = make()
    for canvas in (*desk.view.pictures(), desk.view.bar):
        assert canvas.accessibleName()
        assert canvas.description()


@pytest.mark.parametrize("look", [Look(DARK), Look(scale=1.5), Look()])
def test_it_draws_in_every_look_every_loss_and_at_every_size(make, look: Look) -> None:
    desk = make()
    apply_look(QApplication.instance(), look)
    labels, secret = {"data": "labels", "loss": "log"}, {"data": "secret", "blind": True}
    for params in ({"loss": "huber"}, labels, secret, {"data": "own"}):
        desk.track.set(params, "")
        desk.show()
        for size in ((660, 512), (380, 300)):
            desk.view.resize(*size)
            assert not desk.view.grab().isNull()


def test_pictures_are_painted_on_paper(make) -> None:
    desk = make()
    desk.act(MovePoint("clean", 9, 9.0, 27.0))
    for canvas in desk.view.pictures():
        image = QImage(400, 300, QImage.Format.Format_RGB32)
        image.fill(QColor("#FFFFFF"))
        painter = QPainter(image)
        canvas.render_to(painter, QRectF(0, 0, 400, 300))
        painter.end()
        assert len({image.pixel(x, y) for x in range(0, 400, 7) for y in range(0, 300, 7)}) > 3


def test_a_line_that_has_run_away_is_drawn_without_harm(make) -> None:
    desk = make(learning_rate=0.2)
    for step in (50, 150, 200, 250, 400):
        desk.track.go(step)
        desk.track.run_to_goal()
        for which in ("slice", "map"):
            desk.show_option("landscape", which)
            desk.show()
            desk.view.grab()
    assert divergence_of(desk.frame) is not None
    desk.act(Probe(0.0, 0.0))


def test_the_card_shows_squares_in_both_themes(qapp) -> None:
    for palette in (LIGHT, DARK):
        image = QImage(196, 110, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        paint(painter, QRectF(0, 0, 196, 110), palette)
        painter.end()
        colors = {image.pixelColor(x, y).name().upper() for x in range(196) for y in range(110)}
        assert palette.ball.upper() in colors
