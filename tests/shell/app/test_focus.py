"""The keyboard is never lost: whatever opens or closes, something in the window has it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from lab.arguments import Call
from lab.shell.dialogs.palette import Palette


@pytest.fixture
def box(window, descent, qtbot):
    made = descent()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    made.setFocus()
    return made


def test_hiding_the_lesson_gives_the_keyboard_to_the_experiment(window, box) -> None:
    window.workspace.lesson.focus_prediction()
    assert not box.isAncestorOf(QApplication.focusWidget())
    window.toggle_lesson()
    assert QApplication.focusWidget() is box


def test_after_the_last_box_the_button_that_opens_another_has_the_keyboard(window, box, qtbot) -> None:
    docks = window.workspace.docks
    docks.close(docks.current())
    assert QApplication.focusWidget() is not None
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert window.dialogs.find(Palette).isVisible()


def test_closing_a_box_by_its_button_leads_to_the_next(window, box, descent) -> None:
    docks = window.workspace.docks
    descent()
    docks.split(docks.current(), "right")
    docks.group_of(docks.current()).strip.setFocus()
    window.focusWidget()
    docks.close(docks.current())
    assert box.isAncestorOf(QApplication.focusWidget()) or QApplication.focusWidget() is box


def test_after_present_mode_the_experiment_has_the_keyboard(window, box) -> None:
    window.toggle_present()
    assert QApplication.focusWidget() is box
    window.toggle_present()
    assert QApplication.focusWidget() is box


@pytest.mark.parametrize("command", ("theme", "larger-text", "normal-text", "home"))
def test_a_change_of_look_or_place_leaves_the_keyboard_somewhere(window, box, command: str) -> None:
    window.run(command)
    now = QApplication.focusWidget()
    assert now is not None and (now.accessibleName() or now.text())
    window.run("normal-text")


def test_the_home_page_is_entered_at_its_button(window, box) -> None:
    window.show_home()
    assert QApplication.focusWidget() is window.home.go_on


def test_at_the_first_start_enter_opens_the_first_experiment(window, qtbot) -> None:
    window.begin(Call(fresh=True))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    assert QApplication.focusWidget() is window.home.go_on
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert window.box.experiment.number == 1
    assert window.box.isAncestorOf(QApplication.focusWidget()) or QApplication.focusWidget() is window.box
