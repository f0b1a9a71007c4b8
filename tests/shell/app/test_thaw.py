"""A part of what was set aside is looked at again, and the rest is not."""

from __future__ import annotations

import gc
import math
import weakref
from collections.abc import Iterator

import pytest

from lab.shell.app import thaw as module
from lab.shell.app.thaw import reach, thaw


class Part:
    """Something that can hold others."""

    def __init__(self, *others: object) -> None:
        self.others = list(others)


@pytest.fixture(autouse=True)
def nothing_set_aside() -> Iterator[None]:
    gc.unfreeze()
    gc.collect()
    yield
    gc.unfreeze()


def ring() -> Part:
    """Two parts that hold each other: counting references does not free them."""
    one = Part()
    one.others.append(Part(one))
    return one


def test_what_is_thawed_goes_and_what_was_set_aside_beside_it_stays_there() -> None:
    closed, kept = ring(), ring()
    gone, still = weakref.ref(closed), weakref.ref(kept)
    gc.freeze()
    before = gc.get_freeze_count()
    assert thaw(reach([closed]))
    assert before - 50 < gc.get_freeze_count() < before
    del closed, kept
    gc.collect()
    assert gone() is None and still() is not None
    gc.unfreeze()
    gc.collect()
    assert still() is None


def test_what_somebody_else_still_holds_lives_on() -> None:
    shared = ring()
    closed = Part(shared)
    closed.others.append(closed)
    gc.freeze()
    thaw(reach([closed]))
    del closed
    gc.collect()
    assert shared.others[0].others[0] is shared


def test_what_is_held_by_a_function_is_reached_and_the_module_of_it_is_not() -> None:
    held = Part()

    def function(default: object = Part(), *, word: object = Part()) -> object:
        return held, default, word, math

    found = reach([function])
    assert held in found and function in found
    assert sum(isinstance(one, Part) for one in found) == 3
    assert module not in found and vars(math) not in found and len(found) < 40


def test_what_is_outside_is_not_gone_through() -> None:
    inner = Part()
    window = Part(inner)
    box = Part(window)
    assert inner in reach([box])
    found = reach([box], [window])
    assert box in found and window not in found and inner not in found


def test_no_more_than_the_most_is_taken(monkeypatch) -> None:
    monkeypatch.setattr(module, "MOST", 5)
    assert len(reach([[Part() for _ in range(50)]])) == 5


def test_what_the_collector_never_looks_after_is_left_alone() -> None:
    assert reach([1, "text", None]) == []
    assert thaw([1, "text"])
