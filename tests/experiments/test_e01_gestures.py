"""What is ML: every gesture can be taken back, points belong to their data set, and a run can be kept."""

from __future__ import annotations

import json

import numpy as np
import pytest

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import built, played
from lab.core.params import checked
from lab.core.scene import Scene, from_json, packed, to_json, unpacked
from lab.experiments.e01_what_is_ml.gestures import (
    AddPoint,
    Guess,
    LockIn,
    MoveLine,
    MovePoint,
    RemovePoint,
    SetTable,
    WriteRule,
)
from lab.experiments.e01_what_is_ml.own_data import round_extent
from lab.experiments.e01_what_is_ml.simulation import Fitting
from lab.runtime.track import Track
from tests.asking import unused_of
from tests.contract.fingerprints import fingerprint

EXPERIMENT = find("what-is-ml")
SPECIFICATION = EXPERIMENT.load()


def fitting(**values: object) -> Fitting:
    return built(SPECIFICATION, checked(SPECIFICATION.params, values), 0)


def points(simulation: Fitting) -> list[tuple[float, float]]:
    seen = simulation.snapshot().examples
    return list(zip(seen.x.tolist(), seen.y.tolist()))


@pytest.mark.parametrize(
    "action",
    [
        MoveLine(3.0, -20.0),
        AddPoint("five", 2.5, 5.0),
        AddPoint("five", 2.5, 5.0, at=1),
        MovePoint("five", 2, 3.5, 1.0),
        RemovePoint("five", 0),
        LockIn(1.0, 2.0),
        Guess(11.0),
        WriteRule("five", (2.0, 4.0), (1.0, 2.0, 3.0)),
    ],
    ids=lambda action: type(action).__name__,
)
def test_the_inverse_of_a_gesture_brings_back_what_was(action: object) -> None:
    simulation = fitting(data="five")
    before = fingerprint(simulation.snapshot())
    inverse = simulation.act(action)
    assert fingerprint(simulation.snapshot()) != before
    again = simulation.act(inverse)
    assert fingerprint(simulation.snapshot()) == before
    simulation.act(again)
    assert action.sentence()[0].isupper()
    assert inverse.sentence()


def test_points_are_added_moved_and_removed() -> None:
    simulation = fitting(data="five")
    simulation.act(AddPoint("five", 6.0, 1.0))
    simulation.act(MovePoint("five", 5, 6.5, 2.0))
    simulation.act(RemovePoint("five", 0))
    assert points(simulation) == [(2, 4.0), (3, 5.8), (4, 8.1), (5, 9.9), (6.5, 2.0)]


def test_the_picture_grows_for_a_point_that_lies_outside() -> None:
    simulation = fitting(data="five")
    assert simulation.snapshot().examples.extent == (0.0, 7.0, 0.0, 14.0)
    simulation.act(AddPoint("five", 20.0, 5.0))
    x0, x1, y0, y1 = simulation.snapshot().examples.extent
    assert (x0, y0, y1) == (0.0, 0.0, 14.0)
    assert x1 > 20.0


def test_an_edit_of_another_data_set_changes_nothing_here() -> None:
    simulation = fitting(data="five")
    before = fingerprint(simulation.snapshot())
    for action in (
        AddPoint("shoes", 1.0, 1.0),
        RemovePoint("shoes", 0),
        MovePoint("five", 99, 0.0, 0.0),
        SetTable((1.0,), (1.0,)),
        WriteRule("ball", (1.0,), (1.0, 2.0)),
    ):
        assert simulation.act(action) is None
    assert fingerprint(simulation.snapshot()) == before


def test_edits_come_back_when_their_data_set_is_chosen_again() -> None:
    track = Track(EXPERIMENT, Scene(EXPERIMENT.id, params={"data": "five"}))
    track.act(AddPoint("five", 6.0, 1.0))
    track.act(WriteRule("five", (3.0,), (1.0, 2.0)))
    track.set({"data": "lemonade"}, "")
    assert track.snapshot().n == 10
    track.set({"data": "five"}, "")
    assert track.snapshot().n == 6
    assert track.snapshot().rule.limits == (3.0,)
    track.start_over()
    assert track.snapshot().n == 6, "starting over keeps the learner's points"
    for _i in range(5):
        track.undo()
    assert track.snapshot().n == 5
    assert track.params.data == "five"


def test_a_drag_is_one_undo_and_one_entry_of_the_log() -> None:
    track = Track(EXPERIMENT, Scene(EXPERIMENT.id))
    before = track.snapshot().line
    for lift in range(20):
        track.act(MoveLine(float(lift), 0.0), "left#1")
    track.act(MoveLine(7.0, 7.0), "right#2")
    assert len(track.timeline.log) == 2
    track.undo()
    assert track.snapshot().line.slope == 19.0
    track.undo()
    assert track.snapshot().line == before


