"""Loss functions, the numbers: those of the course, and every formula against a calculation by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from lab.core.artifact import Artifact
from lab.core.experiment import Setting
from lab.core.headless import built, played
from lab.core.params import ParamError, checked
from lab.experiments.e04_loss_functions.gestures import (
    AddPoint,
    Forget,
    MoveLine,
    MovePoint,
    Probe,
    RemovePoint,
    SetTable,
)
from lab.experiments.e04_loss_functions.loss import CLIP, Loss, best_line, measured, over_lines, stable_rate
from lab.experiments.e04_loss_functions.points import received_points, table_points
from lab.experiments.e04_loss_functions.settings import Params
from lab.experiments.e04_loss_functions.specification import SPECIFICATION
from lab.experiments.e04_loss_functions.words import area_words
from tests.asking import divergence_of, limits_of, metrics_of, sentence_of, unavailable_of, unused_of

KINDS = ("mse", "mae", "huber")


def frame_of(actions=(), steps=0, seed=0, **values):
    return played(SPECIFICATION, Setting(values, seed, tuple((0, a) for a in actions), steps)).snapshot()


def run_of(seed=0, **values):
    return built(SPECIFICATION, checked(Params, values), seed)


def test_three_predictions_of_the_course_have_the_loss_0_0467() -> None:
    assert metrics_of(frame_of(data="three"))["loss"] == pytest.approx(0.14 / 3)
    assert round(metrics_of(frame_of(data="three"))["loss"], 4) == 0.0467


def test_four_predictions_of_the_course_have_their_loss_and_gradient() -> None:
    values = metrics_of(frame_of(data="course"))
    assert values["loss"] == pytest.approx(0.0850)
    assert [values[f"gradient_{i}"] for i in (1, 2, 3, 4)] == pytest.approx([-0.10, 0.10, -0.25, 0.05])


@pytest.mark.parametrize(("loss", "share"), [("mse", 100 / 104), ("mae", 10 / 14)])
def test_the_miss_of_10_owns_its_share(loss: str, share: float) -> None:
    frame = frame_of(data="five", loss=loss)
    assert [abs(r) for r in frame.judged.residuals] == pytest.approx([1, 1, 1, 1, 10])
    assert metrics_of(frame)["owner_share"] == pytest.approx(share)
    assert metrics_of(frame)["owner"] == 5


@pytest.mark.parametrize(("loss", "slope"), [("mse", 2.69), ("mae", 1.00)])
def test_one_outlier_bends_the_squares_and_not_the_sizes(loss: str, slope: float) -> None:
    assert metrics_of(frame_of(data="outlier", loss=loss))["best_slope"] == pytest.approx(slope, abs=0.005)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("summed", [False, True])
def test_the_gradient_is_the_slope_of_the_loss(kind: str, summed: bool) -> None:
    x, y = np.array([0.0, 1.5, 2.0, 4.0]), np.array([1.0, -2.0, 3.0, 0.3])
    loss, w, b, h = Loss(kind, 0.7, summed=summed), 0.37, 0.21, 1e-6
    value = lambda w, b: measured(loss, x, y, w, b).total  # noqa: E731
    slopes = (value(w + h, b) - value(w - h, b)) / (2 * h), (value(w, b + h) - value(w, b - h)) / (2 * h)
    assert measured(loss, x, y, w, b).gradient == pytest.approx(slopes, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("kind", ["log", "mse", "mae", "huber"])
def test_the_gradient_through_a_probability_is_the_slope_of_the_loss(kind: str) -> None:
    x, y = np.array([-1.0, 0.0, 2.0]), np.array([0.0, 1.0, 1.0])
    loss, h = Loss(kind, 0.3, squash=True), 1e-6
    up, down = (measured(loss, x, y, 0.8 + s, -0.2).total for s in (h, -h))
    assert measured(loss, x, y, 0.8, -0.2).gradient[0] == pytest.approx((up - down) / (2 * h), rel=1e-5)


def test_a_sum_is_n_times_the_mean_and_so_is_its_gradient_and_the_stable_rate_is_n_times_smaller() -> None:
    mean, total = (metrics_of(frame_of(reduction=r)) for r in ("mean", "sum"))
    for name in ("loss", "gradient_w", "gradient_b"):
        assert total[name] == pytest.approx(10 * mean[name])
    assert total["limit"] == pytest.approx(mean["limit"] / 10)
    assert total["best_slope"] == pytest.approx(mean["best_slope"])


def test_just_below_the_stable_rate_the_loss_falls_and_just_above_it_grows() -> None:
    limit = metrics_of(frame_of())["limit"]
    for share, falls in ((0.98, True), (1.02, False)):
        frame = frame_of(steps=250, learning_rate=share * limit)
        assert (frame.judged.total < 17.4) is falls


def test_huber_is_half_the_square_inside_its_border_and_straight_outside() -> None:
    loss, y = Loss("huber", 2.0), np.zeros(2)
    assert loss.each(np.array([1.0, 5.0]), y) == pytest.approx([0.5, 2 * (5 - 1)])
    assert loss.slope(np.array([1.0, 5.0]), y) == pytest.approx([1.0, 2.0])


def test_the_absolute_error_has_slope_0_at_its_kink() -> None:
    assert Loss("mae").slope(np.zeros(1), np.zeros(1)) == 0


def test_log_loss_at_p_0_is_infinite_unless_it_is_clipped() -> None:
    p, y = np.array([0.0, 1.0]), np.array([1.0, 1.0])
    assert Loss("log", clipped=False, squash=True).each(p, y).tolist() == [math.inf, 0.0]
    clipped = Loss("log", clipped=True, squash=True)
    assert clipped.each(p, y)[0] == pytest.approx(-math.log(CLIP))
    assert clipped.slope_of_height(p, y).tolist() == [0.0, 0.0], "a clipped point no longer pulls"


def test_the_infinite_log_loss_offers_clipping_as_the_way_out() -> None:
    broken = SPECIFICATION.breaking("sure").setting
    frame = played(SPECIFICATION, broken).snapshot()
    assert divergence_of(frame).remedy == {"clip": True}
    mended = played(SPECIFICATION, replace(broken, values={**broken.values, "clip": True})).snapshot()
    assert divergence_of(mended) is None
    assert math.isfinite(mended.judged.total)


def test_squaring_overflows_and_the_card_names_the_learning_rate() -> None:
    setting = SPECIFICATION.breaking("overflow").setting
    run = played(SPECIFICATION, setting)
    frame = run.snapshot()
    assert run.done
    assert not math.isfinite(frame.judged.total)
    assert divergence_of(frame).remedy["learning_rate"] < frame.limit


@pytest.mark.parametrize(("rate", "remedy"), [(0.99, "reduction"), (1.01, "learning_rate")])
def test_a_sum_that_bursts_where_the_mean_would_not_is_told_from_a_rate_too_large_for_both(
    rate: float, remedy: str
) -> None:
    limit = played(SPECIFICATION, Setting({"data": "clean"})).snapshot().limit
    values = {"data": "clean", "learning_rate": rate * limit, "reduction": "sum"}
    found = divergence_of(played(SPECIFICATION, Setting(values, steps=400)).snapshot())
    assert found.remedy.keys() == {remedy}
    assert ("sum over 10 points" in found.reason) == (remedy == "reduction")
    mended = played(SPECIFICATION, Setting({**values, **found.remedy}, steps=400)).snapshot()
    assert divergence_of(mended) is None


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_the_words_for_the_red_areas_say_whether_they_are_averaged(reduction: str) -> None:
    frame = played(SPECIFICATION, Setting({"data": "five", "reduction": reduction})).snapshot()
    areas = frame.judged.each
    words, value = {"mean": ("mean red area", areas.mean()), "sum": ("sum of the red areas", areas.sum())}[reduction]
    assert area_words(frame.loss) == f"{words} = loss"
    assert frame.judged.total == pytest.approx(value)


def test_shares_add_up_to_1_even_where_the_loss_overflows() -> None:
    for w in (1.0, 1e153, 5e154):
        judged = measured(Loss("mse"), np.arange(10.0), np.zeros(10), w, 0.0)
        assert judged.shares.sum() == pytest.approx(1)
    assert math.isinf(judged.total)


def test_the_unit_of_a_squared_error_is_squared() -> None:
    assert frame_of().unit == "cm²"
    assert frame_of(loss="mae").unit == "cm"
    values = metrics_of(frame_of())
    assert values["typical_miss"] ** 2 == pytest.approx(values["loss"])


def test_squares_chase_the_mean_and_sizes_the_median() -> None:
    x, y = np.array([0.0, 0, 0, 1, 1, 1]), np.array([0.0, 1, 8, 0, 1, 8])
    assert best_line(Loss("mse"), x, y) == pytest.approx((0, 3))
    assert best_line(Loss("mae"), x, y) == pytest.approx((0, 1))


@pytest.mark.parametrize("kind", KINDS)
def test_no_line_of_the_map_is_better_than_the_best(kind: str) -> None:
    frame = frame_of(loss=kind, delta=2.0)
    assert metrics_of(frame)["best_loss"] <= frame.ground.heights.min() + 1e-9


def test_the_best_log_loss_has_no_slope_left_and_separable_labels_have_no_best() -> None:
    frame = frame_of(data="labels", loss="log")
    judged = measured(frame.loss, frame.points.x, frame.points.y, *frame.best)
    assert judged.gradient == pytest.approx((0, 0), abs=1e-9)
    assert best_line(frame.loss, np.array([0.0, 1, 2, 3]), np.array([0.0, 0, 1, 1])) is None


def test_many_lines_at_once_cost_what_each_costs_alone() -> None:
    x, y, loss = np.array([1.0, 2]), np.array([2.0, 1]), Loss("mse")
    w, b = np.array([[0.0, 1.0]]), np.array([[1.0, -1.0]])
    assert over_lines(loss, x, y, w, b)[0] == pytest.approx(
        [measured(loss, x, y, w[0, i], b[0, i]).total for i in (0, 1)]
    )


def test_there_is_no_stable_rate_for_steps_that_never_grow() -> None:
    assert stable_rate(Loss("mae"), np.arange(3.0)) is None
    assert limits_of(frame_of(loss="mae"))["learning_rate"].value is None


def test_one_step_goes_against_the_gradient() -> None:
    before, after = frame_of(), frame_of(steps=1)
    down = before.judged.gradient
    assert after.line == pytest.approx((0.8 - 0.02 * down[0], 9.0 - 0.02 * down[1]))
    assert after.line[0] == metrics_of(before)["next_slope"]


def test_every_gesture_returns_the_one_that_takes_it_back() -> None:
    run = run_of()
    gestures = (
        MoveLine(1, 2),
        AddPoint("clean", 3, 4),
        MovePoint("clean", 2, 1, 1),
        RemovePoint("clean", 0),
        Probe(1, 1),
    )
    for action in gestures:
        before = run.save()
        run.act(run.act(action))
        after = run.save()
        assert before["line"] == after["line"]
        assert before["probes"] == after["probes"]
        assert np.array_equal(before["points"]["y"], after["points"]["y"])
        assert action.sentence()


def test_an_edit_of_another_data_set_or_of_no_point_changes_nothing() -> None:
    run = run_of()
    assert run.act(MovePoint("outlier", 0, 1, 1)) is None
    assert run.act(RemovePoint("clean", 99)) is None
    assert run.act(Forget()) is None
    with pytest.raises(ValueError, match="value: nan"):
        run.act(MoveLine(math.nan, 0))
    with pytest.raises(ValueError, match="no gesture str"):
        run.act("dance")


def test_a_label_that_is_dragged_stays_0_or_1() -> None:
    run = run_of(data="labels", loss="log")
    run.act(MovePoint("labels", 0, 1.0, 0.7))
    assert run.snapshot().points.y[0] == 1


def test_a_blind_search_gives_nothing_away_and_lets_the_machine_rest() -> None:
    frame = frame_of([Probe(0.0, 0.0)], data="secret", blind=True)
    values = metrics_of(frame)
    assert values["loss"] is values["best_slope"] is values["gradient_w"] is None
    assert "residual_1" not in values
    assert values["evaluations"] == 1
    run = run_of(data="secret", blind=True)
    run.step()
    assert run.done
    assert run.steps == 0
    assert run.offer("table") is None


def test_the_ninth_evaluation_comes_too_late() -> None:
    challenge = SPECIFICATION.challenge("blind")
    params = checked(Params, challenge.setting.values)
    late = [Probe(5.0, 0.0)] * 8 + [Probe(1.28, 0.0)]
    frame = frame_of(late, **challenge.setting.values)
    progress = challenge.check(frame, params, ())
    assert progress.failed
    assert not progress.done


def test_log_loss_without_labels_is_the_squared_error_and_says_so() -> None:
    frame = frame_of(loss="log")
    assert frame.loss.kind == "mse"
    assert "squared error" in unused_of(frame)["loss"]


def test_an_own_table_replaces_the_points_and_bad_ones_are_refused() -> None:
    frame = frame_of([SetTable((1.0, 2.0, 4.0), (3.0, 5.0, 9.0), "a", "b", "mine")], data="own")
    assert frame.best == pytest.approx((2, 1))
    assert frame.points.names == ("a", "b")
    with pytest.raises(ValueError, match="rows, need as many"):
        table_points([1], [1, 2], ("x", "y"), "")
    with pytest.raises(ValueError, match="finite numbers"):
        table_points([1, 2], [1, math.inf], ("x", "y"), "")


def test_a_table_arrives_without_its_holes_and_leaves_for_the_descent() -> None:
    table = Artifact("table", "t", {"x": np.array([1.0, 2, 3]), "y": np.array([2.0, math.nan, 6]), "x_name": "hours"})
    run = SPECIFICATION.build(checked(Params, {"data": "received"}), np.random.default_rng(0), (table,))
    assert run.snapshot().points.x.tolist() == [1, 3]
    assert "data" not in unavailable_of(run.snapshot())
    with pytest.raises(ParamError, match="nothing was received"):
        run_of(data="received")
    with pytest.raises(ValueError, match="lacks “y”"):
        received_points(Artifact("table", "t", {"x": np.zeros(2)}))
    artifact = run_of().offer("loss-surface")
    assert set(artifact.data) == {"x", "y", "x_name", "y_name"}
    assert run_of(data="labels").offer("loss-surface") is None


def test_the_sent_surface_is_read_by_the_descent_as_the_same_loss() -> None:
    from lab.experiments.e05_gradient_descent.received import received_surface

    run = run_of(data="outlier")
    surface, _names, _table = received_surface(run.offer("loss-surface"))
    assert float(surface.value(0.2, 3.0)) == pytest.approx(run.snapshot().judged.total)


def test_no_points_one_point_and_equal_x_are_no_trouble() -> None:
    for x, y in (((), ()), ((1.0,), (2.0,)), ((2.0, 2.0), (1.0, 3.0))):
        frame = frame_of([SetTable(x, y)], data="own", steps=2)
        assert sentence_of(frame)
        assert frame.best is None
        metrics_of(frame)


def test_what_is_said_is_true() -> None:
    assert sentence_of(frame_of(data="five")) == (
        "Step 0: Squared error 20.8 for slope 1.00 and intercept 0. Point 5 owns 96 % of it."
    )
    assert "hidden" in sentence_of(frame_of(data="secret", blind=True))
