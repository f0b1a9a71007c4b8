"""The watchdog tells long turns of the window's thread, and only those."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.watchdog import LONG, lines_of

ROOT = Path(__file__).resolve().parents[1]

SUITE = '''
import time

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from tests.watchdog import WatchedApplication


@pytest.fixture(scope="session")
def qapp():
    yield QApplication.instance() or WatchedApplication([])


def busy(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


class Hasty(QWidget):
    """Does something, for some time, when it is told to."""

    def __init__(self, task, seconds):
        super().__init__()
        self.task, self.seconds = task, seconds

    def event(self, event):
        if event.type() == QEvent.Type.User:
            self.task(self.seconds)
        return super().event(event)


class Slow(Hasty):
    pass


def within(seconds):
    """The work is done by another widget, at once."""
    QCoreApplication.sendEvent(Slow(busy, seconds), QEvent(QEvent.Type.User))


def dialog(seconds):
    """An event loop of its own, whose turns are short."""
    loop, inner = QEventLoop(), Hasty(busy, seconds)
    for _turn in range(3):
        QCoreApplication.postEvent(inner, QEvent(QEvent.Type.User))
    QTimer.singleShot(50, loop.quit)
    loop.exec()


def passed(task, seconds):
    widget = Hasty(task, seconds)
    QCoreApplication.postEvent(widget, QEvent(QEvent.Type.User))
    QApplication.processEvents()


def test_works_120_ms(qapp):
    passed(busy, 0.12)


def test_works_60_ms(qapp):
    passed(busy, 0.06)
    passed(busy, 0.06)


def test_sleeps_120_ms(qapp):
    passed(time.sleep, 0.12)


def test_works_120_ms_elsewhere(qapp):
    passed(within, 0.12)


def test_has_a_dialog_of_short_turns(qapp):
    passed(dialog, 0.06)


def test_has_a_dialog_of_long_turns(qapp):
    passed(dialog, 0.12)
'''


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What runs of the same tests tell at their end: where tests are watched, on two processes, and elsewhere."""
    found = {}
    for name, more in (("contract", ()), ("spread", ("-n", "2")), ("elsewhere", ())):
        folder = tmp_path_factory.mktemp(name) / ("contract" if name != "elsewhere" else "other")
        folder.mkdir()
        (folder / "test_turns.py").write_text(SUITE, encoding="utf-8")
        words = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-c",
            "/dev/null",
            "--rootdir",
            str(folder),
            "-p",
            "tests.watchdog",
        ]
        done = subprocess.run([*words, *more, str(folder)], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0 and "6 passed" in done.stdout, done.stdout + done.stderr
        found[name] = done.stdout
    return found


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if " ms  " in line]


@pytest.mark.parametrize("run", ["contract", "spread"])
def test_long_turns_are_told_by_event_widget_and_test(told, run: str) -> None:
    found = lines(told[run])
    assert [line.split("::")[1] for line in sorted(found, key=lambda line: line.split("::")[1])] == [
        "test_has_a_dialog_of_long_turns",
        "test_works_120_ms",
        "test_works_120_ms_elsewhere",
    ], "not 60 ms, not 120 ms asleep, not a dialog that only waits"
    assert all("User of Hasty" in line for line in found)
    assert ", of it 12" in next(line for line in found if "elsewhere" in line), "the part that took longest has a name"
    assert "User of Slow" in next(line for line in found if "elsewhere" in line)


def test_turns_of_other_tests_are_not_told(told) -> None:
    assert lines(told["elsewhere"]) == [] and "turns of the window" not in told["elsewhere"]


def report(test: str, *sentences: str) -> pytest.TestReport:
    properties = [("long turn", sentence) for sentence in sentences] + [("another thing", "500 ms  Timer of Box")]
    return pytest.TestReport(test, ("", 0, ""), {}, "passed", None, "call", user_properties=properties)


def test_the_longest_comes_first_and_of_many_alike_only_one() -> None:
    first = report("a", "  120 ms  Paint of Tree", "  300 ms  Paint of Tree, of it 9 ms Move of Leaf")
    found = lines_of([first, first, report("b", " 1200 ms  Timer of Box")])
    assert found == [" 1200 ms  Timer of Box  in b", "  300 ms  Paint of Tree, of it 9 ms Move of Leaf  in a"]


def test_a_long_list_ends_with_how_many_more() -> None:
    found = lines_of(report(f"test {n}", f"  {200 + n} ms  Paint of Tree") for n in range(100))
    assert found[0].startswith("  299 ms") and found[-1] == "… and 60 more"
    assert lines_of([]) == [] and LONG == 0.1
