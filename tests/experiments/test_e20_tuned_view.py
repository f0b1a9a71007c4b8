"""Training language models: what the pages of rewards, credit and preferences make of a frame and of the hand."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import frame_of
from lab.core.simulation import Set
from lab.experiments.e20_language_model_training.page_preferences import margin_bins
from lab.experiments.e20_language_model_training.tastes import pairs_of
from lab.experiments.e20_language_model_training.view import View

EXPERIMENT = find("language-model-training")


def shown(qtbot, values: dict, steps: int = 0) -> tuple[View, list[object]]:
    view = View()
    qtbot.addWidget(view)
    view.resize(760, 560)
    view.show()
    view.show_frame(frame_of(EXPERIMENT, Setting(values, steps=steps)))
    acted: list[object] = []
    view.acted.connect(lambda action, _gesture: acted.append(action))
    return view, acted


@pytest.mark.parametrize("group", [1, 4, 16])
def test_the_answers_of_the_opened_question_are_shown(qtbot, group: int) -> None:
    values = {"stage": "reward", "group": group}
    view, _acted = shown(qtbot, values, 1)
    page = frame_of(EXPERIMENT, Setting(values, steps=1)).page
    rows = view.page("reward").answers.rows()
    assert len(rows) == 16 and [row.reward for row in rows] == page.group.rewards[group - 1].tolist()
    first = rows[0]
    assert "".join(str(digit) for digit in page.group.answers[group - 1, 0] if digit < 10) in first.answer
    assert first.ratios == pytest.approx(page.group.ratios[group - 1, 0])
    assert f"reward {first.reward:.0f}" in view.page("reward").answers.row_words(0)


def test_a_press_on_a_digit_writes_it_into_the_answer(qtbot) -> None:
    view, acted = shown(qtbot, {"stage": "credit"}, 5)
    matrix = view.page("credit").matrix
    matrix.pressed.emit(4, 6)
    matrix.pressed.emit(0, 1)  # it is there already
    matrix.pressed.emit(-1, -1)
    assert acted == [Set({"answer": "13456"})]


def test_the_digit_that_cost_most_is_marked(qtbot) -> None:
    view, _acted = shown(qtbot, {"stage": "credit"}, 5)
    page = view.page("credit")
    assert [bar.strong for bar in page.credits.bars()] == [False] * 4 + [True]
    assert [bar.ghost is None for bar in page.worth.bars()] == [True] + [False] * 5


def press(widget, at) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(round(at.x()), round(at.y())))


def test_a_press_marks_a_pair_and_its_arrows_swap_it(qtbot) -> None:
    view, acted = shown(qtbot, {"stage": "preferences"})
    pairs = view.page("preferences").pairs
    press(pairs, pairs.row_rect(5).topLeft() + QPoint(8, 6))
    press(pairs, pairs.arrows_rect(2).center())
    one, other = pairs_of("o")[2]
    assert acted == [Set({"pair": 6}), Set({"edits": f"3: {other} > {one}"})]


def test_a_pair_that_is_swapped_twice_is_as_it_was(qtbot) -> None:
    one, other = pairs_of("o")[2]
    view, acted = shown(qtbot, {"stage": "preferences", "edits": f"3: {other} > {one}"})
    pairs = view.page("preferences").pairs
    assert pairs.rows()[2].chosen == other
    pairs.swapped.emit(3)
    assert acted == [Set({"edits": ""})]


def test_the_keys_walk_along_the_pairs_and_return_swaps_one(qtbot) -> None:
    view, acted = shown(qtbot, {"stage": "preferences"})
    pairs = view.page("preferences").pairs
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return):
        QTest.keyClick(pairs, key)
    one, other = pairs_of("o")[1]
    assert acted == [Set({"edits": f"2: {other} > {one}"})]


def test_the_histogram_counts_every_margin_once() -> None:
    margins = np.array([-3.0, -0.1, 0.1, 0.2, 2.9])
    counts, middles = margin_bins(margins)
    assert counts.sum() == 5 and len(counts) == 7 and middles[3] == pytest.approx(0.0)
    assert counts[0] == counts[-1] == 1 and counts[3] == 3
    assert margin_bins(np.zeros(40))[0][3] == 40


@pytest.mark.parametrize(("learning", "words"), [("dpo", "0"), ("ppo", "o")])
def test_dpo_shows_margins_and_ppo_what_the_reward_model_likes(qtbot, learning: str, words: str) -> None:
    view, _acted = shown(qtbot, {"stage": "preferences", "learning": learning})
    assert words in [bar.name for bar in view.page("preferences").bars.bars()]
