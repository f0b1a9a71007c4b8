"""A hand without a plan plays with the whole window, and nothing may break: no exception, no complaint of Qt, no
freeze, no number that is NaN without a reason, no memory that does not come back.

    python3 run.py test -m monkey tests/monkey                          two minutes
    GLASSBOX_MONKEY_SECONDS=3600 python3 run.py test -m monkey …        an hour
    GLASSBOX_MONKEY_SEED=7 …                                            another hand
    GLASSBOX_MONKEY_LOG=FILE …                                          where every gesture is written before it is done
    GLASSBOX_MONKEY_REPLAY=FILE …                                       does again what stands in such a log
"""

from __future__ import annotations

import faulthandler
import itertools
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QFileDialog

from lab import catalog
from lab.core.scene import Scene
from lab.runtime.home import Home
from lab.shell.app.window import MainWindow
from lab.shell.services import Services
from tests.monkey.gestures import Gesture, do, from_line
from tests.monkey.hand import Hand
from tests.monkey.watch import Watch, resident, widgets

SECONDS = float(os.environ.get("GLASSBOX_MONKEY_SECONDS", "120"))
SEED = int(os.environ.get("GLASSBOX_MONKEY_SEED", "1"))
REPLAY = os.environ.get("GLASSBOX_MONKEY_REPLAY", "")
MOST_BOXES = 6
ROUNDS = 4  # the time is parted into so many; after each all is closed and memory is looked at
GROWTH, WIDGETS = 120_000_000, 400  # bytes and widgets that may come in the second half, or when all is done again
HANGS = 90  # seconds without an answer after which all threads are written below the log, and the program ends
TOLD = 12  # gestures that a failure tells

