"""Save battery: fewer frames, and the offer to pause a run in which nothing happens any more."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QLabel

from lab.runtime.worker import FRAME
from lab.shell.box import battery


def test_half_as_many_frames_are_drawn(window, descent) -> None:
    descent()
    worker = window.services.worker
    assert worker.frame_seconds == FRAME
    window.change_settings(replace(window.services.settings, battery_saver=True))
    assert worker.frame_seconds == 2 * FRAME


def test_a_run_in_which_nothing_changes_is_offered_a_pause(window, descent, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(battery, "IDLE_MS", 0)
    monkeypatch.setattr(battery, "CHECK_MS", 0)
    window.services.home.write_json("first-minute.json", {"seen": True})
    window.change_settings(replace(window.services.settings, battery_saver=True))
    box = descent()
    box.set_values({"surface": "saddle", "start": "own", "start_x": 0.0, "start_y": 0.0, "optimizers": ["sgd"]})
    box.run.play()

    def offered() -> bool:
        return any("ten minutes" in label.text() for label in box.notices.findChildren(QLabel))

    qtbot.waitUntil(offered, timeout=8000)
    assert box.playing, "it is offered, never done"
    box.run.pause()
