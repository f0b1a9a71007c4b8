"""What our own accessible interfaces hand to Qt, as far as one process can see it."""

from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtGui import QAccessible, QAccessibleValueInterface
from PySide6.QtWidgets import QScrollArea, QTextEdit, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from widgets.base.accessible import address_of, offer
from widgets.controls.slider import Slider
from widgets.controls.span import Span

READER = Path(__file__).resolve().parent / "reader"


@dataclass
class Thing:
    role: str = "push button"
    name: str = "Run"
    where: tuple[str, ...] = ("application|", "push button|Run")
    actions: tuple[str, ...] = ("Press",)
    count: int = 0
    faces: tuple[str, ...] = ()

    def can(self, interface: str) -> bool:
        return interface in self.faces


@pytest.fixture
def interaction(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(READER))
    import interaction

    return interaction


def test_a_slider_answers_every_cast_with_an_address(qtbot: QtBot) -> None:
    slider = Slider(Span(0, 1))
    qtbot.addWidget(slider)
    interface = QAccessible.queryAccessibleInterface(slider)
    given = {kind: interface.interface_cast(kind) for kind in QAccessible.InterfaceType}
    assert all(isinstance(one, Shiboken.VoidPtr) for one in given.values())
    kinds = QAccessible.InterfaceType
    value = Shiboken.wrapInstance(int(given[kinds.ValueInterface]), QAccessibleValueInterface)
    assert (value.minimumValue(), value.maximumValue()) == (0, 1)
    assert int(given[kinds.ActionInterface]) != 0  # Qt's own: focus
    assert int(given[kinds.TableInterface]) == 0


def test_nothing_is_the_address_nought() -> None:
    assert int(address_of(None)) == 0


def test_a_child_past_the_end_of_a_scroll_area_is_nothing() -> None:
    """In a process of its own, which this question used to end."""
    program = """
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QScrollArea, QWidget
from lab.shell.app.start import application
app = application()
area = QScrollArea()
area.setWidget(QWidget())
met = QAccessible.queryAccessibleInterface(area)
print(met.childCount() > 0, [met.child(i) for i in (-1, met.childCount(), met.childCount() + 1, 2**31 - 1)])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=Path(__file__).resolve().parents[2]
    )
    assert (done.returncode, done.stdout.strip()) == (0, "True [None, None, None, None]"), done.stderr


def test_a_scroll_area_keeps_its_name_and_a_text_keeps_its_own_interface(qtbot: QtBot) -> None:
    area, text = QScrollArea(), QTextEdit("words")
    qtbot.addWidget(area)
    qtbot.addWidget(text)
    area.setAccessibleName("Home")
    assert QAccessible.queryAccessibleInterface(area).text(QAccessible.Text.Name) == "Home"
    assert QAccessible.queryAccessibleInterface(text).textInterface().characterCount() == 5


def test_an_error_in_an_interface_is_written_down_and_qts_own_is_used(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Odd(QWidget):
        pass

    def fails(_widget: QWidget) -> None:
        raise RuntimeError("no interface today")

    written: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: written.append(error))
    offer(Odd, fails)
    odd = Odd()
    qtbot.addWidget(odd)
    assert QAccessible.queryAccessibleInterface(odd).isValid()
    assert {str(error) for error in written} == {"no interface today"}


@pytest.mark.parametrize("name", ["Quit", "&Close", "Save as…", "Open…", "Print…", "Export the data…", "Copy picture"])
def test_the_written_list_leaves_it_alone(interaction: ModuleType, name: str) -> None:
    assert interaction.left_alone(name) and interaction.acts_on(Thing(name=name), random.Random(1)) == []


@pytest.mark.parametrize("name", ["Run", "Open an experiment", "Close this note", "Decision"])
def test_what_only_sounds_like_it_is_pressed(interaction: ModuleType, name: str) -> None:
    assert not interaction.left_alone(name) and interaction.acts_on(Thing(name=name), random.Random(1))


def test_the_same_seed_does_the_same(interaction: ModuleType) -> None:
    things = [
        Thing(),
        Thing(role="slider", name="Rate", actions=("Increase",), faces=("Value",)),
        Thing(role="text", name="Formula", actions=(), faces=("Text", "EditableText")),
    ]
    first, again, other = (interaction.chosen(things, 30, random.Random(seed)) for seed in (4, 4, 5))
    assert first == again and first != other
    done = {act.how for act in first}
    assert {"Action.DoAction", "Value.CurrentValue"} <= done and any("Text." in how for how in done)
    assert all(isinstance(act.where, tuple) for act in first)
