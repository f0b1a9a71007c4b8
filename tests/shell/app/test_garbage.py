"""The garbage collector is kept out of the picture, and a box that is closed still goes."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from pathlib import Path

import pytest

import lab
from lab.shell.app import garbage

ROOT = Path(lab.__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(garbage, "QUIET_MS", 20)
    gc.unfreeze()
    yield
    gc.unfreeze()


def test_what_an_opened_box_is_made_of_is_set_aside_at_a_quiet_moment(window, descent, qtbot) -> None:
    descent()
    qtbot.waitUntil(lambda: gc.get_freeze_count() > 10_000)


def test_what_was_there_before_a_box_is_not_looked_through_with_it(window, descent, qtbot, monkeypatch) -> None:
    frozen: list[int] = []
    collect = garbage.gc.collect

    def noted(*generation: int) -> int:
        if not generation:
            frozen.append(gc.get_freeze_count())
        return collect(*generation)

    monkeypatch.setattr(garbage.gc, "collect", noted)
    there = len(gc.get_objects())
    closed = weakref.ref(descent().view)
    qtbot.waitUntil(lambda: bool(frozen))
    assert frozen[0] > 0.9 * there > 10_000
    window.workspace.docks.close(window.workspace.docks.current())
    frozen.clear()
    descent()  # before what was closed has been looked for
    qtbot.waitUntil(lambda: bool(frozen))
    assert frozen[0] > 0.9 * there, "only what was closed is looked for"
    qtbot.waitUntil(lambda: closed() is None)


@pytest.mark.parametrize(("quiet", "goes_on"), [(60_000, False), (50, True)])
def test_right_after_an_opening_nothing_is_collected_that_is_looked_through_soon(
    descent, qtbot, monkeypatch, quiet: int, goes_on: bool
) -> None:
    monkeypatch.setattr(garbage, "QUIET_MS", quiet)
    monkeypatch.setattr(garbage, "CHECK_MS", 20)
    generations: list[int] = []
    monkeypatch.setattr(garbage.gc, "collect", lambda *generation: generations.extend(generation))
    box = descent()
    ring = [_Link() for _ in range(10_000)]
    if goes_on:  # the quiet moment comes, and is not quiet: that may take long
        box.run.play()
        qtbot.waitUntil(lambda: bool(generations))
    else:
        qtbot.wait(200)
        assert not generations
    assert len(ring) == 10_000


def test_what_is_left_over_is_looked_for_when_no_box_is_open_any_more(window, descent, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(garbage, "LATER_MS", 60)
    ring = _Link()
    ring.itself = ring
    left_over = weakref.ref(ring)
    gc.collect()
    first = descent()
    qtbot.waitUntil(lambda: gc.get_freeze_count() > 10_000)
    del ring  # nothing that is closed leads to it
    descent()
    window.workspace.docks.close(first.objectName())
    qtbot.wait(200)
    assert left_over() is not None
    window.workspace.docks.close(window.workspace.docks.current())
    qtbot.waitUntil(lambda: left_over() is None)


@pytest.mark.parametrize("enough", [False, True])
def test_what_is_left_over_is_looked_for_after_many_openings(window, qtbot, monkeypatch, enough: bool) -> None:
    """Also where a box is always open: an opening sets aside what was to go already."""
    monkeypatch.setattr(garbage, "MOST_OPENINGS", 5)
    collector = window.workspace.findChild(garbage.GarbageCollector)
    ring = _Link()
    ring.itself = ring
    left_over = weakref.ref(ring)
    del ring
    for _opening in range(5 if enough else 4):
        collector.opening()
        collector.opened()
    if enough:
        qtbot.waitUntil(lambda: left_over() is None)
    else:
        qtbot.wait(300)
        assert left_over() is not None


def test_a_run_is_not_held_up_for_it(window, descent, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(garbage, "MOST_CHECKS", 10**6)
    box = descent()
    box.toggle_play()
    qtbot.waitUntil(lambda: box.playing)
    window.workspace.findChild(garbage.GarbageCollector).opened()
    gc.unfreeze()
    qtbot.wait(200)
    assert gc.get_freeze_count() == 0
    box.toggle_play()
    qtbot.waitUntil(lambda: gc.get_freeze_count() > 10_000)


def test_a_closed_box_goes_although_it_was_set_aside(window, descent, qtbot) -> None:
    box = weakref.ref(descent())
    qtbot.waitUntil(lambda: gc.get_freeze_count() > 10_000)
    window.workspace.docks.close(window.workspace.docks.current())
    qtbot.waitUntil(lambda: gc.collect() >= 0 and box() is None)


def test_the_picture_of_a_closed_box_goes_also_when_another_is_opened_at_once(window, descent, qtbot) -> None:
    views = []
    for _again in range(3):  # Qt is still to delete one when the next is made
        box = descent()
        views.append(weakref.ref(box.view))
        window.workspace.docks.close(box.objectName())
        del box
    qtbot.waitUntil(lambda: all(view() is None for view in views), timeout=10_000)


def test_nothing_is_looked_through_while_the_program_is_imported() -> None:
    code = "import gc, lab.shell.app.start\nprint(gc.isenabled(), gc.get_stats()[2]['collections'])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "0"]


def test_only_the_window_collects_and_what_nobody_holds_still_goes(window, descent, qtbot) -> None:
    descent()
    assert not gc.isenabled()
    ring = [_Link() for _ in range(10_000)]
    for link in ring:
        link.itself = link
    last = weakref.ref(ring[-1])
    del ring, link
    qtbot.waitUntil(lambda: last() is None)


def test_a_window_that_is_closed_collects_no_more(window, descent, qtbot, monkeypatch) -> None:
    """It could be what is collected: its timer would be taken apart while it calls."""
    descent()
    collected = []
    monkeypatch.setattr(garbage.gc, "collect", lambda *generation: collected.append(generation))
    ring = [_Link() for _ in range(10_000)]
    qtbot.waitUntil(lambda: bool(collected))  # it does so while it is open
    window.close()
    collected.clear()
    ring += [_Link() for _ in range(10_000)]
    qtbot.wait(2 * garbage.CHECK_MS)
    assert len(ring) == 20_000 and collected == []


@pytest.mark.skipif(sys.platform != "linux", reason="only the C library of Linux keeps what is free")
def test_memory_that_is_free_goes_back_to_the_system() -> None:
    program = """
