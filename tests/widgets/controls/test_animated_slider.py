"""A slider that glides when it is asked to."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from widgets.base.look import apply_look, look
from widgets.controls.animated_slider import AnimatedSlider


def test_it_glides_to_the_far_end_and_a_hand_stops_it(qtbot: Any) -> None:
    glide = AnimatedSlider("Way", "here", "there", "Watch")
    qtbot.addWidget(glide)
    glide.show()
    seen: list[float] = []
    glide.changed.connect(seen.append)
    glide.changed.connect(glide.set_value)
    assert not glide.gliding
    QTest.mouseClick(glide.play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(seen) > 3, timeout=4000)
    glide.slider.changed.emit(0.5)
    assert not glide.gliding and seen[-1] == 0.5
    QTest.mouseClick(glide.play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: seen[-1] == 1.0, timeout=4000)
    assert seen == sorted(seen[: seen.index(0.5)]) + seen[seen.index(0.5) :]


def test_with_reduced_motion_it_jumps(qtbot: Any) -> None:
    glide = AnimatedSlider("Way", "here", "there", "Watch")
    qtbot.addWidget(glide)
    seen: list[float] = []
    glide.changed.connect(seen.append)
    before = look()
    apply_look(QApplication.instance(), replace(before, motion=False))
    QTest.mouseClick(glide.play, Qt.MouseButton.LeftButton)
    apply_look(QApplication.instance(), before)
    assert seen == [1.0] and not glide.gliding
