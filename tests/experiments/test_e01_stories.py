"""What is ML: presets say what happens, breaks break for the reason given, challenges cannot be cheated."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lab.catalog import find
from lab.core.experiment import Progress, Setting
from lab.core.headless import played
from lab.core.params import checked
from lab.experiments.e01_what_is_ml.gestures import AddPoint, MoveLine, MovePoint, WriteRule
from tests.asking import curves_of, metrics_of, sentence_of

SPECIFICATION = find("what-is-ml").load()


def progress(id: str, setting: Setting) -> Progress:
    challenge = SPECIFICATION.challenge(id)
    params = checked(SPECIFICATION.params, setting.values)
    return challenge.check(played(SPECIFICATION, setting).snapshot(), params, setting.actions)


def with_actions(id: str, *actions: object, steps: int = 0) -> Setting:
    setting = SPECIFICATION.challenge(id).setting
    return replace(setting, actions=tuple((0, action) for action in actions), steps=steps)


def test_two_points_have_a_perfect_score_and_new_points_show_it_is_worth_nothing() -> None:
    broken = SPECIFICATION.breaking("two-points")
    frame = played(SPECIFICATION, broken.setting).snapshot()
    assert metrics_of(frame)["mse"] < 1e-9
    assert metrics_of(frame)["new_mse"] > 1000
    more = played(SPECIFICATION, replace(broken.setting, values={**broken.setting.values, "n": 12})).snapshot()
    assert metrics_of(more)["mse"] > 50, "twelve points are not fitted perfectly"
    assert metrics_of(more)["new_mse"] < metrics_of(frame)["new_mse"] / 5
    assert not broken.broken(more)


def test_moving_the_wrong_value_to_its_place_mends_the_line() -> None:
    broken = SPECIFICATION.breaking("one-wrong")
    frame = played(SPECIFICATION, broken.setting).snapshot()
    x = float(frame.examples.x[-1])
    mended = played(
        SPECIFICATION, replace(broken.setting, actions=((0, MovePoint("plant", 11, x, 2 + 0.9 * x)),))
    ).snapshot()
    assert broken.broken(frame)
    assert not broken.broken(mended)


def test_with_a_second_x_the_slope_can_be_learned() -> None:
    broken = SPECIFICATION.breaking("same-x")
    mended = replace(broken.setting, actions=(*broken.setting.actions, (0, AddPoint("own", 8.0, 9.0))))
    assert not broken.broken(played(SPECIFICATION, mended).snapshot())


def test_a_relation_is_not_called_noise() -> None:
    broken = SPECIFICATION.breaking("no-relation")
    related = replace(broken.setting, values={"data": "lemonade"})
    assert not broken.broken(played(SPECIFICATION, related).snapshot())


def test_by_eye_is_met_just_inside_the_goal_and_not_just_outside() -> None:
    frame = played(SPECIFICATION, with_actions("by-eye")).snapshot()
    best = frame.best
    inside, outside = ((0.049 * best.error) ** 0.5, (0.051 * best.error) ** 0.5)
    for lift, met in ((inside, True), (-inside, True), (outside, False), (-outside, False)):
        move = MoveLine(best.slope, best.intercept + lift)
        assert progress("by-eye", with_actions("by-eye", move)).done is met


def test_by_eye_fails_after_forty_drags_and_by_machine_and_with_other_points() -> None:
    good = MoveLine(3.25, -28.2)
    assert progress("by-eye", with_actions("by-eye", *[MoveLine(0.0, float(i)) for i in range(39)], good)).done
    late = progress("by-eye", with_actions("by-eye", *[MoveLine(0.0, float(i)) for i in range(40)], good))
    assert (late.done, late.failed) == (False, True)
    assert progress("by-eye", with_actions("by-eye", good, steps=1)).failed
    assert progress("by-eye", with_actions("by-eye", AddPoint("lemonade", 20.0, 37.0), good)).failed
    assert progress("by-eye", Setting({"data": "five"}, actions=((0, good),))).failed


def test_the_rule_must_be_written_and_better_than_the_best_line() -> None:
    assert not progress("rule", with_actions("rule")).done
    assert not progress("rule", with_actions("rule", WriteRule("ball", (2.0,), (0.0, 24.0)))).done
    assert progress("rule", with_actions("rule", WriteRule("ball", (0.6, 3.2), (5.0, 19.0, 9.0)))).done


@pytest.mark.parametrize(
    ("x", "y", "done"), [(7.0, 0.0, True), (0.0, 14.0, True), (5.0, 0.0, False), (100.0, 0.0, False)]
)
def test_one_point_in_a_corner_turns_the_line(x: float, y: float, done: bool) -> None:
    assert progress("one-point", with_actions("one-point", AddPoint("five", x, y))).done is done


def test_one_point_means_one_and_the_five_stay() -> None:
    added = AddPoint("five", 7.0, 0.0)
    assert progress("one-point", with_actions("one-point", added, AddPoint("five", 7.0, 1.0))).failed
    assert progress("one-point", with_actions("one-point", MovePoint("five", 4, 5.0, 0.0))).failed


def test_descriptions_say_what_is_there_and_nothing_secret() -> None:
    start = sentence_of(played(SPECIFICATION, Setting()).snapshot())
    assert "cups = 0 · °C + 25.0" in start
    assert "10 seen points" in start
    assert "hidden until" in start
    run = sentence_of(played(SPECIFICATION, Setting(steps=150)).snapshot())
    assert "cups = 3.27 · °C − 28.6" in run
    assert "The best possible is 16.9." in run
    shown = sentence_of(played(SPECIFICATION, Setting({"reveal": True}, steps=150)).snapshot())
    assert "20 new points" in shown


def test_curves_carry_the_points_and_never_the_hidden_ones() -> None:
    names = [curve.name for curve in curves_of(played(SPECIFICATION, Setting()).snapshot())]
    assert names == ["seen points", "line"]
    names = [curve.name for curve in curves_of(played(SPECIFICATION, Setting({"reveal": True})).snapshot())]
    assert names == ["seen points", "new points", "line"]
