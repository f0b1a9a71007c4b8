"""What the first experiment needs is there before it is asked for, and the window answers meanwhile."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from pathlib import Path

from PySide6.QtCore import QObject, QPointF, QTimer
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication
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


class Expected:
    """Stands for an experiment: says when it is imported."""

    def __init__(self, name: str, said: list[str]) -> None:
        self.load = lambda: said.append(name)
        self.load_view = lambda: said.append(f"view of {name}")


def test_of_several_that_are_expected_only_the_last_is_imported_and_after_all_else(qtbot, qapp, monkeypatch) -> None:
    monkeypatch.setattr(warm_up, "MODULES", ("json",) * 3)
    said: list[str] = []
    parent = QObject()
    pieces = WarmUp(Expected("first", said), parent)
    for name in ("passed over", "last"):
        pieces.expect(Expected(name, said))
    qtbot.waitUntil(lambda: pieces.done)
    assert said == ["first", "view of first", "last", "view of last"]


def test_one_that_is_expected_when_all_is_done_comes_after_a_rest(qtbot, qapp, monkeypatch) -> None:
    monkeypatch.setattr(warm_up, "MODULES", ("json",))
    said: list[str] = []
    parent = QObject()
    pieces = WarmUp(None, parent, run=lambda piece: said.append("run") or piece())
    qtbot.waitUntil(lambda: pieces.done)
    pieces.expect(Expected("passed over", said))
    qtbot.wait(warm_up.REST_MS // 3)
    pieces.expect(Expected("last", said))
    qtbot.waitUntil(lambda: pieces.done)
    assert said == ["run", "run", "last", "run", "view of last"]


def test_a_card_under_the_pointer_or_the_keys_is_expected(window, qtbot, monkeypatch) -> None:
    expected: list[str] = []
    monkeypatch.setattr(WarmUp, "expect", lambda self, experiment: expected.append(experiment.id))
    cards = window.home.chapters.cards
    QApplication.sendEvent(cards["attention"], enter_event())
    assert expected == [], "nothing is imported before the window has been painted once"
    window.warm_up()
    QApplication.sendEvent(cards["attention"], enter_event())
    window.activateWindow()
    cards["embeddings"].setFocus()
    assert expected == ["attention", "embeddings"]


def test_nothing_is_imported_for_a_card_while_a_run_goes_on(window, descent, qtbot, monkeypatch) -> None:
    expected: list[str] = []
    monkeypatch.setattr(WarmUp, "expect", lambda self, experiment: expected.append(experiment.id))
    window.warm_up()
    box, card = descent(), window.home.chapters.cards["attention"]
    box.run.set_speed(5)
    box.run.play()
    qtbot.waitUntil(lambda: box.playing)
    QApplication.sendEvent(card, enter_event())
    assert expected == []
    box.run.pause()
    qtbot.waitUntil(lambda: not box.playing)
    QApplication.sendEvent(card, enter_event())
    assert expected == ["attention"]


def test_with_boxes_open_modules_go_to_their_own_heap(window, descent, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(warm_up, "MODULES", ())
    pieces = window.warm_up()
    qtbot.waitUntil(lambda: pieces.done)
    descent()
    threads: list[str] = []
    one = Expected("one", [])
    one.load = lambda: threads.append(threading.current_thread().name)
    pieces.expect(one)
    qtbot.waitUntil(lambda: pieces.done)
    ours = threading.current_thread().name
    assert threads == ["lab-own-heap" if sys.platform == "linux" else ours]


def enter_event() -> QEnterEvent:
    middle = QPointF(5.0, 5.0)
    return QEnterEvent(middle, middle, middle)
