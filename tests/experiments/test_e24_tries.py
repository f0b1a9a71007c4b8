"""Evaluation, the Tries page: one try against sixteen, and picking an answer against writing it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import advance, built, played
from lab.core.params import checked, replaced
from lab.engine.decoding.tries import chance_of_one_right
from lab.engine.tuning.sorting import questions, sorted_answers
from lab.experiments.e24_evaluation.settings import Params
from lab.experiments.e24_evaluation.tries import AT_ONCE, STEPS, TRIES, wrong_options
from lab.experiments.e24_evaluation.view import View
from tests.asking import hidden_of, metrics_of, sentence_of, why_of

SPECIFICATION = find("evaluation").load()
TOPIC = {"topic": "tries"}


def framed(steps: int = STEPS, seed: int = 0, **values: Any) -> Any:
    return played(SPECIFICATION, Setting({**TOPIC, **values}, seed, (), steps)).snapshot()


@pytest.fixture(scope="module")
def frame() -> Any:
    return framed()


def test_the_careful_one_leads_with_one_try_and_the_bold_one_with_sixteen(frame: Any) -> None:
    found = metrics_of(frame)
    assert found["one_a"] + 0.2 < found["one_b"] and found["many_b"] + 0.1 < found["many_a"]
    assert "turns round" in sentence_of(frame)
    between = framed(second_heat=0.7)
    assert "turns round" not in sentence_of(between) and metrics_of(between)["many_b"] > 0.7


def test_more_tries_never_hurt_and_are_what_the_counts_say(frame: Any) -> None:
    page = frame.page
    assert page.counts.shape == (2, STEPS * AT_ONCE) and page.counts.max() <= TRIES
    for model in (0, 1):
        shares = page.right_within(model)
        assert (np.diff(shares) >= 0).all() and shares[0] == pytest.approx(page.counts[model].mean() / TRIES)
        assert shares[-1] == (page.counts[model] > 0).mean()
        four = [chance_of_one_right(TRIES, int(n), 4) for n in page.counts[model]]
        assert metrics_of(frame)[("some_a", "some_b")[model]] == pytest.approx(np.mean(four))


def test_picking_is_easier_than_writing_and_easiest_among_strangers(frame: Any) -> None:
    near, far = metrics_of(frame), metrics_of(framed(options="random"))
    assert near["written"] == far["written"] < near["picked"] < far["picked"]
    table = frame.page.table
    assert table.sum() == frame.page.asked == STEPS * AT_ONCE
    assert table[0].sum() == frame.page.picked.sum() and table[:, 0].sum() == frame.page.greedy.sum()
    assert (near["picked_only"], near["written_only"]) == (table[0, 1], table[1, 0])


def test_at_the_same_temperature_both_are_alike_but_for_luck() -> None:
    found = metrics_of(framed(second_heat=1.0))
    assert found["one_a"] == pytest.approx(found["one_b"], abs=0.05) and found["one_a"] != found["one_b"]


@pytest.mark.parametrize("near", [True, False])
def test_a_wrong_option_is_wrong_and_rises(near: bool) -> None:
    answers = np.concatenate([sorted_answers(questions(500, np.random.default_rng(0))), [[0] * 5, [9] * 5]])
    options = wrong_options(answers, near, np.random.default_rng(1))
    assert (options != answers).any(axis=1).all() and (np.diff(options, axis=1) >= 0).all()
    assert options.min() >= 0 and options.max() <= 9
    far = np.abs(options.sum(axis=1) - answers.sum(axis=1))
    assert (far == 1).all() == near


def test_tries_go_on_after_a_load_and_the_line_and_the_options_change_no_answer() -> None:
    a = played(SPECIFICATION, Setting(TOPIC, 2, (), 3))
    b = built(SPECIFICATION, checked(Params, TOPIC), 5)
    b.load(a.save())
    advance(a), advance(b)
    assert metrics_of(a.snapshot()) == metrics_of(b.snapshot())
    before = a.snapshot().page
    a.retune(replaced(checked(Params, TOPIC), {"tries": 9, "options": "random"}))
    assert np.array_equal(a.snapshot().page.counts, before.counts)
    for damage in ({"steps": STEPS + 1}, {"steps": -1}, {"root": -1}):
        with pytest.raises(ValueError, match="state"):
            b.load({**a.save(), "part": {**a.save()["part"], **damage}})
    b.load({**a.save(), "part": {**a.save()["part"], "steps": STEPS}})
    assert b.done


def test_before_the_first_question_there_are_dashes() -> None:
    frame = framed(0)
    found = metrics_of(frame)
    assert found["one_a"] is None is found["picked"] and found["sorted_asked"] == 0
    assert sentence_of(frame).startswith("Run") and why_of(frame, "one_a") is None


def test_the_arithmetic_comes_to_its_numbers(frame: Any) -> None:
    for name in ("one_a", "one_b", "picked", "written"):
        term = why_of(frame, name)
        assert term is not None and term.value == pytest.approx(metrics_of(frame)[name])


def test_only_its_own_controls_are_there(frame: Any) -> None:
    own = {"first_heat", "second_heat", "tries", "options"}
    assert not own & hidden_of(frame) and own <= hidden_of(framed(0, topic="arena"))


def test_the_line_is_dragged_to_whole_tries(qtbot: Any, frame: Any) -> None:
    view = View()
    qtbot.addWidget(view)
    view.resize(702, 500)
    view.show()
    view.show_frame(frame)
    page, found = view.page("tries"), []
    view.acted.connect(lambda action, _gesture: found.append(dict(action.values)))
    page.plot.line_dragged.emit("tries", 4.4)
    assert found == []
    page.plot.line_dragged.emit("tries", 4.6)
    page.plot.line_dropped.emit("tries", 99.0)
    assert found == [{"tries": 5}, {"tries": 16}]
    assert len(page.plot.series()) == 2 and np.array_equal(page.table.values(), frame.page.table)
    view.show_frame(framed(0))
    assert page.plot.series() == () and len(page.plot.lines()) == 1
