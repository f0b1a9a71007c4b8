"""What crosses between the worker's thread and the window, and what happens when one of them is gone."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest
import shiboken6

from lab.core.scene import Scene
from lab.runtime.worker import Worker
from lab.shell.box import bridge as bridge_module
from lab.shell.box.bridge import Bridge
from tests.toy import TOY


@pytest.fixture
def worker():
    made = Worker()
    yield made
    assert made.close()


def test_an_answer_comes_back_to_who_requested(qtbot, worker: Worker) -> None:
    bridge = Bridge(worker, TOY, Scene("toy"))
    heard = []
    bridge.ask(lambda track: track.position, heard.append)
    bridge.ask(lambda track: 1 / 0, heard.append)
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert heard[0] == 0
    assert isinstance(heard[1], ZeroDivisionError)
    bridge.close()


def test_an_answer_that_comes_after_the_close_is_dropped(qtbot, worker: Worker) -> None:
    bridge, held, heard = Bridge(worker, TOY, Scene("toy")), threading.Event(), []
    bridge.ask(lambda _track: held.wait(10), heard.append)
    bridge.close()
    held.set()
    qtbot.wait(50)
    assert heard == []


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_the_worker_goes_on_for_others_when_a_window_is_taken_apart_without_a_word(qtbot, worker: Worker) -> None:
    lost, held = Bridge(worker, TOY, Scene("toy")), threading.Event()
    lost.ask(lambda _track: held.wait(10), print)
    lost.run.play()
    shiboken6.delete(lost)
    held.set()
    other, heard = Bridge(worker, TOY, Scene("toy")), []
    other.ask(lambda track: track.position, heard.append)
    qtbot.waitUntil(lambda: heard == [0])
    other.close()


@pytest.mark.parametrize("busy", [True, False])
def test_a_frame_costs_what_the_window_works_for_it_and_not_what_it_waits(
    qtbot, worker: Worker, monkeypatch, busy: bool
) -> None:
    clock = [100.0]
    monkeypatch.setattr(bridge_module, "spent", lambda: clock[0])
    bridge, told, came = Bridge(worker, TOY, Scene("toy")), [], []

    def draw(update: object) -> None:
        came.append(update)
        clock[0] += 0.25 if busy else 0.0
        time.sleep(0.02)

    monkeypatch.setattr(bridge.run, "drawn", told.append)
    bridge.arrived.connect(draw)
    bridge.run.step(1)
    qtbot.waitUntil(lambda: bool(came) and len(told) == len(came))
    assert told == [0.25 if busy else 0.0] * len(came)
    bridge.close()


def test_a_view_cannot_be_taken_into_the_hand_before_there_is_something_in_it(window, qtbot) -> None:
    box = window.workspace.box(window.open_experiment(window.services.find("training-loop")))
    assert not box.view.isEnabled(), "its first frame is not there"
    qtbot.waitUntil(lambda: box.frame is not None)
    assert box.view.isEnabled()


def test_the_frame_on_screen_is_not_drawn_again_while_a_step_is_on_its_way(window, qtbot, monkeypatch) -> None:
    box = window.workspace.box(window.open_experiment(window.services.find("training-loop")))
    qtbot.waitUntil(lambda: box.frame is not None)
    box.run.step(1)
    qtbot.waitUntil(lambda: box.update_shown.position == 1 and box.update_shown.exact)
    now, other, drawn = box.update_shown, box.run.ask_now(lambda track: track.snapshot()), []
    qtbot.wait(50)
    box.bridge.blockSignals(True)
    monkeypatch.setattr(box.view, "show_frame", lambda frame: drawn.append(frame) or False)

    def arrives(**what: object) -> bool:
        """Whether an update, as different from the one before as this, is drawn."""
        drawn.clear()
        box.bridge.blockSignals(False)
        box.bridge.arrived.emit(replace(now, **what))
        box.bridge.blockSignals(True)
        return bool(drawn)

    assert arrives() and arrives(exact=True), "what was refused has to go back"
    assert not arrives(exact=False, position=2)
    assert arrives(exact=False, position=2, frame=other), "the nearest frame there is"
    assert arrives(playing=True)
    assert arrives(exact=False, position=2), "its words may be missing"
