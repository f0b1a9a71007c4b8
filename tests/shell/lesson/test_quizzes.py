"""Every question of every lesson is answered without a mouse: reached by Tab, chosen by Space, sent by Enter."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from lab import catalog
from lab.core.lesson import load
from lab.core.lesson.blocks import LEVELS
from lab.shell.lesson.cards import QuestionCard
from lab.shell.lesson.panel import LessonPanel
from lab.shell.lesson.parts import IconLine
from widgets.controls.checks import RadioButton

MOST = 120  # stops of a page
GOOD, BAD = {"Right", "As you predicted"}, {"Not this one", "It went differently"}


@pytest.fixture
def panel(qtbot) -> LessonPanel:
    made = LessonPanel()
    qtbot.addWidget(made)
    made.resize(404, 700)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def tab_into(qtbot, parts: list[QWidget]) -> QWidget:
    """Press Tab until one of these has the keyboard."""
    for _round in range(MOST):
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused in parts:
            return focused
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    raise AssertionError(f"Tab does not reach {[part.accessibleName() for part in parts]}")


def choose(qtbot, options: list[RadioButton], wanted: int) -> None:
    """Go along the options by the arrow keys, and choose one with Space."""
    tab_into(qtbot, list(options))
    for _round in range(len(options)):
        if QApplication.focusWidget() is options[wanted]:
            break
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert QApplication.focusWidget() is options[wanted]
    qtbot.keyClick(options[wanted], Qt.Key.Key_Space)
    assert options[wanted].isChecked()


def verdicts(card: QuestionCard) -> set[str]:
    """The words that say whether it was right."""
    return {line.words() for line in card.findChildren(IconLine)} & (GOOD | BAD)


@pytest.mark.parametrize("experiment", catalog.experiments(), ids=lambda e: e.id)
def test_every_question_is_answered_by_keys_and_says_whether_it_was_right(panel, qtbot, experiment) -> None:
    lesson, asked = load(experiment), 0
    panel.set_level(LEVELS[-1])
    for page in range(len(lesson.pages)):
        panel.show_lesson(lesson, page)
        for card in panel.questions():
            options = card.findChildren(RadioButton)
            right = asked % 2 == 0
            wanted = card.question.right if right else (card.question.right + 1) % len(options)
            panel.next_button.setFocus()
            choose(qtbot, options, wanted)
            button = tab_into(qtbot, [card.button])
            qtbot.keyClick(button, Qt.Key.Key_Return)
            panel.run_ended()  # of what was predicted
            assert card.locked and card.revealed
            assert verdicts(card) and verdicts(card) <= (GOOD if right else BAD), card.question.id
            asked += 1
    assert asked
    panel.show_lesson(None)
