"""Linear regression: challenges that cannot be cheated, breaks, data that travel, gestures that can be undone."""

from __future__ import annotations

import json
import time
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from lab.catalog import find
from lab.core.artifact import Artifact
from lab.core.experiment import Setting
from lab.core.headless import built, frame_of, played
from lab.core.params import ParamError, checked
from lab.core.scene import Scene, from_json, packed, to_json, unpacked
from lab.core.simulation import Set
from lab.engine.basics.quadratic import regression_surface, weights_surface
from lab.experiments.e03_linear_regression.gestures import (
    AddPoint,
    Look,
    MovePoint,
    OpenTest,
    RemovePoint,
    Restore,
    SetBar,
    SetSecond,
    SetTable,
)
from lab.experiments.e03_linear_regression.settings import Params
from lab.experiments.e03_linear_regression.thumbnail import LEVER, POINTS, best_line, paint
from lab.runtime.track import Track
from tests.asking import curves_of, limits_of, metrics_of, unavailable_of, unused_of
from tests.contract.fingerprints import fingerprint
from widgets.base.colors import DARK, LIGHT

EXPERIMENT = find("linear-regression")
SPECIFICATION = EXPERIMENT.load()


def progress(id: str, *actions: Any, seed: int = 0, **values: Any) -> Any:
    """How a challenge stands after these gestures and changes."""
    challenge = SPECIFICATION.challenge(id)
    changes = {**challenge.setting.values, **values}
    log = tuple((0, action) for action in actions)
    frame = played(SPECIFICATION, Setting(changes, seed, log)).snapshot()
    return challenge.check(frame, checked(Params, changes), log)


# --------------------------------------------------------------------------------------------- challenges


def test_one_point_turns_the_slope_and_two_points_are_one_too_many() -> None:
    turned = MovePoint("quartet-1", 2, 20.0, 1.5)
    assert progress("sign", turned).done
    assert progress("sign", turned, MovePoint("quartet-1", 0, 10.0, 8.0)).failed
    assert progress("sign", turned, MovePoint("quartet-1", 0, 10.0, 8.04)).done  # put back where it was
    assert not progress("sign", MovePoint("quartet-1", 2, 13.0, 7.0)).done


@pytest.mark.parametrize(
    ("actions", "values"),
    [
        ((AddPoint("quartet-1", 20.0, 0.0),), {}),
        ((RemovePoint("quartet-1", 2),), {}),
        ((MovePoint("quartet-1", 2, 20.0, 1.5),), {"ridge": 1.0}),
        ((MovePoint("quartet-4", 7, 19.0, 0.0),), {"data": "quartet-4"}),
    ],
)
def test_the_slope_may_not_be_turned_in_another_way(actions: Any, values: Any) -> None:
    assert not progress("sign", *actions, **values).done


def test_the_shortest_move_that_par_names_really_turns_the_slope() -> None:
    assert progress("sign", MovePoint("quartet-1", 2, 18.8, 1.55)).done


def test_one_bar_is_enough_and_moving_the_point_is_not_allowed() -> None:
    assert progress("bar", SetBar("leverage", 9, 5.6)).done
    assert not progress("bar", SetBar("leverage", 9, 5.0)).done
    assert progress("bar", SetBar("leverage", 9, 8.0), SetBar("leverage", 8, 8.0)).failed
    assert progress("bar", MovePoint("leverage", 9, 5.0, 7.5)).failed
    assert not progress("bar", SetBar("leverage", 9, 8.0), weighting="equal").done


def test_twins_are_tamed_by_ridge_alone() -> None:
    assert progress("twins", ridge=1.0).done
    assert not progress("twins", ridge=20.0).done
    assert not progress("twins", ridge=0.001).done
    assert progress("twins", MovePoint("collinear", 0, 1.0, 1.0), ridge=1.0).failed
    assert progress("twins", ridge=1.0, apart=1.0).failed
    assert all(progress("twins", seed=seed, ridge=1.0).done for seed in range(5))


# -------------------------------------------------------------------------------------------------- breaks


