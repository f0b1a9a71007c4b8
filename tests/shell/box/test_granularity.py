"""Steps of different sizes, forward and back, in the experiment that has them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt


@pytest.mark.parametrize("size", ["sub-step", "batch", "epoch"])
def test_back_undoes_a_step_of_the_same_size(window, qtbot, size: str) -> None:
    box = window.workspace.box(window.open_experiment(window.services.find("training-loop")))
    qtbot.waitUntil(lambda: box.frame is not None, timeout=10_000)
    box.runbar.granularity.set_chosen(size)
    places = [0]
    for _ in range(2):
        qtbot.mouseClick(box.runbar.step, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: box.update_shown.position > places[-1] and not box.update_shown.playing, timeout=10_000)
        places.append(box.update_shown.position)
    assert places[2] == 2 * places[1] or size == "sub-step"
    for place in reversed(places[:2]):
        qtbot.mouseClick(box.runbar.back, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda p=place: box.update_shown.position == p and box.update_shown.exact, timeout=10_000)
