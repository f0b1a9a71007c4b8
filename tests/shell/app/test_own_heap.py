"""What stays for good is done by a thread of its own, which is gone when the window is."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from lab.shell.app.own_heap import OwnHeap

ROOT = Path(__file__).resolve().parents[3]

linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere all threads have one heap")


@pytest.fixture
def heap():
    made = OwnHeap()
    yield made
    made.end()


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "lab-own-heap"]


def test_a_task_is_done_when_run_returns(heap) -> None:
    done: list[str] = []
    for word in "abc":
        heap.run(lambda word=word: done.append(word))
        assert done[-1] == word
    assert done == ["a", "b", "c"]


@linux
def test_it_is_done_in_a_thread_of_its_own_and_after_the_end_in_ours(heap) -> None:
    where: list[str] = []
    heap.run(lambda: where.append(threading.current_thread().name))
    assert where == ["lab-own-heap"] == threads()
    heap.end()
    heap.run(lambda: where.append(threading.current_thread().name))
    assert where[1] == threading.current_thread().name and threads() == []


@pytest.mark.parametrize("kind", [ImportError, ValueError, SystemExit])
def test_what_goes_wrong_reaches_who_asked_and_the_next_task_is_done(heap, kind) -> None:
    def fail() -> None:
        raise kind("there is no such module")

    with pytest.raises(kind, match="no such module"):
        heap.run(fail)
    done: list[bool] = []
    heap.run(lambda: done.append(True))
    assert done == [True]


def test_it_can_be_ended_twice(heap) -> None:
    heap.end()
    heap.end()


@linux
def test_the_modules_of_a_box_are_imported_there(window, monkeypatch) -> None:
    from lab.core import experiment

    where: list[str] = []
    found = experiment.import_module

    def noting(name: str):
        where.append(threading.current_thread().name)
        return found(name)

    window.open_experiment(window.services.find("gradient-descent"))  # the window has its workspace now
    monkeypatch.setattr(experiment, "import_module", noting)
    window.open_experiment(window.services.find("what-is-ml"))
    assert where[:2] == ["lab-own-heap", "lab-own-heap"]


MADE_AT_IMPORT = """
import gc, importlib, pkgutil, sys
from PySide6.QtCore import QObject
for package in ("lab", "widgets"):
    for module in pkgutil.walk_packages(importlib.import_module(package).__path__, package + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
print(sum(isinstance(one, QObject) for one in gc.get_objects()), len(sys.modules))
"""


def test_no_module_makes_an_object_of_qt_when_it_is_imported() -> None:
    """It would belong to the wrong thread, and hear nothing of the window's."""
    done = subprocess.run([sys.executable, "-c", MADE_AT_IMPORT], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    made, modules = map(int, done.stdout.split())
    assert made == 0 and modules > 1000
