import gc
import weakref

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import delete, isValid

from widgets.base.colors import LIGHT
from widgets.base.focus import FocusRing, without_rings
from widgets.controls.buttons import Button


@pytest.fixture
def page(front):
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(20, 20, 20, 20)
    made.buttons = [Button(text) for text in ("One", "Two", "Three")]
    for button in made.buttons:
        column.addWidget(button)
    made.ring = FocusRing(made)
    made.resize(200, 200)
    front(made)
    made.buttons[0].setFocus()
    return made


def around(widget, window, reach=4):
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size()).adjusted(-reach, -reach, reach, reach)


def shown(page):
    overlay = page.ring.ring()
    return overlay.geometry() if overlay is not None and overlay.isVisible() else None


def test_tab_brings_the_ring_and_a_press_takes_it_away(qtbot, page):
    assert shown(page) is None
    qtbot.keyClick(page.buttons[0], Qt.Key.Key_Tab)
    assert page.ring.target() is page.buttons[1] and shown(page) == around(page.buttons[1], page)
    qtbot.keyClick(page.buttons[1], Qt.Key.Key_Backtab)
    assert shown(page) == around(page.buttons[0], page)
    qtbot.mouseClick(page.buttons[2], Qt.MouseButton.LeftButton)
    assert shown(page) is None and page.ring.target() is None


def test_the_ring_is_drawn_in_the_focus_colour_with_a_gap(qtbot, page):
    qtbot.keyClick(page.buttons[0], Qt.Key.Key_Tab)
    image, button = page.grab().toImage(), page.buttons[1]
    middle = button.y() + button.height() // 2
    assert image.pixelColor(button.x() - 3, middle).name().upper() == LIGHT.focus
    assert image.pixelColor(button.x() - 1, middle).name().upper() != LIGHT.focus


def test_the_ring_follows_its_widget(qtbot, page):
    qtbot.keyClick(page.buttons[0], Qt.Key.Key_Tab)
    page.resize(300, 240)
    qtbot.waitUntil(lambda: shown(page) == around(page.buttons[1], page), timeout=1000)


def test_the_ring_goes_when_its_widget_is_hidden(qtbot, page):
    qtbot.keyClick(page.buttons[0], Qt.Key.Key_Tab)
    page.buttons[1].hide()
    overlay = page.ring.ring()
    assert overlay is None or not overlay.isVisible() or page.ring.target() is not page.buttons[1]


def test_the_ring_scrolls_with_its_widget_and_hides_with_it(front):
    window = QWidget()
    area = QScrollArea(window)
    inner = QWidget()
    column = QVBoxLayout(inner)
    buttons = [Button(str(n)) for n in range(12)]
    for button in buttons:
        column.addWidget(button)
    area.setWidget(inner)
    area.setGeometry(0, 0, 180, 120)
    ring = FocusRing(window)
    window.resize(200, 200)
    front(window)
    buttons[0].setFocus(Qt.FocusReason.TabFocusReason)
    before = ring.ring().geometry()
    area.verticalScrollBar().setValue(10)
    assert ring.ring().geometry() == before.translated(0, -10)
    area.verticalScrollBar().setValue(200)
    assert not ring.ring().isVisible()
    area.verticalScrollBar().setValue(0)
    assert ring.ring().isVisible() and ring.ring().geometry() == before


def test_the_mouse_goes_through_the_ring(qtbot, page):
    qtbot.keyClick(page.buttons[0], Qt.Key.Key_Tab)
    assert page.childAt(page.buttons[1].geometry().center()) is page.buttons[1]


def test_what_the_program_focuses_after_a_key_has_the_ring_and_after_a_press_not(qtbot, page):
    qtbot.keyClick(page.buttons[0], Qt.Key.Key_Return)
    page.buttons[2].setFocus(Qt.FocusReason.OtherFocusReason)
    assert page.ring.target() is page.buttons[2]
    qtbot.mouseClick(page.buttons[0], Qt.MouseButton.LeftButton)
    page.buttons[1].setFocus(Qt.FocusReason.OtherFocusReason)
    assert page.ring.target() is None


def test_what_follows_one_that_has_gone_has_the_ring_after_a_key_and_after_a_press_not(qtbot, page):
    first, second, third = page.buttons[:3]
    first.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    assert first.hasFocus()
    first.hide()  # Qt hands the keyboard on as the Tab key does
    assert second.hasFocus() and page.ring.target() is None
    qtbot.keyClick(second, Qt.Key.Key_Shift)
    second.hide()
    assert third.hasFocus() and page.ring.target() is None
    second.show()
    qtbot.keyClick(third, Qt.Key.Key_Up)
    third.hide()
    assert page.ring.target() is not None


