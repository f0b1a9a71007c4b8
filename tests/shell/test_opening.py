"""A double-clicked file and a clicked link reach the lab in every system's own way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lab.shell.opening import plain_target

ROOT = Path(__file__).resolve().parents[2]


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
from lab.shell.app import application
app = application()
asked = []
app.asked.connect(asked.append)
app.sendEvent(app, QFileOpenEvent("/tmp/a b.glassbox"))
app.sendEvent(app, QFileOpenEvent(QUrl("lab:gradient-descent?seed=4")))
print(asked)
"""


def test_a_file_and_a_link_that_macos_sends_are_heard() -> None:
    command = [sys.executable, "-c", CODE]
    settings = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=settings)
    assert done.stdout.strip() == "['/tmp/a b.glassbox', 'lab:gradient-descent?seed=4']", done.stderr
