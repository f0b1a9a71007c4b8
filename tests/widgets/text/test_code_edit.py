"""The code editor indents as programmers expect, never catches the keyboard, and shows where an error is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontInfo, QTextCursor
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from widgets.base.colors import DARK
from widgets.base.look import apply_look, look
from widgets.text.code_edit import CodeEdit

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def form(qtbot) -> QWidget:
    """An editor between two fields."""
    form = QWidget()
    qtbot.addWidget(form)
    column = QVBoxLayout(form)
    form.before, form.editor, form.after = QLineEdit(), CodeEdit("a = 1\nb = 2\nprint(a)"), QLineEdit()
    for part in (form.before, form.editor, form.after):
        column.addWidget(part)
    column.addStretch(1)
    form.resize(360, 400)
    form.show()
    form.activateWindow()
    form.editor.setFocus()
    qtbot.waitUntil(form.editor.hasFocus)
    return form


def put(editor: CodeEdit, line: int, column: int, to_line: int = 0) -> None:
    block = editor.document().findBlockByNumber(line - 1)
    cursor = QTextCursor(block)
    cursor.setPosition(block.position() + column)
    if to_line:
        last = editor.document().findBlockByNumber(to_line - 1)
        cursor.setPosition(last.position() + last.length() - 1, QTextCursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)


def test_tab_goes_to_the_next_stop_of_four(form, qtbot) -> None:
    put(form.editor, 1, 0)
    qtbot.keyClick(form.editor, Qt.Key.Key_Tab)
    assert form.editor.code().startswith("    a = 1")
    put(form.editor, 2, 1)
    qtbot.keyClick(form.editor, Qt.Key.Key_Tab)
    assert form.editor.code().splitlines()[1] == "b    = 2" and form.editor.hasFocus()


def test_tab_indents_and_shift_tab_outdents_the_chosen_lines(form, qtbot) -> None:
    put(form.editor, 1, 0, to_line=2)
    qtbot.keyClick(form.editor, Qt.Key.Key_Tab)
    assert form.editor.code() == "    a = 1\n    b = 2\nprint(a)"
    qtbot.keyClick(form.editor, Qt.Key.Key_Backtab)
    qtbot.keyClick(form.editor, Qt.Key.Key_Backtab)
    assert form.editor.code() == "a = 1\nb = 2\nprint(a)"


def test_enter_keeps_the_indentation_and_adds_to_it_after_a_colon(form, qtbot) -> None:
    form.editor.set_code("for i in x:")
    form.editor.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClick(form.editor, Qt.Key.Key_Return)
    qtbot.keyClicks(form.editor, "y")
    qtbot.keyClick(form.editor, Qt.Key.Key_Return)
    qtbot.keyClicks(form.editor, "z")
    assert form.editor.code() == "for i in x:\n    y\n    z"


@pytest.mark.parametrize(
    ("key", "held", "goal"),
    [
        (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier, "after"),
        (Qt.Key.Key_Tab, CONTROL, "after"),
        (Qt.Key.Key_Backtab, CONTROL | SHIFT, "before"),
    ],
)
def test_three_keys_leave_the_editor(form, qtbot, key, held, goal) -> None:
    code = form.editor.code()
    qtbot.keyClick(form.editor, key, held)
    assert getattr(form, goal).hasFocus() and form.editor.code() == code


def test_control_enter_asks_to_run(form, qtbot) -> None:
    with qtbot.waitSignal(form.editor.run_requested):
        qtbot.keyClick(form.editor, Qt.Key.Key_Return, CONTROL)
    assert form.editor.blockCount() == 3


def test_a_highlighted_line_goes_out_when_something_is_typed(form, qtbot) -> None:
    form.editor.light(2)
    marks = form.editor.extraSelections()
    highlighted, sunken = marks[0].format.background().color(), look().color("sunken")
    assert (
        form.editor.highlighted() == 2 and highlighted.red() - highlighted.green() > sunken.red() - sunken.green() + 8
    )
    assert form.editor.textCursor().blockNumber() == 1
    qtbot.keyClicks(form.editor, "x")
    assert form.editor.highlighted() == 0 and form.editor.extraSelections() == []
    form.editor.light(99)
    assert form.editor.highlighted() == 0


def test_the_letters_have_equal_widths_and_follow_the_text_size(form, light) -> None:
    assert QFontInfo(form.editor.font()).fixedPitch() and form.editor.font().pixelSize() == 13
    apply_look(light, scale=1.5)
    assert form.editor.font().pixelSize() == 20


def test_the_editor_is_as_high_as_its_lines_and_no_higher_than_its_limit(form) -> None:
    three = form.editor.sizeHint().height()
    form.editor.set_code("x\n" * 9 + "x")
    ten = form.editor.sizeHint().height()
    form.editor.set_code("x\n" * 400)
    assert three < ten < form.editor.sizeHint().height() < 3 * ten


def test_all_lines_are_in_sight_without_a_scroll_bar(form) -> None:
    form.editor.set_code("\n".join(f"x{i} = {i}" for i in range(12)))
    QApplication.processEvents()
    assert form.editor.verticalScrollBar().maximum() == 0


def test_words_of_the_language_are_coloured_in_both_themes(form, light) -> None:
    form.editor.set_code('for x in "a": # why\n    y = 12')

    def colors() -> dict[str, str]:
        found = {}
        block = form.editor.document().begin()
        while block.isValid():
            for piece in block.layout().formats():
                word = block.text()[piece.start : piece.start + piece.length]
                found[word] = piece.format.foreground().color().name().upper()
            block = block.next()
        return found

    paper = look().palette
    assert colors() == {
        "for": paper.accent_text, "in": paper.accent_text, '"a"': paper.good, "# why": paper.text3, "12": paper.warn
    }  # fmt: skip
    apply_look(light, palette=DARK)
    assert colors()["for"] == DARK.accent_text


def test_new_code_can_be_taken_back(form) -> None:
    form.editor.set_code("new")
    form.editor.undo()
    assert form.editor.code() == "a = 1\nb = 2\nprint(a)"


def test_code_runs_from_left_to_right_in_every_language(form, qtbot, light) -> None:
    form.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert form.editor.layoutDirection() == Qt.LayoutDirection.LeftToRight
