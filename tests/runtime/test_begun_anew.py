"""Data with which a run begins anew make another run: in one log, steps never go back."""

from __future__ import annotations

from typing import Any

import pytest

from lab.catalog import find
from lab.core.scene import Scene, from_json, to_json
from lab.experiments.e25_capstone.gestures import TakeText, taken
from lab.runtime.track import Track
from tests.contract.fingerprints import fingerprint

VALUES = {"corpus": "own", "width": 16, "context": 16, "batch": 2}
TEXT = "the cat sat on the mat. " * 20


def opened(**values: Any) -> Track:
    return Track(find("capstone"), Scene("capstone", params=VALUES | values))


def trained(track: Track, steps: int) -> Track:
    goal = track.position + steps
    while track.position < goal:
        track.work()
    return track


def whole(track: Track) -> Any:
    return fingerprint(track.simulation.save())


@pytest.fixture
def brought() -> Track:
    """Five steps, another temperature, and then another text."""
    track = trained(opened(), 5)
    track.set({"temperature": 0.5}, "")
    track.act(taken(TEXT, "cats"), "")
    return track


def test_the_log_begins_with_the_text_and_the_file_opens_again(brought: Track) -> None:
    assert brought.position == 0 and brought.timeline.log == [(0, TakeText(TEXT, "cats"))]
    assert brought.params.temperature == 0.5
    trained(brought, 2)
    again = Track(find("capstone"), from_json(to_json(brought.scene()), find))
    again.run_to_goal()
    assert whole(again) == whole(brought)


def test_undo_goes_back_to_the_run_before_and_redo_to_the_text(brought: Track) -> None:
    before = trained(opened(), 5)
    before.set({"temperature": 0.5}, "")
    brought.undo()
    assert brought.position == 5 and whole(brought) == whole(before)
    brought.redo()
    assert brought.position == 0 and brought.simulation.snapshot().page.title == "cats"


def test_texts_brought_before_stay(brought: Track) -> None:
    trained(brought, 2)
    brought.act(taken(TEXT + TEXT, "more cats"), "")
    assert [action.title for _step, action in brought.timeline.log] == ["cats", "more cats"]
    brought.undo()
    assert brought.position == 2 and brought.simulation.snapshot().page.title == "cats"


def test_what_a_run_goes_on_with_stays_in_its_log() -> None:
    track = trained(opened(corpus="names"), 3)
    track.act(taken(TEXT, "cats"), "")
    assert track.position == 3 and track.timeline.log == [(3, TakeText(TEXT, "cats"))]
    at_rest = opened()
    at_rest.act(taken(TEXT, "cats"), "")
    assert at_rest.position == 0 and at_rest.timeline.log == [(0, TakeText(TEXT, "cats"))]
    at_rest.undo()
    assert at_rest.simulation.snapshot().page.title != "cats"


def test_a_text_that_is_refused_changes_nothing(brought: Track) -> None:
    trained(brought, 2)
    before = whole(brought)
    with pytest.raises(ValueError, match="too few"):
        brought.act(TakeText("short"), "")
    assert whole(brought) == before and brought.position == 2
