"""The line along the foot says aloud where things have come to rest, once."""

from __future__ import annotations

import pytest

from lab.shell.app import status
from lab.shell.app.status import StatusLine


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(status, "announce", lambda _widget, text: found.append(text))
    return found


def test_the_last_sentence_is_said_once(qtbot, heard: list[str]) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    for text in ("Step 1.", "Step 2."):
        line.show_text(text, aloud=True)
    assert heard == []
    qtbot.waitUntil(lambda: bool(heard))
    line.show_text("Step 2.", aloud=True)
    line.show_text("Step 3.", aloud=True)
    qtbot.waitUntil(lambda: len(heard) > 1)
    line.show_text("Step 3.", aloud=True)
    qtbot.wait(2 * status.ANNOUNCE_MS)
    assert heard == ["Step 2.", "Step 3."]


def test_while_a_run_goes_on_nothing_is_said(qtbot, heard: list[str]) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.show_text("Step 1.", aloud=True)
    line.show_text("Step 2.")
    qtbot.wait(2 * status.ANNOUNCE_MS)
    assert heard == [] and line.text == "Step 2."
