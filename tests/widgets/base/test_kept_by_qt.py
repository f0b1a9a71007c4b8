"""What Qt keeps for every widget is given back, and nothing looks or works differently."""

from __future__ import annotations

import subprocess
import sys

import pytest
from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QVBoxLayout, QWidget

from widgets.base.colors import DARK, LIGHT
from widgets.base.kept_by_qt import forget_signals, forget_style_rules
from widgets.base.look import apply_look
from widgets.base.stylesheet import kind


class Sheet(QWidget):
    """Some widgets that the style sheet reaches."""

    told = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.button, self.check = kind(QPushButton("Press"), "primary"), QCheckBox("Check")
        column = QVBoxLayout(self)
        for part in (self.button, self.check, QLabel("text")):
            column.addWidget(part)
        self.resize(200, 120)


@pytest.fixture
def sheet(qtbot) -> Sheet:
    made = Sheet()
    qtbot.addWidget(made)
    made.show()
    return made


def picture(sheet: Sheet) -> object:
    return sheet.grab().toImage()


def test_nothing_looks_different_without_the_rules_that_were_kept(sheet, qapp) -> None:
    before = picture(sheet)
    forget_style_rules(qapp)
    assert picture(sheet) == before
    sheet.button.setDown(True)
    down = picture(sheet)
    forget_style_rules(qapp)
    assert picture(sheet) == down != before


def test_another_look_reaches_who_has_no_rules_kept(sheet, qapp) -> None:
    light = picture(sheet)
    apply_look(qapp, palette=DARK)
    dark = picture(sheet)
    apply_look(qapp, palette=LIGHT)
    assert picture(sheet) == light != dark
    forget_style_rules(qapp)
    apply_look(qapp, palette=DARK)
    assert picture(sheet) == dark
    forget_style_rules(qapp)
    apply_look(qapp, palette=LIGHT)
    assert picture(sheet) == light


@pytest.mark.skipif(sys.platform != "linux", reason="the C library of Linux says what is in use")
def test_the_rules_are_given_back() -> None:
    code = """
import ctypes
from PySide6.QtWidgets import QApplication, QLabel
from widgets.base.kept_by_qt import forget_style_rules
app = QApplication([])
app.setStyleSheet("QLabel { color: red; padding: 2px }")
labels = [QLabel("x") for _ in range(300)]
for label in labels: label.ensurePolished()
class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in "abcdefghij"]
used = ctypes.CDLL(None).mallinfo2
used.restype = Info
before = used().h
forget_style_rules(app)
print((before - used().h) // 300)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert int(done.stdout) > 4000, "bytes a widget"


def test_a_signal_that_was_forgotten_still_comes_and_can_be_asked_for(sheet) -> None:
    came: list[object] = []
    sheet.told.connect(came.append)
    sheet.button.clicked.connect(lambda: came.append("pressed"))
    assert forget_signals(sheet) > 10
    assert forget_signals(sheet) == 0
    sheet.told.emit(1)
    sheet.button.click()
    assert came == [1, "pressed"]
    sheet.button.clicked.connect(lambda: came.append("again"))
    sheet.button.click()
    assert came == [1, "pressed", "pressed", "again"]
    sheet.told.disconnect(came.append)
    sheet.told.emit(2)
    assert 2 not in came


def test_what_is_no_signal_stays(sheet, qapp) -> None:
    gone: list[int] = []
    sheet.destroyed.connect(lambda *_of: gone.append(1))
    sheet.note, sheet.pressed = "mine", sheet.button.clicked
    forget_signals(sheet)
    assert sheet.note == "mine" and sheet.button.text() == "Press"
    sheet.pressed.connect(lambda: gone.append(0))
    sheet.button.click()
    assert gone.pop() == 0, "a signal of another that somebody keeps"
    other = Sheet()
    other.destroyed.connect(lambda *_of: gone.append(2))
    forget_signals(other)
    other.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert gone == [2]
