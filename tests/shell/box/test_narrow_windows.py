"""Who gives way to whom: the lesson, docks side by side, one dock made as big as can be."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

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


@pytest.mark.parametrize("id", ("what-is-ml", "single-neuron", "linear-regression"))
def test_a_challenge_stands_where_the_presets_were_and_covers_nothing(window, qtbot, id) -> None:
    box = window.workspace.box(window.open_experiment(window.services.find(id)))
    qtbot.waitUntil(lambda: box.frame is not None)
    for challenge in box.specification.challenges:
        box.begin_challenge(challenge.id)
        qtbot.waitUntil(lambda wanted=challenge.id: box.update_shown.challenge == wanted)
        qtbot.waitUntil(lambda: box.notices.isVisible() and not box.controls.presets.isVisible())
        controls = box.controls
        last = controls.form.mapTo(box, controls.form.rect().bottomLeft()).y()
        assert box.notices.y() >= last
        view = QRect(box.view.mapTo(box, box.view.rect().topLeft()), box.view.size())
        assert not box.notices.geometry().intersects(view)
    box.end_challenge()
    qtbot.waitUntil(lambda: controls.presets.isVisible())


def test_what_a_card_says_is_never_cut(window, descent, qtbot) -> None:
    """The first minute's card, then a challenge's, then a divergence's: each has other words and buttons."""
    box = descent()
    text = box.notices.findChild(QLabel, "notice-text")
    seen = []
    for task in (
        lambda: None,
        lambda: box.begin_challenge("ravine"),
        lambda: box.begin_challenge("limit"),
        lambda: box.play_break("nan"),
    ):
        before = text.text()
        task()
        qtbot.waitUntil(lambda before=before: not seen or text.text() != before)
        QApplication.processEvents()
        seen.append(text.text())
        assert text.height() >= text.heightForWidth(text.width()), text.text()
        for button in box.notices.findChildren(QPushButton):
            assert button.isHidden() or button.geometry().bottom() <= button.parentWidget().height()


def _rect(box, widget) -> QRect:
    return QRect(widget.mapTo(box, widget.rect().topLeft()), widget.size())


@pytest.mark.parametrize("id", ("what-is-ml", "single-neuron"))
def test_a_story_stands_below_what_can_be_tried_and_covers_nothing(window, qtbot, id) -> None:
    box = window.workspace.box(window.open_experiment(window.services.find(id)))
    qtbot.waitUntil(lambda: box.frame is not None)
    for preset in box.specification.presets:
        box.play_preset(preset.id)
        qtbot.waitUntil(box.notices.isVisible)
        for other in (box.view, box.controls.form, box.controls.presets, box.side.challenge_button, box.runbar):
            assert other.isVisible()
            assert not box.notices.geometry().intersects(_rect(box, other)), (preset.id, other)


def test_a_divergence_stands_beside_the_picture_where_there_is_room(window, descent, qtbot) -> None:
    window.resize(1920, 1080)
    box = descent()
    box.play_break("nan")
    text = box.notices.findChild(QLabel, "notice-text")
    qtbot.waitUntil(lambda: "NaN" in text.text() or "infinite" in text.text(), timeout=10_000)
    qtbot.waitUntil(lambda: not box.notices.geometry().intersects(_rect(box, box.view)))
    assert not box.controls.presets.isVisible(), "its remedy is what to try now"
    box.start_over()
    qtbot.waitUntil(box.controls.presets.isVisible)


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
