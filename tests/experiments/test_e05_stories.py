"""Gradient descent: presets tell the truth, breaks break, challenges can be met, and the cliff is where
it is said."""

from dataclasses import replace
from typing import Any

import pytest

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import built, played
from lab.core.params import checked, replaced
from lab.core.simulation import Set
from lab.experiments.e05_gradient_descent.frame import DescentFrame
from lab.experiments.e05_gradient_descent.gestures import Place
from lab.experiments.e05_gradient_descent.settings import Params
from tests.asking import divergence_of, limits_of, metrics_of, sentence_of, unused_of, why_of

ALL_SIX = ("sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw")
SPECIFICATION = find("gradient-descent").load()
SEEDS = range(5)


def walked(steps: int, seed: int = 0, **values: Any) -> DescentFrame:
    return played(SPECIFICATION, Setting(values, seed, (), steps)).snapshot()


def of_preset(id: str, steps: int) -> DescentFrame:
    return played(SPECIFICATION, SPECIFICATION.preset(id).setting, steps).snapshot()


def test_too_small_is_still_on_the_slope_after_sixty_steps() -> None:
    frame = of_preset("too-small", 60)
    assert frame.ball.loss > 0.5 and frame.ball.loss < frame.losses(0)[0]


def test_just_right_is_in_the_valley_after_six_steps() -> None:
    assert of_preset("just-right", 6).ball.loss < -0.8
    assert metrics_of(of_preset("just-right", 0)) == metrics_of(walked(0))  # it is also how the box opens


def test_too_large_jumps_and_never_settles() -> None:
    losses = of_preset("too-large", 200).losses(0)
    assert losses[100:].max() - losses[100:].min() > 0.5


def test_momentum_escapes_into_the_deep_valley_and_the_plain_ball_does_not() -> None:
    frame = of_preset("escape", 100)
    shallow, deep = metrics_of(frame)["loss_sgd"], metrics_of(frame)["loss_momentum"]
    assert shallow == pytest.approx(-0.872, abs=1e-3) and deep == pytest.approx(frame.terrain.lowest, abs=1e-2)


def test_in_the_race_all_six_fall_off_the_ridge_and_rmsprop_is_first() -> None:
    frame = of_preset("race", 100)
    down = [int((frame.losses(i) < 0.01).argmax()) for i in range(6)]
    assert [ball.optimizer for ball in frame.balls] == list(ALL_SIX)
    assert min(down) == down[3] > 0 and max(down) == down[0] < 60


def test_the_real_loss_finds_the_slope_and_hardly_moves_the_intercept() -> None:
    frame = of_preset("crickets", 50)
    best = frame.terrain.minima[0]
    assert abs(frame.balls[0].y) < 0.01 * abs(best[1])
    assert metrics_of(frame)["condition"] ** 0.5 == pytest.approx(154, abs=1)


@pytest.mark.parametrize("case", SPECIFICATION.breaks, ids=lambda case: case.id)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_break_still_breaks(case: Any, seed: int) -> None:
    assert case.broken(played(SPECIFICATION, replace(case.setting, seed=seed)).snapshot())
    assert not case.broken(walked(100, optimizers=["sgd"]))  # and an ordinary walk is not broken


def test_noise_frees_the_balls_from_the_ridge() -> None:
    case = SPECIFICATION.breaking("ridge")
    noisy = replace(case.setting, values={**case.setting.values, "noise": 0.05})
    frame = played(SPECIFICATION, noisy).snapshot()
    assert not case.broken(frame) and all(ball.loss < 0.1 for ball in frame.balls)


def progress(id: str, setting: Setting, log: tuple[tuple[int, Any], ...] | None = None) -> Any:
    params = checked(Params, setting.values)
    frame = played(SPECIFICATION, setting).snapshot()
    return SPECIFICATION.challenge(id).check(frame, params, setting.actions if log is None else log)


