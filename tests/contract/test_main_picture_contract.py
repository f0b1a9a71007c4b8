"""On every page of every experiment the picture is the largest thing, in the window as the learner gets it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from lab.core.experiment import Setting
from lab.core.params import fields_of
from lab.runtime.home import Home
from lab.shell.app.window import MainWindow
from lab.shell.services import Services
from tests.contract.room import Room, largest_rectangle, measure

SIZES = {(1366, 728): 0.30, (1920, 1040): 0.35}  # a screen without its bar, and the least share of the main picture
TURNING = ("page", "view", "topic", "landscape")  # what the controls and view options that turn pages are called
EMPTY = 0.10  # of the box, which may be without anything in it
DRAWN, REACH = 0.20, 0.75  # of the main picture, between the outermost things in it; of its width or height
HALF, ALIKE = 0.5, 0.9  # of several widgets the largest has half of all, or the smallest is nearly as large as it
SPOKEN = 0.8  # of that share, while a story stands below the picture
STORY = "What to look for is said in a row of its own, which takes its height from the picture. " * 3
GROWS = 2.0  # times, from the smaller window to the larger, whose box has 2.3 times the room
STEPS = 12


@pytest.fixture
def window(qtbot, qapp, own_home: Path) -> Iterator[MainWindow]:
    made = MainWindow(Services.start(Home(own_home)))
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


@pytest.fixture
def play(window: MainWindow, qtbot, experiment) -> Callable[..., object]:
    """Put the open experiment into a state and wait until that is what is drawn."""
    box = window.workspace.box(window.open_experiment(experiment))
    box.notices.skipped.emit()  # the first minute
    played = count(1)

    def do(setting: Setting, display: dict[str, object]):
        box.play_setting(setting)
        for name, value in display.items():
            box.set_display(name, value)
        number = next(played)
        qtbot.waitUntil(lambda: _there(box, number, setting.steps), timeout=20_000)
        return box

    return do


def _there(box, number: int, steps: int) -> bool:
    update = box.update_shown
    there = update is not None and update.scene == number and update.exact
    return there and (update.position >= steps or update.done)


def fit(window: MainWindow, size: tuple[int, int]) -> None:
    """Make the window so large, and wait until all is laid out: nothing moves for three rounds."""
    window.resize(*size)
    still, places = 0, None
    for _round in range(300):
        QTest.qWait(10)
        now = [widget.geometry() for widget in window.findChildren(QWidget) if widget.isVisible()]
        still, places = (still + 1 if now == places else 0), now
        if still == 3:
            return
    raise AssertionError("the window does not come to rest")


def pages(specification) -> dict[str, tuple[Setting, dict[str, object]]]:
    """What opens each page, and each preset."""
    found = {preset.id: (preset.setting, {}) for preset in specification.presets}
    for field in fields_of(specification.params):
        if field.name in TURNING:
            found |= {
                f"{field.name}={value}": (Setting({field.name: value}, steps=STEPS), {}) for value in field.choices
            }
    for field in fields_of(specification.display) if specification.display else ():
        if field.name in TURNING:
            found |= {f"{field.name}={value}": (Setting(steps=STEPS), {field.name: value}) for value in field.choices}
    return found


def faults(room: Room, least: float) -> list[str]:
    """What is wrong with how a page spends its room."""
    found = []
    if room.main < least:
        found.append(f"the main picture has {room.main:.1%} of the box, and {least:.0%} is wanted")
    if room.largest > room.main:
        found.append(f"{room.name} has {room.largest:.1%}, the main picture {room.main:.1%}")
    if room.parts and max(room.parts) < HALF * room.main and min(room.parts) < ALIKE * max(room.parts):
        shares = ", ".join(f"{part:.1%}" for part in room.parts)
        found.append(f"the main picture is put together of {shares}: none is half of it, and they are not alike")
    if room.empty > EMPTY:
        found.append(f"{room.empty:.1%} of the box lie empty in one piece")
    if room.drawn < DRAWN or room.reach < REACH:
        found.append(
            f"what is drawn takes {room.drawn:.0%} of the main picture, and reaches over {room.reach:.0%} of it"
        )
    return found


def test_the_picture_is_the_largest_thing_on_every_page_and_grows_most(window, play, specification) -> None:
    """At both sizes; and of the room that a larger window has more, the main picture gets its share first."""
    found = []
    for name, (setting, display) in pages(specification).items():
        box, areas = play(setting, display), []
        for size, least in SIZES.items():
            fit(window, size)
            room = measure(box)
            if getattr(box.frame, "missing", ""):  # a model that is not on this computer: only words stand there
                room = replace(room, drawn=1.0, reach=1.0)
            found += [f"{name} at {size[0]}: {fault}" for fault in faults(room, least)]
            areas.append(room.main * box.width() * box.height())
        box.notices.tell(STORY)
        for size, least in SIZES.items():
            fit(window, size)
            room = replace(measure(box), drawn=1.0, reach=1.0)
            assert box.notices.isVisible()
            found += [f"{name} at {size[0]}, spoken of: {fault}" for fault in faults(room, SPOKEN * least)]
        if areas[1] < GROWS * areas[0]:
            found.append(f"{name}: in the larger window the picture is only {areas[1] / areas[0]:.2f} times as large")
    assert found == []


def test_a_page_that_wastes_its_room_is_told_so() -> None:
    """The measure itself: just enough is enough, a little less is not."""
    good = Room(main=0.30, largest=0.30, name="", empty=EMPTY, drawn=DRAWN, reach=REACH)
    assert faults(good, 0.30) == []
    for worse in (
        Room(0.299, 0.20, "", 0.0, 1.0, 1.0),
        Room(0.30, 0.301, "Panel", 0.0, 1.0, 1.0),
        Room(0.30, 0.20, "", EMPTY + 0.001, 1.0, 1.0),
        Room(0.30, 0.20, "", 0.0, DRAWN - 0.01, 1.0),
        Room(0.30, 0.20, "", 0.0, 1.0, REACH - 0.01),
    ):
        assert len(faults(worse, 0.30)) == 1


def test_a_main_picture_of_many_widgets_has_a_main_one_or_is_a_row_of_equals() -> None:
    whole = Room(0.40, 0.10, "", 0.0, 1.0, 1.0)
    for parts in ((0.4,), (0.20, 0.12, 0.08), (0.10, 0.10, 0.10, 0.10), (0.14, 0.134, 0.127)):
        assert faults(replace(whole, parts=parts), 0.30) == []
    for parts in ((0.19, 0.12, 0.09), (0.14, 0.135, 0.125)):
        assert len(faults(replace(whole, parts=parts), 0.30)) == 1


def test_the_largest_empty_rectangle_is_found() -> None:
    free = np.array([[1, 1, 0, 1], [1, 1, 1, 1], [0, 1, 1, 1]], bool)
    assert largest_rectangle(free) == 6
    free[2, 0] = True
    assert largest_rectangle(free) == 8
    assert largest_rectangle(np.zeros((3, 3), bool)) == 0
