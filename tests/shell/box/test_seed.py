"""Where nothing is random, no seed is shown, and the key for another one does nothing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest


@pytest.mark.parametrize(
    ("id", "random"), [("tokenization", False), ("backpropagation", False), ("gradient-descent", True)]
)
@pytest.mark.parametrize("width", [1366, 900])
def test_a_seed_is_shown_only_where_something_is_random(window, qtbot, id: str, random: bool, width: int) -> None:
    box = window.workspace.box(window.open_experiment(window.services.find(id)))
    qtbot.waitUntil(lambda: box.frame is not None, timeout=10_000)
    window.resize(width, 728)
    qtbot.wait(50)
    bar = box.runbar
    assert bar.new_seed.isVisible() is random
    if not random:
        assert not bar.seed.isVisible()
    QTest.keyClick(box, Qt.Key.Key_S)
    qtbot.wait(100)
    assert box.run.ask_now(lambda track: track.timeline.seed) == (1 if random else 0)
