"""Evaluation, the numbers: thresholds and their prices, calibration, luck, and networks that are sent."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.artifact import Artifact
from lab.core.experiment import Setting
from lab.core.headless import built, played
from lab.core.params import ParamError, checked, replaced
from lab.engine.basics.special import normal_cdf
from lab.engine.measuring.bootstrap import bootstrap_difference
from lab.engine.nets.exchange import NetworkForm, network_artifact
from lab.experiments.e24_evaluation.challenges import BEST, WORLD
from lab.experiments.e24_evaluation.gestures import Commit
from lab.experiments.e24_evaluation.items import cells, received, refused
from lab.experiments.e24_evaluation.page_significance import columns
from lab.experiments.e24_evaluation.settings import Params
from lab.experiments.e24_evaluation.significance import table_of
from lab.experiments.e24_evaluation.threshold import expected_cost, interval
from lab.kit.passage_answers import WAYS, stored_right
from tests.asking import hidden_of, metrics_of, sentence_of, unavailable_of, why_of
from tests.challenges import judged

SPECIFICATION = find("evaluation").load()


def run(steps: int = 0, seed: int = 0, actions: tuple[Any, ...] = (), **values: Any) -> Any:
    return played(SPECIFICATION, Setting(values, seed, actions, steps))


def framed(steps: int = 0, seed: int = 0, actions: tuple[Any, ...] = (), **values: Any) -> Any:
    return run(steps, seed, actions, **values).snapshot()


def numbers(steps: int = 0, seed: int = 0, actions: tuple[Any, ...] = (), **values: Any) -> dict[str, Any]:
    return metrics_of(framed(steps, seed, actions, **values))


# --------------------------------------------------------------------------------------------- threshold


def test_always_no_is_right_99_times_in_100_and_finds_nothing() -> None:
    found = numbers(positives=0.01, threshold=1.0)
    assert (found["accuracy"], found["recall"], found["f1"]) == (0.99, 0.0, 0.0)
    assert found["precision"] is None and (found["tn"], found["fn"]) == (990, 10)


def test_always_yes_has_an_f1_of_two_thirds_and_not_three_quarters() -> None:
    found = numbers(threshold=0.0)
    assert (found["precision"], found["recall"]) == (0.5, 1.0)
    assert found["f1"] == pytest.approx(2 / 3) and found["accuracy"] == 0.5


@pytest.mark.parametrize(("positives", "missing"), [(0.0, {"recall", "area"}), (1.0, {"area"}), (0.01, set())])
def test_rates_without_items_do_not_exist(positives: float, missing: set[str]) -> None:
    found = numbers(12, positives=positives)
    assert {name for name in ("recall", "area", "area_low") if found[name] is None} - {"area_low"} == missing
    assert (found["area_low"] is None) == ("area" in missing)


def test_the_area_is_what_two_normal_hills_have() -> None:
    for skill in (1.0, 2.0):
        assert numbers(skill=skill)["area"] == pytest.approx(float(normal_cdf(skill / np.sqrt(2))), abs=0.02)
    assert numbers(skill=0.0)["area"] == 0.5  # all scores are equal: every pair is a tie


def test_honest_scores_are_as_sure_as_they_should_be_and_stretched_ones_are_not() -> None:
    honest, sure = numbers(topic="calibration"), numbers(topic="calibration", confidence=3.0)
    assert honest["gap"] < 0.03 < 0.1 < sure["gap"]
    assert sure["accuracy_half"] == honest["accuracy_half"]
    assert sure["best_temperature"] == pytest.approx(3 * honest["best_temperature"], rel=1e-3)
    healed = numbers(topic="calibration", confidence=3.0, temperature=3.0)
    assert healed["gap"] == pytest.approx(honest["gap"], rel=1e-3) and healed["loss"] == pytest.approx(
        honest["loss"], rel=1e-3
    )


def test_no_temperature_heals_a_shift() -> None:
    best = min(numbers(topic="calibration", shift=1.5, temperature=t)["gap"] for t in np.geomspace(0.3, 8, 20))
    assert best > 0.1


def test_a_locked_threshold_shows_the_cheapest_and_only_for_the_same_world() -> None:
    lock = ((0, Commit(0.5)),)
    found = numbers(actions=lock, false_negative=10.0)
    assert found["best"] is not None and found["least"] < found["cost"]
    assert found["excess"] == pytest.approx(100 * (found["cost"] / found["least"] - 1))
    assert numbers(false_negative=10.0)["best"] is None
    simulation = run(actions=lock)
    simulation.retune(replaced(checked(Params, {}), {"false_negative": 9.0}))
    assert metrics_of(simulation.snapshot())["best"] is None
    simulation.retune(checked(Params, {}))
    assert metrics_of(simulation.snapshot())["best"] is not None


def test_locking_in_is_taken_back_by_what_it_returns() -> None:
    simulation = run()
    first = simulation.act(Commit(0.4))
    second = simulation.act(Commit(0.6))
    assert simulation.snapshot().page.committed == 0.6
    simulation.act(second)
    assert simulation.snapshot().page.committed == 0.4
    simulation.act(first)
    assert simulation.snapshot().page.committed is None


@pytest.mark.parametrize(
    ("threshold", "taken"), [(0.0, True), (1.0, True), (1.001, False), (-0.001, False), (-1.0, True)]
)
def test_only_thresholds_can_be_locked_in(threshold: float, taken: bool) -> None:
    if taken:
        run().act(Commit(threshold))
    else:
        with pytest.raises(ValueError, match="threshold"):
            run().act(Commit(threshold))


def test_what_mistakes_cost_in_all_samples_is_what_many_samples_cost() -> None:
    params = checked(Params, WORLD)
    costs = [framed(seed=seed, **WORLD, threshold=0.2).page.cost for seed in range(12)]
    assert np.mean(costs) / 1000 == pytest.approx(expected_cost(params, 0.2), rel=0.05)
    for other in (0.9 * BEST, 1.1 * BEST):
        assert expected_cost(params, BEST) < expected_cost(params, other)


def test_the_price() -> None:
    goal = "evaluation/price"
    assert judged(goal) == "done"

    def locked(threshold: float, **others: Any) -> str:
        page = framed(actions=((0, Commit(threshold)),), **WORLD).page
        return judged(goal, log=((0, Commit(threshold)),), page=page, **others)

    assert [locked(t) for t in (0.066, 0.067, 0.12, 0.122)] == ["open", "done", "done", "open"]
    assert judged(goal, page=framed(**WORLD).page) == "open"
    assert judged(goal, also=(Commit(0.5), Commit(0.6))) == "done"
    assert judged(goal, also=(Commit(0.5), Commit(0.6), Commit(0.7))) == "failed"
    assert judged(goal, also=(Commit(0.5), Commit(0.6), Commit(-1.0))) == "done"
    for name, value in {"false_negative": 9.5, "positives": 0.21, "skill": 2.1, "data": "cells"}.items():
        assert judged(goal, params={name: value}) == "failed"
    assert judged(goal, page=framed(topic="calibration").page) == "failed"


def test_real_samples_are_judged_by_a_neuron_that_never_saw_them() -> None:
    found = cells()
    assert len(found.truth) == 284 and 0.3 < found.truth.mean() < 0.45
    area = numbers(data="cells")["area"]
    assert 0.75 < area < 0.9


def test_redraws_are_the_same_after_a_load_and_in_any_order() -> None:
    a, b = run(20), run(3, seed=5)
    b.load(a.save())
    assert np.array_equal(a.snapshot().page.areas, b.snapshot().page.areas)
    a.retune(replaced(checked(Params, {}), {"skill": 1.0}))
    a.retune(checked(Params, {}))
    assert np.array_equal(a.snapshot().page.areas, b.snapshot().page.areas)


@pytest.mark.parametrize("damage", [{"drawn": 101}, {"drawn": -1}, {"root": -1}, {"commit": None}])
def test_a_damaged_state_is_refused(damage: dict[str, Any]) -> None:
    state = run(5).save()
    run().load(state | {"part": state["part"] | {"drawn": 100}})
    with pytest.raises(ValueError, match="state"):
        run().load(state | {"part": state["part"] | damage})


def test_too_few_redraws_have_no_interval() -> None:
    assert interval(np.arange(9.0)) is None and interval(np.append(np.arange(9.0), np.nan)) is None
    assert interval(np.arange(10.0)) == pytest.approx((0.225, 8.775))


# ------------------------------------------------------------------------------------------ significance


@pytest.mark.parametrize("alike", [0.0, 0.5, 1.0])
@pytest.mark.parametrize(("first", "second"), [(0.8, 0.82), (0.0, 1.0), (0.3, 0.2), (1.0, 1.0)])
def test_the_table_has_the_sums_that_were_asked_for(first: float, second: float, alike: float) -> None:
    table = table_of(checked(Params, {"first_right": first, "second_right": second, "alike": alike}))
    assert min(table.both, table.first_only, table.second_only, table.neither) >= 0 and table.count == 100
    assert table.both + table.first_only == round(100 * first)
    assert table.both + table.second_only == round(100 * second)
    if alike == 1.0:
        assert min(table.first_only, table.second_only) == 0


def test_the_interval_is_that_of_the_paired_bootstrap() -> None:
    page = framed(40, topic="significance").page
    table = page.table
    first = [1] * (table.both + table.first_only) + [0] * (table.second_only + table.neither)
    second = [1] * table.both + [0] * table.first_only + [1] * table.second_only + [0] * table.neither
    wanted = bootstrap_difference(first, second, np.random.default_rng(1), draws=2000)
    assert page.span == pytest.approx((wanted.low, wanted.high), abs=0.011)


def test_82_of_100_is_not_told_from_80_and_of_ten_thousand_it_is() -> None:
    few, many = numbers(20, topic="significance"), numbers(20, topic="significance", questions=10_000)
    assert few["gain_low"] < 0 < few["gain_high"] and few["chance"] > 0.5
    assert 0 < many["gain_low"] < many["gain_high"] and many["chance"] < 1e-5
    assert few["needed"] == 1538 and 0.6 < few["ahead"] < 0.75


def test_equal_models_need_no_number_of_questions() -> None:
    found = numbers(20, topic="significance", first_right=0.8, second_right=0.8)
    assert found["needed"] is None and found["chance"] == 1.0 and 0.4 < found["ahead"] < 0.6


def asked(steps: int = 0, **values: Any) -> dict[str, Any]:
    """The numbers of SmolLM2's own answers, compared."""
    return numbers(steps, topic="significance", pairs="passages", **values)


