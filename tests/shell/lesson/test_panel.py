"""The lesson panel as a learner uses it: reading, predicting, trying, noting; by mouse, by keyboard, in any size."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QScrollArea, QWidget

from lab.catalog import find
from lab.core import text
from lab.core.glossary import read_glossary
from lab.core.lesson import load
from lab.core.lesson.blocks import SKIPPED, Lesson
from lab.shell.lesson.cards import RememberCard, TryCard, UnderCard, WordRow
from lab.shell.lesson.panel import LessonPanel
from lab.shell.lesson.parts import IconLine, WrapButton
from lab.shell.lesson.word_card import WordCard
from widgets.base.colors import DARK
from widgets.base.look import apply_look
from widgets.controls.buttons import Glyph
from widgets.controls.checks import RadioButton
from widgets.controls.chips import Chip
from widgets.text.link_spots import LinkSpot
from widgets.text.markdown import MarkdownText
from widgets.text.popover import Popover

SIZES = [(404, 960, False, 1.0), (404, 960, False, 2.0), (340, 620, True, 1.0), (340, 620, True, 1.5)]
STEP, CLIFF, MOMENTUM, TREMBLE, REAL, HOME = range(1, 7)  # the pages of the lesson after the first
MORE, HIDE = "Reading level and teacher's note", "Hide the lesson"


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    return load(find("gradient-descent"))


@pytest.fixture
def panel(qtbot, lesson) -> LessonPanel:
    made = LessonPanel()
    qtbot.addWidget(made)
    made.resize(404, 960)
    made.show_lesson(lesson, STEP)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    for cell in made.code_cells():
        cell.shut()
    made.close()


@pytest.fixture
def heard(panel) -> list[tuple[str, object]]:
    """Every signal the panel sends, with its values."""
    sentence: list[tuple[str, object]] = []
    names = (
        "setting_requested",
        "answered",
        "notes_changed",
        "page_changed",
        "word_requested",
        "hide_requested",
        "finished",
    )
    for name in names:
        getattr(panel, name).connect(lambda *values, name=name: sentence.append((name, values)))
    return sentence


def click(qtbot, button: QWidget) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def options(card) -> list[QAbstractButton]:
    return card.findChildren(RadioButton)


def place(panel: LessonPanel) -> str:
    """Where in the lesson one is, as the header says."""
    return panel.findChild(QLabel, options=Qt.FindChildOption.FindDirectChildrenOnly).text()


def button(panel: LessonPanel, name: str) -> QAbstractButton:
    return next(each for each in panel.findChildren(QAbstractButton) if each.accessibleName() == name)


def marks(card) -> list[tuple[bool, str]]:
    """Of the marks beside the options: whether each is to be seen, and what it says."""
    glyphs = card.findChildren(Glyph)[1:]  # the first is the icon on top
    return [(mark.isVisible(), mark.accessibleName()) for mark in glyphs[: len(options(card))]]


def page_area(panel: LessonPanel) -> QWidget:
    """What is in sight of the page."""
    return panel.findChild(QScrollArea).viewport()


def words_in(card: QWidget) -> str:
    """Everything a reader sees on a card."""
    QApplication.processEvents()  # what was just added is shown by the event loop
    labels = [label.text() for label in card.findChildren(QLabel) if label.isVisible()]
    return "\n".join(labels + [t.toPlainText() for t in card.findChildren(MarkdownText) if t.isVisible()])


def open_link(panel: LessonPanel, label: str) -> None:
    for shown in panel.view().findChildren(MarkdownText):
        cursor = shown.document().find(label)
        if not cursor.isNull() and cursor.charFormat().isAnchor():
            shown.setFocus()
            shown.link_activated.emit(cursor.charFormat().anchorHref())
            return
    raise AssertionError(f"no link '{label}' on this page")


# --------------------------------------------------------------------------------------------- reading


def test_a_page_shows_its_question_its_place_and_its_formula(panel) -> None:
    assert panel.view().title == "How far should each step go?"
    assert place(panel) == "Lesson · step 2 of 7" and panel.page() == STEP
    assert panel.dots.description() == "step 2 of 7"
    names = [w.accessibleName() for w in panel.view().findChildren(QWidget)]
    assert "w ← w − η ∇L(w)" in names


def test_back_next_and_done_turn_the_pages(panel, qtbot, heard) -> None:
    click(qtbot, panel.back_button)
    assert panel.page() == 0 and not panel.back_button.isEnabled()
    for _page in range(6):
        click(qtbot, panel.next_button)
    assert panel.page() == HOME and panel.next_button.text() == "Done"
    click(qtbot, panel.next_button)
    assert [values for name, values in heard if name == "page_changed"] == [(n, 7) for n in range(7)]
    assert heard[-1] == ("finished", ())


def test_a_dot_goes_to_its_page(panel, qtbot) -> None:
    place = panel.dots.places()[4].center().toPoint()
    qtbot.mouseClick(panel.dots, Qt.MouseButton.LeftButton, pos=place)
    assert panel.page() == 4


def test_showing_a_lesson_sends_nothing(panel, heard, lesson) -> None:
    panel.show_lesson(lesson, 3, {"momentum": 1}, "note")
    panel.show_metrics({"loss": 1.0})
    panel.show_lesson(None)
    panel.show_lesson(lesson, 99)
    assert heard == [] and panel.page() == HOME


def test_no_lesson_is_said_in_words(panel) -> None:
    panel.show_lesson(None)
    assert panel.view().title == "There is no lesson here" and not panel.next_button.isVisible()
    assert panel.lesson() is None and panel.focus_prediction() is False


def test_reading_levels_change_words_and_formulas(panel, heard) -> None:
    formulas = lambda: [w for w in panel.view().findChildren(QWidget) if "∇L(w)" in w.accessibleName()]  # noqa: E731
    standard = len(formulas())
    panel.set_level("intro")
    assert len(formulas()) < standard and "In words: the new place" in words_in(panel.view())
    menu = panel.menu()
    action = next(a for a in menu.actions() if a.text() == "Everything")
    action.trigger()
    assert panel.level() == "expert" and "right angles to the contour line" in words_in(panel.view())
    assert heard == []
    menu.deleteLater()
    with pytest.raises(ValueError, match="level must be one of"):
        panel.set_level("genius")


def test_the_teachers_note_is_a_page_of_its_own(panel, qtbot) -> None:
    panel.show_teacher_note()
    assert "The first five minutes" in words_in(panel.view()) and place(panel) == "For teachers"
    assert not panel.next_button.isVisible()
    click(qtbot, panel.back_button)
    assert panel.view().title == "How far should each step go?" and panel.next_button.isVisible()


def test_hide_is_requested_for(panel, qtbot, heard) -> None:
    click(qtbot, button(panel, HIDE))
    assert heard == [("hide_requested", ())]


# ------------------------------------------------------------------------------------------ predicting


def test_a_prediction_is_locked_by_running_and_explained_afterwards(panel, qtbot, heard) -> None:
    card = panel.questions()[0]
    click(qtbot, options(card)[1])
    click(qtbot, card.button)
    (_, answered), (_, (request,)) = heard
    assert answered == ("bounce", 1) and request.preset == "too-large" and request.run == 40
    assert card.locked and not any(option.isEnabled() for option in options(card)) and not card.revealed
    panel.show_metrics({"loss": 1.0, "step": 40})  # a frame is not the end of the run
    assert not card.revealed and "lands on the other slope" not in words_in(card)
    panel.run_ended()
    assert card.revealed and "As you predicted" in words_in(card) and "lands on the other slope" in words_in(card)


def test_a_wrong_prediction_shows_which_was_right(panel, qtbot) -> None:
    card = panel.questions()[0]
    click(qtbot, options(card)[0])
    click(qtbot, card.button)
    panel.run_ended()
    assert "It went differently" in words_in(card)
    assert marks(card) == [
        (True, "not this one"),
        (True, "right"),
        (False, "not this one"),
    ]


def test_running_never_waits_for_a_prediction(panel, qtbot, heard) -> None:
    card = panel.questions()[0]
    assert card.button.isEnabled()
    click(qtbot, card.button)
    assert heard[0] == ("answered", ("bounce", SKIPPED)) and heard[1][0] == "setting_requested"
    panel.run_ended()
    assert "You watched without a prediction" in words_in(card)


def test_the_explanation_can_be_had_before_the_run_ends(panel, qtbot) -> None:
    card = panel.questions()[0]
    click(qtbot, options(card)[1])
    click(qtbot, card.button)
    show_now = next(each for each in card.findChildren(WrapButton) if "Show the explanation now" in each.words())
    show_now.setFocus()
    qtbot.keyClick(show_now, Qt.Key.Key_Space)
    assert card.revealed and card.button.hasFocus()


def test_it_can_be_run_again_but_not_predicted_again(panel, qtbot, heard) -> None:
    card = panel.questions()[0]
    click(qtbot, options(card)[1])
    click(qtbot, card.button)
    panel.run_ended()
    click(qtbot, options(card)[0])
    click(qtbot, card.button)
    assert [name for name, _values in heard] == ["answered", "setting_requested", "setting_requested"]
    assert card.chosen == 1


def test_answers_given_before_are_shown_as_given(panel, lesson, heard) -> None:
    panel.show_lesson(lesson, STEP, {"bounce": 2})
    card = panel.questions()[0]
    assert card.locked and card.revealed and card.chosen == 2 and "It went differently" in words_in(card)
    assert heard == []


@pytest.mark.parametrize("nonsense", ["x", 99, -7, None, True and 3.5])
def test_an_answer_that_makes_no_sense_is_ignored(panel, lesson, nonsense) -> None:
    panel.show_lesson(lesson, STEP, {"bounce": nonsense})
    assert not panel.questions()[0].locked


def test_answers_survive_turning_the_page(panel, qtbot) -> None:
    card = panel.questions()[0]
    click(qtbot, options(card)[1])
    click(qtbot, card.button)
    panel.go(0)
    panel.go(STEP)
    assert panel.questions()[0].locked and panel.questions()[0].chosen == 1


def test_a_quiz_question_is_checked_once_and_gives_no_marks(panel, qtbot, lesson, heard) -> None:
    panel.show_lesson(lesson, HOME)
    first, second, _third = panel.questions()
    assert not first.button.isEnabled()
    click(qtbot, options(first)[1])
    click(qtbot, first.button)
    click(qtbot, options(second)[0])
    click(qtbot, second.button)
    assert heard == [("answered", ("minus", 1)), ("answered", ("exploding", 0))]
    assert "Right" in words_in(first) and "Not this one" in words_in(second) and not first.button.isVisible()
    assert "beyond the cliff" in words_in(second)


def test_a_classroom_may_keep_the_answers_hidden(panel, qtbot, heard, lesson) -> None:
    panel.set_answers_hidden(True)
    card = panel.questions()[0]
    click(qtbot, options(card)[1])
    click(qtbot, card.button)
    panel.run_ended()
    assert "kept for your teacher" in words_in(card) and "other slope" not in words_in(card)
    assert heard[0] == ("answered", ("bounce", 1)) and not any(visible for visible, _name in marks(card))
    assert "Teacher's note" not in [action.text() for action in panel.menu().actions()]
    panel.show_teacher_note()
    assert place(panel) == "Lesson · step 2 of 7"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_a_prediction_is_run_by_enter_as_by_the_space_bar(panel, qtbot, heard, key) -> None:
    card = panel.questions()[0]
    card.button.setFocus()
    qtbot.keyClick(card.button, Qt.Key.Key_Tab)
    assert heard == [], "only what presses a button presses it"
    card.button.setFocus()
    qtbot.keyClick(card.button, key)
    assert [name for name, _values in heard] == ["answered", "setting_requested"]


def test_enter_checks_an_answer_and_opens_a_fold(panel, qtbot, lesson) -> None:
    panel.show_lesson(lesson, HOME)
    card = panel.questions()[0]
    qtbot.keyClick(card.button, Qt.Key.Key_Return)
    assert not card.revealed, "nothing is chosen yet"
    options(card)[0].setFocus()
    qtbot.keyClick(options(card)[0], Qt.Key.Key_Down)
    assert card.chosen == -1, "going along the options chooses none"
    qtbot.keyClick(options(card)[1], Qt.Key.Key_Return)
    assert card.chosen == 1 and not card.revealed
    card.button.setFocus()
    qtbot.keyClick(card.button, Qt.Key.Key_Return)
    assert card.revealed and card.chosen == 1
    assert QApplication.focusWidget() is not None and panel.isAncestorOf(QApplication.focusWidget())
    notes = panel.notes_card()
    qtbot.keyClick(notes.head, Qt.Key.Key_Return)
    assert notes.is_open()


def in_sight(panel: LessonPanel, widget: QWidget) -> bool:
    """Whether the whole of it is to be seen without scrolling."""
    area = page_area(panel)
    top = widget.mapTo(area, QPoint(0, 0)).y()
    return top >= 0 and top + widget.height() <= area.height()


def test_an_explanation_scrolls_into_sight_when_the_run_is_over(panel, qtbot) -> None:
    panel.resize(404, 520)
    card = panel.questions()[0]
    qtbot.waitUntil(lambda: panel.findChild(QScrollArea).verticalScrollBar().maximum() > 0)
    card.take_focus()
    panel.findChild(QScrollArea).ensureWidgetVisible(card)
    click(qtbot, options(card)[1])
    click(qtbot, card.button)
    panel.run_ended()
    explanation = card.findChildren(MarkdownText)[-1]
    qtbot.waitUntil(lambda: in_sight(panel, explanation))


def test_who_has_turned_away_from_the_card_is_not_taken_back_to_it(panel, qtbot) -> None:
    panel.resize(404, 420)
    bar = panel.findChild(QScrollArea).verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    card = panel.questions()[0]
    click(qtbot, card.button)
    bar.setValue(0)
    qtbot.waitUntil(lambda: not in_sight(panel, card.button))
    reach = bar.maximum()
    panel.run_ended()
    qtbot.waitUntil(lambda: bar.maximum() != reach)
    assert bar.value() == 0


# ------------------------------------------------------------------------------------- trying and noting


def test_a_link_to_try_asks_for_its_setting(panel, heard) -> None:
    open_link(panel, "Too small")
    (name, (request,)) = heard[0]
    assert name == "setting_requested" and request.preset == "too-small" and request.run == 60


def test_a_link_that_the_lesson_does_not_know_does_nothing(panel, heard) -> None:
    for hostile in ("lab:?learning_rate=9", "javascript:alert(1)", "file:///etc/passwd", "word:nothing"):
        panel.view().texts()[0].link_activated.emit(hostile)
    assert heard == []


def test_notes_are_folded_until_there_are_some(panel, lesson, qtbot, heard) -> None:
    assert not panel.notes_card().is_open()
    panel.show_lesson(lesson, STEP, {}, "η = 0.26: left valley")
    notes = panel.notes_card()
    assert notes.is_open() and notes.text() == "η = 0.26: left valley"
    notes.edit().setFocus()
    qtbot.keyClicks(notes.edit(), "! ")
    assert heard[-1] == ("notes_changed", ("! η = 0.26: left valley",))
    panel.go(0)
    assert panel.notes_card().text() == "! η = 0.26: left valley"


def test_what_is_under_the_hood_is_folded(panel, lesson, qtbot) -> None:
    panel.show_lesson(lesson, CLIFF)
    card = panel.view().findChild(UnderCard)
    assert not card.is_open() and "smooth valley" not in words_in(card)
    card.head.setFocus()
    qtbot.keyClick(card.head, Qt.Key.Key_Space)
    assert card.is_open() and "smooth valley" in words_in(card)
    assert "found at this edge" not in words_in(card)  # for experts


@pytest.mark.qt_log_ignore("does not support (raise|grabbing)", extend=True)
def test_a_word_is_explained_beside_its_chip(panel, qtbot, heard) -> None:
    chip = next(c for c in panel.view().findChildren(Chip) if c.words() == "gradient")
    click(qtbot, chip)
    popover = next(w for w in QApplication.topLevelWidgets() if isinstance(w, Popover) and w.isVisible())
    card = popover.findChild(WordCard)
    assert "loss rises fastest" in words_in(card) and "in this experiment" in words_in(card)
    qtbot.keyClick(popover, Qt.Key.Key_Escape)
    assert not popover.isVisible() and heard == []


@pytest.mark.qt_log_ignore("does not support (raise|grabbing)", extend=True)
def test_a_word_in_the_text_is_explained_as_well(panel, qtbot) -> None:
    open_link(panel, "learning rate")
    popover = next(w for w in QApplication.topLevelWidgets() if isinstance(w, Popover) and w.isVisible())
    assert popover.accessibleName() == "learning rate"
    popover.close()


def test_a_word_leads_to_the_experiment_that_shows_it(qtbot) -> None:
    card = WordCard(read_glossary()["gradient"], here="single-neuron")
    qtbot.addWidget(card)
    assert card.button.words() == "See it in 5: Gradient descent"
    with qtbot.waitSignal(card.show_requested) as caught:
        click(qtbot, card.button)
    assert caught.args == ["gradient"]


def test_code_that_was_changed_is_kept_while_the_lesson_is_open(panel, lesson) -> None:
    panel.show_lesson(lesson, REAL)
    panel.code_cells()[0].editor.set_code("print(1)")
    panel.go(0)
    panel.go(REAL)
    assert panel.code_cells()[0].editor.code() == "print(1)"
    panel.show_lesson(replace(lesson), REAL)
    assert panel.code_cells()[0].editor.code() == panel.code_cells()[0].block.source


def test_turning_the_page_ends_a_cell_that_runs(panel, lesson) -> None:
    panel.show_lesson(lesson, REAL)
    cell = panel.code_cells()[0]
    cell.editor.set_code("while True: pass")
    cell.run()
    runner = cell.runner
    assert runner.running
    panel.go(0)
    assert not runner.running


def test_the_lessons_cell_prints_the_number_on_screen(panel, lesson, qtbot) -> None:
    panel.show_lesson(lesson, REAL)
    panel.show_metrics({"loss": 86.3581559521296})
    cell = panel.code_cells()[0]
    with qtbot.waitSignal(cell.runner.ended, timeout=15_000):
        click(qtbot, cell.run_button)
    assert cell.findChild(IconLine).words() == "yours 86.36 · on screen 86.36 ✓"


def test_a_classroom_may_switch_code_off(panel, lesson) -> None:
    panel.cell_enabled = False
    panel.show_lesson(lesson, REAL)
    assert panel.cell_enabled is False and not panel.code_cells()[0].run_button.isVisible()
    panel.cell_enabled = True
    assert panel.code_cells()[0].run_button.isVisible()


# -------------------------------------------------------------------------------------------- keyboard


def tab_stops(panel: LessonPanel, qtbot) -> list[QWidget]:
    """What Tab reaches, from the first button until it comes round."""
    button(panel, MORE).setFocus()
    seen: list[QWidget] = []
    for _ in range(200):
        focused = QApplication.focusWidget()
        if seen and focused is seen[0]:
            return seen
        if not seen or focused is not seen[-1]:
            seen.append(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    raise AssertionError("Tab does not come round")


def test_everything_is_reached_with_tab(panel, qtbot) -> None:
    stops = tab_stops(panel, qtbot)
    card = panel.questions()[0]
    assert {button(panel, MORE), button(panel, HIDE), card.button, panel.back_button, panel.next_button} <= set(stops)
    assert any(option in stops for option in options(card))
    places = [stops.index(one) for one in (button(panel, HIDE), card.button, panel.next_button)]
    assert places == sorted(places), "header, page, footer"
    assert any(isinstance(stop, LinkSpot) for stop in stops) and any(isinstance(stop, Chip) for stop in stops)


def test_a_prediction_is_made_with_the_keyboard_alone(panel, qtbot, heard) -> None:
    assert panel.focus_prediction()
    card = panel.questions()[0]
    assert options(card)[0].hasFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert card.chosen == 1
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert card.button.hasFocus()
    qtbot.keyClick(card.button, Qt.Key.Key_Space)
    assert heard[0] == ("answered", ("bounce", 1)) and panel.focus_prediction() and card.button.hasFocus()


def test_turning_pages_keeps_the_focus_on_the_button(panel, qtbot) -> None:
    panel.next_button.setFocus()
    qtbot.keyClick(panel.next_button, Qt.Key.Key_Space)
    assert panel.page() == CLIFF and panel.next_button.hasFocus()
    panel.go(1)
    panel.back_button.setFocus()
    qtbot.keyClick(panel.back_button, Qt.Key.Key_Space)
    assert panel.page() == 0 and panel.next_button.hasFocus()


def test_whatever_can_be_focused_has_a_name(panel, lesson) -> None:
    for page in range(len(lesson.pages)):
        panel.show_lesson(lesson, page)
        for widget in panel.findChildren(QWidget):
            stops = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not isinstance(widget, QScrollArea)
            if stops and widget.isEnabled() and widget.isVisible():
                name = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
                assert name.strip(), f"page {page}: {widget} has no name"


# ------------------------------------------------------------------------------------- sizes and languages


def overflowing(panel: LessonPanel) -> list[str]:
    """What sticks out of the page at the side."""
    view, area = panel.view(), page_area(panel)
    found = []
    for widget in view.findChildren(QWidget):
        if widget.isVisible() and not widget.visibleRegion().isEmpty():
            left = widget.mapTo(view, QPoint(0, 0)).x()
            if left < 0 or left + widget.width() > area.width():
                found.append(f"{type(widget).__name__} {left}+{widget.width()} > {area.width()}")
    return found


def clipped(panel: LessonPanel) -> list[str]:
    """Texts that are higher than their place."""
    return [
        widget.toPlainText()[:40]
        for widget in panel.view().findChildren(MarkdownText)
        if widget.isVisible() and widget.verticalScrollBar().maximum() > 0
    ]


@pytest.mark.parametrize(("width", "height", "compact", "scale"), SIZES)
def test_nothing_sticks_out_at_any_text_size(qapp, qtbot, lesson, width, height, compact, scale) -> None:
    apply_look(qapp, scale=scale)
    panel = LessonPanel()
    qtbot.addWidget(panel)
    panel.resize(width, height)
    panel.set_compact(compact)
    panel.show()
    for page in range(len(lesson.pages)):
        panel.show_lesson(lesson, page, {"bounce": 1, "cliff": 0, "momentum": 1, "scaled": 2, "minus": 0})
        for fold in panel.view().findChildren(UnderCard):
            fold.set_open(True)
        QApplication.processEvents()
        QApplication.processEvents()
        assert panel.width() == width, f"page {page} needs {panel.width()} px"
        assert overflowing(panel) == [] and clipped(panel) == [], f"page {page}"


def test_at_full_hd_the_prediction_is_in_sight_without_scrolling(panel) -> None:
    QApplication.processEvents()
    card = panel.questions()[0]
    bottom = card.mapTo(page_area(panel), QPoint(0, card.height())).y()
    assert bottom <= page_area(panel).height()


def test_on_a_small_screen_the_prediction_is_in_sight_without_scrolling(qtbot, lesson) -> None:
    panel = LessonPanel()
    qtbot.addWidget(panel)
    panel.set_compact(True)
    panel.resize(340, 620)
    panel.show_lesson(lesson, STEP, {}, "a note")
    panel.show()
    QApplication.processEvents()
    card = panel.questions()[0]
    assert card.mapTo(page_area(panel), QPoint(0, card.height())).y() <= page_area(panel).height()
    assert not panel.notes_card().is_open()


def test_text_keeps_its_width_whether_there_is_a_scroll_bar(panel, lesson) -> None:
    widths = set()
    for height in (300, 3000):
        panel.resize(404, height)
        QApplication.processEvents()
        QApplication.processEvents()
        widths.add(panel.view().texts()[0].width())
    assert len(widths) == 1


def test_the_theme_may_change_while_a_page_is_shown(panel, qapp) -> None:
    before = panel.grab().toImage()
    apply_look(qapp, palette=DARK)
    QApplication.processEvents()
    after = panel.grab().toImage()
    corner = QPoint(2, panel.height() - 2)
    assert before.pixelColor(corner) != after.pixelColor(corner)
    text_color = panel.view().texts()[0].document().find("uphill").charFormat().foreground().color()
    assert text_color.name().upper() == DARK.text


def test_another_text_size_may_be_chosen_while_a_page_is_shown(panel, qapp) -> None:
    before = panel.view().height()
    apply_look(qapp, scale=1.25)
    QApplication.processEvents()
    QApplication.processEvents()
    assert panel.view().height() > before and overflowing(panel) == []


def test_compact_may_come_and_go(panel, lesson) -> None:
    panel.show_lesson(lesson, STEP)
    QApplication.processEvents()
    roomy = panel.view().sizeHint().height()
    panel.set_compact(True)
    QApplication.processEvents()
    assert panel.view().sizeHint().height() < roomy
    panel.set_compact(False)
    QApplication.processEvents()
    assert panel.view().sizeHint().height() == roomy


@pytest.mark.parametrize("code", ["qps", "qps-rtl"])
def test_every_page_passes_in_the_pseudo_language(qapp, qtbot, code) -> None:
    text.use(code)
    if text.current().right_to_left:
        qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    lesson = load(find("gradient-descent"))
    panel = LessonPanel()
    qtbot.addWidget(panel)
    panel.resize(340, 620)
    panel.set_compact(True)
    panel.show()
    for page in range(len(lesson.pages)):
        panel.show_lesson(lesson, page)
        QApplication.processEvents()
        QApplication.processEvents()
        assert panel.width() == 340 and overflowing(panel) == [] and clipped(panel) == []
        plain = [
            label.text()
            for label in panel.findChildren(QLabel)
            if label.isVisible() and len(label.text()) > 4 and label.text().isascii()
        ]
        assert plain == []


def test_right_to_left_puts_the_margins_and_the_arrows_on_the_other_side(qapp, qtbot, lesson) -> None:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    panel = LessonPanel()
    qtbot.addWidget(panel)
    panel.resize(404, 500)
    panel.show_lesson(lesson, STEP)
    panel.show()
    QApplication.processEvents()
    left, right = panel.layout().contentsMargins().left(), panel.layout().contentsMargins().right()
    assert left < right and panel.next_button.x() < panel.back_button.x()
    assert panel.dots.places()[0].x() > panel.dots.places()[1].x()


def test_a_lesson_that_is_not_translated_says_so(panel, lesson, monkeypatch) -> None:
    monkeypatch.setattr(text, "_language", text.Language("de"))
    panel.show_lesson(lesson, 0)
    assert "not translated yet" in words_in(panel.view())


def test_old_pages_leave_nothing_behind(panel, lesson, qapp) -> None:
    for page in range(len(lesson.pages)):
        panel.show_lesson(lesson, page)
    panel.show_lesson(lesson, 0)
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(panel.findChildren(TryCard)) == 1 and panel.findChildren(RememberCard) == []
    assert len(panel.findChildren(WordRow)) == 1
