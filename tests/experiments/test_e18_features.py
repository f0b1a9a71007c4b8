"""The transformer block, features: a dictionary learns, a feature is looked at, and its name is held against unseen
places."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import played
from lab.experiments.e18_transformer_block.contexts import Contexts
from lab.experiments.e18_transformer_block.frame import Found
from lab.experiments.e18_transformer_block.letters import COLUMNS
from lab.experiments.e18_transformer_block.naming import COMMON, FEATURES, MOST, RARE, SHOWN, TRIALS, UPDATES, says
from lab.experiments.e18_transformer_block.texts import check_name
from tests.asking import metrics_of

SPECIFICATION = find("transformer-block").load()


def ran(steps: int, **values: Any) -> Any:
    return played(SPECIFICATION, Setting({"topic": "features", "model": "drafter"} | values, 0, (), steps))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("e", "..e...e"),
        ("th|h", ".h....."),
        ("he|e", "..e...e"),
        ("A-Z", "T......"),
        ("␠A-Z|a-z", ".he...e"),
        ("⏎", "....⏎.."),
        ("e⏎", "......."),
        ("␠", "...␠..."),
        (".", "......."),
        ("", "......."),
        ("|", "......."),
        ("oooo", "......."),
    ],
)
def test_a_name_is_a_list_of_endings(name, shown) -> None:
    text = "The \n3e"
    said = "".join({" ": "␠", "\n": "⏎"}.get(c, c) if at else "." for c, at in zip(text, says(name, text), strict=True))
    assert said == shown


def test_endings_may_overlap() -> None:
    assert says("aa", "aaaa").tolist() == [False, True, True, True]


@pytest.mark.parametrize(("length", "refused"), [(100, False), (101, True)])
def test_a_name_has_at_most_a_hundred_characters(length, refused) -> None:
    if refused:
        with pytest.raises(ValueError, match="100"):
            check_name("a" * length)
    else:
        check_name("a" * length)


def test_the_dictionary_rebuilds_more_with_every_step_and_shows_features_that_are_neither_rare_nor_common() -> None:
    page = ran(6).snapshot().page
    assert page.updates == 6 * UPDATES and len(page.explained) == 7
    assert page.explained[-1] > page.explained[0] + 0.2
    assert 0 < len(page.numbers) <= SHOWN and page.takes.shape == (len(page.numbers), len(COLUMNS))
    assert ((page.rates >= RARE) & (page.rates <= COMMON)).all() and (np.diff(page.rates) <= 0).all()
    assert Counter(np.nan_to_num(page.takes).argmax(axis=1).tolist()).most_common(1)[0][1] <= SHOWN // 2
    assert page.feature == page.numbers[0] and page.rate == page.rates[0]


def test_places_where_it_speaks_most_and_unseen_places_of_both_kinds_are_shown() -> None:
    page = ran(3).snapshot().page
    strengths = [found.strength for found in page.most]
    assert len(strengths) == MOST and strengths == sorted(strengths, reverse=True) and strengths[-1] > 0
    assert len(page.trials) == TRIALS
    assert sum(found.strength > 0 for found in page.trials) == TRIALS // 2
    assert all(found.called is None for found in page.trials) and metrics_of(ran(3).snapshot())["agreed"] is None


def test_a_name_is_held_against_all_unseen_letters() -> None:
    frame = ran(3, called="A-Z|a-z").snapshot()
    page, found = frame.page, metrics_of(frame)
    agreeing = sum((one.letter.isalpha()) == (one.strength > 0) for one in page.trials)
    assert found["agreed"] == agreeing and 0 <= page.right <= 1 and 0 <= page.told <= 1
    assert "agrees" in SPECIFICATION.describe(frame)
    nothing = ran(0, called="zzzz").snapshot().page
    assert nothing.right is None and nothing.told == 0.0


def test_a_feature_that_is_asked_for_by_its_number_is_looked_at() -> None:
    for number in (1, FEATURES):
        frame = ran(0, feature=number).snapshot()
        assert frame.page.feature == number and SPECIFICATION.describe(frame)


def test_a_run_is_kept_and_goes_on_to_the_same_bits() -> None:
    run, again = ran(1), ran(0)
    for _update in range(3):
        run.step()
    again.load(run.save())
    while run.steps < 2:
        run.step()
        again.step()
    assert metrics_of(again.snapshot()) == metrics_of(run.snapshot())
    np.testing.assert_array_equal(again.snapshot().page.takes, run.snapshot().page.takes)
    state = run.save()
    for wrong in ({"explained": [0.0]}, {"numbers": [np.zeros(1)] * 3}):
        with pytest.raises(ValueError, match="state"):
            ran(0).load(state | {"part": state["part"] | wrong})


def test_a_stream_that_is_not_there_is_the_last() -> None:
    far, last = (ran(0, place=place).snapshot().page for place in (30, 2))
    np.testing.assert_array_equal(far.takes, last.takes)
    assert not np.array_equal(ran(0, place=1).snapshot().page.explained, last.explained)


def test_places_are_read_out_with_what_the_name_says(qapp) -> None:
    contexts = Contexts("Title", "Nowhere.")
    assert contexts.summary() == "Nowhere."
    places = (Found("the ", "k", "ing", 1.0, True), Found("a", "b", "c", 1.0, False), Found("", "d", "", 0.0, None))
    contexts.show_places(places, 1.0)
    assert contexts.summary() == "the [k] ✓; a[b] ✗; [d]" and contexts.places() == places
