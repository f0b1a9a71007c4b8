"""Runs as data: in what two differ, and what of them a file holds."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import pytest

from lab.core.artifact import Artifact
from lab.core.experiment import Experiment
from lab.core.params import Label, Range, Shows
from lab.core.run_files import MAX_BYTES, MAX_RESULTS, MAX_RUNS
from lab.core.runs import (
    MAX_CURVE,
    RunRecord,
    changes_in_words,
    course_of,
    differences,
    main_numbers,
    thinned,
    warning_of,
)
from lab.core.scene import MAX_SEED, MAX_STEP, Scene, SceneError, from_json, to_json
from lab.core.simulation import Curve, Set
from tests.toy import SPECIFICATION, Frame, Push


@dataclass(frozen=True, slots=True)
class Params:
    rate: Annotated[float, Range(0, 10), Label("Rate")] = 1.0
    noise: Annotated[float, Range(0, 10), Label("Noise")] = 0.0
    page: Annotated[Literal["a", "b"], Label("Page"), Shows()] = "a"


@dataclass(frozen=True, slots=True)
class Paint:
    """A gesture of the data."""

    x: float
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return f"Paint {self.x}"


@dataclass(frozen=True, slots=True)
class Look:
    """A gesture that only asks."""

    x: float
    is_look: ClassVar[bool] = True

    def sentence(self) -> str:
        return "Look"


SPEC = replace(SPECIFICATION, params=Params, actions=(Push, Paint, Look))
BOX = Experiment("runs", 95, 1, "Runs", "What?", 1, "tests.core.test_runs:SPEC", "tests.toy_view:View")
TABLE = Artifact("table", "Cats", {"x": np.arange(3.0)}, "Linear regression, step 4")


def find(id: str) -> Experiment | None:
    return BOX if id == "runs" else None


def run(number: int = 1, **changed: Any) -> RunRecord:
    return replace(RunRecord(number, {"rate": 1.0, "noise": 0.0, "page": "a"}, step=10), **changed)


def found(one: RunRecord, other: RunRecord) -> list[tuple[str, str, str]]:
    return [(d.what, d.before, d.after) for d in differences(SPEC, one, other)]


def reopened(scene: Scene) -> Scene:
    return from_json(to_json(scene, SPEC), find)


# ------------------------------------------------------------------------------------------ what differs


def test_the_same_run_twice_differs_in_nothing() -> None:
    assert found(run(), run(2, results={"at": 3.0}, curve=(1.0, 2.0), starred=True)) == []
    assert changes_in_words(()) == "nothing: the same once more"


def test_a_control_and_the_seed_are_named_with_both_values() -> None:
    other = run(params={"rate": 2.5, "noise": 0.0}, seed=7)
    assert found(run(), other) == [("Rate", "1.00", "2.50"), ("Seed", "0", "7")]
    assert changes_in_words(differences(SPEC, run(), other)) == "Rate 1.00 → 2.50 · Seed 0 → 7"


def test_a_control_that_was_set_at_step_0_counts_as_what_the_run_began_with() -> None:
    assert found(run(), run(actions=((0, Set({"rate": 3.0})),))) == [("Rate", "1.00", "3.00")]
    assert found(run(actions=((0, Set({"rate": 3.0})),)), run(params={"rate": 3.0})) == []


def test_which_page_is_open_is_no_difference() -> None:
    assert found(run(), run(params={"page": "b"})) == []
    assert found(run(), run(actions=((4, Set({"page": "b"})),))) == []


def test_a_control_without_effect_in_both_is_none_and_in_one_of_them_is_one() -> None:
    assert found(run(idle=("noise",)), run(params={"noise": 2.0}, idle=("noise",))) == []
    assert found(run(idle=("noise",)), run(params={"noise": 2.0})) == [("Noise", "0", "2.00")]


def test_what_was_changed_on_the_way_is_named_and_what_came_after_the_last_step_is_not() -> None:
    assert found(run(), run(actions=((9, Set({"rate": 3.0})),))) == [
        ("Changed on the way", "nothing", "Rate 3.00 from step 9")
    ]
    assert found(run(), run(actions=((10, Set({"rate": 3.0})),))) == []


def test_other_data_differ_by_what_was_sent_by_the_gesture_and_by_when_it_was_made() -> None:
    painted = run(actions=((0, Paint(1.0)), (0, Paint(2.0))))
    assert found(run(), run(artifacts=(TABLE,))) == [("Data", "as given", "Linear regression, step 4")]
    assert found(run(), painted) == [("Data", "as given", "Paint 2.0 and 1 before it")]
    assert found(painted, painted) == []
    late = run(actions=((3, Paint(1.0)),))
    assert found(run(actions=((0, Paint(1.0)),)), late) == [("Data", "Paint 1.0", "Paint 1.0 at step 3")]


def test_a_gesture_by_hand_is_a_difference_and_one_that_only_asks_is_none() -> None:
    assert found(run(), run(actions=((2, Push(1.0)),))) == [("By hand", "nothing", "Push by 1.0 at step 2")]
    assert found(run(), run(actions=((2, Look(1.0)),))) == []


def test_more_than_one_difference_is_warned_of_in_words() -> None:
    def warned(**changed: Any) -> str:
        return warning_of(differences(SPEC, run(), run(**changed)))

    assert warned(seed=1) == ""
    assert warned(seed=1, params={"rate": 2.0}) == "Two things differ: you cannot tell which one did it."
    three = warned(seed=1, params={"rate": 2.0, "noise": 1.0})
    assert three == "Three things differ: you cannot tell which one did it."


# ------------------------------------------------------------------------------------- curves and numbers


@pytest.mark.parametrize("count", [0, 1, 2, MAX_CURVE - 1, MAX_CURVE])
def test_a_short_curve_is_kept_whole(count: int) -> None:
    assert thinned([float(i) for i in range(count)]) == tuple(float(i) for i in range(count))


def test_a_long_curve_keeps_both_ends_and_rises_as_before() -> None:
    kept = thinned([float(i) for i in range(MAX_CURVE + 1)])
    assert (len(kept), kept[0], kept[-1]) == (MAX_CURVE, 0.0, float(MAX_CURVE))
    assert all(b > a for a, b in pairwise(kept))


def test_what_is_infinite_is_a_gap() -> None:
    assert [math.isnan(value) for value in thinned([1.0, math.inf, math.nan])] == [False, True, True]


def test_the_main_curve_is_the_first_over_steps_else_the_first_number_of_the_run_bar() -> None:
    frames = [Frame(i, i * 2.0, np.zeros(1)) for i in range(3)]
    assert course_of(SPEC, frames[-1], frames) == (0.0, 2.0, 4.0)
    points = Curve("points", "x", "y", [0, 1], [5, 6])
    loss = Curve("loss", "step", "loss", [0, 1], [9, 8], course=True)
    with_curves = replace(SPEC, curves=lambda frame: (points, loss))
    assert course_of(with_curves, frames[-1], frames) == (9.0, 8.0)
    assert main_numbers(SPEC, frames[0]) == ("at",)


# ------------------------------------------------------------------------------------------------ files


def test_runs_come_back_from_a_file_as_they_were() -> None:
    whole = run(
        3,
        params={"rate": 2.0, "noise": 0.0, "page": "b"},
        seed=MAX_SEED,
        actions=((0, Paint(1.5)), (4, Set({"rate": 3.0}))),
        artifacts=(TABLE,),
        step=MAX_STEP,
        curve=(1.0, 0.5, 0.25),
        results={"at": 0.25, "name": "cat", "none": None, "far": math.inf},
        idle=("noise",),
        starred=True,
    )
    scene = reopened(Scene("runs", 1, runs=(whole, run(4)), pinned=replace(whole, number=2)))
    assert scene.runs[0].artifacts[0].id == TABLE.id
    plain = [replace(each, artifacts=()) for each in (*scene.runs, scene.pinned)]
    assert plain == [replace(whole, artifacts=()), run(4), replace(whole, number=2, artifacts=())]


def test_a_gap_in_a_curve_comes_back_as_a_gap() -> None:
    (kept,) = reopened(Scene("runs", 1, runs=(run(curve=(1.0, math.nan, 2.0)),))).runs
    assert kept.curve[0] == 1.0
    assert math.isnan(kept.curve[1])


def test_a_state_is_not_saved_and_a_file_without_runs_opens() -> None:
    assert reopened(Scene("runs", 1, runs=(run(state={"x": 1}),))).runs[0].state is None
    bare = json.loads(to_json(Scene("runs", 1)))
    assert not {"runs", "pinned", "sent"} & bare.keys()
    opened = from_json(json.dumps(bare).encode(), find)
    assert (opened.runs, opened.pinned) == ((), None)


def test_what_was_sent_is_in_a_file_once() -> None:
    scene = Scene("runs", 1, artifacts=(TABLE,), runs=(run(artifacts=(TABLE,)), run(2, artifacts=(TABLE,))))
    assert "sent" not in json.loads(to_json(scene))
    alone = json.loads(to_json(replace(scene, artifacts=())))
    assert len(alone["sent"]) == 1
    assert reopened(scene).runs[1].artifacts[0].id == TABLE.id


@pytest.mark.parametrize(("count", "kept"), [(MAX_RUNS, MAX_RUNS), (MAX_RUNS + 1, MAX_RUNS)])
def test_of_too_many_runs_a_file_holds_the_starred_and_the_newest(count: int, kept: int) -> None:
    runs = tuple(run(n, starred=n == 1) for n in range(1, count + 1))
    numbers = [one.number for one in reopened(Scene("runs", 1, runs=runs)).runs]
    assert len(numbers) == kept
    assert (numbers[0], numbers[-1]) == (1, count)


def test_too_large_runs_are_left_out_the_pinned_one_last() -> None:
    heavy = tuple((0, Push(float(i))) for i in range(MAX_BYTES // 60))
    light, pinned = run(1), run(9, actions=heavy)
    assert len(to_json(Scene("runs", 1, pinned=pinned, runs=()))) > MAX_BYTES / 2
    scene = reopened(Scene("runs", 1, runs=(light, run(2, actions=heavy), run(3, actions=heavy)), pinned=pinned))
    assert scene.pinned is not None
    assert [one.number for one in scene.runs] == [1]


def test_an_old_run_that_no_file_can_hold_does_not_keep_the_box_from_being_saved() -> None:
    infinite = run(2, actions=((1, Push(math.inf)),))
    assert [one.number for one in reopened(Scene("runs", 1, runs=(run(1), infinite), pinned=infinite)).runs] == [1]
    long = run(1, results={"text": "x" * 5000})
    assert len(reopened(Scene("runs", 1, runs=(long,))).runs[0].results["text"]) == 2000


def test_where_a_file_is_full_the_runs_make_room(monkeypatch) -> None:
    scene = Scene("runs", 1, notes="x" * 2000, runs=(run(1),))
    size = len(to_json(replace(scene, runs=())))
    monkeypatch.setattr("lab.core.scene.MAX_BYTES", size + 20)
    assert from_json(to_json(scene), find).runs == ()
    monkeypatch.setattr("lab.core.scene.MAX_BYTES", size + 5000)
    assert len(from_json(to_json(scene), find).runs) == 1
    monkeypatch.setattr("lab.core.scene.MAX_BYTES", size - 20)
    with pytest.raises(SceneError, match="can be opened again"):
        to_json(scene)


def bent(**changed: Any) -> bytes:
    """A file with one run of which something is changed; None takes it away."""
    data = json.loads(to_json(Scene("runs", 1, runs=(run(curve=(1.0,), results={"at": 1.0}),))))
    data["runs"][0] = {k: v for k, v in {**data["runs"][0], **changed}.items() if v is not None}
    return json.dumps(data).encode()


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("number", 1, 0),
        ("number", 10**9, 10**9 + 1),
        ("number", 5, "5"),
        ("seed", MAX_SEED, MAX_SEED + 1),
        ("step", MAX_STEP, MAX_STEP + 1),
        ("step", 0, -1),
        ("step", 3, True),
        ("params", {"rate": 10}, {"rate": 11}),
        ("params", {}, {"other": 1}),
        ("params", {}, []),
        ("actions", [], {}),
        ("actions", [{"step": 2, "do": "Push", "by": 1.0}], [{"step": 2, "do": "Pull"}]),
        ("actions", [], [3]),
        ("curve", [1] * MAX_CURVE, [1] * (MAX_CURVE + 1)),
        ("curve", [1, None, 2.5], [1, "2"]),
        ("curve", [10**300], [10**301]),
        ("results", {str(i): i for i in range(MAX_RESULTS)}, {str(i): i for i in range(MAX_RESULTS + 1)}),
        ("results", {"at": "x" * 2000}, {"at": "x" * 2001}),
        ("results", {"at": None}, {"at": [1]}),
        ("idle", ["noise"], "noise"),
        ("idle", ["x" * 200], ["x" * 201]),
        ("starred", True, 1),
        ("sent", [], ["nobody"]),
    ],
)
def test_every_part_of_a_run_is_checked_when_it_is_read(field: str, good: Any, bad: Any) -> None:
    assert len(from_json(bent(**{field: good}), find).runs) == 1
    with pytest.raises(SceneError):
        from_json(bent(**{field: bad}), find)


def test_two_runs_of_one_number_and_more_than_can_be_kept_are_refused() -> None:
    data = json.loads(bent())
    one = data["runs"][0]
    data["runs"] = [{**one, "number": n + 1} for n in range(MAX_RUNS)]
    assert len(from_json(json.dumps(data).encode(), find).runs) == MAX_RUNS
    data["runs"][1]["number"] = 1
    with pytest.raises(SceneError, match="same number"):
        from_json(json.dumps(data).encode(), find)
    data["runs"] = [{**one, "number": n + 1} for n in range(MAX_RUNS + 1)]
    with pytest.raises(SceneError, match="at most 60"):
        from_json(json.dumps(data).encode(), find)