def test_stored_answers_are_paired_question_by_question() -> None:
    right = stored_right()
    for first, second in ((0, 3), (1, 2), (2, 2)):
        ways = {"first_way": list(WAYS)[first], "second_way": list(WAYS)[second]}
        found = asked(asked=37, **ways)
        pairs = list(zip(right[:37, first].tolist(), right[:37, second].tolist(), strict=True))
        wanted = [pairs.count(pair) for pair in ((True, True), (True, False), (False, True))]
        assert [found[name] for name in ("both", "first_only", "second_only")] == wanted
        assert found["first_count"] == wanted[0] + wanted[1] and found["second_count"] == wanted[0] + wanted[2]


def test_thirty_questions_do_not_tell_what_sixty_do() -> None:
    few, all_of_them = (asked(20, second_way="first", asked=count) for count in (30, 60))
    assert few["chance"] > 0.05 > all_of_them["chance"] and all_of_them["gain_low"] > 0
    three = asked(20)
    assert (three["first_count"], three["second_count"]) == (21, 26) and three["gain_low"] < 0 < three["gain_high"]


def test_only_the_controls_of_what_is_compared_are_there() -> None:
    counted, answered = {"questions", "first_right", "second_right", "alike"}, {"first_way", "second_way", "asked"}
    drawn, stored = (hidden_of(framed(topic="significance", pairs=pairs)) for pairs in ("counts", "passages"))
    assert answered <= drawn and not counted & drawn and counted <= stored and not answered & stored
    assert "pairs" in hidden_of(framed()) and "pairs" not in drawn | stored


