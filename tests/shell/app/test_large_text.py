"""With large text on a small screen the lesson is a tab, one press away; the top bar gives up words, never buttons."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QWidget

from lab.shell.app.commands import set_text_size


def settle() -> None:
    for _round in range(6):
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def at_size(window, descent):
    """The hill in a window of 1366×728 with larger text."""

    def made(percent: int):
        box = descent()
        set_text_size(window, percent)
        settle()
        return box

    yield made
    set_text_size(window, 100)


@pytest.mark.parametrize("percent", (125, 150, 200))
def test_the_lesson_is_a_tab_one_press_away(window, at_size, qtbot, percent: int) -> None:
    at_size(percent)
    tab = window.workspace.tab
    assert tab.isVisible() and tab.words() == "Lesson"
    assert window.rect().contains(tab.rect().translated(tab.mapTo(window, tab.rect().topLeft())))
    qtbot.mouseClick(tab, Qt.MouseButton.LeftButton)
    settle()
    assert window.workspace.lesson_shown and window.workspace.lesson.panel.isVisible()


def test_where_there_is_room_the_lesson_opens_beside_the_experiment(window, at_size, qtbot) -> None:
    box = at_size(125)
    qtbot.mouseClick(window.workspace.tab, Qt.MouseButton.LeftButton)
    settle()
    assert box.isVisible() and window.workspace.lesson.isVisible()
    assert not window.workspace.tab.isVisible()
    assert box.body.is_drawer, "the controls make room for it"


def test_where_there_is_none_it_takes_its_place_and_the_tab_leads_back(window, at_size, qtbot) -> None:
    box = at_size(150)
    tab = window.workspace.tab
    qtbot.mouseClick(tab, Qt.MouseButton.LeftButton)
    settle()
    assert not box.isVisible() and tab.isVisible()
    assert tab.words() == "Experiment" and tab.isChecked()
    qtbot.mouseClick(tab, Qt.MouseButton.LeftButton)
    settle()
    assert box.isVisible() and tab.words() == "Lesson" and not window.workspace.lesson_shown


def test_there_is_no_tab_where_the_lesson_stands_beside_the_experiment(window, descent) -> None:
    descent()
    assert window.workspace.lesson_shown and not window.workspace.tab.isVisible()


def test_a_presented_experiment_has_its_lesson_one_press_away(window, descent, qtbot) -> None:
    descent()
    window.toggle_present()
    settle()
    assert window.topbar.isHidden() and window.workspace.tab.isVisible()
    qtbot.mouseClick(window.workspace.tab, Qt.MouseButton.LeftButton)
    assert window.workspace.lesson_shown
    window.toggle_present()


@pytest.mark.parametrize("percent", (100, 125, 150, 200))
@pytest.mark.parametrize("width", (1024, 1366))
def test_nothing_in_the_top_bar_lies_over_anything_else(window, at_size, width: int, percent: int) -> None:
    at_size(percent)
    window.resize(width, 728)
    settle()
    bar = window.topbar
    inside = [w for w in bar.children() if isinstance(w, QWidget) and w.isVisible()]
    assert all(bar.rect().contains(w.geometry()) for w in inside)
    for one, other in combinations(inside, 2):
        assert not one.geometry().intersects(other.geometry()), (one.accessibleName(), other.accessibleName())
    in_search = [w for w in bar.search.children() if isinstance(w, QWidget) and w.isVisible()]
    assert all(w.geometry().right() < bar.search.width() for w in in_search)
    assert not any(a.geometry().intersects(b.geometry()) for a, b in combinations(in_search, 2))
    for button in (bar.home, bar.search, bar.lesson, bar.text_size, bar.theme, bar.present, bar.keys, bar.menu):
        assert button.isVisible() and (button.accessibleName() or button.text())


def test_the_words_of_the_top_bar_come_back_with_the_room(window, at_size) -> None:
    at_size(200)
    assert window.topbar.present.text() == ""
    set_text_size(window, 100)
    settle()
    assert window.topbar.present.text() == "Present"
