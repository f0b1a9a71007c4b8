"""The column of controls is as high as the controls that are shown, at once."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QScrollArea

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import played
from lab.shell.box.controls import Controls

SPECIFICATION = find("capstone").load()


@pytest.fixture
def controls(qtbot: Any) -> Controls:
    made = Controls(SPECIFICATION)
    qtbot.addWidget(made)
    made.resize(236, 160)  # lower than any of its columns
    made.show()
    qtbot.wait(50)
    return made


def column(controls: Controls) -> tuple[int, int]:
    """How high the column is, and how far it can be scrolled."""
    area = controls.findChild(QScrollArea)
    return area.widget().height(), area.verticalScrollBar().maximum()


def test_controls_of_another_page_leave_no_empty_place_when_it_opens(controls: Controls, qtbot: Any) -> None:
    before = column(controls)[0]
    controls.show_frame(played(SPECIFICATION, Setting({"corpus": "own"})).snapshot())
    now = column(controls)
    assert now[0] < before
    qtbot.wait(300)
    assert column(controls) == now, "nothing is left for later"


def test_a_control_that_is_taken_away_takes_its_height_with_it_and_brings_it_back(controls: Controls) -> None:
    controls.show_frame(played(SPECIFICATION, Setting({"corpus": "own"})).snapshot())
    whole = column(controls)
    controls.hide_controls(("learning_rate",))
    less = column(controls)
    assert less[0] < whole[0] and less[1] < whole[1]
    controls.hide_controls(())
    assert column(controls) == whole


def test_where_all_fits_nothing_can_be_scrolled(controls: Controls, qtbot: Any) -> None:
    controls.show_frame(played(SPECIFICATION, Setting({"corpus": "own"})).snapshot())
    high = column(controls)[0]
    heading = controls.height() - controls.findChild(QScrollArea).height()
    for spare, free in ((1, True), (-1, False)):
        controls.resize(controls.width(), high + heading + spare)
        qtbot.wait(50)
        assert (column(controls)[1] == 0) is free