import resource
from lab.shell.app.heap import trim_memory
def resident(): return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()
blocks = [bytearray(9_000) for _ in range(8_000)]
del blocks[:-1]  # the last one keeps the heap from shrinking by itself
before = resident()
trim_memory()
print(before - resident())
"""
    sentence = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert int(sentence.stdout) > 40_000_000


def test_a_closed_box_gives_its_memory_back(window, descent, qtbot, monkeypatch) -> None:
    given = []
    monkeypatch.setattr(garbage, "trim_memory", lambda: given.append(True))
    descent()
    qtbot.waitUntil(lambda: len(given) == 1)
    window.workspace.docks.close(window.workspace.docks.current())
    qtbot.waitUntil(lambda: len(given) == 2)


class _Link:
    itself: object = None


def test_what_a_closed_box_held_goes_as_soon_as_qt_has_deleted_it(window, descent, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(garbage, "QUIET_MS", 10**6)
    box = descent()
    held = weakref.ref(box.run)
    box.held = box  # only emptying it, or a collection, lets go of this
    window.workspace.docks.close(box.objectName())
    del box
    qtbot.waitUntil(lambda: held() is None)


def test_what_one_box_held_is_looked_for_and_of_a_window_that_closes_nothing(window, descent, monkeypatch) -> None:
    first, _second = descent(), descent()
    looked: list[object] = []
    monkeypatch.setattr(garbage, "reach", lambda roots, outside: looked.extend(roots) or [])
    window.workspace.docks.close(first.objectName())
    assert first in looked
    looked.clear()
    window.close()
    assert not looked, "it goes with the program, and the learner waits for it"
