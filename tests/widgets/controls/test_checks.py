import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from widgets.base.colors import LIGHT
from widgets.base.look import apply_look
from widgets.controls.checks import CheckBox, RadioButton


@pytest.fixture
def box(front):
    made = CheckBox("Show the next step")
    made.resize(240, made.sizeHint().height())
    return front(made)


def filled(widget):
    """Whether the accent colour is in the mark."""
    image = widget.grab().toImage()
    near = range(widget.width() - 20, widget.width()) if widget.isRightToLeft() else range(20)
    colors = {image.pixelColor(x, y).name().upper() for x in near for y in range(widget.height())}
    return bool({LIGHT.accent, LIGHT.accent_hover} & colors)


@pytest.mark.parametrize("x", [3, 60, 230])
def test_the_whole_line_can_be_pressed(qtbot, box, x):
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(x, 14))
    assert box.isChecked()


def test_space_switches_it(qtbot, box):
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert box.isChecked()


def test_the_mark_shows_the_state(box):
    assert not filled(box)
    box.setChecked(True)
    assert filled(box)


def test_right_to_left_the_mark_is_at_the_right(box):
    box.setChecked(True)
    box.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert filled(box)


def test_a_screen_reader_hears_a_check_box_with_its_text_and_state(box):
    box.setChecked(True)
    met = QAccessible.queryAccessibleInterface(box)
    assert met.role() == QAccessible.Role.CheckBox and met.state().checked
    assert met.text(QAccessible.Text.Name) == "Show the next step"


def test_one_radio_button_at_a_time_by_mouse_and_arrows(qtbot, front):
    page = QWidget()
    column = QVBoxLayout(page)
    buttons = [RadioButton(text) for text in ("faster", "side to side", "stop")]
    for button in buttons:
        column.addWidget(button)
    front(page)
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton, pos=QPoint(80, 14))
    buttons[0].setFocus()
    qtbot.keyClick(buttons[0], Qt.Key.Key_Down)
    assert [button.isChecked() for button in buttons] == [False, True, False]


def test_a_long_text_wraps_and_makes_the_line_higher(box):
    assert box.heightForWidth(240) == 28 and box.heightForWidth(100) > 28


def test_the_line_grows_with_the_text(box):
    apply_look(QApplication.instance(), scale=1.5)
    assert box.sizeHint().height() == 42
    box.set_compact(True)
    assert box.sizeHint().height() == 36


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_enter_chooses_like_the_space_bar_and_other_keys_do_not(qtbot, box, key):
    one = RadioButton("A few cups for each degree")
    qtbot.addWidget(one)
    one.show()
    before = box.isChecked()
    qtbot.keyClick(box, Qt.Key.Key_A)
    assert box.isChecked() == before
    qtbot.keyClick(box, key)
    qtbot.keyClick(one, key)
    assert box.isChecked() != before and one.isChecked()
