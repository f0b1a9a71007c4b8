"""The first minute: one thing to drag, never in the way, shown once."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from lab.core.simulation import Set
from lab.shell.box.notice import Notice
from lab.shell.box.side_panel import SidePanel


def says(box) -> str:
    return " ".join(label.text() for label in box.notices.findChildren(QLabel))


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


def test_in_a_narrow_dock_the_words_keep_the_width_and_skip_stands_below(window, descent, qtbot) -> None:
    box = descent()
    card, narrow = box.notices.findChild(Notice), SidePanel(box.specification, box)
    narrow.setGeometry(0, 0, 240, 400)
    narrow.layout().activate()
    box.notices.place(narrow, narrow)
    QApplication.processEvents()
    skip = next(b for b in card.findChildren(QPushButton) if b.objectName() == "skip").parentWidget()
    words = card.findChild(QLabel, "notice-text")
    assert skip.y() >= words.geometry().bottom()
    assert words.width() > 120
    assert skip.width() >= skip.sizeHint().width()
    narrow.setGeometry(0, 0, 700, 400)
    narrow.layout().activate()
    box.notices.place(narrow, narrow)
    QApplication.processEvents()
    assert skip.x() >= words.geometry().right()
