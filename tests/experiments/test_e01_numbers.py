"""What is ML: the course's numbers, hand calculations, and the cases that puzzle a newcomer."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import played
from lab.experiments.e01_what_is_ml.frame import LineFrame
from lab.experiments.e01_what_is_ml.gestures import AddPoint, Guess, LockIn, MoveLine, SetTable, WriteRule
from lab.experiments.e01_what_is_ml.line import Line, best_fit, error_of, learned
from lab.experiments.e01_what_is_ml.rules import Rule, first_rule
from lab.experiments.e01_what_is_ml.words import remark
from tests.asking import metrics_of, sentence_of, why_of

SPECIFICATION = find("what-is-ml").load()


def frame_of(steps: int = 0, *actions: object, seed: int = 0, **values: object) -> LineFrame:
    setting = Setting(values, seed, tuple((0, action) for action in actions), steps)
    return played(SPECIFICATION, setting).snapshot()


def own(*points: tuple[float, float], steps: int = 0) -> LineFrame:
    return frame_of(steps, *(AddPoint("own", x, y) for x, y in points), data="own")


# -------------------------------------------------------------------------------------- the course


def test_the_five_points_of_the_course_give_slope_1_97_and_intercept_0_07() -> None:
    frame = played(SPECIFICATION, SPECIFICATION.preset("course").setting).snapshot()
    assert frame.examples.x.tolist() == [1, 2, 3, 4, 5]
    assert frame.examples.y.tolist() == [2.1, 4.0, 5.8, 8.1, 9.9]
    metrics = metrics_of(frame)
    assert metrics["slope"] == pytest.approx(1.97, abs=1e-6)
    assert metrics["intercept"] == pytest.approx(0.07, abs=1e-5)
    assert (metrics["best_slope"], metrics["best_intercept"]) == (pytest.approx(1.97), pytest.approx(0.07))
    assert metrics["best_mse"] == pytest.approx((0.06**2 + 0.01**2 + 0.18**2 + 0.15**2 + 0.02**2) / 5)


def test_the_whole_model_is_two_float64_numbers() -> None:
    frame = frame_of()
    assert metrics_of(frame)["model_bytes"] == np.array([frame.line.slope, frame.line.intercept]).nbytes == 16


def test_the_best_line_is_that_of_numpy_lstsq() -> None:
    for data in ("lemonade", "shoes", "crickets", "battery", "five"):
        seen = frame_of(data=data).examples
        expected = np.linalg.lstsq(np.stack([seen.x, np.ones_like(seen.x)], axis=1), seen.y)[0]
        best = best_fit(seen.x, seen.y)
        assert best is not None
        assert (best.slope, best.intercept) == (pytest.approx(expected[0]), pytest.approx(expected[1]))


def test_errors_by_hand() -> None:
    frame = own((1.0, 3.0), (2.0, 4.0), (4.0, 9.0))
    moved = frame_of(
        0,
        *(AddPoint("own", x, y) for x, y in ((1.0, 3.0), (2.0, 4.0), (4.0, 9.0))),
        MoveLine(2.0, 0.5),
        data="own",
    )
    assert frame.n == 3
    assert [metrics_of(moved)[f"miss_{i}"] for i in (1, 2, 3)] == [0.5, -0.5, 0.5]
    assert metrics_of(moved)["mse"] == 0.25


# --------------------------------------------------------------------------------------- learning


def test_each_step_of_the_machine_leaves_nine_tenths_of_the_way() -> None:
    before, after = frame_of(3, data="shoes"), frame_of(4, data="shoes")
    best = before.best
    assert best is not None
    for a, b, goal in (
        (before.line.slope, after.line.slope, best.slope),
        (before.line.intercept, after.line.intercept, best.intercept),
    ):
        assert (goal - b) / (goal - a) == pytest.approx(0.9, rel=1e-9)
    assert metrics_of(after)["mse"] - best.error == pytest.approx(0.81 * (metrics_of(before)["mse"] - best.error))


def test_one_step_on_standardised_x_by_hand() -> None:
    x, y = np.array([0.0, 2.0]), np.array([1.0, 5.0])  # mean 1, spread 1; from y = 0 the misses are 1 and 5
    assert learned(Line(0.0, 0.0), x, y) == Line(pytest.approx(0.05 * 4), pytest.approx(0.05 * 6 - 0.05 * 4))


def test_the_machine_stops_only_where_a_further_step_changes_nothing() -> None:
    for data in ("lemonade", "five", "ball", "crickets"):
        simulation = played(SPECIFICATION, Setting({"data": data}, steps=2000))
        assert simulation.done
        assert simulation.steps < 400
        line, best = simulation.snapshot().line, simulation.snapshot().best
        assert line.slope == pytest.approx(best.slope, rel=1e-9)
        simulation.step()
        assert simulation.snapshot().line == line


def test_learning_does_not_depend_on_the_unit_of_x() -> None:
    metres, millimetres = (
        frame_of(30, SetTable((1.0 * u, 2.0 * u, 4.0 * u), (2.0, 3.0, 8.0)), start="own", data="own") for u in (1, 1000)
    )
    assert millimetres.line.slope * 1000 == pytest.approx(metres.line.slope)
    assert metrics_of(millimetres)["mse"] == pytest.approx(metrics_of(metres)["mse"])


def test_the_first_step_locks_in_the_line_it_was_given() -> None:
    frame = frame_of(5, MoveLine(2.0, 3.0))
    assert frame.mine == Line(2.0, 3.0)
    assert metrics_of(frame)["my_slope"] == 2.0


# ---------------------------------------------------------------------------------- what is hidden


def test_the_best_possible_error_is_hidden_until_a_line_is_locked_in() -> None:
    hidden, shown = metrics_of(frame_of()), metrics_of(frame_of(0, LockIn(0.0, 25.0)))
    for name in ("best_mse", "best_slope", "best_intercept", "ratio", "my_mse"):
        assert hidden[name] is None
        assert shown[name] is not None
    assert shown["ratio"] == pytest.approx(shown["mse"] / shown["best_mse"])
    assert "16.9" not in sentence_of(frame_of())


def test_the_error_on_new_points_is_hidden_until_they_are_shown() -> None:
    assert metrics_of(frame_of(20))["new_mse"] is None
    frame = frame_of(20, reveal=True)
    new = frame.examples
    assert new.new_x.size == 20
    assert metrics_of(frame)["new_mse"] == pytest.approx(error_of(frame.line, new.new_x, new.new_y))


@pytest.mark.parametrize("data", ["lemonade", "shoes", "crickets", "battery", "luck", "ball", "plant", "five"])
def test_twenty_points_and_one_question_are_kept_back_everywhere(data: str) -> None:
    examples = frame_of(data=data).examples
    assert examples.new_x.size == 20
    assert examples.ask is not None
    x0, x1, y0, y1 = examples.extent
    for x, y in ((examples.x, examples.y), (examples.new_x, examples.new_y)):
        assert x0 <= x.min() <= x.max() <= x1
        assert y0 <= y.min() <= y.max() <= y1


def test_crickets_are_shared_out_by_the_seed_and_none_is_lost() -> None:
    one, other = frame_of(data="crickets").examples, frame_of(data="crickets", seed=1).examples
    assert one.x.tolist() != other.x.tolist()
    for found in (one, other):
        assert sorted([*found.x, *found.new_x, found.ask[0]]) == sorted([*one.x, *one.new_x, one.ask[0]])
    assert len([*one.x, *one.new_x, one.ask[0]]) == 31


def test_the_truth_comes_with_the_guess_and_both_are_scored() -> None:
    assert metrics_of(frame_of())["truth"] is None
    metrics = metrics_of(frame_of(0, MoveLine(2.0, 5.0), Guess(60.0)))
    assert (metrics["ask_x"], metrics["truth"], metrics["guess"]) == (30.0, 71.0, 60.0)
    assert (metrics["guess_miss"], metrics["line_answer"], metrics["line_miss"]) == (11.0, 65.0, 6.0)


# ------------------------------------------------------------------------------------------- rules


def test_the_first_rule_that_holds_decides() -> None:
    rule = Rule((3.0, 1.0), (10.0, 20.0, 30.0))
    assert rule.at(np.array([0.0, 2.9, 3.0])).tolist() == [10.0, 10.0, 30.0]
    assert [piece.answer for piece in rule.pieces(0.0, 5.0)] == [10.0, 10.0, 30.0]  # 20 is never reached


@pytest.mark.parametrize(
    ("limits", "rows"),
    [((1.0, 2.0, 3.0), ()), ((1.0, 1.0, 3.0), (1,)), ((1.0, 1.001, 3.0), ()), ((3.0, 1.0, 2.0), (1, 2))],
)
def test_a_row_that_is_never_reached_is_named(limits: tuple[float, ...], rows: tuple[int, ...]) -> None:
    rule = Rule(limits, (10.0, 20.0, 30.0, 40.0))
    assert rule.unreached() == rows
    said = {10.0 * (i + 1) for i in range(4)} - set(rule.at(np.linspace(0.0, 4.0, 4001)).tolist())
    assert said == {10.0 * (row + 1) for row in rows}


def test_a_rule_is_checked() -> None:
    with pytest.raises(ValueError, match="one more than the 2 limits"):
        Rule((1.0, 2.0), (1.0, 2.0))
    with pytest.raises(ValueError, match="finite"):
        Rule((), (math.nan,))
    assert len(first_rule((14.0, 36.0, 0.0, 100.0)).answers) == 4


def test_rule_and_line_race_on_the_new_points_only() -> None:
    rule = WriteRule("five", (2.0,), (2.0, 8.0))
    metrics = metrics_of(frame_of(0, MoveLine(2.0, 0.0), rule, data="five", reveal=True))
    examples = frame_of(data="five").examples
    by_line = np.abs(2.0 * examples.new_x - examples.new_y)
    by_rule = np.abs(np.where(examples.new_x < 2.0, 2.0, 8.0) - examples.new_y)
    assert metrics["line_closer"] == int((by_line < by_rule).sum())
    assert metrics["rule_closer"] == int((by_rule < by_line).sum())
    assert metrics["rule_new_mse"] == pytest.approx(float((by_rule**2).mean()))
    assert metrics_of(frame_of(0, rule, data="five"))["line_closer"] is None


# ---------------------------------------------------------------------------------------- edge cases


def test_without_points_there_is_no_error_and_nothing_to_learn() -> None:
    simulation = played(SPECIFICATION, Setting({"data": "own"}, steps=5))
    frame = simulation.snapshot()
    assert (metrics_of(frame)["mse"], simulation.done, simulation.steps) == (None, True, 0)
    assert sentence_of(frame).startswith("No points yet.")


def test_every_line_through_one_point_is_perfect() -> None:
    frame = own((3.0, 4.0), steps=400)
    assert metrics_of(frame)["mse"] == pytest.approx(0.0, abs=1e-20)
    assert metrics_of(frame)["best_slope"] is None
    assert frame.line.slope == 0.0  # nothing turned it
    assert "every line is perfect" in remark(frame)


def test_a_line_through_two_points_has_error_exactly_zero() -> None:
    frame = own((1.0, 2.0), (4.0, 8.0), steps=400)
    assert metrics_of(frame)["mse"] == pytest.approx(0.0, abs=1e-20)
    assert frame.line.slope == pytest.approx(2.0)
    assert "error 0" in remark(frame)


def test_at_one_x_the_slope_is_undefined_and_only_the_height_is_learned() -> None:
    frame = own((4.0, 1.0), (4.0, 3.0), (4.0, 8.0), steps=400)
    metrics = metrics_of(frame)
    assert (metrics["best_slope"], metrics["best_intercept"]) == (None, None)
    assert metrics["best_mse"] == pytest.approx(26 / 3)
    assert frame.line.slope == 0.0
    assert frame.line.at(4.0) == pytest.approx(4.0)
    assert "same x" in remark(frame)


def test_without_a_relation_the_best_slope_is_nearly_zero_and_the_error_cannot_vanish() -> None:
    setting = SPECIFICATION.preset("noise").setting
    for seed in range(5):
        frame = frame_of(300, seed=seed, **setting.values)
        explained = 1 - frame.best.error / float(np.var(frame.examples.y))
        assert explained < 0.15
        assert frame.best.error > 100
    assert "says next to nothing" in remark(frame_of(300, **setting.values))


def test_far_away_columns_are_fitted_as_well_as_near_ones() -> None:
    x = 1e8 + np.arange(5.0)
    best = best_fit(x, 3.0 * np.arange(5.0) + 1.0)
    assert best is not None
    assert best.slope == pytest.approx(3.0)
    assert best.error == pytest.approx(0.0, abs=1e-12)


# ---------------------------------------------------------------------------------------------- why


def test_the_arithmetic_of_the_error_shows_each_square() -> None:
    frame = frame_of(0, MoveLine(2.0, 0.0), data="five")
    term = why_of(frame, "mse")
    assert term is not None
    assert term.value == pytest.approx(0.014)
    text = "\n".join(f"{line.name} {line.symbols} {line.numbers}" for line in term.lines())
    assert "e_1² + e_2² + e_3² + e_4² + e_5²" in text
    assert "2.1" in text


def test_the_arithmetic_of_a_step_gives_the_line_as_it_lies() -> None:
    frame = frame_of(7, data="crickets")
    for name in ("slope", "intercept", "best_slope", "best_intercept", "level", "scaled_slope", "ratio"):
        term = why_of(frame, name)
        assert term is not None, name
        assert term.value == pytest.approx(metrics_of(frame)[name], rel=1e-12), name
    assert "η" in " ".join(line.symbols for line in why_of(frame, "slope").lines())


def test_what_is_secret_is_not_explained() -> None:
    assert why_of(frame_of(), "best_mse") is None
    assert why_of(frame_of(), "new_mse") is None
    assert why_of(frame_of(), "nothing") is None
