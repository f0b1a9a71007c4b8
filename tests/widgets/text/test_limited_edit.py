"""A text field that holds so many characters takes no more, keeps what was there, and says when it is full."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QTextCursor

from widgets.text.limited_edit import LimitedEdit


@pytest.fixture
def edit(qtbot):
    made = LimitedEdit("abcd", 6)
    qtbot.addWidget(made)
    made.moveCursor(QTextCursor.MoveOperation.End)
    made.sentence = []
    made.filled.connect(made.sentence.append)
    return made


def paste(edit: LimitedEdit, text: str) -> None:
    data = QMimeData()
    data.setText(text)
    edit.insertFromMimeData(data)


def test_typing_ends_at_the_limit_and_not_before(edit, qtbot) -> None:
    qtbot.keyClicks(edit, "e")
    assert edit.toPlainText() == "abcde" and edit.sentence == []
    qtbot.keyClicks(edit, "f")
    assert edit.toPlainText() == "abcdef" and edit.sentence == [True]
    qtbot.keyClicks(edit, "g")
    assert edit.toPlainText() == "abcdef" and edit.sentence == [True]


def test_what_does_not_fit_is_left_out_where_it_was_typed(edit, qtbot) -> None:
    edit.moveCursor(QTextCursor.MoveOperation.Start)
    qtbot.keyClicks(edit, "12345")
    assert edit.toPlainText() == "12abcd"


def test_as_much_is_pasted_as_fits(edit) -> None:
    paste(edit, "12345")
    assert edit.toPlainText() == "abcd12" and edit.sentence == [True]
    edit.selectAll()
    paste(edit, "x" * 1_000_000)
    assert edit.toPlainText() == "xxxxxx"


def test_what_is_pasted_over_a_choice_has_the_room_of_that_choice(edit) -> None:
    edit.selectAll()
    paste(edit, "123456")
    assert edit.toPlainText() == "123456"


def test_a_full_field_is_free_again_when_something_is_deleted(edit, qtbot) -> None:
    paste(edit, "12")
    edit.textCursor().deletePreviousChar()
    assert edit.sentence == [True, False]


def test_undo_brings_back_what_was_there(edit, qtbot) -> None:
    paste(edit, "123")
    edit.undo()
    assert edit.toPlainText() == "abcd"
    edit.redo()
    assert edit.toPlainText() == "abcd12"


@pytest.mark.parametrize(("text", "kept"), [("1😀", "abcd1"), ("😀1", "abcd😀"), ("\n\n\n", "abcd\n\n")])
def test_an_emoji_goes_whole_and_a_line_break_counts(edit, text: str, kept: str) -> None:
    paste(edit, text)
    assert edit.toPlainText() == kept


def test_a_text_that_is_too_long_already_is_kept_whole(qtbot) -> None:
    edit = LimitedEdit("abcdefgh", 6)
    qtbot.addWidget(edit)
    assert edit.is_full()
    qtbot.keyClicks(edit, "x")
    assert edit.toPlainText() == "abcdefgh"
    edit.moveCursor(QTextCursor.MoveOperation.End)
    edit.textCursor().deletePreviousChar()
    assert edit.toPlainText() == "abcdefg"


def test_a_field_without_a_limit_takes_everything(qtbot) -> None:
    edit = LimitedEdit()
    qtbot.addWidget(edit)
    paste(edit, "x" * 1000)
    assert len(edit.toPlainText()) == 1000 and not edit.is_full()