def test_the_break_of_a_far_point_is_undone_by_putting_it_back() -> None:
    broken = SPECIFICATION.breaking("far-right")
    track = Track(EXPERIMENT, Scene.of(EXPERIMENT, broken.setting))
    assert broken.broken(track.snapshot())
    track.act(Restore("quartet-1"))
    assert not broken.broken(track.snapshot())


def test_no_break_breaks_in_the_state_the_experiment_opens_with() -> None:
    frame = frame_of(EXPERIMENT, Setting())
    assert [b.id for b in SPECIFICATION.breaks if b.broken(frame)] == []


# -------------------------------------------------------------------------------------- gestures and undo


GESTURES = (
    MovePoint("leverage", 3, 1.0, 2.0),
    SetBar("leverage", 3, 0.25),
    AddPoint("leverage", 7.0, 7.0),
    AddPoint("leverage", 7.0, 7.0, index=2),
    RemovePoint("leverage", 3),
    SetSecond("leverage", 1, 4.0),
    SetTable("leverage", (1.0, 2.0, 4.0), (1.0, 3.0, 2.0)),
    Restore("leverage"),
    Look("leverage", 4),
    OpenTest("leverage"),
)


@pytest.mark.parametrize("action", GESTURES, ids=lambda action: type(action).__name__)
def test_every_gesture_can_be_taken_back_and_done_again(action: Any) -> None:
    track = Track(EXPERIMENT, Scene(EXPERIMENT.id, params={"data": "leverage", "test": "random"}))
    track.act(MovePoint("leverage", 0, 2.0, 2.0))
    before = fingerprint(track.snapshot())
    track.act(action)
    after = fingerprint(track.snapshot())
    track.undo()
    assert fingerprint(track.snapshot()) == before
    track.redo()
    assert fingerprint(track.snapshot()) == after
    assert action.sentence()[0].isupper()


def test_moved_points_stay_when_the_run_starts_over_and_when_other_points_are_looked_at() -> None:
    track = Track(EXPERIMENT, Scene(EXPERIMENT.id, params={"data": "leverage"}))
    track.act(MovePoint("leverage", 9, 6.0, 9.0))
    track.go(5)
    track.run_to_goal()
    track.start_over()
    assert track.position == 0
    assert track.snapshot().sheet.x[9] == 6.0
    track.set({"data": "course"}, "")
    assert track.snapshot().sheet.y.tolist() == [3, 5, 7, 9, 11]
    track.set({"data": "leverage"}, "")
    assert track.snapshot().sheet.x[9] == 6.0


def test_points_drawn_by_chance_come_from_the_seed() -> None:
    def points(seed: int, name: str) -> list[float]:
        return played(SPECIFICATION, Setting({"data": name}, seed)).snapshot().sheet.y.tolist()

    for name in ("fan", "simpson", "curve", "collinear"):
        assert points(3, name) == points(3, name)
        assert points(3, name) != points(4, name)


@pytest.mark.parametrize(
    "action",
    [
        MovePoint("leverage", 99, 0.0, 0.0),
        RemovePoint("leverage", -1),
        SetBar("leverage", 0, 0.0),
        AddPoint("leverage", 0.0, 0.0, index=77),
        MovePoint("nowhere", 0, 0.0, 0.0),
        SetTable("own", (1.0, 2.0), (1.0,)),
        SetTable("own", (1.0,) * 6000, (1.0,) * 6000),
    ],
)
def test_a_gesture_that_cannot_be_is_refused_with_a_sentence_and_changes_nothing(action: Any) -> None:
    simulation = built(SPECIFICATION, checked(Params, {"data": "leverage"}), 0)
    before = fingerprint(simulation.snapshot())
    with pytest.raises(ValueError, match=r"\w+ .+"):
        simulation.act(action)
    assert fingerprint(simulation.snapshot()) == before


