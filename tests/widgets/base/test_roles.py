"""What a screen reader is told a widget is: one of several, a heading, a part of the window."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLabel, QWidget

from widgets.base.roles import be_heading, be_part
from widgets.controls.chips import ChipRow
from widgets.graphs.node_map import MapNode, NodeMap

ROLE = QAccessible.Role


def met(widget: QWidget):
    return QAccessible.queryAccessibleInterface(widget)


def test_one_of_several_is_a_radio_button_that_can_be_pressed(qtbot) -> None:
    row = ChipRow(("map", "3d"), ("Map", "3-D"))
    qtbot.addWidget(row)
    heard: list[str] = []
    row.chosen.connect(heard.append)
    one, other = met(row.chip("map")), met(row.chip("3d"))
    assert (one.role(), one.text(QAccessible.Text.Name)) == (ROLE.RadioButton, "Map")
    assert (one.state().checked, other.state().checked, other.state().checkable) == (1, 0, 1)
    other.actionInterface().doAction("Press")
    assert (one.state().checked, other.state().checked, heard) == (0, 1, ["3d"])
    row.chip("map").setEnabled(False)
    one.actionInterface().doAction("Press")
    assert heard == ["3d"] and one.state().disabled
    assert met(row).role() == ROLE.Grouping


@pytest.mark.parametrize(("mode", "role"), [("many", ROLE.CheckBox), ("press", ROLE.Button)])
def test_others_are_what_they_were(qtbot, mode: str, role: QAccessible.Role) -> None:
    row = ChipRow(("sgd", "adam"), mode=mode)
    qtbot.addWidget(row)
    assert met(row.chip("sgd")).role() == role


def test_a_heading_has_its_words_and_its_level(qtbot) -> None:
    label = QLabel("Predict")
    qtbot.addWidget(label)
    be_heading(label, 3)
    heading = met(label)
    assert (heading.role(), heading.text(QAccessible.Text.Name)) == (ROLE.Heading, "Predict")
    level = QAccessible.Attribute.Level
    assert heading.attributesInterface().attributeKeys() == [level]
    assert heading.attributesInterface().attributeValue(level) == 3
    assert met(QLabel("only words")).role() == ROLE.StaticText


def test_a_part_of_the_window_has_its_name(qtbot) -> None:
    part = QWidget()
    qtbot.addWidget(part)
    be_part(part, "Controls", "F6 goes on.")
    assert (met(part).role(), met(part).text(QAccessible.Text.Name)) == (ROLE.Grouping, "Controls")
    assert met(part).text(QAccessible.Text.Description) == "F6 goes on."


def test_the_map_says_what_leads_to_what(qtbot) -> None:
    nodes = [MapNode(key, key.upper()) for key in "abc"]
    shown = NodeMap(nodes, (("a", "b"), ("a", "c"), ("b", "c")))
    qtbot.addWidget(shown)
    said = {b.accessibleName(): b.accessibleDescription() for b in shown.findChildren(QWidget) if b.accessibleName()}
    assert said == {"A": "Leads to B, C.", "B": "After A. Leads to C.", "C": "After A, B."}
