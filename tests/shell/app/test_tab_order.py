"""The Tab key goes through the window as it is read: top bar, strip, picture, what is said of it, controls, run bar,
lesson."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from lab.shell.box.first_minute import FirstMinute
from lab.shell.dialogs.palette import Palette

MOST = 120  # stops of the window with one box open


@pytest.fixture
def box(window, descent, qtbot):
    made = descent()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    made.setFocus()
    return made


def round_of(qtbot, start: QWidget) -> list[QWidget]:
    """What the Tab key reaches from one widget until it is back there."""
    start.setFocus()
    found: list[QWidget] = []
    for _round in range(MOST):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        if QApplication.focusWidget() is start:
            return found
        found.append(QApplication.focusWidget())
    raise AssertionError("it never comes round")


def places(found: list[QWidget], parts: list[QWidget]) -> list[tuple[int, int]]:
    """First and last place of each part among what was reached."""
    inside = [[i for i, one in enumerate(found) if part.isAncestorOf(one)] for part in parts]
    return [(min(numbers), max(numbers)) for numbers in inside]


def test_tab_goes_through_the_window_as_it_is_read(window, box, qtbot) -> None:
    FirstMinute(box)
    strip = window.workspace.docks.group_of(window.workspace.docks.current()).strip
    found = round_of(qtbot, window.topbar.home)
    parts = [strip, box.view, box.notices, box.side, box.runbar, window.workspace.lesson]
    ends = places(found, parts)
    assert [end for pair in ends for end in pair] == sorted(end for pair in ends for end in pair)
    skip = next(i for i, one in enumerate(found) if one.objectName() == "skip")
    assert ends[1][1] < skip < ends[3][0]
    assert found.index(strip.runs) < found.index(strip.buttons["close"]) == found.index(box) - 1


@pytest.mark.parametrize("key", (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space))
def test_the_search_answers_to_enter_and_to_space(window, box, qtbot, key) -> None:
    window.topbar.search.setFocus()
    qtbot.keyClick(window.topbar.search, key)
    assert window.dialogs.find(Palette).isVisible()


def test_after_next_tab_goes_into_the_new_page_and_then_its_own_way(window, box, qtbot) -> None:
    panel = window.workspace.lesson.panel
    panel.next_button.setFocus()
    qtbot.keyClick(panel.next_button, Qt.Key.Key_Tab)
    assert not panel.isAncestorOf(QApplication.focusWidget())  # the page was not turned
    panel.next_button.setFocus()
    for _page in range(2):  # one after the other, without looking for the button again
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
        assert QApplication.focusWidget() is panel.next_button
    qtbot.keyClick(panel.next_button, Qt.Key.Key_Tab)
    first = QApplication.focusWidget()
    assert panel.page() == 2 and panel.view().isAncestorOf(first)
    assert first.mapTo(panel.view(), first.rect().topLeft()).y() < panel.height()
    panel.next_button.setFocus()
    qtbot.keyClick(panel.next_button, Qt.Key.Key_Tab)
    assert not panel.isAncestorOf(QApplication.focusWidget())
    panel.next_button.setFocus()
    qtbot.keyClick(panel.next_button, Qt.Key.Key_Return)
    qtbot.keyClick(panel.next_button, Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    assert QApplication.focusWidget() is panel.back_button