def test_a_state_with_changed_points_survives_a_file() -> None:
    simulation = built(SPECIFICATION, checked(Params, {"data": "diabetes", "features": "two"}), 4)
    for action in (MovePoint("diabetes", 3, 20.0, 100.0), SetSecond("diabetes", 3, 4.0), Look("diabetes", 3)):
        simulation.act(action)
    for _ in range(30):
        simulation.step()
    state = unpacked(json.loads(json.dumps(packed(simulation.save()))))
    other = built(SPECIFICATION, checked(Params, {"data": "diabetes", "features": "two"}), 9)
    other.load(state)
    for one in (simulation, other):
        one.step()
    assert fingerprint(other.snapshot()) == fingerprint(simulation.snapshot())


@pytest.mark.parametrize("damage", ["trail", "sheets", "raw", "step", "seed"])
def test_a_damaged_state_is_refused(damage: str) -> None:
    simulation = built(SPECIFICATION, Params(), 0)
    state = dict(simulation.save())
    state[damage] = {"trail": np.zeros((3, 7)), "sheets": {}, "raw": {}, "step": -1, "seed": "x"}[damage]
    with pytest.raises(ValueError, match=r"\w"):
        built(SPECIFICATION, Params(), 0).load(state)


def test_a_scene_with_ones_own_table_opens_to_the_same_frame() -> None:
    track = Track(EXPERIMENT, Scene(EXPERIMENT.id))
    track.act(SetTable("own", (1.0, 2.0, 3.5), (2.0, 1.0, 4.0), (0.0, 1.0, 0.0), ("hours", "cups", "mark"), "Exams"))
    track.set({"data": "own", "features": "two"}, "")
    track.act(AddPoint("own", 5.0, 6.0, 1.0))
    scene = from_json(to_json(track.scene()), lambda id: EXPERIMENT if id == EXPERIMENT.id else None)
    again = Track(EXPERIMENT, scene)
    assert fingerprint(again.snapshot()) == fingerprint(track.snapshot())
    assert again.snapshot().sheet.names == ("hours", "cups", "mark")


# ----------------------------------------------------------------------------------------- data that travel


def test_points_are_given_as_a_table_and_come_back_the_same() -> None:
    given = built(SPECIFICATION, checked(Params, {"data": "diabetes", "features": "two"}), 0).offer("table")
    assert given is not None
    taken = built(SPECIFICATION, checked(Params, {"data": "received", "features": "two"}), 0, (given,)).snapshot()
    assert taken.sheet.names == ("body mass index", "log triglycerides", "progression of diabetes")
    assert metrics_of(taken)["best_w2"] == pytest.approx(56.056, abs=1e-3)


def test_a_table_of_many_columns_gives_its_first_two_and_its_last() -> None:
    values = np.column_stack([np.arange(6.0), np.arange(6.0) ** 2, np.full(6, 7.0), np.arange(6.0) * 3 - 1])
    values[2, 0] = np.nan
    table = Artifact("table", "Mine", {"values": values, "names": ["a", "b", "c", "d"]})
    frame = built(SPECIFICATION, checked(Params, {"data": "received"}), 0, (table,)).snapshot()
    assert frame.sheet.names == ("a", "b", "d")
    assert len(frame.sheet) == 5
    assert metrics_of(frame)["best_w"] == pytest.approx(3)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"x": np.arange(3.0)},
        {"x": np.arange(3.0), "y": np.arange(4.0)},
        {"values": np.zeros((3, 1))},
        {"x": "a", "y": "b"},
    ],
)
def test_a_table_that_does_not_fit_is_refused(data: Any) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        built(SPECIFICATION, checked(Params, {"data": "received"}), 0, (Artifact("table", "Bad", data),))


def test_nothing_received_is_said_in_words() -> None:
    with pytest.raises(ParamError, match="nothing was received"):
        built(SPECIFICATION, checked(Params, {"data": "received"}), 0)
    assert unavailable_of(frame_of(EXPERIMENT, Setting()))["data"] == ("received",)


