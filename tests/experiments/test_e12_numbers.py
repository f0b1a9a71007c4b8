"""Overfitting, the numbers: the course's ten points, prices, bias and variance, the lid, folds, networks, sums."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lab.core.experiment import Setting
from lab.core.headless import played
from lab.core.params import checked
from lab.engine.basics.regression import fit_lasso, fit_ridge, polynomial
from lab.experiments.e12_overfitting.challenges import GOAL, LOOKS, check_lid
from lab.experiments.e12_overfitting.gestures import AddPoint, Look, MovePoint, RemovePoint, SetTable
from lab.experiments.e12_overfitting.lid import Glance
from lab.experiments.e12_overfitting.presets import CALM, NUDGE, NUDGED, SEED
from lab.experiments.e12_overfitting.settings import Params
from lab.experiments.e12_overfitting.specification import SPECIFICATION
from lab.experiments.e12_overfitting.words import lid_words
from tests.asking import curves_of, hidden_of, limits_of, metrics_of, sentence_of, unavailable_of, unused_of, why_of


def frame_of(actions=(), steps=0, seed=SEED, **values):
    return played(SPECIFICATION, Setting(values, seed, tuple((0, a) for a in actions), steps)).snapshot()


def errors(**values) -> tuple[float, float, float]:
    """Train, validation and test error."""
    found = metrics_of(frame_of((Look(),), **values))
    return found["seen_error"], found["held_error"], found["test_mse"]


# ------------------------------------------------------------------------------------- the course's figures


def test_degree_three_learns_the_wave_and_degree_nine_the_noise() -> None:
    assert errors(degree=3) == pytest.approx((0.01248, 0.06542, 0.06809), rel=1e-3)
    train, validation, test = errors(degree=9)
    assert train == 0.0 and validation > 1e5 and test > 1e5
    assert metrics_of(frame_of(degree=9))["norm"] == pytest.approx(842.4, rel=1e-4)


@pytest.mark.parametrize(("price", "test"), [(0.1, 0.06864), (10.0, 0.4489)])
def test_a_price_calms_degree_nine_and_too_high_a_price_makes_it_underfit(price: float, test: float) -> None:
    assert errors(degree=9, regularizer="ridge", penalty=price)[2] == pytest.approx(test, rel=1e-3)


@pytest.mark.parametrize(("degree", "test"), [(30, 0.1060), (100, 0.1338)])
def test_far_beyond_the_points_the_error_falls_again(degree: int, test: float) -> None:
    train, _validation, found = errors(degree=degree)
    assert train == 0.0 and found == pytest.approx(test, rel=1e-3)


def test_with_powers_as_blocks_there_is_no_second_descent() -> None:
    assert errors(degree=100, basis="power")[2] > 1e3


def test_the_validation_error_is_a_u_and_the_train_error_only_falls() -> None:
    found = frame_of().curve.by_degree
    first = found.degrees <= 9
    assert (np.diff(found.train[first]) <= 1e-12).all()
    least = int(np.argmin(found.validation[first]))
    assert 0 < least < 9 and found.best == 3
    assert found.validation[0] > 5 * found.validation[least] < found.validation[9]


@pytest.mark.parametrize(("kind", "fit"), [("ridge", fit_ridge), ("lasso", fit_lasso)])
def test_the_curve_is_that_of_the_engine(kind: str, fit) -> None:
    shown = frame_of(degree=6, regularizer=kind, penalty=0.05).curve
    sheet = shown.sheet
    features = polynomial(2 * sheet.seen_x - 1, 6, "legendre")
    found = fit(features, sheet.seen_y, 0.05)
    assert shown.fit.weights == pytest.approx(found.weights, abs=1e-6)
    assert shown.fit.bias == pytest.approx(found.bias, abs=1e-6)
    inside = np.interp(sheet.seen_x, shown.fit.x, shown.fit.curve)
    assert inside == pytest.approx(found.predict(features), abs=0.01)


def test_under_lasso_a_lower_price_than_before_is_worked_out_to_its_end() -> None:
    simulation = played(SPECIFICATION, Setting({"degree": 9, "regularizer": "lasso", "penalty": 0.2}, SEED))
    simulation.snapshot()
    for price in (0.05, 0.001, 0.3):
        values = {"degree": 9, "regularizer": "lasso", "penalty": price}
        simulation.retune(checked(Params, values))
        now, fresh = simulation.snapshot().curve, frame_of(**values).curve
        assert now.fit.weights == pytest.approx(fresh.fit.weights, abs=1e-9)
        assert now.by_degree.validation == pytest.approx(fresh.by_degree.validation, rel=1e-6)


def test_lasso_makes_weights_exactly_zero_and_ridge_does_not() -> None:
    assert metrics_of(frame_of(degree=9, regularizer="lasso", penalty=0.02))["alive"] == 2
    assert metrics_of(frame_of(degree=9, regularizer="ridge", penalty=0.02))["alive"] == 9


def test_the_weights_at_every_price_are_those_of_the_fit_at_that_price() -> None:
    for kind in ("ridge", "lasso"):
        found = frame_of(degree=5, regularizer=kind, page="weights").curve.by_price
        number = int(np.argmin(np.abs(np.log10(found.prices) + 2)))
        there = frame_of(degree=5, regularizer=kind, penalty=float(found.prices[number])).curve.fit
        assert found.weights[number] == pytest.approx(there.weights)
        assert found.train[number] == pytest.approx(there.train)


# --------------------------------------------------------------------------------------- bias and variance


def test_the_parts_of_a_degree_add_up_to_the_error_of_its_samples() -> None:
    shown = frame_of(steps=40, n=20, degree=4).curve
    parts = shown.parts.at(4)
    assert shown.redrawn == 40 and parts.noise == pytest.approx(0.04)
    assert parts.expected == pytest.approx(parts.bias_squared + parts.variance + parts.noise)
    assert why_of(frame_of(steps=40, n=20, degree=4), "expected").value == pytest.approx(parts.expected)


def test_a_stiff_curve_has_bias_and_a_flexible_one_variance() -> None:
    shown = frame_of(steps=60, n=30).curve.parts
    stiff, right, loose = (shown.at(degree) for degree in (1, 3, 8))
    assert stiff.bias_squared > 5 * stiff.variance
    assert loose.variance > 5 * loose.bias_squared
    assert right.expected < min(stiff.expected, loose.expected)


def test_on_a_line_more_degrees_bring_variance_and_no_bias() -> None:
    parts = frame_of(steps=40, data="line", n=20, noise=0.3).curve.parts
    for degree in (1, 3, 5, 8, 12):
        assert parts.at(degree).bias_squared == 0.0 < parts.at(degree).variance
    assert parts.at(0).bias_squared > 0.15
    assert parts.at(8).variance > 3 * parts.at(1).variance


def test_what_is_drawn_can_be_saved_as_numbers() -> None:
    names = [curve.name for curve in curves_of(frame_of(steps=3))]
    assert names == ["train", "validation", "bias²", "variance"]
    assert [len(curves_of(frame_of(task=task))) for task in ("net", "grok")] == [4, 4]
    assert curves_of(frame_of(page="data"))[-1].name == "new points"


def test_another_price_changes_the_parts_at_once_as_if_it_had_been_there_before() -> None:
    simulation = played(SPECIFICATION, Setting({"degree": 9}, SEED, steps=12))
    simulation.retune(checked(Params, {"degree": 9, "regularizer": "ridge", "penalty": 0.3}))
    live = simulation.snapshot().curve
    fresh = frame_of(steps=12, degree=9, regularizer="ridge", penalty=0.3).curve
    assert live.parts.variance == pytest.approx(fresh.parts.variance)
    assert live.ghosts == pytest.approx(fresh.ghosts)


def test_under_lasso_too_samples_are_drawn_a_piece_at_a_time() -> None:
    shown = frame_of(steps=3, degree=4, regularizer="lasso", penalty=0.02).curve
    assert shown.redrawn == 3 and shown.parts.at(4).expected > 0.04
    assert len(shown.ghosts) == 3


def test_after_two_hundred_samples_nothing_more_is_drawn() -> None:
    simulation = played(SPECIFICATION, Setting({"n": 4}, SEED, steps=300))
    assert simulation.done and simulation.steps == 200


# --------------------------------------------------------------------------------------------------- the lid


def test_a_look_is_counted_and_shows_the_error_of_the_curve_as_it_is() -> None:
    frame = frame_of((Look(), Look()), degree=4)
    assert metrics_of(frame)["looks"] == 2
    assert metrics_of(frame_of(degree=4))["test_mse"] is None
    assert "2 looks" in sentence_of(frame) and "2 looks" in lid_words(frame.curve)


def test_without_a_look_nothing_of_the_hidden_points_is_shown() -> None:
    frame = frame_of(degree=4)
    assert "lucky" not in str({k: v for k, v in metrics_of(frame).items() if v is not None})
    assert "40 test points" in lid_words(frame.curve)


def test_luck_buys_more_with_every_look_and_is_worth_nothing() -> None:
    lucky = [metrics_of(frame_of((Look(),) * looks))["lucky_mse"] for looks in (1, 4, 12, 40)]
    assert lucky == sorted(lucky, reverse=True) and lucky[-1] < lucky[0]
    found = metrics_of(frame_of((Look(),) * 12))
    assert found["bought"] == pytest.approx(found["fair_mse"] - found["lucky_mse"])
    assert found["lucky_mse"] < 0.8 * found["fair_mse"]


def test_the_error_in_the_long_run_is_that_on_very_many_fresh_points() -> None:
    frame = frame_of((Look(),), degree=3)
    rng, fit = np.random.default_rng(1), frame.curve.fit
    x = rng.uniform(0, 1, 200_000)
    y = np.sin(2 * np.pi * x) + 0.2 * rng.normal(size=len(x))
    assert metrics_of(frame)["fair_mse"] == pytest.approx(np.mean((np.interp(x, fit.x, fit.curve) - y) ** 2), rel=0.01)


@pytest.mark.parametrize(
    ("error", "looks", "found"),
    [(GOAL, LOOKS, "done"), (GOAL + 1e-6, 1, "open"), (GOAL + 1e-6, LOOKS, "failed"), (GOAL, LOOKS + 1, "failed")],
)
def test_three_looks_and_an_error_of_0_08(error: float, looks: int, found: str) -> None:
    frame = frame_of(data="mystery", degree=7)
    lid = replace(frame.curve.lid, glances=(Glance(7, 0.0, error),) * looks)
    progress = check_lid(replace(frame, curve=replace(frame.curve, lid=lid)), frame.params, ())
    assert ("done" if progress.done else "failed" if progress.failed else "open") == found


def test_three_looks_are_not_met_by_moved_points_or_other_data() -> None:
    solution = SPECIFICATION.challenge("lid").solution
    moved = (*solution.actions, (0, MovePoint("mystery", 0, 0.1, 0.0)))
    frame = played(SPECIFICATION, replace(solution, actions=moved)).snapshot()
    assert check_lid(frame, frame.params, ()).failed
    other = frame_of((Look(),), degree=3)
    assert other.curve.lid.last.error <= GOAL and check_lid(other, other.params, ()).failed


# ------------------------------------------------------------------------------------------------ it breaks


def test_the_nudge_is_0_05_and_the_curve_goes_much_further() -> None:
    number, x, y = NUDGED
    before = frame_of(degree=9, seed=CALM).curve
    sheet, inside = before.sheet, (before.fit.x > 0.02) & (before.fit.x < 0.99)
    assert np.abs(before.fit.curve[inside]).max() < 2, "it looks as if nothing were wrong"
    assert (x, y) == pytest.approx((sheet.x[number], sheet.y[number] + NUDGE), abs=6e-5)
    for degree, breaks in ((9, True), (3, False)):
        broken = replace(SPECIFICATION.breaking("nudge").setting, values={"degree": degree})
        frame = played(SPECIFICATION, broken).snapshot()
        assert SPECIFICATION.breaking("nudge").broken(frame) is breaks
        assert metrics_of(frame)["moved"] <= 1.02 * NUDGE * metrics_of(frame)["swing"]


@pytest.mark.parametrize(
    ("which", "values"),
    [("leak", {"data": "sine"}), ("outside", {"degree": 1}), ("stiff", {"penalty": 0.1})],
)
def test_without_its_cause_a_break_does_not_break(which: str, values: dict[str, object]) -> None:
    found = SPECIFICATION.breaking(which)
    whole = replace(found.setting, values={**found.setting.values, **values})
    assert not found.broken(played(SPECIFICATION, whole).snapshot())


def test_twelve_looks_nearly_always_find_a_lucky_curve_and_one_look_seldom() -> None:
    found = SPECIFICATION.breaking("peek")
    lured = {
        looks: sum(
            found.broken(
                played(SPECIFICATION, replace(found.setting, actions=((0, Look()),) * looks, seed=seed)).snapshot()
            )
            for seed in range(20)
        )
        for looks in (1, 12)
    }
    assert lured[12] >= 15 > 10 >= lured[1]


# ------------------------------------------------------------------------------------------ folds and data


def test_every_point_checks_once_and_the_mean_is_the_mean_of_the_folds() -> None:
    frame = frame_of(page="data", n=12, folds=4)
    folds = frame.curve.folds
    assert np.bincount(folds.part).tolist() == [3, 3, 3, 3]
    assert metrics_of(frame)["cv_mse"] == pytest.approx(folds.errors.mean())
    spread = folds.errors.std(ddof=1) / 2
    assert metrics_of(frame)["cv_spread"] == pytest.approx(spread)
    assert why_of(frame, "cv_spread").value == pytest.approx(spread)


def test_a_fold_is_judged_by_the_curve_of_the_other_points() -> None:
    frame = frame_of(page="data", n=12, folds=4, degree=2)
    sheet, folds = frame.curve.sheet, frame.curve.folds
    kept = folds.part == 1  # the points are in rising order
    x, y = sheet.seen_x, sheet.seen_y
    coefficients = np.polyfit(x[~kept], y[~kept], 2)
    assert folds.errors[1] == pytest.approx(np.mean((np.polyval(coefficients, x[kept]) - y[kept]) ** 2))


def test_another_split_number_deals_the_points_anew() -> None:
    one, two = (frame_of(page="data", split=number).curve.folds.part.tolist() for number in (0, 1))
    assert one != two


def test_with_few_points_there_are_no_folds() -> None:
    assert frame_of(page="data", n=3, folds=4).curve.folds is None
    assert frame_of(page="data", n=4, folds=4).curve.folds is not None


def test_more_points_bring_train_and_test_error_together() -> None:
    found = frame_of(page="data", degree=3).curve.learning
    gap = found.test - found.train
    assert gap[-1] < 0.1 * gap[1] and found.test[-1] == pytest.approx(0.045, abs=0.01)
    assert frame_of(degree=3).curve.learning is None, "only its page works it out"


@pytest.mark.parametrize("kind", ["ridge", "lasso"])
def test_the_learning_curve_knows_prices(kind: str) -> None:
    found = frame_of(page="data", degree=9, regularizer=kind, penalty=0.01).curve.learning
    assert found.test[2] < 10, "without a price it is in the thousands"


def test_points_of_ones_own_are_dealt_by_the_split_number() -> None:
    x = np.linspace(-5, 5, 20)
    table = SetTable(tuple(x.tolist()), tuple((x**2).tolist()), "a", "b", "mine")
    shown = frame_of((table, Look()), data="own", degree=2).curve
    assert (int((~shown.sheet.held).sum()), int(shown.sheet.held.sum()), len(shown.sheet.hidden_x)) == (12, 4, 4)
    assert shown.fit.train == 0.0 and shown.lid.last.error == pytest.approx(0.0, abs=1e-12)
    assert shown.lid.lucky is None, "nobody knows the truth behind them"
    other = frame_of((table,), data="own", split=1).curve.sheet
    assert sorted(other.hidden_x) != sorted(shown.sheet.hidden_x)


def test_of_few_own_points_none_is_held_out() -> None:
    nine, ten = (
        frame_of((SetTable(tuple(map(float, range(n))), (0.0,) * n),), data="own").curve.sheet for n in (9, 10)
    )
    assert not nine.held.any() and not len(nine.hidden_x)
    assert ten.held.sum() == 2 and len(ten.hidden_x) == 2
    assert "nothing under the lid" in lid_words(frame_of(data="own").curve)


def test_samples_of_own_points_are_drawn_from_them() -> None:
    rng = np.random.default_rng(0)
    table = SetTable(tuple(rng.normal(size=30).tolist()), tuple(rng.normal(size=30).tolist()))
    shown = frame_of((table,), 5, data="own", degree=2).curve
    assert shown.redrawn == 5 and not shown.parts.known and shown.parts.noise == 0.0


@pytest.mark.parametrize("bad", [SetTable((1.0,), (1.0, 2.0)), SetTable((float("nan"),), (1.0,))])
def test_tables_that_do_not_fit_are_refused(bad: SetTable) -> None:
    with pytest.raises(ValueError, match="x and y"):
        frame_of((bad,), data="own")


# ------------------------------------------------------------------------------------------------ networks


def test_the_network_left_alone_learns_the_wrong_labels() -> None:
    found = metrics_of(frame_of(steps=40, task="net", classes="noise"))
    assert found["plain_held"] == pytest.approx(0.8035, rel=1e-3)
    assert found["plain_train"] < 0.1 < found["l2_train"]
    for name in ("l2", "dropout", "early"):
        assert found[f"{name}_held"] < 0.5 * found["plain_held"]
        assert found[f"{name}_norm"] < 0.5 * found["plain_norm"]


def test_a_fifth_of_the_labels_are_wrong_where_it_says_so() -> None:
    noisy, clean = (frame_of(task="net", classes=which).net for which in ("noise", "moons"))
    assert noisy.wrong.sum() == 10 and not clean.wrong.any()
    assert np.array_equal(noisy.labels != clean.labels, noisy.wrong)


def test_all_four_begin_alike() -> None:
    net = frame_of(task="net").net
    assert len({runner.norm for runner in net.runners}) == 1
    assert all(np.array_equal(net.runners[0].beliefs, runner.beliefs) for runner in net.runners)


def test_the_stopped_network_is_the_first_one_at_its_best_step() -> None:
    net = frame_of(steps=40, task="net", classes="noise").net
    best = int(np.argmin(net.held[:, 0]))
    early = net.runner("early")
    assert net.stopped and early.kept == best == 13
    assert early.held_loss == pytest.approx(net.held[best, 0])
    then = frame_of(steps=best, task="net", classes="noise").net
    assert np.array_equal(then.runner("plain").beliefs, early.beliefs)


def test_it_stops_only_after_its_patience() -> None:
    for patience, stopped in ((26, True), (28, False)):
        assert frame_of(steps=40, task="net", classes="noise", patience=patience).net.stopped is stopped


def test_without_price_and_dropout_three_networks_stay_alike() -> None:
    net = frame_of(steps=5, task="net", l2=0.0, dropout=0.0).net
    losses = {runner.seen_loss for runner in net.runners[:3]}
    assert len(losses) == 1


# ------------------------------------------------------------------------------------------------- grokking


def test_it_understands_long_after_it_knows_by_heart_if_weights_decay() -> None:
    early = metrics_of(frame_of(steps=20, task="grok"))
    assert early["decayed_seen"] == 1.0 and early["decayed_held"] < 0.6 and early["learned_at"] <= 60
    late = metrics_of(frame_of(steps=150, task="grok"))
    assert late["decayed_held"] > 0.98 and late["free_held"] < 0.3
    assert late["understood_at"] > 10 * late["learned_at"]
    assert late["decayed_norm"] < late["free_norm"]


def test_without_decay_both_tables_are_the_same() -> None:
    grok = frame_of(steps=3, task="grok", decay=0.0, modulus=7).grok
    assert np.array_equal(grok.decayed.right, grok.free.right)
    assert grok.updates == 30 and grok.seen.shape == (7, 7)


# ---------------------------------------------------------------------------------------------- what is said


def test_only_the_controls_of_the_open_page_are_shown() -> None:
    assert {"l2", "decay", "folds"} <= hidden_of(frame_of()) and "degree" not in hidden_of(frame_of())
    assert {"degree", "decay"} <= hidden_of(frame_of(task="net")) and "l2" not in hidden_of(frame_of(task="net"))
    assert "folds" not in hidden_of(frame_of(page="data"))
    assert "decay" not in hidden_of(frame_of(task="grok"))
    assert "beyond" in hidden_of(frame_of(page="data")) and "beyond" not in hidden_of(frame_of())


def test_controls_without_effect_say_why() -> None:
    assert "penalty" in hidden_of(frame_of()) and "penalty" not in hidden_of(frame_of(regularizer="ridge"))
    assert "n" in unused_of(frame_of(data="mystery")) and "n" not in unused_of(frame_of())


def test_the_degree_that_passes_through_every_point_is_marked() -> None:
    for n in (6, 12):
        assert limits_of(frame_of(n=n))["degree"].value == n - 1
        assert frame_of(n=n, degree=n - 1).curve.fit.train == 0.0 < frame_of(n=n, degree=n - 2).curve.fit.train


def test_what_was_not_received_cannot_be_chosen() -> None:
    assert unavailable_of(frame_of()) == {"data": ("received",), "classes": ("received",)}


def test_points_can_be_added_moved_and_taken_away_and_each_is_taken_back() -> None:
    simulation = played(SPECIFICATION, Setting({}, SEED))
    start = simulation.snapshot().curve.sheet
    for action in (AddPoint("sine", 0.5, 1.0), MovePoint("sine", 3, 0.2, 0.1), RemovePoint("sine", 12)):
        back = simulation.act(action)
        assert simulation.snapshot().curve.sheet.edited
        simulation.act(back)
        now = simulation.snapshot().curve.sheet
        assert np.array_equal(now.x, start.x) and np.array_equal(now.held, start.held)
    assert simulation.act(MovePoint("line", 3, 0.2, 0.1)) is None, "an edit of other data"
    assert simulation.act(RemovePoint("sine", 99)) is None


def test_without_any_point_there_is_no_curve_and_one_point_is_enough_for_one() -> None:
    frame = frame_of(data="own")
    assert frame.curve.fit is None and "No points" in sentence_of(frame) and metrics_of(frame)["seen_error"] is None
    one = frame_of((AddPoint("own", 0.5, 2.0),), data="own", degree=3)
    assert one.curve.fit.curve == pytest.approx(2.0)


def test_twin_points_with_different_heights_have_no_curve_through_both() -> None:
    moved = frame_of((AddPoint("sine", 0.5, 1.0), AddPoint("sine", 0.5, -1.0)), degree=30)
    assert moved.curve.fit.train > 0.1
