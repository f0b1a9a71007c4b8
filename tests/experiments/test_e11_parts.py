"""Backpropagation in little room: every part can still be reached, and lines end in an ellipsis."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import played
from lab.experiments.e11_backpropagation.parts import button_text, parts_shown
from lab.experiments.e11_backpropagation.settings import Display
from lab.experiments.e11_backpropagation.view import View

SPECIFICATION = find("backpropagation").load()
ALL = {"graph", "step", "page"}


@pytest.mark.parametrize("size", [(700, 550), (700, 300), (380, 550), (380, 300), (1200, 900), (260, 160)])
def test_every_part_has_its_turn(size: tuple[int, int]) -> None:
    turns = parts_shown(*size)
    assert set().union(*turns) == ALL
    if size == (700, 550):
        assert turns == (ALL,)
    for now, then in zip(turns, (*turns[1:], turns[0])):
        if now != then:
            assert button_text(then, now)


@pytest.mark.parametrize("size", [(700, 300), (380, 300), (380, 560)])
def test_the_button_leads_through_all_parts_and_back(qtbot: Any, size: tuple[int, int]) -> None:
    view = View()
    qtbot.addWidget(view)
    view.show_display(Display())
    view.resize(*size)
    view.show()
    view.show_frame(played(SPECIFICATION, Setting({}, steps=5)).snapshot())
    seen: set[str] = set()
    parts = {"graph": view.graph, "step": view.step, "page": view.chips}
    for _ in parts_shown(*size):
        seen |= {name for name, part in parts.items() if part.isVisible()}
        qtbot.mouseClick(view.swap, Qt.MouseButton.LeftButton)
        QApplication.processEvents()
        view.grab()
    assert seen == ALL
    assert view.graph.isVisible()  # round once
    view.resize(720, 560)
    QApplication.processEvents()
    assert not view.swap.isVisible()
    assert all(part.isVisible() for part in parts.values())


def test_a_page_that_was_hidden_shows_the_frame_of_now(qtbot: Any) -> None:
    view = View()
    qtbot.addWidget(view)
    view.show_display(Display())
    view.resize(700, 300)
    view.show()
    view.show_frame(played(SPECIFICATION, Setting({}, steps=0)).snapshot())
    view.show_frame(played(SPECIFICATION, Setting({}, steps=5)).snapshot())
    qtbot.mouseClick(view.swap, Qt.MouseButton.LeftButton)
    assert "−3 ✓" in view.page("paths").sheet.text()


def test_a_step_adds_to_what_was_there(qtbot: Any) -> None:
    view = View()
    qtbot.addWidget(view)
    view.show_frame(played(SPECIFICATION, Setting({"formula": "a*a + a; a = 3"}, steps=5)).snapshot())
    assert "= 1 + 1 · 3 = 4" in view.step.text()
    assert "= 4 + 1 · 3 = 7" in view.step.text()