@pytest.mark.parametrize("challenge", SPECIFICATION.challenges, ids=lambda challenge: challenge.id)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_challenge_can_be_met_and_is_not_met_at_its_start(challenge: Any, seed: int) -> None:
    solved = progress(challenge.id, replace(challenge.solution, seed=seed))
    assert solved.done and solved.share == 1.0 and not solved.failed
    for steps in (0, challenge.solution.steps):
        start = progress(challenge.id, replace(challenge.setting, seed=seed, steps=steps))
        assert not start.done and 0 <= start.share < 1 and start.text


def test_the_ravine_does_not_count_a_ball_that_was_carried_or_another_hill() -> None:
    setting = SPECIFICATION.challenge("ravine").setting
    carried = replace(setting, actions=((1, Place("sgd", 0.0, 0.0)),), steps=2)
    assert progress("ravine", carried).failed
    for other in ({"surface": "bowl"}, {"start": "own", "start_x": 0.0, "start_y": 0.0}):
        assert progress("ravine", replace(setting, values={**setting.values, **other}, steps=5)).failed
    late = replace(setting, values={**setting.values, "beta": 0.5}, steps=500)
    assert progress("ravine", late).failed and not progress("ravine", late).done


def test_the_ravine_can_also_be_met_by_a_live_change_and_stays_met() -> None:
    setting = SPECIFICATION.challenge("ravine").setting
    change = ((3, Set({"beta": 0.8, "learning_rate": 0.02})),)
    assert progress("ravine", replace(setting, actions=change, steps=60)).done
    assert progress("ravine", replace(setting, actions=change, steps=500)).done


def test_the_cliff_must_be_found_from_below_within_two_percent_and_walked_for_twenty_steps() -> None:
    setting = SPECIFICATION.challenge("limit").setting
    limit = 2 / (5 + 5**0.5)

    def at(rate: float, steps: int = 30, **more: Any) -> Any:
        values = {**setting.values, "learning_rate": rate, **more}
        return progress("limit", replace(setting, values=values, steps=steps))

    assert at(0.981 * limit).done and at(0.999 * limit).done
    assert not at(0.97 * limit).done and not at(1.001 * limit).done
    assert not at(0.99 * limit, steps=10).done
    assert at(0.99 * limit, mark_limit=True).failed and at(0.99 * limit, optimizers=("adam",)).failed
    late_change = ((25, Set({"learning_rate": 0.99 * limit})),)
    assert not progress("limit", replace(setting, actions=late_change, steps=30)).done


def test_the_hidden_mark_is_nowhere_on_screen() -> None:
    frame = played(SPECIFICATION, SPECIFICATION.challenge("limit").setting).snapshot()
    assert limits_of(frame)["learning_rate"].value is None and limits_of(frame)["learning_rate"].text == ""
    assert metrics_of(frame)["limit"] is None and why_of(frame, "limit") is None


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_the_mark_is_the_lowest_limit_of_the_chosen_balls_and_moves_with_beta(beta: float) -> None:
    run = built(SPECIFICATION, checked(Params, {"surface": "ravine", "optimizers": ALL_SIX}), 0)
    run.retune(replaced(checked(Params, {"surface": "ravine", "optimizers": ALL_SIX}), {"beta": beta}))
    mark = limits_of(run.snapshot())["learning_rate"]
    assert mark.value == pytest.approx(min(0.02, (2 + 2 * beta) / (1 + 2 * beta) / 100))
    alone = limits_of(walked(0, surface="ravine", optimizers=["momentum"], beta=beta))["learning_rate"]
    assert alone.value == pytest.approx((2 + 2 * beta) / 100)


def test_adaptive_optimisers_have_no_mark_and_far_limits_move_the_slider() -> None:
    assert "learning_rate" not in limits_of(walked(0, surface="ravine", optimizers=["adam", "rmsprop"]))
    houses = limits_of(walked(0, surface="houses"))["learning_rate"]
    assert houses.slider is not None and houses.slider[0] < houses.value < houses.slider[1]
    assert limits_of(walked(0, surface="ravine"))["learning_rate"].slider is None


