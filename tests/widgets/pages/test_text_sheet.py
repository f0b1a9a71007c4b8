"""A text of one's own: written, pasted, dropped, opened; and what cannot be used stays, with the reason."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.desk import drop
from widgets.pages.own_sheet import read_text
from widgets.pages.text_sheet import TextSheet, TextWanted


def taken(text: str, title: str) -> tuple[str, str]:
    if len(text) > 40:
        raise ValueError("Too long for me.")
    return title, text


@pytest.fixture
def sheet(qtbot) -> TextSheet:
    made = TextSheet(TextWanted(taken, lambda text: f"{len(text)} letters", 100))
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.show()
    return made


@pytest.fixture
def heard(sheet: TextSheet) -> list[Any]:
    found: list[Any] = []
    sheet.taken.connect(found.append)
    return found


def test_what_is_typed_is_told_and_taken(sheet, heard) -> None:
    sheet.begin()
    assert not sheet.use.isEnabled()
    QTest.keyClicks(sheet.text, "to be")
    assert sheet.sentence.text() == "5 letters"
    sheet.use.click()
    assert heard == [("", "to be")]


def test_what_cannot_be_used_stays_with_the_reason(sheet, heard) -> None:
    sheet.begin("x" * 41)
    assert sheet.sentence.text() == "Too long for me."
    assert not sheet.use.isEnabled()
    assert sheet.text.toPlainText() == "x" * 41
    assert heard == []


def test_a_file_brings_its_name_and_a_locked_page_opens_none(sheet, heard, tmp_path) -> None:
    (tmp_path / "song.txt").write_text("la la", "utf-8")
    sheet.read_file(str(tmp_path / "song.txt"))
    sheet.use.click()
    assert heard == [("song", "la la")]
    sheet.set_locked(True)
    assert not sheet.open.isEnabled()
    (tmp_path / "other.txt").write_text("do re mi", "utf-8")
    sheet.read_file(str(tmp_path / "other.txt"))
    assert "switched off" in sheet.sentence.text()
    assert sheet.text.toPlainText() == "la la"


@pytest.mark.parametrize(
    ("raw", "message"), [(b"x" * 101, "at most 100"), (b"ab\0cd", "zero byte at 2"), (None, "cannot be read")]
)
def test_what_is_wrong_with_a_file_is_said(sheet, tmp_path, raw, message: str) -> None:
    path = tmp_path / "odd.txt"
    if raw is not None:
        path.write_bytes(raw)
    sheet.read_file(str(path))
    assert message in sheet.sentence.text()


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Grüße".encode(), "Grüße"),
        ("Grüße".encode("utf-8-sig"), "Grüße"),
        ("Grüße".encode("utf-16"), "Grüße"),
        ("Grüße".encode("latin-1"), "Grüße"),
        (b"", ""),
    ],
)
def test_files_are_read_in_the_usual_encodings(tmp_path, raw: bytes, text: str) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(raw)
    assert read_text(path, 100) == text


def test_a_picture_that_is_listened_to_opens_the_page(qtbot, sheet, tmp_path) -> None:
    picture = QWidget()
    qtbot.addWidget(picture)
    sheet.listen(picture)
    opened: list[bool] = []
    sheet.opened.connect(lambda: opened.append(True))
    (tmp_path / "code.py").write_text("print(1)", "utf-8")
    assert drop(picture, file=tmp_path / "code.py")
    assert opened
    assert sheet.text.toPlainText() == "print(1)"
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    assert not drop(picture, file=tmp_path / "picture.png")
    QApplication.clipboard().setText("pasted")
    QTest.keyClick(picture, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert sheet.text.toPlainText() == "pasted"


def test_escape_leaves_everything_as_it_was(sheet, heard) -> None:
    closed: list[bool] = []
    sheet.closed.connect(lambda: closed.append(True))
    sheet.begin("something")
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert closed
    assert heard == []


def test_undo_in_an_empty_page_is_the_windows(sheet) -> None:
    sheet.begin()
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    event.ignore()
    QApplication.sendEvent(sheet.text, event)
    assert not event.isAccepted()
    QTest.keyClicks(sheet.text, "to be")
    QApplication.sendEvent(sheet.text, event)
    assert event.isAccepted()
