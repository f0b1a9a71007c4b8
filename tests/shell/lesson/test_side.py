"""A prediction is explained when its own run has ended, however many updates came of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

PREDICTS = 1  # a page that asks for one: "bounce", 40 steps of `too-large`


@pytest.fixture
def asked(window, descent, qtbot):
    """A box whose worker is not heard any more, its lesson, a prediction that has just been run, and what is shown.

    `tell(...)` is the next update from the run, as the test has it.
    """
    box = descent()
    side = window.workspace.lesson
    qtbot.waitUntil(lambda: side.panel.lesson() is not None)
    side.panel.go(PREDICTS)
    card = side.panel.questions()[0]
    before = box.update_shown
    box.bridge.blockSignals(True)
    qtbot.mouseClick(card.button, Qt.MouseButton.LeftButton)
    number = before.begun + 1

    def tell(**what) -> None:
        box.updated.emit(replace(before, **what))

    return card, side, number, tell


def test_one_update_at_the_end_is_enough(asked) -> None:
    card, _side, number, tell = asked
    tell(begun=number, playing=False, position=40)
    assert card.revealed


@pytest.mark.parametrize("position", [0, 40, 400])
def test_an_update_from_before_it_explains_nothing(asked, position) -> None:
    card, _side, number, tell = asked
    tell(begun=number - 1, playing=False, position=position)
    tell(begun=number - 1, playing=True, position=position)
    assert not card.revealed


def test_while_it_runs_nothing_is_explained(asked) -> None:
    card, _side, number, tell = asked
    for position in (0, 39, 40):
        tell(begun=number, playing=True, position=position)
    assert not card.revealed


def test_a_run_that_stops_early_or_fails_is_explained(asked) -> None:
    card, _side, number, tell = asked
    tell(begun=number, playing=False, position=3, frame=None)
    assert card.revealed


def test_a_run_that_gave_way_to_another_is_explained(asked) -> None:
    card, _side, number, tell = asked
    tell(begun=number + 1, playing=True, position=3)
    assert card.revealed


def test_what_ended_while_the_lesson_was_hidden_is_explained_when_it_is_seen(asked, window) -> None:
    card, side, number, tell = asked
    window.toggle_lesson()
    tell(begun=number, playing=False, position=40)
    assert not side.isVisible() and not card.revealed
    window.toggle_lesson()
    assert side.isVisible() and card.revealed


def test_a_link_to_a_break_keeps_its_values_and_makes_its_steps(window, descent, qtbot) -> None:
    box = descent()
    panel = window.workspace.lesson.panel
    request = panel.lesson().requests["lab:?break=ridge&noise=0.05&run=300"]
    box.run.set_speed(float("inf"))
    panel.setting_requested.emit(request)
    qtbot.waitUntil(lambda: box.update_shown.begun > 0 and not box.update_shown.playing, timeout=10_000)
    assert box.update_shown.params.noise == 0.05 and box.update_shown.position == 300
    assert box.update_shown.params.surface == box.specification.breaking("ridge").setting.values["surface"]
