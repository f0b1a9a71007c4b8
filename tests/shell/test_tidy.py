"""The garbage collector is kept out of the picture, and a box that is closed still goes."""

from __future__ import annotations

import gc
import weakref

import pytest

from lab.shell import tidy


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(tidy, "QUIET_MS", 20)
    gc.unfreeze()
    yield
    gc.unfreeze()


def test_what_an_opened_box_is_made_of_is_set_aside_at_a_quiet_moment(window, descent, qtbot) -> None:
    descent()
    qtbot.waitUntil(lambda: gc.get_freeze_count() > 10_000)


def test_a_run_is_not_held_up_for_it(window, descent, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(tidy, "PATIENCE", 10**6)
    box = descent()
    box.toggle_play()
    qtbot.waitUntil(lambda: box.playing)
    window.workspace._tidy.opened()
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


def test_only_the_window_collects_and_what_nobody_holds_still_goes(window, descent, qtbot) -> None:
    descent()
    assert not gc.isenabled()
    ring = [_Link() for _ in range(10_000)]
    for link in ring:
        link.itself = link
    last = weakref.ref(ring[-1])
    del ring, link
    qtbot.waitUntil(lambda: last() is None)


class _Link:
    itself: object = None