def test_the_loss_is_given_as_experiment_five_takes_it() -> None:
    line = built(SPECIFICATION, checked(Params, {"data": "crickets"}), 0)
    given = line.offer("loss-surface")
    assert given is not None
    assert {"x", "y", "x_name", "y_name"} <= set(given.data)
    surface = regression_surface(given.data["x"], given.data["y"])
    assert surface.best == pytest.approx((4.2431, -27.9476), abs=1e-3)
    assert surface.lowest == pytest.approx(metrics_of(line.snapshot())["best_mse"])
    plane = built(SPECIFICATION, checked(Params, {"data": "diabetes", "features": "two"}), 0)
    given = plane.offer("loss-surface")
    assert given is not None
    best = weights_surface(given.data["features"], given.data["y"]).best
    assert best == pytest.approx((7.276, 56.056), abs=1e-3)


def test_what_has_no_best_line_gives_no_landscape() -> None:
    empty = built(SPECIFICATION, checked(Params, {"data": "own"}), 0)
    assert empty.offer("table") is None
    empty.act(SetTable("own", (2.0, 2.0), (1.0, 3.0)))
    assert empty.offer("table") is not None
    assert empty.offer("loss-surface") is None
    assert empty.offer("network") is None


# ------------------------------------------------------------------------------------------------ controls


def test_controls_without_effect_say_why_and_live_ones_do_not_restart() -> None:
    frame = frame_of(EXPERIMENT, Setting({"data": "course"}))
    assert {"w2", "apart", "penalise_bias", "features"} <= set(unused_of(frame))
    assert "features" not in unused_of(frame_of(EXPERIMENT, Setting({"data": "houses"})))
    simulation = built(SPECIFICATION, Params(), 0)
    for _ in range(5):
        simulation.step()
    simulation.retune(checked(Params, {"ridge": 3.0, "weighting": "bars", "rate": 0.5}))
    assert simulation.steps == 5
    with pytest.raises(ValueError, match="starting over"):
        simulation.retune(checked(Params, {"data": "course"}))


def test_the_sliders_reach_what_is_worth_a_look() -> None:
    for data in ("course", "crickets", "houses", "quartet-4"):
        frame = frame_of(EXPERIMENT, Setting({"data": data}))
        for name, metric in (("w", "best_w"), ("b", "best_b")):
            low, high = limits_of(frame)[name].slider
            assert low < metrics_of(frame)[metric] < high
    assert limits_of(frame_of(EXPERIMENT, Setting()))["rate"].value == 1.0


def test_the_curves_of_a_frame_are_its_points_its_errors_and_both_walks() -> None:
    frame = played(SPECIFICATION, Setting({"data": "course", "w": 0.0, "b": 0.0}, steps=7)).snapshot()
    found = {curve.name: curve for curve in curves_of(frame)}
    assert found["points"].y.tolist() == [3, 5, 7, 9, 11]
    assert found["errors of my line"].y.tolist() == [3, 5, 7, 9, 11]
    assert len(found["descent, scaled: w"].x) == 8


def test_a_set_is_a_gesture_like_any_other() -> None:
    track = Track(EXPERIMENT, Scene(EXPERIMENT.id))
    track.act(Set({"w": 2.0}))
    assert metrics_of(track.snapshot())["w"] == 2.0


# ------------------------------------------------------------------------------------------------ the card


def test_the_card_shows_the_least_squares_line_of_its_points() -> None:
    for points in (POINTS, (*POINTS, LEVER)):
        assert best_line(points) == pytest.approx(tuple(np.polyfit(*np.array(points).T, 1)))
    assert best_line((*POINTS, LEVER))[0] < best_line(POINTS)[0] / 3


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_card_is_painted_quickly_in_both_themes(qapp, palette: Any) -> None:
    image = QImage(320, 180, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    paint(painter, QRectF(0, 0, 320, 180), palette)
    start = time.perf_counter()
    for _ in range(10):
        paint(painter, QRectF(0, 0, 320, 180), palette)
    spent = (time.perf_counter() - start) / 10
    painter.end()
    colors = {image.pixelColor(x, y).name() for x in range(0, 320, 3) for y in range(0, 180, 3)}
    assert {palette.sunken.lower(), palette.ball.lower()} <= colors
    assert spent < 0.03