@pytest.mark.parametrize(
    "values",
    [
        {"surface": "ravine", "learning_rate": 0.021, "optimizers": ("sgd",)},
        {"surface": "bowl", "learning_rate": 4.0, "optimizers": ("momentum",), "beta": 0.9},
        {"surface": "crickets", "learning_rate": 0.01, "optimizers": ("nesterov",)},
        {"surface": "houses", "learning_rate": 0.1, "optimizers": ("sgd",)},
        {"surface": "rosenbrock", "learning_rate": 0.26, "optimizers": ("sgd", "momentum")},
        {"surface": "formula", "formula": "x^4 + y^4 + x y", "learning_rate": 1.0, "start": "own"},
        {"surface": "formula", "formula": "x^2 - log(x) + y^2", "learning_rate": 1.0, "start": "own",
         "start_x": 2.0, "start_y": 1.0},
    ],
)  # fmt: skip
def test_a_lost_ball_names_step_tensor_and_knob_and_its_remedy_works(values: dict[str, Any]) -> None:
    frame = walked(5000, **values)
    card = divergence_of(frame)
    assert card is not None and card.step == min(b.diverged for b in frame.balls if b.diverged is not None)
    assert ("loss" in card.tensor or "position" in card.tensor) and "learning rate" in card.reason
    assert card.remedy_text.startswith("Set η to ")
    healed = walked(2000, **{**values, **card.remedy})
    assert divergence_of(healed) is None
    assert all(ball.loss < frame.losses(0)[0] for ball in healed.balls)


def test_a_loss_without_a_value_at_the_start_offers_a_place_that_has_one() -> None:
    values = {
        "surface": "formula",
        "formula": "x - log(x) + y^2",
        "optimizers": ("sgd",),
        "learning_rate": 0.1,
    }
    frame = walked(0, **values)
    card = divergence_of(frame)
    assert card.step == 0 and "no value at the start" in card.reason and card.remedy_text.startswith("Start at")
    assert divergence_of(walked(200, **{**values, **card.remedy})) is None
    assert divergence_of(walked(0, **{**values, "formula": "log(-1 - x^2)"})).remedy == {"surface": "bowl"}


def test_controls_without_effect_say_why() -> None:
    assert set(unused_of(walked(0, optimizers=["sgd"]))) == {
        "beta", "beta2", "weight_decay", "formula", "start_x", "start_y", "schedule_steps", "mark_limit",
    }  # fmt: skip
    busy = {
        "surface": "formula",
        "optimizers": ALL_SIX,
        "start": "own",
        "schedule": "cosine",
        "formula": "x^2 + y^2",
    }
    assert unused_of(walked(0, **busy)) == {}
    assert all(reason.endswith(".") for reason in unused_of(walked(0)).values())


def test_a_small_slope_is_never_called_arrival() -> None:
    plateau = played(SPECIFICATION, SPECIFICATION.breaking("plateau").setting).snapshot()
    for frame in (walked(3000, surface="bowl"), plateau):
        assert "converged" not in sentence_of(frame) and "arrived" not in sentence_of(frame)


def test_the_state_is_told_in_sentences() -> None:
    assert sentence_of(walked(6)) == (
        "Step 6: SGD is at (−1.44, 0.343), loss −0.807, rolling down. Also walking: Momentum, loss −0.112."
    )
    assert sentence_of(walked(0, optimizers=["adam"])) == (
        "Step 0: Adam is at (−2.60, −1.20), loss 1.59, about to set out."
    )
    assert "climbing" in sentence_of(walked(20, learning_rate=0.9))
    for steps in range(40, 60):  # at rest but for the last digit
        assert "neither rising nor falling" in sentence_of(walked(steps, optimizers=["sgd"]))