def test_the_sentence_says_what_smollm2_had_before_it() -> None:
    said = sentence_of(framed(topic="significance", pairs="passages"))
    assert "21 of 60" in said and "Nothing" in said and "26" in said and "Best three" in said
    assert "cannot tell" in sentence_of(framed(20, topic="significance", pairs="passages"))


def test_columns_are_whole_questions_and_hold_all_redraws() -> None:
    edges, counts = columns(np.array([-0.02, 0.0, 0.0, 0.05]), 100)
    assert counts.sum() == 4 and np.allclose(np.diff(edges), 0.01)
    wide, many = columns(np.linspace(-0.5, 0.5, 300), 1000)
    assert many.sum() == 300 and len(many) <= 40 and np.allclose(np.diff(wide), wide[1] - wide[0])


# -------------------------------------------------------------------------------------------- all pages


@pytest.mark.parametrize("topic", ["threshold", "calibration", "significance"])
def test_every_arithmetic_comes_to_its_number(topic: str) -> None:
    frame = framed(12, topic=topic, actions=((0, Commit(0.5)),))
    explained = 0
    for name, value in metrics_of(frame).items():
        term = why_of(frame, name)
        if term is not None and name != "excess":
            explained += 1
            assert term.value == pytest.approx(value)
    assert explained >= 1


