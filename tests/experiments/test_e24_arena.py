"""Evaluation, the arena: ratings from votes, and a judge with likings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import built, played
from lab.core.params import checked, replaced
from lab.experiments.e24_evaluation.arena import AT_ONCE, ELO, STEPS
from lab.experiments.e24_evaluation.settings import Params
from tests.asking import curves_of, metrics_of, sentence_of

SPECIFICATION = find("evaluation").load()


def framed(steps: int = STEPS, seed: int = 0, **values: Any) -> Any:
    return played(SPECIFICATION, Setting({"topic": "arena", **values}, seed, (), steps)).snapshot()


def test_a_fair_judge_finds_the_truth_within_its_intervals() -> None:
    inside = 0
    for seed in range(10):
        page = framed(seed=seed, margin=0.6).page
        inside += int((np.abs(page.ratings - page.true) <= page.errors).sum())
    assert inside >= 34  # of 40; at 95 % about 38


def test_every_vote_is_a_win_for_one_of_two() -> None:
    page = framed(7).page
    assert page.votes == 7 * AT_ONCE and page.wins.sum() == pytest.approx(page.votes)
    assert not np.diag(page.wins).any()
    both = framed(7, swap=True, first=2.0).page
    assert both.wins.sum() == pytest.approx(both.votes)


def test_neighbours_are_as_far_apart_as_the_margin_says() -> None:
    page = framed(0, margin=0.75).page
    assert np.allclose(np.diff(page.true), ELO * np.log(3)) and abs(page.true.mean()) < 1e-9


def test_a_liking_for_the_first_is_measured_by_swapping_and_taken_out_by_it() -> None:
    fair, liking = framed().page, framed(first=1.5).page
    assert fair.flipped == 0.0 and 0.45 < fair.first_won < 0.55
    assert liking.flipped > 0.4 and liking.first_won > 0.7
    swapped = framed(first=1.5, swap=True).page
    shares = swapped.wins.sum(axis=1) / (swapped.wins + swapped.wins.T).sum(axis=1)
    assert (np.diff(shares) > 0).all()


def test_a_liking_for_long_answers_turns_the_order_round_and_swapping_does_not_help() -> None:
    assert framed(margin=0.6).page.in_order == 6
    for swap in (False, True):
        page = framed(margin=0.6, longer=1.0, swap=swap).page
        assert page.in_order == 0 and page.flipped == 0.0


def test_385_votes_tell_55_from_45() -> None:
    assert framed(0).page.needed == 385 and framed(0, margin=0.5).page.needed is None


def test_likings_are_heard_on_the_same_duels() -> None:
    a = played(SPECIFICATION, Setting({"topic": "arena"}, 0, (), 10))
    before = a.snapshot().page.wins
    a.retune(replaced(checked(Params, {"topic": "arena"}), {"first": 2.0}))
    assert not np.array_equal(a.snapshot().page.wins, before)
    a.retune(checked(Params, {"topic": "arena"}))
    assert np.array_equal(a.snapshot().page.wins, before)


def test_votes_go_on_after_a_load() -> None:
    a = played(SPECIFICATION, Setting({"topic": "arena"}, 3, (), 10))
    b = built(SPECIFICATION, checked(Params, {"topic": "arena"}), 0)
    b.load(a.save())
    a.step()
    b.step()
    assert np.array_equal(a.snapshot().page.wins, b.snapshot().page.wins)
    for damage in ({"steps": STEPS + 1}, {"steps": -1}, {"root": -1}):
        with pytest.raises(ValueError, match="state"):
            b.load({**a.save(), "part": {**a.save()["part"], **damage}})


def test_before_the_first_vote_nothing_is_known() -> None:
    frame = framed(0)
    found = metrics_of(frame)
    assert found["votes"] == 0 and found["rating_A"] is None and found["first_won"] is None
    assert "strongest" in sentence_of(frame) and len(curves_of(frame)[0].y) == 4
    assert "leads" in sentence_of(framed(3))
