"""The first minute: one thing to drag, never in the way, shown once."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QPushButton

from lab.core.simulation import Set
from widgets.text.folded_label import FoldedLabel


def says(box) -> str:
    words = box.notices.findChild(FoldedLabel, "notice-text")
    return f"{words.lead} {words.text()}" if box.notices.isVisible() else ""


def test_it_asks_for_one_thing_to_drag_then_run_then_a_control(window, descent, qtbot) -> None:
    box = descent()
    assert "1 of 3" in says(box)
    assert not box.notices.isHidden()
    box.view.acted.emit(Set({"start_x": 1.0}), "")
    assert "2 of 3" in says(box)
    qtbot.mouseClick(box.runbar.run, Qt.MouseButton.LeftButton)
    assert "3 of 3" in says(box)
    box.controls.changed.emit({"learning_rate": 0.1}, "x")
    assert box.notices.isHidden()


def test_it_says_how_to_do_it_without_a_mouse(descent) -> None:
    box = descent()
    assert "Drag" in says(box) and "arrow keys" in says(box)
    box.view.acted.emit(Set({"start_x": 1.0}), "")
    assert "arrow keys" not in says(box), "only where something is dragged"


def test_it_can_be_skipped_and_does_not_come_back(window, descent, qtbot) -> None:
    box = descent()
    skip = next(b for b in box.notices.findChildren(QPushButton) if b.objectName() == "skip")
    qtbot.mouseClick(skip, Qt.MouseButton.LeftButton)
    assert box.notices.isHidden()
    other = descent()
    assert "First minute" not in says(other)


def test_skipping_with_the_mouse_leaves_the_keyboard_with_the_experiment(window, descent, qtbot) -> None:
    box = descent()
    window.activateWindow()
    box.view.setFocus()
    skip = next(b for b in box.notices.findChildren(QPushButton) if b.objectName() == "skip")
    qtbot.mouseClick(skip, Qt.MouseButton.LeftButton)
    assert box is window.focusWidget() or box.isAncestorOf(window.focusWidget())


def test_the_window_works_while_it_waits(window, descent, qtbot) -> None:
    box = descent()
    box.step(2)
    qtbot.waitUntil(lambda: box.update_shown.position == 2)
    assert window.isEnabled()
    assert window.isActiveWindow() or not window.isHidden()


def test_who_has_it_running_is_not_told_to_press_run(descent, qtbot) -> None:
    box = descent()
    box.set_values({"learning_rate": 0.001})
    box.run.play()
    qtbot.waitUntil(lambda: box.playing)
    qtbot.waitUntil(lambda: "3 of 3" in says(box))
    box.view.acted.emit(Set({"start_x": 1.0}), "")
    assert "press Run" not in says(box)


def test_who_drags_at_rest_is_told_to_press_run(descent) -> None:
    box = descent()
    box.view.acted.emit(Set({"start_x": 1.0}), "")
    assert not box.playing and "press Run" in says(box)


def test_a_story_comes_first_and_the_first_minute_goes_on_after_it(descent, qtbot) -> None:
    box = descent()
    before = says(box)
    box.play_preset("escape")
    qtbot.waitUntil(lambda: "What to see" in says(box))
    qtbot.mouseClick(box.notices.findChild(QAbstractButton, "close-note"), Qt.MouseButton.LeftButton)
    assert says(box) == before
    box.play_preset("escape")
    qtbot.waitUntil(lambda: "What to see" in says(box))
    box.reset()
    assert says(box) == before


def test_a_class_that_looks_on_does_not_see_it(window, descent, qtbot) -> None:
    box = descent()
    before = says(box)
    window.toggle_present()
    assert not box.notices.isVisible()
    other = descent()
    assert not other.notices.isVisible()
    box.notices.tell("A story is for everybody.")
    assert not box.notices.isHidden()
    box.notices.tell("")
    window.toggle_present()
    window.workspace.docks.select(box.objectName())
    qtbot.waitUntil(lambda: says(box) == before)
