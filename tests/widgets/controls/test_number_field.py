import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets.controls.number_field import NumberField, read_number, show_number
from widgets.controls.span import Span
from widgets.text.limited_edit import LimitedEdit


@pytest.fixture
def field(qtbot):
    made = NumberField(stepped=Span(0, 1).stepped)
    made.setAccessibleName("Momentum")
    qtbot.addWidget(made)
    made.set_value(0.5)
    made.show()
    made.setFocus()
    return made


@pytest.fixture
def heard(field):
    got = []
    field.committed.connect(got.append)
    return got


def retype(qtbot, field, text):
    field.selectAll()
    qtbot.keyClicks(field, text)


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.5", 0.5), (" 3 ", 3), ("−2", -2), ("1e-3", 1e-3), ("1e−3", 1e-3), ("0,5", 0.5), ("1 000", 1000)],
)
def test_numbers_are_read_as_people_write_them(text, value):
    assert read_number(text).value == value


def test_a_decimal_comma_is_read_and_said():
    assert read_number("0,5").note == "read as 0.5" and read_number("0.5").note == ""


@pytest.mark.parametrize("text", ["", "  ", "abc", "0.5.1", "1,2,3", "nan", "inf", "0x10", "٣x", "--1"])
def test_rubbish_is_not_a_number(text):
    with pytest.raises(ValueError):
        read_number(text)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.26, 0, "0.26"),
        (0, 2, "0.00"),
        (-1.5, 0, "−1.5"),
        (0.123, 2, "0.123"),
        (1e-5, 0, "1e−5"),
        (1e5, 0, "100\u202f000"),
        (3e8, 0, "300\u202f000\u202f000"),
        (1 / 3, 0, "0.3333"),
    ],
)
def test_numbers_are_written_short_with_a_real_minus_sign(value, decimals, text):
    assert show_number(value, decimals) == text


@pytest.mark.parametrize("value", [0.26, -3.0, 1e-5, 250000.0, 0.005])
def test_what_is_written_can_be_read_again(value):
    assert read_number(show_number(value)).value == value


def test_enter_takes_the_number_once(qtbot, field, heard):
    retype(qtbot, field, "0.75")
    assert heard == []
    qtbot.keyClick(field, Qt.Key.Key_Return)
    field.clearFocus()
    assert heard == [0.75] and field.value() == 0.75


def test_leaving_takes_the_number(qtbot, field, heard):
    retype(qtbot, field, "0.25")
    field.clearFocus()
    assert heard == [0.25]


def test_rubbish_stays_says_why_and_escape_brings_the_number_back(qtbot, field, heard):
    summary = []
    field.message.connect(summary.append)
    retype(qtbot, field, "half")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert heard == [] and field.value() == 0.5
    assert field.text() == "half" and field.wrong and field.toolTip() == summary[-1] != ""
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "0.5" and not field.wrong and summary[-1] == ""


def test_correcting_rubbish_takes_the_correction(qtbot, field, heard):
    retype(qtbot, field, "0.7x")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert heard == [0.7] and not field.wrong


def test_the_program_does_not_overwrite_what_is_being_typed(qtbot, field, heard):
    retype(qtbot, field, "0.9")
    field.set_value(0.1)
    assert field.text() == "0.9" and heard == []
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "0.1"


def test_a_value_set_by_the_program_is_not_announced(field, heard):
    field.set_value(0.125)
    assert field.text() == "0.125" and heard == []


@pytest.mark.parametrize(
    ("key", "shift", "value"),
    [
        (Qt.Key.Key_Up, False, 0.51),
        (Qt.Key.Key_Down, False, 0.49),
        (Qt.Key.Key_Up, True, 0.501),
        (Qt.Key.Key_PageUp, False, 0.6),
        (Qt.Key.Key_PageDown, False, 0.4),
    ],
)
def test_keys_step_the_number(qtbot, field, heard, key, shift, value):
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    qtbot.keyClick(field, key, modifier)
    assert heard == [value] and field.text() == show_number(value)


def test_a_step_starts_from_the_number_being_typed(qtbot, field, heard):
    retype(qtbot, field, "0.2")
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert heard == [0.21]


def test_a_step_from_rubbish_is_refused(qtbot, field, heard):
    retype(qtbot, field, "zz")
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert heard == [] and field.wrong and field.text() == "zz"


def test_a_comma_is_taken_with_a_note(qtbot, field, heard):
    notes = []
    field.noted.connect(notes.append)
    retype(qtbot, field, "0,3")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert heard == [0.3] and notes == ["read as 0.3"] and field.text() == "0.3"


def test_enter_without_a_change_says_nothing(qtbot, field, heard):
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert heard == []


def test_what_was_refused_goes_when_there_is_another_value_and_stays_while_it_is_the_same(qtbot, field) -> None:
    retype(qtbot, field, "zz")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    field.set_value(0.5)
    assert field.text() == "zz" and field.wrong
    field.set_value(0.6)
    assert field.text() == "0.6" and not field.wrong and field.toolTip() == ""


def test_what_is_being_typed_after_a_refusal_stays_whatever_the_value_becomes(qtbot, field) -> None:
    retype(qtbot, field, "zz")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    retype(qtbot, field, "0.7")
    field.set_value(0.6)
    assert field.text() == "0.7"


@pytest.fixture
def undone(qtbot):
    """A window with a number and a text, and how often its own undo was meant."""
    whole = QWidget()
    qtbot.addWidget(whole)
    column, times = QVBoxLayout(whole), []
    number, text = NumberField(), LimitedEdit("a note")
    column.addWidget(number)
    column.addWidget(text)
    action = QAction(whole)
    action.setShortcut(QKeySequence("Ctrl+Z"))
    action.triggered.connect(lambda: times.append(1))
    whole.addAction(action)
    whole.show()
    whole.activateWindow()
    qtbot.waitUntil(whole.isActiveWindow)
    yield number, text, times
    whole.close()


def press_undo(qtbot, field) -> None:
    qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


@pytest.mark.parametrize("which", [0, 1])
def test_undo_in_a_field_takes_typing_back_and_then_is_the_windows(qtbot, undone, which) -> None:
    field, times = undone[which], undone[2]
    field.setFocus()
    press_undo(qtbot, field)
    assert len(times) == 1, "nothing was typed"
    qtbot.keyClicks(field, "5")
    press_undo(qtbot, field)
    assert len(times) == 1, "the figure was taken back"
    press_undo(qtbot, field)
    assert len(times) == 2


@pytest.mark.parametrize("typed", ["0.7", "0.70"])
def test_undo_after_a_number_was_taken_is_the_windows(qtbot, undone, typed) -> None:
    number, _text, times = undone
    number.setFocus()
    retype(qtbot, number, typed)
    qtbot.keyClick(number, Qt.Key.Key_Return)
    press_undo(qtbot, number)
    assert len(times) == 1 and number.text() == "0.7" and number.value() == 0.7
