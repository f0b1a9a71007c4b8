"""The wait for what was closed: it ends when all is gone, and names what is not."""

from __future__ import annotations

import weakref

import pytest

from tests.closing import until_gone


class Thing:
    def __init__(self) -> None:
        self.itself = self  # only a collection takes it apart


def test_what_goes_only_with_a_collection_is_waited_for(qtbot) -> None:
    until_gone([weakref.ref(Thing()), weakref.ref(Thing())], qtbot)


def test_what_stays_is_named(qtbot) -> None:
    kept = Thing()
    with pytest.raises(qtbot.TimeoutError) as raised:
        until_gone([weakref.ref(kept), weakref.ref(Thing())], qtbot, patience=100)
    assert "still there: ['Thing']" in str(raised.value.__cause__)
