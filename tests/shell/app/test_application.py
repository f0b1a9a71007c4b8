"""A double-clicked file and a clicked link reach the lab in every system's own way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lab.shell.app.application import plain_target
from lab.shell.files import open_target

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("file:///home/a%20b/%C3%BC.glassbox", "/home/a b/ü.glassbox"),
        ("lab:gradient-descent?seed=4", "lab:gradient-descent?seed=4"),
        ("work.glassbox", "work.glassbox"),
        ("", ""),
    ],
)
def test_a_file_address_becomes_a_path_and_anything_else_stays(given: str, meant: str) -> None:
    assert plain_target(given) == meant


CODE = """
from PySide6.QtCore import QUrl
from PySide6.QtGui import QFileOpenEvent
from lab.shell.app.start import application
app = application()
asked = []
app.requested.connect(asked.append)
app.sendEvent(app, QFileOpenEvent("/tmp/a b.glassbox"))
app.sendEvent(app, QFileOpenEvent(QUrl("lab:gradient-descent?seed=4")))
print(asked)
"""


def test_a_file_and_a_link_that_macos_sends_are_heard() -> None:
    command = [sys.executable, "-c", CODE]
    settings = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=settings)
    assert done.stdout.strip() == "['/tmp/a b.glassbox', 'lab:gradient-descent?seed=4']", done.stderr


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("start = gradent-descent", "start: there is no experiment 'gradent-descent'"),
        ("allowed = gradient-descent, nothing", "allowed: there is no experiment 'nothing'"),
        ("start = loss-functions\nallowed = gradient-descent", "start: 'loss-functions' is not among the allowed"),
        ("language = xx", "language: no translation 'xx'"),
    ],
)
def test_a_slip_in_a_classroom_file_is_told_before_the_window_opens(qapp, tmp_path, line: str, message: str) -> None:
    from lab.arguments import Call, UsageError
    from lab.shell.app.start import prepare

    room = tmp_path / "classroom.ini"
    room.write_text(f"[classroom]\n{line}\n", "utf-8")
    with pytest.raises(UsageError, match=message):
        prepare(Call(classroom=str(room), data=str(tmp_path)))


def test_what_is_wrong_with_a_file_names_it_once(window, tmp_path) -> None:
    summary = []
    window.tell = lambda *words: summary.append(words[2])
    broken, large = tmp_path / "broken.glassbox", tmp_path / "large.glassbox"
    broken.write_bytes(b"[]")
    with large.open("wb") as file:
        file.truncate(65 * 2**20)
    for path in (broken, large, tmp_path / "missing.glassbox"):
        assert not open_target(window, str(path))
        assert summary[-1].count(path.name) == 1
