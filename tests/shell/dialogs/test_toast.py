"""A card of the window ends by itself when it has been read, unless there is something to do about it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractButton, QWidget

from lab.shell.dialogs.toast import Toast, reading_ms


@pytest.fixture
def toast(qtbot) -> Toast:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 600)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    made = Toast(window)
    yield made
    window.close()


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
    toast.findChild(QAbstractButton).setFocus()
    let_time_pass(toast)
    assert toast.isVisible() and len(ends(toast)) == 1
    toast.window().setFocus()
    toast.findChild(QAbstractButton).clearFocus()
    let_time_pass(toast)
    assert not toast.isVisible()


def test_a_long_text_stands_longer(toast) -> None:
    assert reading_ms("") == 5000 and reading_ms("x" * 100) - reading_ms("x" * 50) >= 2500
