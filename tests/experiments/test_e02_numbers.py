"""Feature scaling, the numbers: the course's table by hand, the race, the neighbours, units, leaks and gaps."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from lab.catalog import find
from lab.core.artifact import Artifact
from lab.core.experiment import Setting
from lab.core.headless import played
from lab.core.params import ParamError
from lab.core.scene import Scene, from_json, packed, to_json, unpacked
from lab.experiments.e02_feature_scaling.gestures import MoveQuery, MoveRow, MoveStart, SetTable
from lab.experiments.e02_feature_scaling.race import FLOOR, lane
from lab.experiments.e02_feature_scaling.settings import Params
from lab.experiments.e02_feature_scaling.sheets import own_sheet
from lab.experiments.e02_feature_scaling.simulation import build
from lab.experiments.e02_feature_scaling.specification import SPECIFICATION
from lab.experiments.e02_feature_scaling.words import changed_by_unit, warnings
from lab.runtime.track import Track
from tests.asking import metrics_of, sentence_of, unavailable_of

OWN = SetTable((1.0, None, 3.0, 4.0), (10.0, 20.0, 35.0, 41.0), (1.0, 2.0, 3.0, 4.0), ("a", "b", "c"), "mine")


def frame_of(data: str, steps: int = 0, seed: int = 0, **values: object):
    return played(SPECIFICATION, Setting({"data": data, **values}, seed=seed, steps=steps)).snapshot()


def test_the_courses_three_flats_have_shape_3_2_and_columns_of_mean_0_and_std_1() -> None:
    metrics = metrics_of(frame_of("course"))
    assert (metrics["shape"], metrics["bytes"]) == ("(3, 2)", 48)
    assert metrics["mean_1"] == pytest.approx(4700 / 3)
    assert metrics["std_1"] == pytest.approx(math.sqrt((66.6667**2 + 433.3333**2 + 366.6667**2) / 3), rel=1e-6)
    for j in (1, 2):
        assert metrics[f"scaled_mean_{j}"] == 0
        assert metrics[f"scaled_std_{j}"] == pytest.approx(1)
    assert metrics["row_2_2"] == pytest.approx(math.sqrt(1.5))


@pytest.mark.parametrize("seed", range(5))
def test_raw_flats_never_arrive_and_standardised_ones_do_at_once(seed: int) -> None:
    metrics = metrics_of(frame_of("flats", 200, seed))
    assert metrics["condition_raw"] > 5e7
    assert metrics["condition_scaled"] < 1.5
    assert metrics["arrived_raw"] is None
    assert metrics["arrived_scaled"] <= 5
    squeezed = metrics_of(frame_of("flats", 200, seed, scaler_1="min-max", scaler_2="min-max"))
    assert 15 < squeezed["condition_scaled"] < 35
    assert 50 < squeezed["arrived_scaled"] < 150


@pytest.mark.parametrize("seed", range(5))
def test_raw_neighbours_guess_and_scaled_ones_know(seed: int) -> None:
    metrics = metrics_of(frame_of("flats", 0, seed))
    assert metrics["accuracy_raw"] < 0.65
    assert metrics["accuracy_scaled"] > 0.9
    assert metrics["share_1_raw"] > 0.99999
    assert 0.3 < metrics["share_1_scaled"] < 0.7


def test_a_step_is_the_gradient_of_the_mean_squared_error_times_the_rate() -> None:
    frame = frame_of("course", 1)
    x, y = np.array([[1500.0, 3], [2000, 4], [1200, 2]]), np.array([300.0, 410, 235])
    design = np.column_stack([x, np.ones(3)])
    steepest = float(np.linalg.eigvalsh(2 * design.T @ design / 3)[-1])
    expected = 0.5 * 2 / steepest * 2 * design.T @ y / 3
    assert frame.runs[0].theta == pytest.approx(expected, rel=1e-9)
    assert metrics_of(frame)["loss_raw"] == pytest.approx(float(np.mean((design @ expected - y) ** 2)))


def test_both_races_follow_one_rule_a_part_of_the_largest_stable_rate() -> None:
    frame = frame_of("flats", rate=0.8)
    for i, side in enumerate(("raw", "scaled")):
        assert metrics_of(frame)[f"rate_{side}"] * frame.prepared.lanes[i].steepest == pytest.approx(1.6)


def test_a_map_is_lowest_at_the_best_weights_and_as_high_as_the_error_there() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(40, 2)) * [3.0, 0.5] + 2
    y = x @ [1.0, -2.0] + rng.normal(size=40)
    on = lane(x, y)
    assert on.heights.min() == pytest.approx(on.lowest)
    x0, _x1, y0, _y1 = on.extent
    bias = float(np.mean(y - x @ [x0, y0]))
    assert on.heights[0, 0] == pytest.approx(on.loss(np.array([x0, y0, bias])))


def test_a_table_that_can_be_fitted_exactly_has_a_goal_above_zero() -> None:
    on = frame_of("course").prepared.lanes[1]
    assert on.lowest == 0
    assert on.goal == pytest.approx(0.01 * FLOOR * float(np.var([300, 410, 235])))
    assert "where 0 is possible" in sentence_of(frame_of("course", 5))


def test_another_unit_changes_the_raw_neighbours_and_leaves_the_standardised_ones() -> None:
    metres, milli = frame_of("scaled"), frame_of("scaled", unit="milli")
    assert metrics_of(milli)["accuracy_raw"] < 0.75 < metrics_of(metres)["accuracy_raw"]
    assert milli.kept_by_unit < 5
    assert metres.kept_by_unit == 5
    assert milli.neighbours[1].tolist() == metres.neighbours[1].tolist()
    assert metrics_of(frame_of("flats", unit="milli"))["max_1"] == pytest.approx(
        1e6 * metrics_of(frame_of("flats"))["max_1"]
    )


@pytest.mark.parametrize("seed", range(4))
def test_the_sunflowers_neighbours_know_in_metres_alone(seed: int) -> None:
    metres, milli, kilo = (frame_of("sunflowers", seed=seed, unit=unit) for unit in ("given", "milli", "kilo"))
    assert metrics_of(metres)["accuracy_raw"] > 0.9
    for other in (milli, kilo):
        assert metrics_of(other)["accuracy_raw"] < 0.65 and other.kept_by_unit <= 3
        assert metrics_of(other)["accuracy_scaled"] > 0.89


def test_a_unit_that_changes_nothing_says_which_column_decides() -> None:
    assert changed_by_unit(frame_of("flats", unit="milli")) == "Raw: the same 5, “floor area” decides"
    assert "of 5 neighbours as before" in changed_by_unit(frame_of("flats", unit="kilo"))
    assert "of 5 neighbours as before" in changed_by_unit(frame_of("sunflowers", unit="milli"))
    assert changed_by_unit(frame_of("sunflowers")) == "Raw: 5 of 5 neighbours as before"  # no column decides alone


def test_one_value_of_100_squeezes_the_others_into_a_hundredth_and_the_leak_has_a_price() -> None:
    metrics = metrics_of(frame_of("outlier", scaler_1="min-max", scaler_2="min-max", fit_on="all"))
    assert metrics["squeezed_1"] == pytest.approx(0.01)
    assert metrics["leak"] == pytest.approx(metrics["accuracy_all"] - metrics["accuracy_train"])
    assert metrics["leak"] < -0.1
    assert metrics["accuracy_scaled"] == metrics["accuracy_all"]
    honest = metrics_of(frame_of("outlier", scaler_1="min-max", scaler_2="min-max"))
    assert honest["outside"] >= 1  # new data may lie outside of 0 to 1
    assert honest["accuracy_scaled"] == honest["accuracy_train"]


def test_a_constant_column_is_a_warning_and_no_number_becomes_nan() -> None:
    frame = frame_of("constant", 30)
    assert "σ = 0" in warnings(frame)[0]
    assert metrics_of(frame)["std_2"] == 0
    assert metrics_of(frame)["condition_scaled"] is None
    assert all(not math.isnan(v) for v in metrics_of(frame).values() if isinstance(v, float))


def test_missing_cells_are_filled_as_chosen_from_the_train_rows() -> None:
    for how, middle in (("mean", np.nanmean), ("median", np.nanmedian)):
        frame = frame_of("people", impute=how)
        holes = np.isnan(frame.sheet.x[:, 0])
        assert holes.sum() == metrics_of(frame)["missing"] == 18
        guess = middle(frame.sheet.x[~frame.sheet.test, 0])
        assert frame.prepared.raw[holes, 0] == pytest.approx(guess)


def test_a_logarithm_of_zero_is_refused_in_words() -> None:
    frame = frame_of("outlier", scaler_1="log")
    assert "no logarithm" in warnings(frame)[0]
    assert np.array_equal(frame.prepared.scaled[:, 0], frame.prepared.raw[:, 0])
    assert "log" in unavailable_of(frame_of("outlier"))["scaler_1"]


def test_gestures_return_what_takes_them_back() -> None:
    simulation = build(Params(), np.random.default_rng(0))
    before = simulation.snapshot()
    back = simulation.act(MoveQuery(1000.0, 2.0))
    assert simulation.snapshot().query == (1000.0, 2.0)
    simulation.act(back)
    assert simulation.snapshot().query == before.query
    back = simulation.act(MoveStart(0.5, -0.5))
    lane_raw = simulation.snapshot().prepared.lanes[0]
    assert simulation.snapshot().runs[0].theta[0] == pytest.approx(lane_raw.best[0] + 0.5 * lane_raw.reach)
    simulation.act(back)
    assert simulation.snapshot().runs[0].theta.tolist() == [0, 0, 0]
    back = simulation.act(MoveRow("flats", 3, 999.0, 1.0))
    simulation.act(back)
    assert np.array_equal(simulation.snapshot().sheet.x, before.sheet.x)
    assert simulation.act(MoveRow("people", 3, 1.0, 1.0)) is None
    with pytest.raises(ValueError, match="needs a number"):
        simulation.act(MoveQuery(math.inf, 0.0))


def test_a_start_moved_in_flight_begins_both_races_again() -> None:
    simulation = build(Params(), np.random.default_rng(0))
    for _ in range(3):
        simulation.step()
    assert simulation.act(MoveStart(0.2, 0.2)) is None
    frame = simulation.snapshot()
    assert frame.step == 3
    assert [run.steps for run in frame.runs] == [0, 0]


def test_a_long_race_keeps_a_bounded_path_and_resumes_through_a_file() -> None:
    simulation = build(Params(), np.random.default_rng(0))
    for _ in range(1900):
        simulation.step()
    assert len(simulation.snapshot().runs[0].path) <= 801
    again = build(Params(), np.random.default_rng(5))
    again.load(unpacked(json.loads(json.dumps(packed(simulation.save())))))
    for one in (simulation, again):
        one.step()
    assert metrics_of(simulation.snapshot()) == metrics_of(again.snapshot())
    with pytest.raises(ValueError, match="state"):
        again.load({"step": 1})


def test_an_own_table_with_a_gap_is_taken_and_a_wrong_one_is_refused() -> None:
    simulation = build(Params(data="own"), np.random.default_rng(0))
    simulation.act(OWN)
    metrics = metrics_of(simulation.snapshot())
    assert (metrics["shape"], metrics["missing"]) == ("(4, 2)", 1)
    assert simulation.snapshot().prepared.raw[1, 0] == pytest.approx(8 / 3)
    with pytest.raises(ValueError, match="from 3 to"):
        own_sheet([[1.0, 2.0]], [1.0], ("a", "b", "c"), "")
    with pytest.raises(ValueError, match="“a” has no number"):
        own_sheet([[np.nan, 2.0]] * 4, [1.0, 2, 3, 4], ("a", "b", "c"), "")


def test_an_own_table_survives_a_scene_file_and_starting_over() -> None:
    experiment = find("feature-scaling")
    track = Track(experiment, Scene(experiment.id, params={"data": "own"}))
    track.act(OWN, "")
    scene = from_json(to_json(track.scene()), lambda id: experiment if id == experiment.id else None)
    again = Track(experiment, scene)
    again.run_to_goal()
    assert np.array_equal(again.snapshot().sheet.x, track.snapshot().sheet.x, equal_nan=True)
    again.start_over()
    again.run_to_goal()
    assert metrics_of(again.snapshot())["shape"] == "(4, 2)"


def test_a_table_goes_out_scaled_and_others_come_in() -> None:
    given = build(Params(), np.random.default_rng(0)).offer("table")
    assert given.data["values"].shape == (300, 3)
    taken = build(Params(data="received"), np.random.default_rng(0), (given,)).snapshot()
    assert taken.prepared.raw == pytest.approx(given.data["values"][:, :2])
    pair = Artifact("table", "pairs", {"x": np.arange(9.0), "y": np.arange(9.0) ** 2, "x_name": "t", "y_name": "d"})
    assert build(Params(data="received"), np.random.default_rng(0), (pair,)).snapshot().sheet.names == ("t", "d", "d")
    with pytest.raises(ParamError, match="nothing was received"):
        build(Params(data="received"), np.random.default_rng(0))


def test_the_challenge_asks_for_a_scaler_and_for_nothing_else() -> None:
    challenge = SPECIFICATION.challenge("scale")
    frame = frame_of("flats", 20, rate=0.9)
    assert challenge.check(frame, Params(rate=0.9), ()).failed
    near = played(SPECIFICATION, Setting(challenge.solution.values, actions=((0, MoveStart(0.0, 0.0)),), steps=5))
    assert challenge.check(near.snapshot(), Params(), ()).failed
    robust = frame_of("flats", 20, scaler_1="robust", scaler_2="robust")
    assert challenge.check(robust, Params(scaler_1="robust", scaler_2="robust"), ()).done


def test_a_step_and_a_snapshot_with_its_numbers_are_quick() -> None:
    from time import perf_counter

    simulation = build(Params(data="houses"), np.random.default_rng(0))
    start = perf_counter()
    for _ in range(200):
        simulation.step()
    assert (perf_counter() - start) / 200 < 0.004