pytestmark = [pytest.mark.monkey, pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads memory from /proc")]


class Lab:
    """The window, which the hand may also close: then it is opened again, where it was."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._closed: list[MainWindow] = []
        self.begin()

    def begin(self) -> None:
        from lab.arguments import Call

        self.window = MainWindow(Services.start(Home(self._home)))
        self.window.resize(1366, 728)
        self.window.begin(Call())
        self.window.show()

    def do(self, gesture: Gesture) -> None:
        """What concerns the whole lab is done here, everything else by the hand."""
        if gesture.kind == "open":
            self._open(*gesture.text.split())
        elif gesture.kind == "close box":
            boxes = self._boxes()
            if boxes:
                self.window.workspace.docks.close(boxes[int(gesture.text) % len(boxes)].objectName())
        else:
            do(gesture)

    def _open(self, id: str, number: str) -> None:
        if len(self._boxes()) >= MOST_BOXES:
            return
        experiment = catalog.find(id)
        assert experiment is not None
        specification = experiment.load()
        settings = [None, *(each.setting for each in (*specification.presets, *specification.breaks))]
        setting = settings[int(number) % len(settings)]
        self.window.open_experiment(experiment, Scene.of(experiment, setting) if setting else None)

    def _boxes(self) -> list:
        return self.window.boxes

    def stay_open(self) -> None:
        """Open the lab again when it was closed."""
        if not self.window.isVisible():
            self.window.deleteLater()
            self.begin()

    def close_all(self) -> None:
        for dialog in QApplication.topLevelWidgets():
            if dialog is not self.window and dialog.isVisible() and dialog.parentWidget() is self.window:
                dialog.close()
        if self.window.presenting:
            self.window.toggle_present()
        for box in self._boxes():
            self.window.workspace.docks.close(box.objectName())


@pytest.fixture
def lab(qapp, qtlog, own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """A lab in a scratch folder: whatever is saved or opened, it is there."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(QDesktopServices, "openUrl", staticmethod(lambda _url: True))
    chosen = (f"{tmp_path}/{name}" for name in itertools.cycle(("a.glassbox", "", "b.csv", "no such folder/c.png")))
    for ask in ("getSaveFileName", "getOpenFileName"):
        monkeypatch.setattr(QFileDialog, ask, staticmethod(lambda *_what, **_how: (next(chosen), "")))
    made = Lab(own_home)
    yield made
    made.window.close()


def gestures(hand: Hand, seconds: float) -> Iterator[Gesture]:
    """What the hand does, for so long; or what stands in a log."""
    if REPLAY:
        yield from logged(Path(REPLAY))
        return
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        gesture = hand.next()
        if gesture is not None:
            yield gesture


def logged(path: Path) -> list[Gesture]:
    """What stands in a log; a hang leaves a trace below the gestures."""
    return [from_line(line) for line in path.read_text("utf-8").splitlines() if line.startswith("{")]


def play(lab: Lab, watch: Watch, gestures: Iterable[Gesture], log: TextIO) -> int:
    """One round. Fails with the seed, the log and the last gestures at the first problem."""
    done: list[Gesture] = []
    for gesture in gestures:
        log.write(gesture.line() + "\n")
        log.flush()
        done.append(gesture)
        faulthandler.dump_traceback_later(HANGS, exit=True, file=log)
        watch.timed(lambda gesture=gesture: lab.do(gesture), gesture.line())
        watch.settle(0.01)
        lab.stay_open()
        watch.look_at(lab.window)
        if watch.problems:
            last = "\n".join(gesture.line()[:300] for gesture in done[-TOLD:])
            problems = "\n".join(watch.problems)
            where = f"seed {SEED}, log {log.name}, after {len(done)} gestures, the last:"
            pytest.fail(f"{problems}\n\n{where}\n{last}", pytrace=False)
    faulthandler.cancel_dump_traceback_later()
    return len(done)


def test_nothing_breaks_whatever_is_done(lab: Lab, qtlog, tmp_path: Path, capsys) -> None:
    where = Path(os.environ.get("GLASSBOX_MONKEY_LOG") or tmp_path / "gestures.jsonl")
    hand = Hand(SEED, tuple(experiment.id for experiment in catalog.experiments()))

    def complaints() -> list[str]:
        return [str(r.message) for r in qtlog.records if not r.ignored and r.matches_level("WARNING")]

    marks: list[tuple[int, int]] = []
    count = 0
    with ExitStack() as stack:
        log = stack.enter_context(where.open("w", encoding="utf-8"))
        watch = stack.enter_context(Watch(complaints))
        for _round in range(ROUNDS):
            count += play(lab, watch, gestures(hand, SECONDS / ROUNDS), log)
            lab.close_all()
            watch.settle(2.5)
            marks.append((resident(), widgets()))
            if REPLAY:
                break

        def again() -> None:
            play(lab, watch, logged(where), stack.enter_context(Path(os.devnull).open("w", encoding="utf-8")))

        if watch.slow and not REPLAY:  # a freeze comes again when the same is done again; a busy machine does not
            first, watch.slow = watch.slow, []
            again()
            if not watch.slow:
                with capsys.disabled():
                    print("\nmonkey: slow once, and not when it was done again:", *first, sep="\n  ")
        assert not watch.slow, watch.slow
        half = len(marks) // 2
        if any(too_much(marks[half - 1], mark) for mark in marks[half:]) and not REPLAY:
            again()  # what is loaded once, such as models and pages, does not come again; what is lost does
            lab.close_all()
            watch.settle(2.5)
            marks.append((resident(), widgets()))
            assert not too_much(*marks[-2:]), marks
    with capsys.disabled():
        summary = ", ".join(f"{memory / 1e6:.0f} MB and {number} widgets" for memory, number in marks)
        print(f"\nmonkey: {count} gestures in {SECONDS:.0f} s with seed {SEED}; after each round {summary}")


def too_much(before: tuple[int, int], after: tuple[int, int]) -> bool:
    """Whether more bytes or widgets came than may."""
    return after[0] - before[0] >= GROWTH or after[1] - before[1] >= WIDGETS


def test_a_little_more_is_not_too_much() -> None:
    assert not too_much((5, 7), (5 + GROWTH - 1, 7 + WIDGETS - 1))


@pytest.mark.parametrize("more", [(GROWTH, 0), (0, WIDGETS)])
def test_bytes_or_widgets_alone_are_too_much(more: tuple[int, int]) -> None:
    assert too_much((5, 7), (5 + more[0], 7 + more[1]))
