"""What the first experiment needs is there before it is asked for, and the window answers meanwhile."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from shiboken6 import delete

from lab.shell.app import warm_up
from lab.shell.app.warm_up import WarmUp

ROOT = Path(__file__).resolve().parents[3]

OPENED = """
import os, sys, tempfile
os.environ["QT_QPA_PLATFORM"], os.environ["GLASSBOX_HOME"] = "offscreen", tempfile.mkdtemp()
from lab.bench._window import open_box, until, window
with window() as (app, main):
    assert "numpy" not in sys.modules
    {warm}
    before = set(sys.modules)
    box = open_box(app, main, main.home.next_experiment().id)
    print(len(set(sys.modules) - before))
    sys.stdout.flush()
    os._exit(0)
"""


def imported_by_the_click(warm: str) -> int:
    """How many modules are imported when the experiment that the home page offers is opened."""
    done = subprocess.run([sys.executable, "-c", OPENED.format(warm=warm)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def test_nothing_much_is_left_to_import_when_the_first_experiment_is_opened() -> None:
    warm = imported_by_the_click("pieces = main.warm_up(); until(app, lambda: pieces.done)")
    cold = imported_by_the_click("pass")
    assert warm < 8 < 100 < cold


def test_the_window_answers_between_two_pieces(qtbot, qapp, monkeypatch) -> None:
    monkeypatch.setattr(warm_up, "MODULES", ("json",) * 12)
    ticks: list[int] = []
    ticking = QTimer()
    ticking.timeout.connect(lambda: ticks.append(1))
    ticking.start(0)
    parent = QObject()
    pieces = WarmUp(None, parent)
    assert not pieces.done
    qtbot.waitUntil(lambda: pieces.done)
    assert len(ticks) >= 12


def test_a_module_that_is_missing_is_written_down_and_the_others_follow(qtbot, qapp, monkeypatch, caplog) -> None:
    monkeypatch.setattr(warm_up, "MODULES", ("no_such_module", "this_one_neither", "json"))
    parent = QObject()
    with caplog.at_level(logging.ERROR, "lab"):
        pieces = WarmUp(None, parent)
        qtbot.waitUntil(lambda: pieces.done)
    assert [record.message for record in caplog.records] == [
        f"the installation is incomplete: No module named '{name}'" for name in ("no_such_module", "this_one_neither")
    ]


def test_it_ends_with_its_window(qtbot, qapp, monkeypatch, caplog) -> None:
    monkeypatch.setattr(warm_up, "MODULES", ("no_such_module",))
    parent = QObject()
    pieces = WarmUp(None, parent)
    delete(parent)
    qtbot.wait(2 * warm_up.BEGIN_MS)
    assert not pieces.done and not caplog.records
