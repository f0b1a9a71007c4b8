"""What can be done stands in tables: keys, menus, palette and key sheet say the same."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from lab.runtime.home import Home
from lab.runtime.track import Track
from lab.shell.app.commands import WINDOW_COMMANDS
from lab.shell.app.window import MainWindow
from lab.shell.box.commands import BOX_COMMANDS, SHARE_COMMANDS, BoxContext, box_menu
from lab.shell.command import PALETTE, Command
from lab.shell.command import table as table_of
from lab.shell.dialogs.numbers import Numbers
from lab.shell.docks.commands import DOCK_COMMANDS
from lab.shell.services import Services

TWO_FACES = {"Ctrl+Shift+O": 2}  # pop out and put back: the button and the key mean what is possible now


@pytest.mark.parametrize("table", (WINDOW_COMMANDS, BOX_COMMANDS, DOCK_COMMANDS, SHARE_COMMANDS))
def test_a_key_means_one_thing(table) -> None:
    counts = Counter(key for command in table.values() for key in command.keys)
    assert {key: n for key, n in counts.items() if n > 1} in ({}, TWO_FACES)


def test_two_commands_never_share_an_id() -> None:
    first, second = Command("save", "Save", print), Command("open", "Open", print)
    assert list(table_of(first, second)) == ["save", "open"]
    with pytest.raises(ValueError, match="two commands are called save"):
        table_of(first, second, Command("save", "Save all", print))


def test_a_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        WINDOW_COMMANDS["home"] = WINDOW_COMMANDS["quit"]


def test_the_window_menu_has_what_it_always_had(window) -> None:
    window.run("menu")
    menu = window.topbar.menu.findChild(QMenu)
    words = [action.text() for action in menu.actions()]
    menu.close()
    assert words == [
        "Open a file…  (Ctrl+O)",
        "Save as a file…  (Ctrl+S)",
        "Settings  (Ctrl+,)",
        "Model packs…",
        "Keys  (F1)",
        "Save a report for the helpdesk…",
        "About Glassbox",
    ]


def test_the_palette_offers_what_it_always_offered() -> None:
    offered = [(command.words, command.key) for command in WINDOW_COMMANDS.values() if PALETTE in command.offered]
    assert offered == [
        ("Home", "Ctrl+H"),
        ("Open a file", "Ctrl+O"),
        ("Save as a file", "Ctrl+S"),
        ("Show or hide the lesson", "Ctrl+L"),
        ("Show or hide the experiments", "Ctrl+1"),
        ("Present", "F11"),
        ("Light or dark theme", ""),
        ("Larger text", "Ctrl++"),
        ("Smaller text", "Ctrl+-"),
        ("Text at 100 %", "Ctrl+0"),
        ("Settings", "Ctrl+,"),
        ("Model packs", ""),
        ("Keys", "F1"),
        ("About Glassbox", ""),
        ("Quit", "Ctrl+Q"),
    ]


def test_the_menu_of_a_box_has_what_it_always_had(window, descent) -> None:
    menu = box_menu(BoxContext(window, descent()))
    words = [action.text() for action in menu.actions() if not action.text().startswith("Send to")]
    assert [text for text in words if text] == [
        "All numbers, and why  (W)",
        "Start over  (R)",
        "Reset the controls",
        "Reset all: as first opened",
        "Choose the controls to show",
        "Runs  (Ctrl+Shift+R)",
        "Pin this run  (Ctrl+Shift+P)",
        "Copy picture",
        "Save picture: PNG, SVG or PDF…",
        "Save the curves as a table (CSV)…",
        "Save the last seconds as an animation (GIF)…",
        "Copy link",
        "Save as a file…  (Ctrl+S)",
    ]


def test_a_box_of_a_restored_session_answers_its_keys(window, descent, qtbot, own_home) -> None:
    descent()
    window.close()
    again = MainWindow(Services.start(Home(own_home)))
    qtbot.addWidget(again)
    again.show()
    again.workspace.restore(again.services.sessions.load())
    again.show_workspace()
    box = again.workspace.boxes[0]
    qtbot.waitUntil(lambda: box.frame is not None, timeout=10_000)
    QTest.keyClick(box, Qt.Key.Key_W)
    assert again.dialogs.find(Numbers).isVisible()
    again.dialogs.find(Numbers).close()
    again.close()


@pytest.mark.parametrize("key", (Qt.Key.Key_W, Qt.Key.Key_S, Qt.Key.Key_1))
def test_letters_and_digits_can_be_switched_off(window, descent, key: Qt.Key) -> None:
    box = descent()
    window.services.settings = type(window.services.settings)(one_letter_keys=False)
    before = box.run.ask_now(Track.scene)
    QTest.keyClick(box, key)
    assert box.run.ask_now(Track.scene) == before
    assert window.dialogs.find(Numbers) is None