@pytest.mark.parametrize("by", [Qt.FocusReason.TabFocusReason, Qt.FocusReason.MouseFocusReason])
def test_coming_back_to_the_window_brings_the_ring_back_if_it_was_there(front, page, by):
    page.buttons[1].setFocus(by)
    had = page.ring.target()
    front(QLineEdit())
    assert page.ring.target() is not page.buttons[1]
    front(page)
    assert page.buttons[1].hasFocus() and page.ring.target() is had


def test_dialogs_have_the_ring_too_and_take_it_with_them(qtbot, front, page):
    dialog = QDialog(page)
    field = QLineEdit(dialog)
    qtbot.keyClick(page.buttons[0], Qt.Key.Key_Return)
    front(dialog)
    assert field.hasFocus()
    assert page.ring.ring().parentWidget() is dialog
    dialog.close()
    dialog.deleteLater()
    front(page)
    page.buttons[2].setFocus(Qt.FocusReason.TabFocusReason)
    assert shown(page) == around(page.buttons[2], page)


def test_a_widget_may_say_where_its_ring_goes(qtbot, page):
    class Half(Button):
        def focus_rect(self):
            return QRect(0, 0, 10, 10)

    half = Half("Half", parent=page)
    half.setGeometry(50, 60, 80, 30)
    half.show()
    half.setFocus(Qt.FocusReason.TabFocusReason)
    assert shown(page) == QRect(46, 56, 18, 18)


def test_the_ring_dies_with_its_window(qtbot):
    window = QWidget()
    ring = weakref.ref(FocusRing(window))
    button = Button("One", parent=window)
    window.show()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    del button, window
    gc.collect()
    assert ring() is None
    other = QLineEdit()
    qtbot.addWidget(other)
    other.show()
    other.setFocus(Qt.FocusReason.TabFocusReason)  # nobody listens any more


def test_a_ring_sees_nothing_while_a_part_of_the_window_is_made(qtbot, page):
    qtbot.keyClick(page.buttons[0], Qt.Key.Key_Tab)
    with without_rings(), without_rings():
        assert not page.ring.looks
        page.buttons[1].move(60, 120)
        assert shown(page) != around(page.buttons[1], page)
    assert page.ring.looks
    assert shown(page) == around(page.buttons[1], page), "it follows what was moved meanwhile"


def test_what_gets_the_keyboard_while_a_part_is_made_gets_the_ring_afterwards(qtbot, page):
    qtbot.keyClick(page.buttons[0], Qt.Key.Key_Tab)
    with without_rings():
        page.buttons[2].setFocus()
    assert page.ring.target() is page.buttons[2]
    qtbot.mouseClick(page.buttons[1], Qt.MouseButton.LeftButton)
    with without_rings():
        page.buttons[0].setFocus()
    assert page.ring.target() is None, "who uses the mouse is not shown a ring"


def test_the_ring_goes_when_what_had_it_lost_the_keyboard_meanwhile(qtbot, page):
    qtbot.keyClick(page.buttons[0], Qt.Key.Key_Tab)
    with without_rings():
        page.buttons[1].clearFocus()
    assert page.ring.target() is None and shown(page) is None


def test_a_window_may_go_while_a_part_of_another_is_made(qtbot, page):
    other = QWidget()
    ring = FocusRing(other)
    with without_rings():
        delete(other)
    assert page.ring.looks and not isValid(ring)


def test_a_ring_that_begins_later_sees_nothing_before_and_all_from_then_on(front, qtbot) -> None:
    page = QWidget()
    column = QVBoxLayout(page)
    first, second = Button("One"), Button("Two")
    for button in (first, second):
        column.addWidget(button)
    ring = FocusRing(page, 30)
    front(page)
    first.setFocus()
    assert not ring.looks
    qtbot.waitUntil(lambda: ring.looks)
    assert ring.target() is None, "nobody has pressed a key"
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    assert ring.target() is second


def test_a_window_that_goes_before_its_ring_begins_takes_it_with_it(qtbot) -> None:
    window = QWidget()
    FocusRing(window, 30)
    window.deleteLater()
    qtbot.wait(80)  # an error in a slot would fail this test