def test_a_guess_is_locked_in_once() -> None:
    simulation = fitting()
    simulation.act(Guess(60.0))
    with pytest.raises(ValueError, match="locked in already"):
        simulation.act(Guess(71.0))
    with pytest.raises(ValueError, match="none was kept back"):
        fitting(data="own").act(Guess(1.0))


def test_numbers_that_cannot_be_are_refused_and_nothing_is_lost() -> None:
    simulation = fitting(data="five")
    before = fingerprint(simulation.snapshot())
    for action in (
        MoveLine(float("nan"), 0.0),
        AddPoint("five", float("inf"), 0.0),
        MovePoint("five", 0, 1e300, 0.0),
        LockIn(float("nan"), 1.0),
        WriteRule("five", (1.0,), (1.0,)),
    ):
        with pytest.raises(ValueError, match=r"value|answers"):
            simulation.act(action)
    with pytest.raises(ValueError, match="no gesture str"):
        simulation.act("jump")
    assert fingerprint(simulation.snapshot()) == before


def test_a_run_with_edits_rule_guess_and_steps_is_saved_and_resumed_bit_for_bit() -> None:
    actions = (
        AddPoint("crickets", 20.0, 99.0),
        WriteRule("crickets", (20.0,), (50.0, 80.0)),
        LockIn(1.0, 2.0),
        Guess(70.0),
    )
    one = played(SPECIFICATION, Setting({"data": "crickets"}, 4, tuple((2, a) for a in actions), 9))
    state = unpacked(json.loads(json.dumps(packed(one.save()))))
    other = fitting(data="crickets")
    other.load(state)
    for simulation in (one, other):
        simulation.step()
    assert fingerprint(one.snapshot()) == fingerprint(other.snapshot())


def test_a_damaged_state_is_refused() -> None:
    simulation = fitting()
    state = dict(simulation.save())
    for key, value in (("line", None), ("examples", {**state["examples"], "x": np.zeros(3)}), ("step", -1)):
        with pytest.raises(ValueError, match="state"):
            simulation.load({**state, key: value})
    with pytest.raises(ValueError, match="state"):
        simulation.load({})


def test_an_own_table_is_kept_in_a_file_with_its_names() -> None:
    table = SetTable((1.0, 2.0, 3.0), (10.0, 20.0, 35.0), (4.0, 5.0), (41.0, 49.0), "age", "height", "Class 8b")
    track = Track(EXPERIMENT, Scene(EXPERIMENT.id))
    track.act(table)
    track.set({"data": "own"}, "")
    scene = from_json(to_json(track.scene()), lambda _id: EXPERIMENT)
    examples = Track(EXPERIMENT, scene).snapshot().examples
    assert (examples.names[:2], examples.title) == (("age", "height"), "Class 8b")
    assert examples.ask == (4.0, 41.0), "the first row that was kept back is the question"
    assert examples.new_x.tolist() == [5.0]
    track.undo()
    track.undo()
    assert track.params.data == "lemonade"


def test_a_bad_own_table_is_refused() -> None:
    simulation = fitting(data="own")
    with pytest.raises(ValueError, match="as many of both"):
        simulation.act(SetTable((1.0, 2.0), (1.0,)))
    with pytest.raises(ValueError, match="finite"):
        simulation.act(SetTable((float("nan"),), (1.0,)))


def test_the_extent_of_a_table_is_round_and_holds_every_point() -> None:
    x0, x1, y0, y1 = round_extent(np.array([3.0, 97.0]), np.array([5.0, 5.0]))
    assert (x0, x1) == (-10.0, 110.0)
    assert y0 < 5.0 < y1


def test_the_seen_points_are_sent_as_a_table() -> None:
    artifact = fitting(data="five").offer("table")
    assert artifact is not None
    assert artifact.data["y"].tolist() == [2.1, 4.0, 5.8, 8.1, 9.9]
    assert fitting(data="five").offer("network") is None
    assert fitting(data="own").offer("table") is None


def test_controls_that_need_a_new_start_are_refused_live() -> None:
    simulation = fitting()
    with pytest.raises(ValueError, match="starting over"):
        simulation.retune(checked(SPECIFICATION.params, {"n": 5}))
    assert set(unused_of(simulation.snapshot())) == {"n", "noise", "start_slope", "start_intercept"}
    assert "reveal" in unused_of(fitting(data="own").snapshot())


def test_more_noise_scatters_more_and_none_leaves_the_curve() -> None:
    still, loud = (fitting(data="ball", noise=noise).snapshot().examples for noise in (0.0, 3.0))
    curve = 1.5 + 19.6 * still.x - 4.9 * still.x**2
    assert np.abs(still.y - curve).max() < 1e-12
    assert np.abs(loud.y - (1.5 + 19.6 * loud.x - 4.9 * loud.x**2)).max() > 1.0
    assert fitting(data="ball", n=37).snapshot().n == 37
