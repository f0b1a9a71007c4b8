"""A story ends with what it is about; what was refused is forgotten with it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit

from widgets.pages.own_sheet import OwnSheet


@pytest.fixture
def told(window, qtbot):
    """Open an experiment and play its first preset with a story."""

    def opened(id: str):
        box = window.workspace.box(window.open_experiment(window.services.find(id)))
        qtbot.waitUntil(lambda: box.frame is not None, timeout=10_000)
        box.notices.skipped.emit()  # the first minute
        preset = next(preset for preset in box.specification.presets if preset.story)
        box.play_preset(preset.id)
        qtbot.waitUntil(lambda: story(box) == preset.story, timeout=10_000)
        return box

    return opened


def story(box) -> str:
    return box.notices.findChild(QLabel, "notice-text").text() if box.notices.isVisible() else ""


def change(qtbot, box, **values) -> None:
    box.set_values(values)
    name, value = next(iter(values.items()))
    qtbot.waitUntil(lambda: getattr(box.update_shown.params, name) == value, timeout=10_000)


def test_a_story_stays_while_a_control_is_changed_and_ends_with_another_landscape(told, qtbot) -> None:
    box = told("gradient-descent")
    here = story(box)
    change(qtbot, box, learning_rate=0.2)
    box.start_over()
    change(qtbot, box, learning_rate=0.21)
    assert story(box) == here
    change(qtbot, box, surface="ravine" if box.update_shown.params.surface != "ravine" else "bowl")
    assert story(box) == ""


def test_a_story_ends_with_another_formula(told, qtbot) -> None:
    box = told("gradient-descent")
    change(qtbot, box, surface="formula", formula="(x-3)^2")
    box.notices.tell("About this formula.")
    change(qtbot, box, learning_rate=0.2)
    assert story(box) == "About this formula."
    change(qtbot, box, formula="x^2")
    assert story(box) == ""


def test_a_story_ends_with_own_data_also_where_other_own_data_was_before(told, qtbot) -> None:
    box = told("what-is-ml")
    sheet = box.view.findChild(OwnSheet)
    for _time in range(2):
        box.notices.tell("About this data.")
        assert story(box) == "About this data."
        sheet.begin()
        sheet.bring("a,b\n1,2\n2,3\n3,5\n", "mine")
        qtbot.mouseClick(sheet.use, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: box.update_shown.params.data == "own")
        assert story(box) == ""


@pytest.mark.parametrize("leave", ["reset", "reset_all", "preset", "challenge"])
def test_a_refused_entry_is_forgotten_where_another_scene_begins(told, qtbot, leave) -> None:
    box = told("gradient-descent")
    field = next(f for f in box.controls.findChildren(QLineEdit) if f.isVisible() and f.accessibleName())
    field.setFocus()
    field.selectAll()
    before = field.text()
    qtbot.keyClicks(field, "zz")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "zz"
    leaving = {
        "reset": box.reset,
        "reset_all": box.reset_all,
        "preset": lambda: box.play_preset(box.specification.presets[0].id),
        "challenge": lambda: box.begin_challenge(box.specification.challenges[0].id),
    }
    leaving[leave]()
    assert field.text() == before and field.property("kind") != "wrong"


def test_ctrl_z_in_a_number_that_was_taken_reaches_the_run(window, told, qtbot) -> None:
    box = told("gradient-descent")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    before = box.update_shown.params
    rate = next(
        f for f in box.controls.findChildren(QLineEdit) if f.isVisible() and f.accessibleName().startswith("Learning")
    )
    rate.setFocus()
    rate.selectAll()
    qtbot.keyClicks(rate, "0.0123")
    qtbot.keyClick(rate, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: box.update_shown.params.learning_rate == 0.0123)
    qtbot.keyClick(rate, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: box.update_shown.params == before)
