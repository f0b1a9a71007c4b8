"""A teacher chooses which controls are seen; the file keeps it, and a locked room does not offer it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QMenu

from lab.core.scene import Scene, from_json, to_json
from lab.runtime.track import Track
from lab.shell.box.commands import BOX_COMMANDS, BoxContext
from lab.shell.box.shown_controls import controls_menu, show_control

menus = pytest.mark.qt_log_ignore("does not support (raise|grabbing)", extend=True)


def entry(box, words: str):
    """A line of a fresh menu."""
    return next(action for action in controls_menu(box).actions() if action.text() == words)


def is_shown(box, name: str) -> bool:
    return name in box.controls.form.names()


def test_a_control_is_taken_away_and_brought_back_and_its_value_stays(descent, qtbot) -> None:
    box = descent()
    box.set_values({"learning_rate": 0.125})
    qtbot.waitUntil(lambda: box.update_shown.params.learning_rate == 0.125)
    words = next(a.text() for a in controls_menu(box).actions() if "earning rate" in a.text())
    assert entry(box, words).isChecked()
    with qtbot.waitSignal(box.changed):
        entry(box, words).trigger()
    assert box.hidden_controls == ("learning_rate",) and not entry(box, words).isChecked()
    assert not is_shown(box, "learning_rate") and is_shown(box, "optimizers")
    entry(box, words).trigger()
    assert box.hidden_controls == () and is_shown(box, "learning_rate")
    assert box.update_shown.params.learning_rate == 0.125


def test_the_file_of_a_teacher_opens_without_them(window, descent, qtbot) -> None:
    box = descent()
    show_control(box, "learning_rate", False)
    kept: list[Scene] = []
    box.bridge.ask(Track.scene, kept.append)
    qtbot.waitUntil(lambda: bool(kept))
    scene = from_json(to_json(box.scene(kept[0]), box.specification), window.services.find)
    assert scene.hidden == ("learning_rate",)
    pupil = descent(scene)
    assert not is_shown(pupil, "learning_rate")


@menus
@pytest.mark.parametrize("locked", [False, True])
def test_a_room_whose_settings_are_locked_does_not_offer_it(window, descent, locked: bool) -> None:
    box = descent()
    window.services.classroom = replace(window.services.classroom, lock_settings=locked)
    BOX_COMMANDS["shown-controls"].run(BoxContext(window, box))
    opened = [menu for menu in box.findChildren(QMenu) if menu.isVisible()]
    assert bool(opened) != locked
    for menu in opened:
        menu.close()
