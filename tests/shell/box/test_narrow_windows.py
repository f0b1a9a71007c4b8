"""Who gives way to whom: the lesson, docks side by side, one dock made as big as can be."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from lab.shell.app.commands import set_text_size


def test_the_lesson_gives_its_room_to_two_experiments_side_by_side(window, descent) -> None:
    descent()
    descent()
    first, second = window.workspace.docks.keys()
    assert window.workspace.lesson_shown
    window.workspace.docks.split(second, "right")
    assert not window.workspace.lesson_shown
    window.workspace.docks.tab(second, first)
    assert window.workspace.lesson_shown


def test_a_learner_who_wants_the_lesson_all_the_same_has_it(window, descent) -> None:
    descent()
    descent()
    window.workspace.docks.split(window.workspace.docks.keys()[1], "right")
    window.toggle_lesson()
    assert window.workspace.lesson_shown


def test_a_wide_window_has_room_for_both(window, descent) -> None:
    window.resize(2300, 1200)
    descent()
    descent()
    window.workspace.docks.split(window.workspace.docks.keys()[1], "right")
    assert window.workspace.lesson_shown


def test_making_one_dock_as_big_as_can_be_hides_the_lesson_until_it_is_small_again(window, descent) -> None:
    descent()
    key = window.workspace.docks.current()
    window.workspace.docks.maximise(key)
    assert not window.workspace.lesson_shown
    window.workspace.docks.show_all()
    assert window.workspace.lesson_shown


def test_a_hidden_lesson_stays_hidden(window, descent) -> None:
    descent()
    window.toggle_lesson()
    window.workspace.docks.maximise(window.workspace.docks.current())
    window.workspace.docks.show_all()
    assert not window.workspace.lesson_shown


def test_p_leads_to_the_next_page_that_asks_for_a_prediction(window, descent, qtbot) -> None:
    box = descent()
    panel = window.workspace.lesson.panel
    lesson = panel.lesson()
    silent = next(n for n, page in enumerate(lesson.pages) if not page.predicts(panel.level()))
    panel.go(silent)
    window.toggle_lesson()
    qtbot.keyClick(box, Qt.Key.Key_P)
    assert window.workspace.lesson_shown
    assert lesson.pages[panel.page()].predicts(panel.level())
    assert panel.isAncestorOf(window.focusWidget())


@pytest.fixture
def pseudo(qapp):
    from lab.core import text

    text.use("qps-rtl")
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield
    text.use("en")
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_long_words_are_not_cut_in_the_column_of_controls(pseudo, window, descent) -> None:
    side = descent().side
    QApplication.processEvents()
    title = side.controls.findChild(QLabel, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert title.width() >= title.sizeHint().width()
    for button in (side.challenge_button, side.break_button):
        assert button.width() >= button.sizeHint().width(), button.text()


def test_the_panel_of_experiments_is_as_wide_as_it_is_shown(pseudo, window, descent) -> None:
    descent()
    window.toggle_gallery()
    QApplication.processEvents()
    chapters = window.gallery.chapters
    view = chapters.parentWidget().parentWidget()
    assert chapters.width() <= view.width()


@pytest.mark.parametrize("width", (1024, 1366, 1920))
@pytest.mark.parametrize("percent", (100, 200))
def test_nothing_in_the_run_bar_is_cut_or_left_out_without_need(window, descent, width, percent) -> None:
    bar = descent().runbar
    set_text_size(window, percent)
    window.resize(width, 768)
    QApplication.processEvents()
    row = bar.layout()
    assert row.minimumSize().width() <= bar.width()
    hidden = [group for group in bar.optional if group and group[0].isHidden()]
    if hidden:
        for widget in hidden[-1]:
            widget.show()
        assert row.minimumSize().width() > bar.width()
    set_text_size(window, 100)


def test_a_mark_on_a_slider_goes_with_its_reason(window, descent, qtbot) -> None:
    box = descent()
    slider = box.controls.form.control("learning_rate")
    box.set_values({"surface": "ravine"})
    qtbot.waitUntil(lambda: slider.limit() is not None)
    box.set_values({"surface": "formula", "formula": "x^2 - log(x) + y^2"})
    qtbot.waitUntil(lambda: slider.limit() is None)