def test_a_page_hides_the_controls_of_the_others() -> None:
    assert "questions" in hidden_of(framed()) and "threshold" not in hidden_of(framed())
    assert "threshold" in hidden_of(framed(topic="significance"))
    assert {"positives", "skill"} <= hidden_of(framed(data="cells"))
    assert "positive_class" in hidden_of(framed()) and unavailable_of(framed())["data"] == ("received",)


def test_sentences_say_what_is_there() -> None:
    assert "never says yes" in sentence_of(framed(threshold=1.0, positives=0.01))
    assert "locked 0.500" in sentence_of(framed(actions=((0, Commit(0.5)),)))
    assert "cannot tell" in sentence_of(framed(20, topic="significance"))
    assert "can tell" in sentence_of(framed(20, topic="significance", questions=10_000))


# ------------------------------------------------------------------------------------------ what is sent


def net(
    output: str = "sigmoid", outputs: int = 1, labels: tuple[float, ...] = (0, 1, 0, 1), examples: bool = True
) -> Artifact:
    weights = np.arange(1.0, 2 * outputs + 1).reshape(outputs, 2)
    x = np.array([[-1.0, 0.0], [1.0, 0.5], [0.5, -1.0], [2.0, 1.0]]) if examples else None
    form = NetworkForm((weights,), (np.zeros(outputs),), "relu", output, x, np.array(labels) if examples else None)
    return network_artifact(form, "net")


def test_a_network_is_tested_on_its_own_examples() -> None:
    items = received(net(), Params())
    assert items.truth.tolist() == [0, 1, 0, 1] and items.logits.tolist() == [-1.0, 2.0, -1.5, 4.0]
    other = received(net(), checked(Params, {"positive_class": 0}))
    assert other.truth.tolist() == [1, 0, 1, 0] and other.logits.tolist() == [1.0, -2.0, 1.5, -4.0]


def test_tanh_is_read_as_a_probability() -> None:
    items = received(net("tanh"), Params())
    assert items.truth.tolist() == [0, 1, 0, 1] and items.logits.tolist() == [-2.0, 4.0, -3.0, 8.0]


def test_of_several_classes_one_stands_against_all_others() -> None:
    items = received(net("softmax", 3, (0, 1, 2, 2)), checked(Params, {"positive_class": 2}))
    sums = np.array([[-1.0, 0.0], [1.0, 0.5], [0.5, -1.0], [2.0, 1.0]]) @ np.arange(1.0, 7).reshape(3, 2).T
    p = np.exp(sums) / np.exp(sums).sum(axis=1, keepdims=True)
    assert np.allclose(items.logits, np.log(p[:, 2] / (1 - p[:, 2]))) and items.truth.tolist() == [0, 0, 1, 1]


def test_a_network_that_cannot_be_tested_is_refused_in_words() -> None:
    assert refused(net()) == "" == refused(net("softmax", 2))
    for bad in (net("identity"), net("step"), net(examples=False)):
        assert "examples" in refused(bad)
        with pytest.raises(ValueError, match="examples"):
            built(SPECIFICATION, checked(Params, {"data": "received"}), 0, (bad,))


def test_nothing_received_is_said() -> None:
    with pytest.raises(ParamError, match="data"):
        run(data="received")
    made = built(SPECIFICATION, checked(Params, {"data": "received"}), 0, (net(),))
    assert made.snapshot().received and metrics_of(made.snapshot())["area"] == 1.0
