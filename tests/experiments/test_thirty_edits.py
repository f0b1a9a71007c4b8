"""Thirty edits while training goes on: undone, what was edited is what it was, bit for bit; redone, what it became; and
the log of all of it leads to the same digits. Training itself is not rewound."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from lab import catalog
from lab.core.experiment import Experiment
from lab.core.params import fields_of
from lab.core.scene import Scene, from_json, to_json
from lab.core.simulation import Set
from lab.runtime.track import Track
from tests.contract.fingerprints import fingerprint
from tests.experiments.thirty_edits import HANDS, Hand

EDITS = 30


def opened(id: str) -> tuple[Experiment, Track, Hand]:
    experiment, hand = catalog.find(id), HANDS[id]
    assert experiment is not None
    return experiment, Track(experiment, Scene(id, params=dict(hand.values))), hand


def do(track: Track, action: Any, merge: str) -> None:
    """As the window does it."""
    if isinstance(action, Set):
        track.set(dict(action.values), merge)
    else:
        track.act(action, merge)


def train(track: Track, steps: int) -> None:
    for _step in range(steps):
        if not track.simulation.done:
            track.work()


def dragged(action: Any, far: int) -> Any:
    """The same gesture at another place, as a drag comes by; the gesture itself where it is none that is dragged."""
    if isinstance(action, Set):
        return Set({name: v + far / 1024 if isinstance(v, float) else v for name, v in action.values.items()})
    if type(action).__name__.startswith(
        ("Add", "Bet", "Erase", "Probe", "LockIn", "Remove", "Force", "Flip", "Choose", "Fork")
    ):
        return None
    values = {f.name: getattr(action, f.name) for f in fields(action)}
    return replace(action, **{name: v + far / 1024 for name, v in values.items() if isinstance(v, float)})


def edit(track: Track, hand: Hand, i: int, steps: int) -> None:
    """The edit number i, as a drag of three places where it can be dragged."""
    action = hand.edit(track.params, i)
    for far in (2, 1, 0):
        place = action if far == 0 else dragged(action, far)
        if place is not None:
            do(track, place, f"drag {i}")
            train(track, steps)


def edited(track: Track, hand: Hand) -> Any:
    """What gestures edit, and the controls without the page that is seen."""
    pages = {f.name for f in fields_of(type(track.params)) if f.shows}
    params = {name: getattr(track.params, name) for name in track.params.__slots__ if name not in pages}
    state = track.simulation.save()
    return fingerprint((params, hand.edited(track.simulation.snapshot(), state)))


def whole(track: Track) -> Any:
    return fingerprint(track.simulation.save()), fingerprint(track.simulation.snapshot())


def replayed(experiment: Experiment, track: Track) -> Any:
    again = Track(experiment, from_json(to_json(track.scene()), lambda id: experiment))
    again.run_to_goal()
    return whole(again)


def test_every_experiment_that_takes_gestures_has_its_edits() -> None:
    assert set(HANDS) == {one.id for one in catalog.experiments() if one.load().actions}


@pytest.mark.parametrize("steps", [0, 3], ids=["standing", "training"])
@pytest.mark.parametrize("id", HANDS)
def test_what_thirty_edits_changed_returns_bit_for_bit(id: str, steps: int) -> None:
    experiment, track, hand = opened(id)
    train(track, 4)
    first = edited(track, hand)
    for i in range(EDITS):
        edit(track, hand, i, steps)
    after = edited(track, hand)
    assert after != first
    assert replayed(experiment, track) == whole(track)
    gestures = 0
    while track.undo_sentence is not None:
        track.undo()
        train(track, steps)
        gestures += 1
    assert edited(track, hand) == first
    assert gestures <= EDITS, "a drag is undone as one"
    assert replayed(experiment, track) == whole(track)
    while track.redo_sentence is not None:
        track.redo()
        train(track, steps)
    assert edited(track, hand) == after
    assert replayed(experiment, track) == whole(track)


@pytest.mark.parametrize("id", HANDS)
def test_what_is_undone_and_redone_at_once_shows_the_same_numbers(id: str) -> None:
    """Training goes on between the edits, not while they are undone: the network is the same as well."""
    _experiment, track, hand = opened(id)
    train(track, 4)
    for i in range(EDITS):
        edit(track, hand, i, 2)
    before = dict(track.specification.metrics.values(track.simulation.snapshot()))
    for _gesture in range(EDITS):
        track.undo()
    while track.redo_sentence is not None:
        track.redo()
    assert dict(track.specification.metrics.values(track.simulation.snapshot())) == before
