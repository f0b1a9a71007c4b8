"""Training language models: what the pages make of a frame and of the hand."""

from __future__ import annotations

import pytest

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import frame_of
from lab.core.simulation import Set
from lab.experiments.e20_language_model_training.view import View
from lab.kit_qt.answer_table import AnswerTable

EXPERIMENT = find("language-model-training")


def shown(qtbot, values: dict, steps: int = 0) -> tuple[View, list[tuple[object, str]]]:
    view = View()
    qtbot.addWidget(view)
    view.resize(760, 560)
    view.show()
    view.show_frame(frame_of(EXPERIMENT, Setting(values, steps=steps)))
    acted: list[tuple[object, str]] = []
    view.acted.connect(lambda action, gesture: acted.append((action, gesture)))
    return view, acted


def test_dragging_a_line_of_the_plan_is_one_gesture_within_its_length(qtbot) -> None:
    view, acted = shown(qtbot, {"length": 100})
    rates = view.page("pretrain").rates
    for value in (-5.0, 33.4, 99.6, 140.0):
        rates.line_dragged.emit("warmup", value)
    rates.line_dropped.emit("warmup", 50.0)
    rates.line_dragged.emit("warmup", 10.0)
    assert [action for action, _gesture in acted] == [Set({"warmup": n}) for n in (0, 33, 100, 100, 50, 10)]
    assert len({gesture for _action, gesture in acted[:5]}) == 1
    assert acted[5][1] != acted[0][1]


@pytest.mark.parametrize(("schedule", "lines"), [("cosine", ["warmup"]), ("stable", ["warmup", "stable"])])
def test_only_a_plan_that_stays_level_has_a_line_where_it_falls(qtbot, schedule: str, lines: list[str]) -> None:
    view, _acted = shown(qtbot, {"schedule": schedule})
    assert [line.name for line in view.page("pretrain").rates.lines()] == lines


def test_a_chip_asks_for_another_stage(qtbot) -> None:
    view, acted = shown(qtbot, {})
    view.chips.chosen.emit("supervised")
    assert acted == [(Set({"stage": "supervised"}), "")]


def test_letters_that_do_not_count_are_pale(qtbot) -> None:
    view, _acted = shown(qtbot, {"stage": "supervised"})
    page = view.page("supervised")
    tokens = page.strip.tokens()
    pale = "".join(token.text for token in tokens if token.faint)
    assert pale.endswith("A:") and "?" in pale
    assert all((token.value is None) == token.faint for token in tokens)
    bare, _acted = shown(qtbot, {"stage": "supervised", "masked": False})
    assert not any(token.faint for token in bare.page("supervised").strip.tokens())


def test_a_table_says_all_its_answers_and_refuses_rows_that_do_not_fit(qtbot) -> None:
    table = AnswerTable("answers")
    qtbot.addWidget(table)
    table.set_answers(("one", "two"), [("Q", "a", "b")])
    assert table.summary() == "Q one: a, two: b"
    with pytest.raises(ValueError, match="2 answers"):
        table.set_answers(("one", "two"), [("Q", "a")])
