"""Training language models: rewards, credit and preferences, from the numbers alone."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import frame_of, played
from lab.core.params import ParamError, checked
from lab.core.simulation import Set
from lab.engine.lm.exchange import lm_from_data
from lab.engine.tuning import sorting
from lab.experiments.e20_language_model_training import preferences, reward
from lab.experiments.e20_language_model_training.judges import FORMULAS, judge_of
from lab.experiments.e20_language_model_training.presets_tuned import LAST
from lab.experiments.e20_language_model_training.settings import Params
from lab.experiments.e20_language_model_training.tastes import LIKED, PAIRS, edits_text, pairs_of, read_edits
from lab.kit.record import Past
from tests.asking import metrics_of
from tests.challenges import Of, judged

EXPERIMENT = find("language-model-training")
REWARD, CREDIT, TASTE = ({"stage": stage} for stage in ("reward", "credit", "preferences"))


@cache
def _page(values: tuple[tuple[str, Any], ...], steps: int) -> Any:
    return frame_of(EXPERIMENT, Setting(dict(values), steps=steps))


def page(values: dict, steps: int) -> Any:
    return _page(tuple(values.items()), steps).page


def metrics(values: dict, steps: int) -> dict:
    return metrics_of(_page(tuple(values.items()), steps))


# ------------------------------------------------------------------------------------------ rewards


@pytest.mark.parametrize("higher", [0.2, 0.28, 1.0])
def test_a_push_up_ends_at_the_higher_clip_and_a_push_down_where_it_always_does(higher: float) -> None:
    group = page(REWARD | {"updates": 4, "rate": 10.0, "higher": higher}, 1).group
    up, down = (group.gains > 0)[..., None], (group.gains < 0)[..., None]
    wanted = (up & (group.ratios > 1 + higher)) | (down & (group.ratios < 0.8))
    assert np.array_equal(group.clipped, wanted)
    assert (group.clipped & up).any() and (group.clipped & down).any()


def test_a_higher_clip_goes_on_in_flight_and_is_hidden_elsewhere() -> None:
    specification = EXPERIMENT.load()
    one = played(specification, Setting(REWARD | {"updates": 4, "rate": 10.0}, steps=1))
    one.retune(replace(one.snapshot().params, higher=0.28))
    one.step()
    while one.steps < 2:
        one.step()
    group = one.snapshot().page.group
    assert not group.clipped[(group.ratios > 0.8) & (group.ratios < 1.28)].any()
    assert "higher" not in specification.hidden(one.snapshot())
    assert "higher" in specification.hidden(frame_of(EXPERIMENT, Setting(CREDIT)))


@pytest.mark.parametrize("steps", [0, 3])
def test_gains_are_the_rewards_minus_the_mean_over_the_deviation_of_their_group(steps: int) -> None:
    group = page(REWARD, steps).group
    for rewards, gains in zip(group.rewards, group.gains, strict=True):
        mean = sum(rewards) / len(rewards)
        deviation = math.sqrt(sum((r - mean) ** 2 for r in rewards) / len(rewards))
        assert gains == pytest.approx([(r - mean) / (deviation + 1e-4) for r in rewards])
    assert (group.rewards == group.right).all()
    assert group.right.any() and not group.right.all()


def test_the_push_of_a_digit_is_its_ratio_times_the_gain_until_the_clip_ends_it() -> None:
    group = page(REWARD, 3).group
    gains = np.broadcast_to(group.gains[..., None], group.ratios.shape)
    np.testing.assert_allclose(group.push[~group.clipped], (group.ratios * gains)[~group.clipped], rtol=1e-5, atol=1e-9)
    assert group.clipped.any() and not group.push[group.clipped].any()
    outside = ((group.ratios > 1.2) & (gains > 0)) | ((group.ratios < 0.8) & (gains < 0))
    assert (group.clipped == outside).all()


def test_with_one_update_all_ratios_are_one_and_nothing_is_clipped() -> None:
    once = page({**REWARD, "updates": 1}, 2)
    assert (once.group.ratios == 1.0).all() and not once.group.clipped.any() and once.now("clipped") == 0.0


@pytest.mark.parametrize(("method", "found"), [("reinforce", "reward"), ("baseline", "centred")])
def test_other_gains_leave_the_deviation_or_all_of_it_out(method: str, found: str) -> None:
    group = page({**REWARD, "method": method}, 0).group
    wanted = group.rewards - (group.rewards.mean(axis=1, keepdims=True) if found == "centred" else 0.0)
    np.testing.assert_allclose(group.gains, wanted)


def test_a_sloppy_judge_is_pleased_and_a_leash_keeps_what_is_right() -> None:
    free = metrics({**REWARD, "judge": "sloppy"}, 40)
    held = metrics({**REWARD, "judge": "sloppy", "leash": 0.3}, 40)
    assert free["right_share"] < 0.1 < 0.18 < held["right_share"]
    assert free["judged_share"] > 0.9 and held["judged_share"] > free["judged_start"]
    assert held["divergence"] < 0.3 * free["divergence"]


def test_a_reward_sharpens_what_the_model_could_do_and_adds_nothing() -> None:
    found = metrics(REWARD, 50)
    assert found["pass_1"] > found["pass_1_start"] + 0.05
    assert found["pass_16"] < found["pass_16_start"] - 0.05
    assert found["twin_share"] > found["right_start"] + 0.05


@pytest.mark.parametrize("values", [{"judge": "places"}, {"judge": "own", "formula": "kept*rising"}])
def test_the_judge_that_was_chosen_gives_the_rewards(values: dict) -> None:
    shown = page({**REWARD, **values}, 0)
    group, judge = shown.group, judge_of(values["judge"], values.get("formula", ""))
    asked = np.repeat(group.asked, group.answers.shape[1], axis=0)
    seen = sorting.features(asked, group.answers.reshape(len(asked), -1))
    np.testing.assert_allclose(group.rewards.reshape(-1), judge.scores(seen))
    assert shown.formula == FORMULAS.get(values["judge"], values.get("formula"))


@pytest.mark.parametrize(
    "values",
    [{"formula": "kept +"}, {"formula": "import os"}, {"digits": "1234"}, {"answer": "12a45"}, {"edits": "1:a"}],
)
def test_what_cannot_be_read_is_refused(values: dict) -> None:
    with pytest.raises(ParamError):
        checked(Params, values)


@pytest.mark.parametrize(
    ("values", "steps"), [(REWARD, 2), (CREDIT, 2), (TASTE, 5), ({**TASTE, "learning": "ppo", "beta": 0.5}, 2)]
)
def test_a_run_saved_within_a_step_goes_on_to_the_same_digits(values: dict, steps: int) -> None:
    first = played(EXPERIMENT.load(), Setting(values, steps=steps))
    first.step()
    state = first.save()
    second = played(EXPERIMENT.load(), Setting(values, seed=9))
    second.load(state)
    for run in (first, second):
        while run.steps < steps + 2:
            run.step()
    assert metrics_of(first.snapshot()) == metrics_of(second.snapshot())
    again = second.save()["stage"]
    for name, value in first.save()["stage"].items():
        if isinstance(value, np.ndarray):
            np.testing.assert_array_equal(value, again[name])


@pytest.mark.parametrize("values", [REWARD, CREDIT, TASTE])
def test_the_model_of_each_stage_can_be_sent(values: dict) -> None:
    sent = played(EXPERIMENT.load(), Setting(values, steps=1)).offer("language-model")
    assert sent is not None
    assert lm_from_data(sent.data).config.vocab_size == (27 if values is TASTE else 12)


@pytest.mark.parametrize("values", [REWARD, TASTE, {**TASTE, "learning": "ppo"}])
def test_a_learning_rate_far_too_large_ends_without_an_error(values: dict) -> None:
    found = frame_of(EXPERIMENT, Setting({**values, "rate": 10_000.0}, steps=6))
    assert found.page.finite or EXPERIMENT.load().divergence(found) is not None


# ------------------------------------------------------------------------------------------- credit


def test_credits_are_differences_and_add_up_to_what_the_answer_came_to() -> None:
    found = page(CREDIT, 5)
    assert found.credits.sum() == pytest.approx(0.0 - found.values[0])
    assert found.worst == 4 and found.values[5] == 0.0 and found.wanted == "13456"
    assert (np.diff(found.values[:5]) > 0).all()


def test_only_the_digit_that_can_still_lead_to_the_right_answer_is_worth_something() -> None:
    found = page(CREDIT, 5)
    for place, digit in enumerate(found.wanted):
        others = np.delete(found.others[place], int(digit))
        assert not others.any() and found.others[place, int(digit)] > 0.1
    assert found.others[4, 6] == 1.0
    assert (found.chances.sum(axis=1) <= 1.0 + 1e-9).all()


@pytest.mark.parametrize("steps", [0, 2])
def test_what_is_not_worked_out_is_no_number(steps: int) -> None:
    found = page(CREDIT, steps)
    assert np.isnan(found.values).sum() == 5 - steps and np.isnan(found.others).all(axis=1).sum() == 5 - steps
    assert played(EXPERIMENT.load(), Setting(CREDIT, steps=9)).steps == 5


def test_after_a_wrong_first_digit_nothing_can_be_lost_any_more() -> None:
    found = page({**CREDIT, "answer": "23456"}, 5)
    assert found.worst == 0 and not found.values[1:].any()


# -------------------------------------------------------------------------------------- preferences


def test_before_the_first_step_every_pair_is_undecided() -> None:
    found = page(TASTE, 0)
    assert found.now("loss") == pytest.approx(math.log(2)) and not found.margins.any()
    assert found.pulls == pytest.approx([0.5] * PAIRS)


def test_margins_and_pulls_are_those_of_the_formula() -> None:
    found = page({**TASTE, "beta": 0.5}, 5)
    moved = found.logs - found.reference
    margins = 0.5 * (moved[0] - moved[1])
    np.testing.assert_allclose(found.margins, margins)
    np.testing.assert_allclose(found.pulls, 1.0 / (1.0 + np.exp(margins)))
    assert found.now("loss") == pytest.approx(float(np.log1p(np.exp(-margins)).mean()))


def test_dpo_teaches_the_taste_and_a_beta_of_zero_teaches_nothing() -> None:
    learned, still = metrics(TASTE, 40), metrics({**TASTE, "beta": 0.0}, 5)
    assert learned["liked"] > learned["liked_start"] + 0.15 and learned["chosen_log"] > learned["rejected_log"]
    assert still["drift"] == 0.0 and still["loss"] == pytest.approx(math.log(2))


def test_ppo_without_a_leash_repeats_the_letter_that_the_reward_model_likes() -> None:
    free, held = ({**TASTE, "learning": "ppo", "beta": beta} for beta in (0.0, 1.0))
    assert metrics(free, 40)["letters"] > 11.0 > 8.0 > metrics(held, 40)["letters"]
    names = page(free, 40).names
    assert np.mean([name.count("o") / max(1, len(name)) for name in names]) > 0.7
    assert page(free, 0).weights.argmax() == "abcdefghijklmnopqrstuvwxyz".index("o")


def test_in_a_hurry_both_names_of_a_pair_become_less_likely() -> None:
    found = page({**TASTE, "beta": 0.1, "rate": 10.0}, 20)
    assert (found.logs.mean(axis=1) < found.reference.mean(axis=1)).all() and (found.margins > 0).all()


@pytest.mark.parametrize("taste", ["o", "ends", "short", "long"])
def test_every_pair_is_decided_by_its_taste(taste: str) -> None:
    pairs = pairs_of(taste)
    value = {"o": lambda n: n.count("o"), "ends": lambda n: n[-1] == "a", "short": lambda n: -len(n), "long": len}[
        taste
    ]
    assert len(pairs) == PAIRS and all(value(one) > value(other) for one, other in pairs)
    fitting = {"o": "bo", "ends": "anna", "short": "abba", "long": "wilhelms"}[taste]
    failing = {"o": "anna", "ends": "anne", "short": "abbau", "long": "wilhelm"}[taste]
    assert LIKED[taste](fitting) and not LIKED[taste](failing)


def test_pairs_that_were_changed_are_learned_from() -> None:
    edits = edits_text({3: ("anna", "kurt"), 40: ("x", "yz")})
    assert read_edits(edits) == {3: ("anna", "kurt"), 40: ("x", "yz")}
    pairs = page({**TASTE, "edits": edits}, 0).pairs
    assert pairs[2] == ("anna", "kurt") and pairs[39] == ("x", "yz") and pairs[0] == pairs_of("o")[0]


@pytest.mark.parametrize("text", ["0: a > b", "41: a > b", "1: a", "1: a > B", "1: > b", f"1: {'a' * 14} > b"])
def test_a_pair_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="anna"):
        read_edits(text)


def test_a_live_change_of_the_leash_moves_the_margins_and_not_the_model() -> None:
    run = played(EXPERIMENT.load(), Setting(TASTE, steps=5))
    before = run.snapshot().page
    run.retune(checked(Params, {**TASTE, "beta": 2.0}))
    after = run.snapshot().page
    np.testing.assert_allclose(after.margins, 2.0 * before.margins)
    np.testing.assert_array_equal(after.logs, before.logs)
    with pytest.raises(ValueError):
        run.act(Set({"beta": 1.0}))


# --------------------------------------------------------------------------------------- challenges


def with_now(columns: tuple[str, ...], **values: float) -> Of:
    """The page of the solution, with other numbers of its present step; `step` is one of them."""

    def altered(frame: Any) -> Any:
        past = frame.page.past
        now = list(past.now)
        for name, value in values.items():
            if name != "step":
                now[columns.index(name)] = value
        return replace(frame.page, past=Past(past.stored, past.stride, int(values.get("step", past.step)), tuple(now)))

    return Of(altered)


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"right": 0.361, "step": LAST}, "done"), ({"right": 0.359, "step": LAST}, "failed"),
        ({"right": 0.359, "step": LAST - 1}, "open"), ({"right": 0.9, "step": LAST + 1}, "failed"),
    ],
)  # fmt: skip
def test_a_judge_that_cannot_be_cheated(values: dict, found: str) -> None:
    assert judged("language-model-training/cheatproof", page=with_now(reward.COLUMNS, **values)) == found


@pytest.mark.parametrize(
    "params", [{"judge": "exact"}, {"judge": "sloppy"}, {"formula": "kept*places"}, {"formula": "step(places - 0.9)"}]
)
def test_a_judge_that_sees_the_right_places_does_not_count(params: dict) -> None:
    assert judged("language-model-training/cheatproof", params=params) == "failed"


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"liked": 0.601, "drift": 1.99}, "done"), ({"liked": 0.599, "drift": 1.99}, "open"),
        ({"liked": 0.601, "drift": 2.01}, "failed"),
    ],
)  # fmt: skip
def test_a_taste_and_not_a_craze(values: dict, found: str) -> None:
    assert judged("language-model-training/taste", page=with_now(preferences.COLUMNS, **values)) == found
