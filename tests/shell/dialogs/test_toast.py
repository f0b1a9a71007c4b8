"""What is said in passing ends by itself when it has been read, unless there is something to do about it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel

from lab.shell.app.status import StatusLine
from lab.shell.dialogs.speaker import Speaker
from lab.shell.dialogs.toast import Toast, reading_ms
from widgets.text.popover import Popover


@pytest.fixture
def line(qtbot) -> StatusLine:
    made = StatusLine()
    qtbot.addWidget(made)
    made.resize(900, made.height())
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.close()


@pytest.fixture
def toast(line) -> Toast:
    return Toast(line)


def ends(toast: Toast) -> list[int]:
    """The milliseconds after which it wants to end; none where it stays."""
    return [timer.interval() for timer in toast.findChildren(QTimer) if timer.isActive()]


def let_time_pass(toast: Toast) -> None:
    for timer in toast.findChildren(QTimer):
        timer.timeout.emit()


@pytest.mark.parametrize("tone", ["good", "info"])
def test_what_went_well_is_gone_after_it_was_read(toast, tone) -> None:
    toast.say(tone, "Saved", "walk.glassbox")
    assert toast.isVisible() and ends(toast) == [reading_ms("Saved walk.glassbox")]
    let_time_pass(toast)
    assert not toast.isVisible()


@pytest.mark.parametrize("tone", ["bad", "warn"])
def test_what_needs_an_answer_stays_also_after_something_that_would_have_gone(toast, tone) -> None:
    toast.say("good", "Saved", "walk.glassbox")
    toast.say(tone, "Not saved", "The disk is full.")
    assert ends(toast) == [] and toast.isVisible()


def test_it_stays_while_the_keyboard_is_on_it(toast) -> None:
    toast.say("good", "Saved", "walk.glassbox")
    toast.findChild(QAbstractButton, "close-note").setFocus()
    let_time_pass(toast)
    assert toast.isVisible() and len(ends(toast)) == 1
    toast.window().setFocus()
    toast.findChild(QAbstractButton, "close-note").clearFocus()
    let_time_pass(toast)
    assert not toast.isVisible()


def test_a_long_text_stands_longer(toast) -> None:
    assert reading_ms("") == 5000 and reading_ms("x" * 100) - reading_ms("x" * 50) >= 2500


def seen(line: StatusLine) -> list[str]:
    return [label.text() for label in line.findChildren(QLabel) if label.isVisible() and label.text()]


def test_it_stands_in_the_stead_of_the_words_which_come_back_as_they_are_then(line, toast) -> None:
    line.show_text("Step 1.")
    assert "Step 1." in seen(line)
    toast.say("good", "Saved", "walk.glassbox")
    line.show_text("Step 2.")
    assert "walk.glassbox" in seen(line) and not {"Step 1.", "Step 2."} & set(seen(line))
    toast.hide()
    assert "Step 2." in seen(line) and "walk.glassbox" not in seen(line)


def test_it_speaks_again_after_the_line_was_away(line, toast) -> None:
    told = []
    line.speaking.connect(told.append)
    toast.say("bad", "Not saved", "The disk is full.")
    line.hide()
    line.show()
    assert told == [True] and toast.isVisible() and "Works offline. Nothing leaves this computer." not in seen(line)
    toast.hide()
    assert told == [True, False]


def test_the_words_come_back_when_the_last_of_two_speakers_is_silent(line, toast) -> None:
    other = Speaker(line)
    other.stand()
    line.show_text("Step 1.")
    toast.say("bad", "Not saved", "The disk is full.")
    other.show()
    toast.hide()
    assert "Step 1." not in seen(line)
    other.hide()
    assert "Step 1." in seen(line)


def test_a_long_text_is_one_line_and_all_of_it_is_behind_more(line, toast, qtbot) -> None:
    long = "The disk is full, and nothing can be written there. " * 9
    toast.say("bad", "Not saved", long)
    QApplication.processEvents()
    assert line.minimumSizeHint().width() < 900 and toast.height() <= line.height()
    more = toast.findChild(QAbstractButton, "more")
    assert more.isVisible()
    more.click()
    (popover,) = (p for p in line.findChildren(Popover) if p.isVisible())
    assert popover.findChild(QLabel, "whole-text").text() == long
    popover.close()
    toast.say("good", "Saved", "walk.glassbox")
    QApplication.processEvents()
    assert not more.isVisible()
