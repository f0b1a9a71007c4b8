import gc
import weakref

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtWidgets import QApplication

from widgets.base.look import look
from widgets.controls.slider import Slider
from widgets.controls.span import Span


@pytest.fixture
def slider(qtbot):
    made = Slider(Span(0, 1))
    made.setAccessibleName("Momentum")
    qtbot.addWidget(made)
    made.resize(218, made.sizeHint().height())  # one hundredth is two pixels
    made.set_value(0.5)
    made.show()
    made.setFocus()
    return made


@pytest.fixture
def heard(slider):
    got = []
    slider.changed.connect(lambda value: got.append(("changed", value)))
    slider.released.connect(lambda value: got.append(("released", value)))
    return got


def at(slider, value):
    return QPoint(round(slider.x_of(value)), slider.height() // 2)


def wheel(slider, delta):
    centre = QPointF(slider.rect().center())
    event = QWheelEvent(
        centre, slider.mapToGlobal(centre), QPoint(), QPoint(0, delta), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(slider, event)


def test_dragging_tells_every_move_and_the_end_once(qtbot, slider, heard):
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=at(slider, 0.5))
    qtbot.mouseMove(slider, at(slider, 0.6))
    qtbot.mouseMove(slider, at(slider, 0.7))
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=at(slider, 0.7))
    assert heard == [("changed", 0.6), ("changed", 0.7), ("released", 0.7)]


def test_taking_the_handle_beside_its_centre_does_not_move_it(qtbot, slider, heard):
    slider.set_value(0.123)
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=at(slider, 0.123) + QPoint(6, 0))
    assert slider.value() == 0.123 and heard == []


def test_a_press_beside_the_handle_brings_it_there(qtbot, slider, heard):
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=at(slider, 0.9))
    assert heard == [("changed", 0.9), ("released", 0.9)]


def test_the_mouse_cannot_leave_the_span(qtbot, slider):
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=at(slider, 0.5))
    qtbot.mouseMove(slider, QPoint(5000, 5))
    assert slider.value() == 1
    qtbot.mouseMove(slider, QPoint(-5000, 5))
    assert slider.value() == 0


def test_the_program_cannot_pull_the_handle_out_of_the_hand(qtbot, slider):
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=at(slider, 0.5))
    slider.set_value(0.1)
    assert slider.value() == 0.5
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=at(slider, 0.5))
    slider.set_value(0.1)
    assert slider.value() == 0.1


@pytest.mark.parametrize(
    ("key", "shift", "value"),
    [
        (Qt.Key.Key_Right, False, 0.51),
        (Qt.Key.Key_Up, False, 0.51),
        (Qt.Key.Key_Left, False, 0.49),
        (Qt.Key.Key_Right, True, 0.501),
        (Qt.Key.Key_PageUp, False, 0.6),
        (Qt.Key.Key_PageDown, False, 0.4),
        (Qt.Key.Key_Home, False, 0.0),
        (Qt.Key.Key_End, False, 1.0),
    ],
)
def test_keys_move_it(qtbot, slider, heard, key, shift, value):
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    qtbot.keyClick(slider, key, modifier)
    assert heard == [("changed", value), ("released", value)]


def test_right_to_left_the_left_arrow_goes_up_and_the_low_end_is_right(qtbot, slider):
    slider.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    assert slider.value() == 0.51
    assert slider.x_of(0) > slider.x_of(1)


def test_letters_are_left_to_others(qtbot, slider, heard):
    qtbot.keyClick(slider, Qt.Key.Key_R)
    assert heard == []


def test_the_wheel_turns_it_only_when_it_has_the_focus(slider, heard):
    wheel(slider, 120)
    assert heard == [("changed", 0.51), ("released", 0.51)]
    slider.clearFocus()
    wheel(slider, 120)
    assert slider.value() == 0.51


def test_a_double_click_asks_for_the_default(qtbot, slider):
    with qtbot.waitSignal(slider.default_requested, timeout=1000):
        qtbot.mouseDClick(slider, Qt.MouseButton.LeftButton, pos=at(slider, 0.5))


def test_a_value_set_by_the_program_is_not_announced(slider, heard):
    slider.set_value(0.3)
    slider.set_span(Span(0.4, 1))
    assert slider.value() == 0.4 and heard == []


def test_hovering_changes_nothing(qtbot, slider, heard):
    qtbot.mouseMove(slider, at(slider, 0.1))
    qtbot.mouseMove(slider, at(slider, 0.9))
    assert slider.value() == 0.5 and heard == []


@pytest.mark.qt_log_ignore("not accepted by receiving widget")
def test_a_disabled_slider_does_not_move(qtbot, slider, heard):
    slider.setEnabled(False)
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=at(slider, 0.9))
    assert slider.value() == 0.5 and heard == []


def test_the_limit_is_painted_red_and_read_out(slider):
    before = slider.grab().toImage()
    slider.set_limit(0.8, "unstable above 0.8")
    slider.resize(slider.width(), slider.sizeHint().height())
    after = slider.grab().toImage()
    x, middle = round(slider.x_of(0.8)), look().px(26) // 2
    red = after.pixelColor(x, middle - 6)
    assert red.red() > 150 and red.green() < 90
    assert after.pixelColor(x + 12, middle - 5) != before.pixelColor(x + 12, middle - 5)
    assert after.pixelColor(x - 12, middle - 5) == before.pixelColor(x - 12, middle - 5)
    assert slider.accessibleDescription() == "unstable above 0.8"


def test_a_limit_beyond_the_end_is_not_shown(slider):
    height = slider.sizeHint().height()
    slider.set_limit(3.0, "unstable above 3")
    assert slider.limit() is None and slider.sizeHint().height() == height


def test_a_screen_reader_gets_the_number_and_can_set_it(slider, heard):
    met = QAccessible.queryAccessibleInterface(slider)
    assert met.role() == QAccessible.Role.Slider
    assert met.text(QAccessible.Text.Name) == "Momentum" and met.text(QAccessible.Text.Value) == "0.50"
    value = met.valueInterface()
    assert (value.minimumValue(), value.currentValue(), value.maximumValue()) == (0, 0.5, 1)
    value.setCurrentValue(0.7)
    assert heard == [("changed", 0.7), ("released", 0.7)]


def test_sliders_that_were_met_by_a_screen_reader_are_freed(qtbot):
    made = Slider(Span(0, 1))
    QAccessible.queryAccessibleInterface(made).valueInterface()
    seen = weakref.ref(made)
    del made
    gc.collect()
    assert seen() is None


def test_it_is_a_target_of_at_least_24_pixels(slider):
    assert slider.sizeHint().height() == 26
    slider.set_compact(True)
    assert slider.sizeHint().height() == 24
