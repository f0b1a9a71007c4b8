"""Save battery: fewer frames, and the offer to pause a run in which nothing happens any more."""

from __future__ import annotations

from dataclasses import replace

from lab.runtime.worker import FRAME
from lab.shell.box import battery
from lab.shell.dialogs.toast import Toast


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
        toast = window.dialogs.find(Toast)
        return toast is not None and toast.isVisible() and "ten minutes" in toast.notice.accessibleName()

    height = box.view.height()
    qtbot.waitUntil(offered, timeout=8000)
    assert box.playing, "it is offered, never done"
    assert box.view.height() == height, "and no picture moves for it"
    box.run.pause()
