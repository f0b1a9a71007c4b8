"""What is ML, the picture: driven as a learner would, by mouse, keys and typing; a Track answers at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from lab.catalog import find
from lab.core import text
from lab.core.simulation import Set
from lab.experiments.e01_what_is_ml.gestures import AddPoint, Guess, LockIn, MoveLine
from lab.experiments.e01_what_is_ml.thermometer import Thermometer, Tick
from lab.experiments.e01_what_is_ml.things import on_paper
from tests import desk as desks
from tests.asking import metrics_of, sentence_of
from tests.desk import drop, on_screen, type_into
from widgets.base.colors import DARK
from widgets.base.look import Look, apply_look

EXPERIMENT = find("what-is-ml")
LEFT, RIGHT, SHIFT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.KeyboardModifier.ShiftModifier


class Desk(desks.Desk):
    def at(self, x: float, y: float) -> QPoint:
        return on_screen(self.view.board, x, y)

    def drag(self, start: QPoint, end: QPoint) -> None:
        super().drag(self.view.board, start, end)


def key(widget: QWidget, *keys: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    for one in keys:
        QTest.keyClick(widget, one, modifier)


# ------------------------------------------------------------------------------------------ the line


def test_a_dot_of_the_line_is_dragged_and_the_other_stays(desk: Desk) -> None:
    board = desk.view.board
    left, right = board.dots_of_line()
    before = metrics_of(desk.frame)["mse"]
    desk.drag(desk.at(*right), desk.at(right[0], 80.0))
    line = desk.frame.line
    assert line.at(left[0]) == pytest.approx(25.0, abs=0.3)
    assert line.at(right[0]) == pytest.approx(80.0, abs=0.5)
    assert metrics_of(desk.frame)["mse"] < before
    assert desk.view.seen.reading() != "1042"
    desk.undo()
    assert desk.frame.line.slope == 0.0, "undo takes the whole drag back"
    assert len(desk.track.timeline.log) == 2


def test_the_line_taken_by_its_middle_moves_without_turning(desk: Desk) -> None:
    desk.drag(desk.at(23.0, 25.0), desk.at(23.0, 45.0))
    assert desk.frame.line.slope == 0.0
    assert desk.frame.line.intercept == pytest.approx(45.0, abs=0.5)
    assert desk.frame.n == 10


def test_the_dots_stay_in_sight_wherever_the_line_goes(desk: Desk) -> None:
    for line in ((30.0, -700.0), (0.0, 900.0), (0.0, -50.0), (-1e6, 1e6), (1e-9, 0.0)):
        desk.act(MoveLine(*line))
        view = desk.view.board.view()
        for x, y in desk.view.board.dots_of_line():
            assert view.x0 <= x <= view.x1
            assert view.y0 <= y <= view.y1
        desk.view.grab()


def test_a_line_out_of_sight_can_be_fetched_back(desk: Desk) -> None:
    desk.act(MoveLine(0.0, 900.0))
    left, right = desk.view.board.dots_of_line()
    desk.drag(desk.at(*left), desk.at(left[0], 30.0))
    desk.drag(desk.at(*desk.view.board.dots_of_line()[1]), desk.at(right[0], 30.0))
    assert desk.frame.line.at(left[0]) == pytest.approx(30.0, abs=1.0)


def test_the_arrow_keys_move_a_dot_and_shift_moves_it_a_tenth(desk: Desk) -> None:
    board = desk.view.board
    board.setFocus(Qt.FocusReason.TabFocusReason)
    assert board.current() == "left"
    left, right = board.dots_of_line()
    key(board, Qt.Key.Key_Up)
    coarse = desk.frame.line.at(left[0]) - 25.0
    assert coarse == pytest.approx(1.0)
    assert desk.frame.line.at(right[0]) == pytest.approx(25.0)
    key(board, Qt.Key.Key_Up, modifier=SHIFT)
    assert desk.frame.line.at(left[0]) - 25.0 == pytest.approx(1.1, abs=0.03)
    key(board, Qt.Key.Key_Return)
    assert board.current() == "right"
    key(board, Qt.Key.Key_Right)
    assert desk.frame.line.at(right[0]) == pytest.approx(25.0, abs=0.05), "a dot only goes up and down"
    desk.undo()
    assert desk.frame.line.slope == 0.0, "presses on one dot are one gesture"


@pytest.mark.parametrize(("typed", "value"), [("3,25", 3.25), ("−2.5", -2.5), ("13/4", 3.25), ("1e-1", 0.1)])
def test_the_slope_can_be_typed_with_comma_point_or_fraction(desk: Desk, typed: str, value: float) -> None:
    type_into(desk.view.equation.slope, typed)
    assert desk.frame.line.slope == pytest.approx(value)
    assert desk.frame.line.intercept == 25.0


def test_rubbish_is_refused_with_a_reason_and_escape_brings_the_number_back(desk: Desk) -> None:
    field = desk.view.equation.intercept
    for rubbish in ("abc", "1e99", "1/0"):
        type_into(field, rubbish)
        assert field.wrong
        assert desk.frame.line.intercept == 25.0
        assert desk.view.fitting.text.text()
        assert desk.view.fitting.text.property("tone") == "bad"
        key(field, Qt.Key.Key_Escape)
        assert field.text() == "25"
    assert "Drag the two orange dots" in desk.view.fitting.text.text()


def test_locking_in_shows_the_best_possible_and_running_keeps_my_line_in_sight(desk: Desk, qtbot) -> None:
    assert "best" not in desk.view.seen.accessibleName()
    qtbot.mouseClick(desk.view.fitting.lock, LEFT)
    assert isinstance(desk.track.timeline.log[-1][1], LockIn)
    assert "best 16.9" in desk.view.seen.accessibleName()
    assert desk.view.fitting.lock.isHidden()
    desk.track.go(10)
    desk.track.run_to_goal()
    desk.show()
    assert [ruled.label for ruled in desk.view.board.things().ruled] == ["mine"]
    assert "mine 1042" in desk.view.seen.accessibleName()
    assert "after 10 steps" in desk.view.fitting.text.text()
    assert desk.view.equation.scale.isVisible(), "what the machine did to x is shown"
    qtbot.mouseClick(desk.view.equation.scale, LEFT)
    assert desk.requested == ["scaled_slope"]


def test_the_new_points_are_shown_on_demand_and_hidden_again(desk: Desk, qtbot) -> None:
    assert desk.view.new.reading() == "hidden"
    qtbot.mouseClick(desk.view.new, LEFT)
    assert desk.frame.revealed
    assert [len(group.x) for group in desk.view.board.things().dots] == [20, 10]
    assert desk.view.new.reading() not in ("hidden", "—")
    qtbot.mouseClick(desk.view.new, LEFT)
    qtbot.mouseClick(desk.view.seen, LEFT)
    assert desk.requested == ["new_mse", "mse"]
    qtbot.mouseClick(desk.view.fitting.reveal, LEFT)
    assert not desk.frame.revealed


# ---------------------------------------------------------------------------------------- the points


def test_a_click_adds_a_drag_moves_and_a_right_click_removes_a_point(desk: Desk) -> None:
    board = desk.view.board
    QTest.mouseClick(board, LEFT, pos=desk.at(20.0, 80.0))
    assert desk.frame.n == 11
    assert desk.frame.examples.x[-1] == pytest.approx(20.0, abs=0.1)
    desk.drag(desk.at(20.0, 80.0), desk.at(22.0, 90.0))
    assert desk.frame.n == 11
    assert desk.frame.examples.y[-1] == pytest.approx(90.0, abs=0.4)
    QTest.mouseClick(board, RIGHT, pos=desk.at(22.0, 90.0))
    assert desk.frame.n == 10
    for expected in (11, 11, 10):
        desk.undo()
        assert desk.frame.n == expected


def test_a_press_on_a_point_or_dot_adds_nothing(desk: Desk) -> None:
    board = desk.view.board
    for spot in (desk.at(25.0, 49.0), desk.at(*board.dots_of_line()[0])):
        QTest.mouseClick(board, LEFT, pos=spot)
    assert desk.frame.n == 10
    assert desk.track.timeline.log == []


def test_the_two_dots_of_the_line_are_told_apart(desk: Desk) -> None:
    board = desk.view.board
    board.setFocus(Qt.FocusReason.TabFocusReason)
    key(board, Qt.Key.Key_Up)
    assert board.told().startswith("left dot of the line: ")
    key(board, Qt.Key.Key_Tab)
    assert board.told().startswith("right dot of the line: ")
    key(board, Qt.Key.Key_Tab)
    assert board.told().startswith("point 1: ")


def test_a_guess_and_the_answers_of_a_rule_have_names_of_their_own(desk: Desk) -> None:
    board = desk.view.board
    desk.view.display_changed.emit("view", "guess")
    board.setFocus(Qt.FocusReason.BacktabFocusReason)
    names = set()
    for _press in range(14):
        key(board, Qt.Key.Key_Up)
        names.add(board.told().split(":")[0])
        key(board, Qt.Key.Key_Backtab)
    assert "your guess" in names


def test_a_point_is_reached_moved_and_deleted_by_key_and_added_by_insert(desk: Desk) -> None:
    board = desk.view.board
    board.setFocus(Qt.FocusReason.TabFocusReason)
    key(board, Qt.Key.Key_Tab, Qt.Key.Key_Tab)
    assert board.current() == "point 0"
    key(board, Qt.Key.Key_Right, Qt.Key.Key_Up)
    assert desk.frame.examples.x[0] > 18.0
    assert desk.frame.examples.y[0] == pytest.approx(29.0)
    key(board, Qt.Key.Key_Delete)
    assert desk.frame.n == 9
    key(board, Qt.Key.Key_Insert)
    assert desk.frame.n == 10


def test_tab_goes_through_the_things_and_then_leaves_the_board(desk: Desk) -> None:
    board = desk.view.board
    board.setFocus(Qt.FocusReason.TabFocusReason)
    for _press in range(12):
        assert QApplication.focusWidget() is board
        key(board, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is not board
    board.setFocus(Qt.FocusReason.TabFocusReason)
    key(board, Qt.Key.Key_Escape, Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() is not board, "Esc lets go, then Tab leaves"


def test_the_miss_of_the_point_under_the_pointer_is_told(desk: Desk) -> None:
    QTest.mouseMove(desk.view.board, desk.at(25.0, 49.0))
    assert "24" in desk.view.board.readout()
    QTest.mouseMove(desk.view.board, desk.at(17.0, 95.0))
    assert desk.view.board.readout() == ""


def test_a_double_click_leads_to_where_the_numbers_are_typed(desk: Desk, qtbot) -> None:
    board = desk.view.board
    QTest.mouseDClick(board, LEFT, pos=desk.at(*board.dots_of_line()[1]))
    assert QApplication.focusWidget() is desk.view.equation.slope
    QTest.mouseDClick(board, LEFT, pos=desk.at(25.0, 49.0))
    assert desk.display.view == "table"
    assert desk.view.table.currentRow() == 2
    QTest.keyClicks(QApplication.focusWidget(), "26")
    key(QApplication.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.frame.examples.x[2] == 26.0, timeout=2000)  # Qt takes an entry at its next turn


def test_an_error_too_small_to_see_is_called_about_zero(make) -> None:
    desk = make(data="battery", n=2, reveal=True)
    desk.track.go(150)
    desk.track.run_to_goal()
    desk.show()
    assert desk.view.seen.reading() == "≈ 0"
    assert "On the seen ones: ≈ 0" in desk.view.fitting.text.text()
    assert 0 < metrics_of(desk.frame)["mse"] < 1e-6


def test_after_another_drag_the_new_line_can_be_locked_in(desk: Desk, qtbot) -> None:
    qtbot.mouseClick(desk.view.fitting.lock, LEFT)
    assert desk.view.fitting.lock.isHidden()
    desk.drag(desk.at(23.0, 25.0), desk.at(23.0, 45.0))
    qtbot.mouseClick(desk.view.fitting.lock, LEFT)
    assert desk.frame.mine == desk.frame.line
    desk.undo()
    assert desk.frame.mine.intercept == 25.0


def test_an_empty_board_says_what_a_click_does(make) -> None:
    desk = make(data="own")
    assert "Click" in desk.view.board.things().empty
    assert desk.view.fitting.own.isVisible()
    assert desk.view.seen.reading() == "—"
    for x, y in ((2.0, 2.0), (4.0, 5.0), (7.0, 6.0)):
        QTest.mouseClick(desk.view.board, LEFT, pos=desk.at(x, y))
    assert desk.frame.n == 3
    assert desk.view.new.reading() == "none"


# --------------------------------------------------------------------------- guess, rule and table


def test_a_guess_is_typed_or_dragged_locked_in_and_scored(desk: Desk, qtbot) -> None:
    qtbot.mouseClick(desk.view.views.chip("guess"), LEFT)
    desk.drag(desk.at(30.0, 50.0), desk.at(30.0, 70.0))
    assert desk.view.guess.field.value() == pytest.approx(70.0, abs=0.5)
    assert desk.track.timeline.log == [], "nothing is locked in yet"
    type_into(desk.view.guess.field, "65,5")
    assert [pin.y for pin in desk.view.board.things().pins] == [65.5]
    QTest.mouseClick(desk.view.board, LEFT, pos=desk.at(20.0, 80.0))
    assert desk.frame.n == 10, "no points are added while guessing"
    desk.view.guess.field.setFocus()
    desk.view.guess.field.selectAll()
    QTest.keyClicks(desk.view.guess.field, "66")
    qtbot.mouseClick(desk.view.guess.lock, LEFT)
    assert desk.track.timeline.log[-1][1] == Guess(66.0)
    assert "The truth is 71.0" in desk.view.guess.text.text()
    assert "You were closer: 5.00 off against 46.0" in desk.view.guess.text.text()
    assert desk.view.guess.field.isHidden()


def test_a_guess_that_is_no_number_is_not_locked_in(desk: Desk, qtbot) -> None:
    desk.show_option("view", "guess")
    desk.view.guess.field.setFocus()
    desk.view.guess.field.selectAll()
    QTest.keyClicks(desk.view.guess.field, "many")
    qtbot.mouseClick(desk.view.guess.lock, LEFT)
    assert desk.frame.guess is None
    assert desk.view.guess.field.wrong
    assert "is not a number" in desk.view.guess.text.text()
    qtbot.mouseClick(desk.view.guess.lock, LEFT)
    assert desk.frame.guess is None, "nor at the second press"


def test_a_rule_is_dragged_and_typed_and_races_the_line(desk: Desk, qtbot) -> None:
    desk.show_option("view", "rule")
    assert not desk.frame.written
    pin = desk.view.board.things().pins[0]
    desk.drag(desk.at(pin.x, pin.y), desk.at(pin.x, 30.0))
    assert desk.frame.rule.answers[0] == pytest.approx(30.0, abs=0.5)
    type_into(desk.view.rule.limits[0], "21")
    type_into(desk.view.rule.answers[3], "80")
    assert desk.frame.rule.limits[0] == 21.0
    assert desk.frame.rule.answers[3] == 80.0
    assert desk.view.rules.race.isHidden(), "the line is to be fitted first"
    desk.track.go(100)
    desk.track.run_to_goal()
    desk.show()
    qtbot.mouseClick(desk.view.rules.race, LEFT)
    values = metrics_of(desk.frame)
    assert values["line_closer"] + values["rule_closer"] <= 20
    assert f"closer on {values['line_closer']}" in desk.view.rules.text.text()


def test_the_strip_names_a_row_of_the_rule_that_never_answers(desk: Desk) -> None:
    desk.show_option("view", "rule")
    first, second, third = (field.value() for field in desk.view.rule.limits)
    assert "never" not in desk.view.rules.text.text()
    type_into(desk.view.rule.limits[1], str(first))
    assert desk.frame.rule.limits == (first, first, third)
    assert "Row 2 never answers" in desk.view.rules.text.text()
    type_into(desk.view.rule.limits[0], str(third))
    assert "Rows 2, 3 never answer" in desk.view.rules.text.text()
    type_into(desk.view.rule.limits[0], str(first - 1))
    assert "never" not in desk.view.rules.text.text()
    assert second > first


def test_the_table_moves_adds_and_removes_points(desk: Desk) -> None:
    desk.show_option("view", "table")
    table = desk.view.table
    assert table.rowCount() == 11
    table.item(0, 2).setText("30,5")
    assert desk.frame.examples.y[0] == 30.5
    table.item(10, 1).setText("40")
    assert desk.frame.n == 10, "a point needs both numbers"
    table.item(10, 2).setText("99")
    assert desk.frame.n == 11
    assert desk.frame.examples.extent[1] > 40.0
    table.item(3, 1).setText("warm")
    assert table.item(3, 1).text() == "27"
    assert "warm" in desk.view.source.text.text()
    table.setCurrentCell(10, 1)
    key(table, Qt.Key.Key_Delete)
    assert desk.frame.n == 10
    table.cellClicked.emit(2, 4)
    assert desk.requested == ["miss_3"]


def test_the_table_keeps_new_points_secret_and_unchangeable(desk: Desk) -> None:
    desk.show_option("view", "table")
    desk.act(Set({"reveal": True}))
    assert desk.view.table.rowCount() == 31
    assert not desk.view.table.item(20, 1).flags() & Qt.ItemFlag.ItemIsEditable


# ---------------------------------------------------------------------------------------- the window


def test_options_change_the_picture_only(desk: Desk) -> None:
    before = desk.view.board.grab().toImage()
    desk.show_option("sticks", False)
    assert desk.view.board.grab().toImage() != before
    desk.show_option("sticks", True)
    assert desk.view.board.grab().toImage() == before


def test_theme_text_size_and_language_change_while_it_is_open(desk: Desk, qapp) -> None:
    light = desk.view.grab().toImage()
    apply_look(qapp, Look(palette=DARK, scale=1.5))
    desk.view.set_compact(True)
    for view in ("fit", "guess", "rule", "table"):
        desk.show_option("view", view)
        assert desk.view.grab().toImage() != light
    text.use("qps-rtl")
    desk.show()
    assert "~" in desk.view.title.text()


def test_a_picture_for_a_file_is_on_white_paper_with_its_title(desk: Desk, qapp) -> None:
    apply_look(qapp, Look(palette=DARK))
    for picture in desk.view.pictures():
        image = QImage(900, 600, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.red)
        painter = QPainter(image)
        picture.render_to(painter, QRectF(0, 0, 900, 600))
        painter.end()
        assert image.pixelColor(899, 599).name() == "#ffffff"
        assert any(image.pixelColor(x, 20).lightness() < 80 for x in range(10, 400)), "no title"


def test_an_exported_picture_asks_nobody_to_drag(desk: Desk) -> None:
    asked = desk.view.board.things()
    assert asked.hint == "drag me"
    desk.show_option("view", "guess")
    pin = desk.view.board.things().pins[0]
    assert pin.words == "your guess: drag me"
    for things in (asked, desk.view.board.things()):
        sheet = on_paper(things)
        assert sheet.hint == sheet.empty == "" and all("drag" not in pin.words for pin in sheet.pins)
    assert on_paper(desk.view.board.things()).pins[0].words == "your guess"


def test_the_picture_of_a_file_is_that_without_hints(desk: Desk) -> None:
    board = desk.view.board

    def exported() -> QImage:
        image = QImage(900, 600, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        board.render_to(painter, QRectF(0, 0, 900, 600))
        painter.end()
        return image

    hinted, things = exported(), board.things()
    assert things.hint
    board.set_things(on_paper(things))
    assert exported() == hinted


def test_everything_that_takes_the_keyboard_has_a_name_and_the_board_is_described(desk: Desk) -> None:
    assert desk.view.board.accessibleName() == "Lemonade sold by temperature"
    assert desk.view.board.description() == sentence_of(desk.frame)
    for view in ("fit", "guess", "rule", "table"):
        desk.show_option("view", view)
        for widget in desk.view.findChildren(QWidget):
            if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                assert widget.accessibleName() or getattr(widget, "text", str)(), type(widget).__name__


def test_frames_may_come_in_any_order(desk: Desk) -> None:
    frames = [desk.frame]
    for step in (1, 5, 40):
        desk.track.go(step)
        desk.track.run_to_goal()
        frames.append(desk.frame)
    desk.act(AddPoint("lemonade", 60.0, 200.0))
    frames.append(desk.frame)
    for frame in (*frames, *reversed(frames)):
        desk.view.show_frame(frame)
        desk.view.grab()
    assert desk.view.equation.slope.value() == 0.0


def test_while_a_run_plays_the_sentences_wait_but_the_line_does_not(desk: Desk) -> None:
    desk.view.playing = True
    desk.view.show_display(desk.display)
    shown = desk.view.fitting.text.text()
    desk.track.go(3)
    desk.track.run_to_goal()
    desk.show()
    assert desk.view.fitting.text.text() == shown
    assert desk.view.board.things().line[0] > 0
    assert desk.view.equation.slope.value() > 0
    desk.view.playing = False
    desk.show()
    assert "after 3 steps" in desk.view.fitting.text.text()


def test_rows_kept_back_are_counted_the_same_before_and_after(desk: Desk) -> None:
    drop(desk.view, text="age,height\n" + "".join(f"{i},{2 * i}\n" for i in range(26)))
    own = desk.view.own
    before = own.tags.words()
    assert before == ("8 rows kept back as new points",)
    QTest.mouseClick(own.use, LEFT)
    assert desk.frame.n == 18 and desk.view.done.words() == before
    assert desk.frame.examples.new_x.size == 7, "one of the eight is the question of the guess"


def test_paste_opens_the_page_for_own_data(desk: Desk) -> None:
    QGuiApplication.clipboard().setText("age\theight\n10\t139\n11\t144\n12\t150\n")
    key(desk.view.board, Qt.Key.Key_V, modifier=Qt.KeyboardModifier.ControlModifier)
    assert desk.view.own.isVisible()
    desk.view.own.use.click()
    assert desk.frame.params.data == "own"
    assert desk.frame.examples.names[:2] == ("age", "height")
    assert desk.view.board.isVisible()
    assert desk.frame.n == 3


# -------------------------------------------------------------------------------------- thermometer


def test_a_thermometer_stands_at_the_typical_miss(qtbot) -> None:
    tube = Thermometer("seen", "category 0", "o")
    qtbot.addWidget(tube)
    tube.set_reading(25.0, 100.0, (Tick(4.0, "best", "good"),))
    assert tube.share(25.0) == 0.5
    assert tube.share(0.0) == 0.0
    assert tube.share(1e300) == tube.share(float("inf")) == 1.0
    assert tube.accessibleName() == "seen: 25.0 (best 4.00)"
    assert tube.numbers() == ("0", "6.25", "25", "56.2", "100")  # of the scale, which is that of the typical miss
    assert tube.numbers_within(len, 4) == tube.numbers() and tube.numbers_within(len, 3) == tube.numbers(2)
    assert tube.numbers_within(len, 2) == tube.numbers(1)
    tube.set_reading(None, 100.0, (), "hidden")
    assert tube.accessibleName() == "seen: hidden"
    tube.resize(80, 240)
    assert not tube.grab().isNull()
    assert QPointF(tube.rect().center()).x() > 0
