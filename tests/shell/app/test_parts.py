"""F6 goes between the parts of the window, which have names."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication

from lab.shell.app.parts import parts_of
from lab.shell.box.commands import BOX_COMMANDS
from lab.shell.command import key_lines

NAMES = ["Picture", "Controls", "Run bar", "Lesson"]


@pytest.fixture
def box(window, descent, qtbot):
    made = descent()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    made.setFocus()
    return made


def where(window) -> str:
    """The part that has the keyboard."""
    focused = QApplication.focusWidget()
    return next((p.accessibleName() for p in parts_of(window) if p is focused or p.isAncestorOf(focused)), "")


def press(window, qtbot, back: bool = False) -> str:
    shift = Qt.KeyboardModifier.ShiftModifier if back else Qt.KeyboardModifier.NoModifier
    qtbot.keyClick(window, Qt.Key.Key_F6, shift)
    return where(window)


def test_the_parts_are_named_for_a_screen_reader(window, box) -> None:
    met = [QAccessible.queryAccessibleInterface(part) for part in parts_of(window)]
    assert [one.text(QAccessible.Text.Name) for one in met] == NAMES
    assert {one.role() for one in met} == {QAccessible.Role.Grouping}
    around = [QAccessible.queryAccessibleInterface(one) for one in (box, *parts_of(window))]
    assert all(one.text(QAccessible.Text.Description) for one in around), "or all labels in them are read instead"


def test_f6_goes_round_the_parts_and_shift_f6_back(window, box, qtbot) -> None:
    assert where(window) == ""
    assert [press(window, qtbot) for _ in range(5)] == [*NAMES, "Picture"]
    assert [press(window, qtbot, back=True) for _ in range(4)] == NAMES[::-1]


def test_a_part_that_is_not_to_be_seen_is_passed_over(window, box, qtbot) -> None:
    window.toggle_lesson()
    assert [press(window, qtbot) for _ in range(4)] == [*NAMES[:3], "Picture"]


def test_on_the_home_page_f6_does_nothing(window, qtbot) -> None:
    before = QApplication.focusWidget()
    assert press(window, qtbot) == "" and QApplication.focusWidget() is before


def test_the_key_sheet_has_it(window) -> None:
    assert ("F6  Shift+F6", "Picture, controls, run bar, lesson: to the next") in key_lines(BOX_COMMANDS.values())
