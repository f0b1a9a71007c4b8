"""In a narrow box the column of controls is a drawer: out of the way, one press away, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QMenu

from lab.shell.box.drawer import NARROW

NARROW_BOX = 700  # pixels


@pytest.fixture
def narrow(window, descent, qtbot) -> Callable:
    """The hill in a narrow window of its own, with the keyboard on its button for a step."""

    def opened():
        box = descent()
        window.workspace.docks.float_out(window.workspace.docks.current())
        qtbot.waitExposed(box.window())
        qtbot.wait(20)
        box.window().resize(NARROW_BOX, 600)
        box.window().activateWindow()
        qtbot.waitUntil(lambda: box.body.is_drawer and box.isActiveWindow())
        box.runbar.step.setFocus()
        return box

    return opened


@pytest.mark.parametrize(("width", "drawer"), ((NARROW - 1, True), (NARROW, False)))
def test_below_a_certain_width_the_controls_are_a_drawer(descent, width: int, drawer: bool) -> None:
    box = descent()
    box.body.fit(width, compact=True)
    assert box.body.is_drawer is drawer
    assert box.body.tab.isHidden() is not drawer
    assert box.controls.isVisible() is not drawer
    box.relook()


def test_its_key_opens_it_and_esc_closes_it_and_the_keyboard_is_where_it_was(narrow, qtbot) -> None:
    box = narrow()
    qtbot.keyClick(box.runbar.step, Qt.Key.Key_F3)
    assert box.body.is_open and box.controls.isVisible()
    assert box.side.isAncestorOf(QApplication.focusWidget())
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not box.body.is_open and not box.controls.isVisible()
    assert QApplication.focusWidget() is box.runbar.step


def test_its_tab_opens_and_closes_it_and_shows_which(narrow, qtbot) -> None:
    box = narrow()
    tab = box.body.tab
    assert tab.isVisible() and tab.words() == "Controls" and not tab.isChecked()
    qtbot.mouseClick(tab, Qt.MouseButton.LeftButton)
    assert box.body.is_open and tab.isChecked()
    assert not box.body.frame.geometry().intersects(tab.geometry()), "it can be closed where it was opened"
    qtbot.mouseClick(tab, Qt.MouseButton.LeftButton)
    assert not box.body.is_open and not tab.isChecked()


def test_all_of_the_column_is_in_it(narrow, qtbot) -> None:
    box = narrow()
    box.body.toggle()
    side = box.side
    for part in (box.controls.form, box.controls.presets, side.challenge_button, side.break_button):
        assert part.isVisible()
    box.controls.preset_requested.emit(box.specification.presets[0].id)
    setting = box.specification.presets[0].setting
    qtbot.waitUntil(lambda: box.update_shown.seed == setting.seed)
    assert box.body.is_open, "what is chosen in it does not close it"


def test_in_a_wide_box_the_key_only_leads_to_the_controls(descent, qtbot) -> None:
    box = descent()
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_F3)
    assert box.side.isAncestorOf(QApplication.focusWidget())
    assert not box.body.is_open


def test_esc_in_present_mode_closes_the_drawer_first(window, descent, qtbot) -> None:
    box = descent()
    window.toggle_present()
    box.body.fit(NARROW_BOX, compact=True)
    box.body.toggle()
    assert box.body.is_open
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not box.body.is_open and window.presenting
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert not window.presenting


def test_challenges_and_breaks_open_while_the_drawer_is_closed(narrow, qtbot) -> None:
    box = narrow()
    for key in (Qt.Key.Key_C, Qt.Key.Key_B):
        qtbot.keyClick(box, key)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        tab = box.body.tab
        assert menu.geometry().intersects(
            tab.rect().translated(tab.mapToGlobal(tab.rect().topLeft())).adjusted(-9, 0, 9, 9)
        )
        menu.close()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_a_drawer_that_is_open_goes_when_there_is_room_again(narrow, window, qtbot) -> None:
    box = narrow()
    box.body.toggle()
    box.window().resize(1200, 700)
    qtbot.waitUntil(lambda: not box.body.is_drawer)
    assert box.controls.isVisible()
    box.window().resize(NARROW_BOX, 600)
    qtbot.waitUntil(lambda: box.body.is_drawer)
    assert not box.body.is_open
