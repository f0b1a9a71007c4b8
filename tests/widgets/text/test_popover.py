import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from shiboken6 import delete

from widgets.controls.buttons import Button
from widgets.text.popover import Popover, place_beside

pytestmark = pytest.mark.qt_log_ignore("does not support (raise|grabbing)")

SCREEN = QRect(0, 0, 800, 600)


@pytest.fixture
def page(front):
    made = QWidget()
    made.anchor = Button("gradient", "chip", parent=made)
    made.resize(200, 100)
    front(made)
    made.anchor.setFocus()
    return made


def test_it_opens_below_its_anchor(qtbot, page):
    popover = Popover(QLabel("The direction of steepest ascent."), "Gradient", page)
    popover.open_at(page.anchor)
    corner = page.anchor.mapToGlobal(page.anchor.rect().bottomLeft())
    assert popover.isVisible() and popover.y() > corner.y() and popover.accessibleName() == "Gradient"
    popover.close()


def test_escape_closes_it_and_the_focus_returns(qtbot, page):
    inside = Button("Read more")
    popover = Popover(inside, "Gradient", page)
    popover.open_at(page.anchor)
    assert QApplication.focusWidget() is inside
    with qtbot.waitSignal(popover.closed, timeout=1000):
        qtbot.keyClick(inside, Qt.Key.Key_Escape)
    assert not popover.isVisible()
    qtbot.waitUntil(page.anchor.hasFocus, timeout=1000)


def test_it_closes_also_when_what_had_the_focus_is_gone(qtbot, page):
    other = Button("Next", parent=page)
    other.show()
    other.setFocus()
    popover = Popover(QLabel("The direction of steepest ascent."), "Gradient", page)
    popover.open_at(page.anchor)
    delete(other)
    with qtbot.waitSignal(popover.closed, timeout=1000):
        popover.close()


def test_what_is_pressed_inside_still_works(qtbot, page):
    content = QWidget()
    column = QVBoxLayout(content)
    button = Button("Open lesson 5")
    column.addWidget(button)
    popover = Popover(content, "Gradient", page)
    popover.open_at(page.anchor)
    with qtbot.waitSignal(button.clicked, timeout=1000):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    popover.close()


@pytest.mark.parametrize(
    ("anchor", "mirrored", "place"),
    [
        (QRect(100, 100, 50, 20), False, QRect(100, 126, 200, 80)),
        (QRect(700, 100, 50, 20), False, QRect(600, 126, 200, 80)),  # pushed in from the right
        (QRect(100, 560, 50, 20), False, QRect(100, 474, 200, 80)),  # above, for lack of room below
        (QRect(300, 100, 50, 20), True, QRect(150, 126, 200, 80)),  # right edges in line
        (QRect(10, 100, 50, 20), True, QRect(0, 126, 200, 80)),
    ],
)
def test_it_stays_on_the_screen(anchor, mirrored, place):
    assert place_beside(anchor, QSize(200, 80), SCREEN, 6, mirrored) == place
