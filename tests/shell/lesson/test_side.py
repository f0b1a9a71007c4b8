"""A prediction is explained when its own run has ended, however many updates came of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from widgets.text.link_spots import LinkSpot

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


@pytest.fixture
def reading(window, descent, qtbot):
    """A box at rest with its lesson open at a page that asks for a prediction."""
    box = descent()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    panel = window.workspace.lesson.panel
    panel.go(PREDICTS)
    return box, panel


@pytest.mark.parametrize("where", ["link", "button", "page"])
def test_the_arrows_step_while_the_lesson_has_the_keyboard(reading, qtbot, where) -> None:
    box, panel = reading
    places = {"link": panel.view().findChild(LinkSpot), "button": panel.questions()[0].button}
    place = places.get(where, panel.view().texts()[0])
    place.setFocus()
    qtbot.keyClick(place, Qt.Key.Key_PageDown)
    qtbot.keyClick(place, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: box.update_shown.position == 1)
    qtbot.keyClick(place, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: box.update_shown.position == 0)
    assert place.hasFocus()


def test_the_space_bar_runs_from_a_link_and_presses_a_button(reading, qtbot) -> None:
    box, panel = reading
    link = panel.view().findChild(LinkSpot)
    link.setFocus()
    qtbot.keyClick(link, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: box.playing)
    qtbot.keyClick(link, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not box.playing)
    panel.next_button.setFocus()
    qtbot.keyClick(panel.next_button, Qt.Key.Key_Space)
    assert panel.page() == PREDICTS + 1


def test_what_is_typed_into_the_notes_moves_nothing_but_the_cursor(reading, qtbot) -> None:
    box, panel = reading
    notes = panel.notes_card()
    notes.set_open(True)
    notes.edit().setFocus()
    qtbot.keyClicks(notes.edit(), "a b")
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(notes.edit(), key)
    link = panel.view().findChild(LinkSpot)
    link.setFocus()
    qtbot.keyClick(link, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: box.update_shown.position == 1)
    assert notes.text() == "a b" and not box.playing


def test_numbers_that_no_part_of_a_page_compares_are_not_worked_out(window, descent, qtbot, monkeypatch) -> None:
    box, side, worked_out = descent(), window.workspace.lesson, []
    qtbot.waitUntil(lambda: side.panel.lesson() is not None and box.frame is not None)
    values = box.specification.metrics.values
    monkeypatch.setattr(box.specification.metrics, "values", lambda frame: worked_out.append(frame) or values(frame))
    side.panel.go(PREDICTS)
    before = box.update_shown
    box.bridge.blockSignals(True)
    box.updated.emit(replace(before, playing=False))
    assert worked_out == []


def test_after_a_box_is_closed_the_lesson_holds_none_of_its_numbers(window, descent, qtbot, monkeypatch) -> None:
    box, side, handed = descent(), window.workspace.lesson, []
    qtbot.waitUntil(lambda: side.panel.lesson() is not None and box.frame is not None)
    monkeypatch.setattr(side.panel, "show_metrics", handed.append)
    side.remove(box)
    assert handed == [{}]
