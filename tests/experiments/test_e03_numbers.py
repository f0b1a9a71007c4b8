"""Linear regression: the course's numbers, and every fit held against sums done by hand or by another method."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.headless import built
from lab.core.params import checked
from lab.engine.basics.data import QUARTET
from lab.engine.basics.regression import fit_least_squares, fit_ridge
from lab.engine.basics.residuals import leave_one_out, leverage
from lab.experiments.e03_linear_regression.exact import exact_solution, right_digits
from lab.experiments.e03_linear_regression.frame import RegressionFrame
from lab.experiments.e03_linear_regression.gestures import (
    AddPoint,
    Look,
    MovePoint,
    OpenTest,
    SetBar,
    SetTable,
)
from lab.experiments.e03_linear_regression.lens import lens_of
from lab.experiments.e03_linear_regression.notes import note_of
from lab.experiments.e03_linear_regression.problem import best_of, influence_of, problem_of
from lab.experiments.e03_linear_regression.settings import Params
from lab.experiments.e03_linear_regression.simulation import Regression
from lab.experiments.e03_linear_regression.view_scenery import weight_parts
from tests.asking import divergence_of, metrics_of, sentence_of, why_of

SPECIFICATION = find("linear-regression").load()


def fitted(steps: int = 0, acts: tuple[Any, ...] = (), seed: int = 0, **values: Any) -> Regression:
    simulation = built(SPECIFICATION, checked(Params, values), seed)
    assert isinstance(simulation, Regression)
    for action in acts:
        simulation.act(action)
    while simulation.steps < steps and not simulation.done:
        simulation.step()
    return simulation


def shown(steps: int = 0, acts: tuple[Any, ...] = (), seed: int = 0, **values: Any) -> RegressionFrame:
    return fitted(steps, acts, seed, **values).snapshot()


def table(x: list[float], y: list[float]) -> SetTable:
    return SetTable("own", tuple(x), tuple(y))


def cloud(n: int = 12, d: int = 2, seed: int = 5) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, d))
    return x, x.sum(axis=1) + 0.3 * rng.normal(size=n) + 2.0, rng.uniform(0.2, 3.0, n)


# ------------------------------------------------------------------------------------ the course's numbers


def test_two_and_one_turn_one_to_five_into_three_to_eleven() -> None:
    metrics = metrics_of(shown(data="course", w=2.0, b=1.0))
    assert [metrics[f"prediction_{i}"] for i in range(1, 6)] == [3, 5, 7, 9, 11]
    assert (metrics["rmse"], metrics["mae"], metrics["r2"]) == (0, 0, 1)
    assert metrics["best_w"] == pytest.approx(2, abs=1e-12)
    assert metrics["best_b"] == pytest.approx(1, abs=1e-12)


def test_a_line_raised_by_two_misses_every_point_by_two() -> None:
    metrics = metrics_of(shown(data="course", w=2.0, b=3.0))
    assert metrics["rmse"] == metrics["mae"] == 2
    assert metrics["r2"] == pytest.approx(1 - 5 * 4 / 40)  # the y are 3, 5, 7, 9, 11: they spread by 40


@pytest.mark.parametrize("world", [1, 2, 3, 4])
def test_four_worlds_have_one_line(world: int) -> None:
    metrics = metrics_of(shown(data=f"quartet-{world}"))
    assert metrics["best_w"] == pytest.approx(0.5, abs=5e-4)
    assert metrics["best_b"] == pytest.approx(3.0, abs=3e-3)
    assert metrics["r"] == pytest.approx(0.816, abs=1e-3)
    assert metrics["best_r2"] == pytest.approx(metrics["r"] ** 2, rel=1e-12)


def test_crickets_and_houses_give_the_published_fits() -> None:
    crickets, houses = metrics_of(shown(data="crickets")), metrics_of(shown(data="houses"))
    assert crickets["best_r2"] == pytest.approx(0.920, abs=5e-4)
    assert houses["best_r2"] == pytest.approx(0.589, abs=5e-4)
    assert (crickets["points"], houses["points"]) == (31, 932)


def test_the_mean_explains_nothing_and_a_falling_line_less_than_nothing() -> None:
    level = float(shown().sheet.y.mean())
    assert metrics_of(shown(w=0.0, b=level))["r2"] == pytest.approx(0, abs=1e-12)
    assert metrics_of(shown(w=-2.0, b=120.0))["r2"] < -1


# ------------------------------------------------------------------------ every fit by another method as well


def test_the_best_line_of_three_points_is_what_a_pencil_says() -> None:
    """x 0, 1, 2 and y 1, 0, 4: Sxy = 3, Sxx = 2, so w = 1.5; ȳ = 5/3, x̄ = 1, so b = 1/6."""
    metrics = metrics_of(shown(acts=(table([0, 1, 2], [1, 0, 4]),), data="own"))
    assert metrics["best_w"] == pytest.approx(1.5, rel=1e-12)
    assert metrics["best_b"] == pytest.approx(1 / 6, rel=1e-12)
    assert metrics["best_mse"] == pytest.approx(((5 / 6) ** 2 * 1 + (5 / 3) ** 2 + (5 / 6) ** 2) / 3)
    assert metrics["r"] == pytest.approx(3 / math.sqrt(2 * (26 / 3)))


def test_weights_act_like_that_many_copies_of_a_point() -> None:
    x, y = np.array([[0.0], [1.0], [2.0], [5.0]]), np.array([1.0, 0.0, 4.0, 3.0])
    counts = np.array([1.0, 3.0, 2.0, 1.0])
    copies = np.repeat(np.arange(4), counts.astype(int))
    weighted = best_of(problem_of(x, y, counts, 0.0, False))
    copied = fit_least_squares(x[copies], y[copies])
    assert weighted == pytest.approx([*copied.weights, copied.bias], rel=1e-12)


def test_weighted_ridge_acts_like_that_many_copies_under_the_same_price() -> None:
    x, y, _ = cloud()
    counts = np.array([1.0, 2.0] * 6)
    copies = np.repeat(np.arange(12), counts.astype(int))
    copied = fit_ridge(x[copies], y[copies], 2.5)
    assert best_of(problem_of(x, y, counts, 2.5, False)) == pytest.approx([*copied.weights, copied.bias])


def test_half_an_error_bar_counts_four_times() -> None:
    simulation = fitted(data="leverage", weighting="bars")
    usual = simulation.snapshot().sheet.usual
    simulation.act(SetBar("leverage", 3, usual / 2))
    simulation.act(Look("leverage", 3))
    assert metrics_of(simulation.snapshot())["point_weight"] == pytest.approx(4.0)


def test_a_long_bar_takes_a_point_out_of_the_fit() -> None:
    metrics = metrics_of(
        shown(acts=(SetBar("leverage", 9, 1e6), Look("leverage", 9)), data="leverage", weighting="bars")
    )
    assert metrics["best_w"] == pytest.approx(metrics["without_w"], rel=1e-6)


@pytest.mark.parametrize("ridge", [0.0, 0.7, 40.0])
@pytest.mark.parametrize("free", [True, False])
@pytest.mark.parametrize("equal", [True, False])
def test_the_slope_of_the_loss_is_zero_at_the_best_line(ridge: float, free: bool, equal: bool) -> None:
    x, y, counts = cloud()
    problem = problem_of(x, y, np.ones(12) if equal else counts, ridge, not free)
    best = best_of(problem)
    assert np.abs(problem.gradient(best)).max() < 1e-12
    nudged = [problem.loss(best + 1e-3 * step) for step in (*np.eye(3), *-np.eye(3))]
    assert min(nudged) > problem.loss(best)


def test_the_slope_of_the_loss_is_what_a_nudge_measures() -> None:
    x, y, counts = cloud()
    problem = problem_of(x, y, counts, 0.9, True)
    theta = np.array([0.3, -1.2, 0.8])
    measured = [(problem.loss(theta + 1e-6 * e) - problem.loss(theta - 1e-6 * e)) / 2e-6 for e in np.eye(3)]
    assert problem.gradient(theta) == pytest.approx(measured, rel=1e-7)


def test_a_free_bias_puts_the_line_through_the_middle_whatever_the_price() -> None:
    frame = shown(data="crickets", ridge=300.0)
    assert float(np.mean(frame.errors("best"))) == pytest.approx(0, abs=1e-10)
    wrong = shown(data="crickets", ridge=300.0, penalise_bias=True)
    assert abs(float(np.mean(wrong.errors("best")))) > 0.3


def test_ridge_of_one_feature_is_sxy_over_sxx_and_lambda() -> None:
    x, y = QUARTET[0].x, QUARTET[0].y
    sxx, sxy = float(np.sum((x - 9) ** 2)), float(np.sum((x - 9) * (y - y.mean())))
    assert metrics_of(shown(data="quartet-1", ridge=110.0))["best_w"] == pytest.approx(sxy / (sxx + 110.0))


# -------------------------------------------------------------------------------------- what a point does


def test_leverage_and_leaving_one_out_are_the_engines_for_equal_points() -> None:
    x, y, _ = cloud()
    problem = problem_of(x, y, np.ones(12), 0.0, False)
    influence = influence_of(problem, best_of(problem))
    assert influence.leverage == pytest.approx(leverage(x), rel=1e-10)
    assert influence.without == pytest.approx(leave_one_out(x, y), rel=1e-9)
    assert influence.leverage.sum() == pytest.approx(3)


@pytest.mark.parametrize("ridge", [0.0, 3.0])
def test_leaving_one_out_is_what_fitting_without_it_gives(ridge: float) -> None:
    x, y, counts = cloud()
    problem = problem_of(x, y, counts, ridge, False)
    influence = influence_of(problem, best_of(problem))
    for i in range(12):
        rest = np.arange(12) != i
        without = best_of(problem_of(x[rest], y[rest], counts[rest], ridge, False))
        assert influence.without[i] == pytest.approx(without, rel=1e-8)


def test_leverage_is_by_how_much_the_prediction_follows_its_point() -> None:
    x, y, counts = cloud()
    problem = problem_of(x, y, counts, 1.5, False)
    influence = influence_of(problem, best_of(problem))
    for i in (0, 7):
        moved = y.copy()
        moved[i] += 1.0
        change = best_of(problem_of(x, moved, counts, 1.5, False)) - best_of(problem)
        assert influence.leverage[i] == pytest.approx(float(problem.design[i] @ change), rel=1e-8)


def test_the_point_that_holds_the_slope_alone_has_leverage_one_and_no_line_without() -> None:
    metrics = metrics_of(shown(acts=(Look("quartet-4", 7),), data="quartet-4"))
    assert metrics["leverage"] == pytest.approx(1)
    assert metrics["without_w"] is None


def test_groups_fall_while_the_whole_rises_and_the_group_as_a_feature_turns_the_slope() -> None:
    for seed in range(5):
        metrics = metrics_of(shown(data="simpson", seed=seed))
        assert metrics["best_w"] > 1
        assert all(metrics[f"group_{i}_w"] < -0.5 for i in (1, 2, 3))
        assert metrics_of(shown(data="simpson", features="two", seed=seed))["best_w"] < -1


# ------------------------------------------------------------------------------------------ right digits


def test_the_exact_solution_of_three_points_is_a_fraction() -> None:
    problem = problem_of(np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 0.0, 4.0]), np.ones(3), 0.0, False)
    assert exact_solution(problem) == (Fraction(3, 2), Fraction(1, 6))


def test_right_digits_count_what_agrees() -> None:
    third = (Fraction(1, 3), Fraction(2))
    digits = right_digits([0.3334, 2.0], third)
    assert digits[0] == pytest.approx(-math.log10(2e-4), abs=1e-6)
    assert digits[1] == 16
    assert math.isnan(right_digits([1.0], None)[0])
    assert right_digits([math.inf, 2.0], third)[0] == 0


def test_ink_ends_where_the_right_digits_end() -> None:
    assert weight_parts(4.243077011, 3.0) == ("4.24", "3077011")
    assert weight_parts(-27.94757530, 4.9) == ("−27.94", "757530")
    assert weight_parts(0.0125, 2.0) == ("0.012", "5000000")
    assert weight_parts(2.0, math.nan) == ("2.000000000", "")
    assert "".join(weight_parts(1.234, 0.0)) == "1.234000000"


def test_squaring_the_condition_number_costs_the_normal_equations_their_digits() -> None:
    for seed in range(5):
        metrics = metrics_of(shown(data="collinear", features="two", apart=1e-6, seed=seed))
        assert metrics["best_digits"] >= metrics["normal_digits"] + 3
        assert abs(metrics["inverse_digits"] - metrics["normal_digits"]) <= 3
        assert metrics["condition_gram"] == pytest.approx(metrics["condition"] ** 2)


def test_twins_are_told_apart_by_a_little_ridge_at_hardly_any_cost() -> None:
    for seed in range(5):
        free = metrics_of(shown(data="collinear", features="two", seed=seed))
        priced = metrics_of(shown(data="collinear", features="two", ridge=1.0, seed=seed))
        assert free["best_w"] + free["best_w2"] == pytest.approx(2, abs=0.1)
        assert max(abs(priced["best_w"] - 1), abs(priced["best_w2"] - 1)) < 0.1
        assert free["best_r2"] - priced["best_r2"] < 0.005


# -------------------------------------------------------------------------------------------- the descents


def test_all_methods_meet_in_the_same_digits_in_raw_and_in_scaled_units() -> None:
    metrics = metrics_of(shown(5000, data="course", w=0.0, b=0.0, rate=0.5))
    for method in ("best", "normal", "raw", "scaled"):
        assert metrics[f"{method}_w"] == pytest.approx(2, abs=1e-12)
        assert metrics[f"{method}_b"] == pytest.approx(1, abs=1e-12)


def test_standardising_arrives_in_one_step_where_the_raw_walk_has_hardly_begun() -> None:
    metrics = metrics_of(shown(1, data="crickets", rate=0.5))
    assert metrics["scaled_digits"] >= 12
    assert metrics["raw_digits"] == 0
    assert metrics["scaled_w"] == pytest.approx(metrics["best_w"], rel=1e-12)


def test_a_raw_step_is_the_rate_times_the_slope_of_the_loss() -> None:
    frame = shown(1, data="course", w=0.0, b=0.0)
    x, y = np.arange(1.0, 6.0), np.array([3.0, 5, 7, 9, 11])
    rate = metrics_of(frame)["rate_raw"]
    assert metrics_of(frame)["raw_w"] == pytest.approx(rate * 2 * np.mean(x * y))
    assert metrics_of(frame)["raw_b"] == pytest.approx(rate * 2 * np.mean(y))
    steepest = float(np.linalg.eigvalsh(2 * np.array([[11.0, 3], [3, 1]])).max())
    assert rate == pytest.approx(0.2 * 2 / steepest)


def test_the_run_ends_only_when_no_bit_moves_any_more() -> None:
    simulation = fitted(5000, data="course", w=0.0, b=0.0, rate=0.5)
    assert simulation.done
    before = simulation.snapshot().trail[-1].copy()
    simulation.step()
    assert (simulation.snapshot().trail[-1] == before).all()


def test_a_moved_point_wakes_the_descents_and_they_go_on_from_where_they_are() -> None:
    simulation = fitted(5000, data="course", w=0.0, b=0.0, rate=0.5)
    step, here = simulation.steps, metrics_of(simulation.snapshot())["scaled_w"]
    simulation.act(MovePoint("course", 4, 5.0, 1.0))
    assert not simulation.done
    assert metrics_of(simulation.snapshot())["scaled_w"] == pytest.approx(here)
    while not simulation.done:
        simulation.step()
    assert simulation.steps > step
    assert metrics_of(simulation.snapshot())["scaled_w"] == pytest.approx(0, abs=1e-9)


def test_before_the_first_step_the_descents_stand_on_the_hands_line() -> None:
    simulation = fitted(data="crickets")
    simulation.retune(checked(Params, {"w": 3.0, "b": 7.0}))
    metrics = metrics_of(simulation.snapshot())
    assert (metrics["raw_w"], metrics["raw_b"]) == (3.0, 7.0)
    assert metrics["scaled_b"] == pytest.approx(7.0)
    simulation.step()
    simulation.retune(checked(Params, {"w": -1.0, "b": 7.0}))
    assert metrics_of(simulation.snapshot())["raw_w"] > 0


@pytest.mark.parametrize("share", [0.98, 1.02])
def test_the_mark_at_one_is_where_both_descents_begin_to_diverge(share: float) -> None:
    frame = shown(400, data="course", w=0.0, b=2.0, rate=share)
    first = frame.solved.problem.loss(frame.hand)
    for method in ("raw", "scaled"):
        loss = frame.columns[method].loss
        assert loss is not None
        assert (loss < first) == (share < 1), method


def test_a_descent_that_is_lost_is_told_of_with_a_remedy_that_works() -> None:
    frame = shown(8000, data="course", w=0.0, b=2.0, rate=1.1)
    found = divergence_of(frame)
    assert found is not None
    assert found.step > 1000
    assert divergence_of(shown(100, data="course", w=0.0, b=2.0, **dict(found.remedy))) is None


def test_a_lens_shows_the_same_line_in_other_units() -> None:
    x, _y, _ = cloud()
    lens, theta = lens_of(x), np.array([1.5, -0.7, 4.0])
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    phi = lens.scaled(theta)
    assert z @ phi[:2] + phi[2] == pytest.approx(x @ theta[:2] + theta[2])
    assert lens.raw(phi) == pytest.approx(theta)


# -------------------------------------------------------------------------------------------- the landscape


@pytest.mark.parametrize("features", ["one", "two"])
@pytest.mark.parametrize("ridge", [0.0, 25.0])
def test_the_map_is_the_loss_of_the_line_at_each_of_its_places(features: str, ridge: float) -> None:
    frame = shown(data="diabetes", features=features, ridge=ridge)
    found = frame.solved
    for lossmap, problem in zip(found.maps, (found.problem, found.scaled)):
        x0, x1, y0, y1 = lossmap.extent
        for row, column in ((0, 0), (71, 0), (40, 55)):
            x, y = x0 + column / 71 * (x1 - x0), y0 + row / 71 * (y1 - y0)
            if features == "one":
                expected = problem.loss(np.array([x, y]))
            else:  # the bias that is best for this pair, found by trying
                biases = [problem.loss(np.array([x, y, b])) for b in (0.0, 1.0, -1.0)]
                bend = (biases[1] + biases[2]) / 2 - biases[0]
                expected = biases[0] - ((biases[1] - biases[2]) / 2) ** 2 / (4 * bend)
            assert lossmap.heights[row, column] == pytest.approx(expected, rel=1e-6)
            assert lossmap.height(x, y) == pytest.approx(expected, rel=1e-6)


def test_the_best_bias_for_two_slopes_leaves_no_error_on_average() -> None:
    frame = shown(data="diabetes", features="two")
    bias = frame.solved.best_bias((3.0, 10.0))
    x, y = frame.solved.x, frame.solved.problem.y
    assert float(np.mean(y - x @ np.array([3.0, 10.0]) - bias)) == pytest.approx(0, abs=1e-8)


# --------------------------------------------------------------------------------------------- the edges


def test_no_points_one_point_and_two_points_are_told_apart() -> None:
    empty = shown(data="own")
    assert metrics_of(empty)["best_w"] is None
    assert sentence_of(empty).startswith("No points yet")
    one = shown(data="own", acts=(AddPoint("own", 4.0, 6.0),))
    assert metrics_of(one)["best_rmse"] == pytest.approx(0)
    assert not one.solved.determined
    assert "endlessly many" in (note_of(one).text if note_of(one) else "")
    two = shown(data="own", acts=(AddPoint("own", 1.0, 1.0), AddPoint("own", 3.0, 5.0)))
    assert metrics_of(two)["best_w"] == pytest.approx(2)
    assert note_of(two) is not None
    assert "proves nothing" in note_of(two).text


def test_equal_x_make_a_singular_matrix_and_the_offered_ridge_decides() -> None:
    frame = shown(data="own", acts=(table([2, 2, 2], [1, 2, 6]),))
    metrics, note = metrics_of(frame), note_of(frame)
    assert metrics["normal_w"] is None or metrics["condition"] == math.inf
    assert metrics["condition"] == math.inf
    assert note is not None
    assert "∞" in note.text
    priced = shown(data="own", acts=(table([2, 2, 2], [1, 2, 6]),), **dict(note.values))
    assert priced.solved.determined
    assert metrics_of(priced)["best_w"] == pytest.approx(0, abs=1e-12)
    assert metrics_of(priced)["best_b"] == pytest.approx(3)


def test_test_points_are_hidden_from_the_fit_and_scored_only_when_the_drawer_is_opened() -> None:
    simulation = fitted(data="curve", test="right")
    metrics = metrics_of(simulation.snapshot())
    assert (metrics["test_points"], metrics["points"], metrics["test_r2"]) == (6, 24, None)
    simulation.act(OpenTest("curve"))
    first = metrics_of(simulation.snapshot())
    assert first["test_r2"] < -1
    assert first["test_openings"] == 1
    simulation.act(MovePoint("curve", 0, -2.0, 0.0))
    assert metrics_of(simulation.snapshot())["test_r2"] == first["test_r2"]
    simulation.act(OpenTest("curve"))
    assert metrics_of(simulation.snapshot())["test_openings"] == 2
    assert metrics_of(simulation.snapshot())["test_r2"] != first["test_r2"]


def test_error_bars_that_are_true_have_a_chi_square_near_one() -> None:
    values = [metrics_of(shown(data="fan", weighting="bars", seed=seed))["chi2"] for seed in range(8)]
    assert np.mean(values) == pytest.approx(1, abs=0.2)


def test_a_second_column_that_arrives_in_the_middle_of_a_run_makes_a_plane_of_the_line() -> None:
    simulation = fitted(20, acts=(table([0, 1, 2, 4], [1, 0, 4, 3]),), data="own", features="two")
    assert not simulation.snapshot().two
    simulation.act(SetTable("own", (0.0, 1, 2, 4), (1.0, 0, 4, 3), (1.0, 1, 0, 5)))
    frame = simulation.snapshot()
    assert frame.two
    assert frame.trail.shape[1] == 6
    simulation.step()
    assert simulation.snapshot().step == frame.step + 1
    simulation.load(simulation.save())


# ----------------------------------------------------------------------------------------- explanations


@pytest.mark.parametrize("data", ["course", "quartet-1", "leverage", "crickets", "houses"])
def test_the_numbers_of_a_line_can_all_be_requested_for(data: str) -> None:
    frame = shown(3, acts=(Look(data, 1),), data=data)
    metrics = metrics_of(frame)
    wanted = ("rmse", "mae", "r2", "mse", "best_w", "best_b", "best_rmse", "r", "raw_w", "scaled_b", "ratio")
    for name in (*wanted, "leverage", "cook", "residual", "standard_error", "condition", "rate_raw"):
        if name in ("ratio", "cook", "residual") and not metrics["best_mse"] > 1e-20:
            continue  # what is left of a perfect fit is rounding
        term = why_of(frame, name)
        assert term is not None, name
        assert term.value == pytest.approx(metrics[name], rel=1e-9, abs=1e-12), name
        assert term.lines() or not term.operator


def test_very_few_points_are_spelled_out_down_to_each_of_them() -> None:
    term = why_of(shown(acts=(table([0, 1, 2], [1, 0, 4]),), data="own", w=1.0, b=0.5), "rmse")
    assert term is not None
    names = [line.name for line in term.lines()]
    assert names[:2] == ["RMSE", "MSE"]
    assert {"r1", "r2", "r3"} <= set(names)


def test_a_derivation_that_would_round_differently_is_not_shown() -> None:
    frame = shown(data="collinear", features="two", apart=1e-8)
    assert why_of(frame, "best_w") is None
    assert why_of(shown(data="diabetes", features="two"), "best_w2") is not None


def test_describe_says_which_line_and_how_good() -> None:
    text = sentence_of(shown(12, data="crickets"))
    assert "13.1" in text
    assert "pulses a second = 4.243·temperature in °C − 27.95" in text
    assert "After 12 steps" in text


def test_the_description_of_every_break_and_preset_is_short_and_whole() -> None:
    for item in (*SPECIFICATION.breaks, *SPECIFICATION.presets):
        setting = replace(item.setting, steps=min(item.setting.steps, 20))
        text = sentence_of(shown(setting.steps, tuple(a for _s, a in setting.actions), **setting.values))
        assert 10 < len(text) < 300
        assert "{" not in text
