"""One look for all: who paints hears of a new one, and of nothing else."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from widgets.colors import DARK
from widgets.look import Look, Refreshing, apply_look, look


class Painted(Refreshing, QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.looks = []

    def relook(self) -> None:
        self.looks.append(look())


def test_a_widget_hears_of_a_look_that_is_new_and_not_of_one_that_is_in_force(qapp, qtbot) -> None:
    widget = Painted()
    qtbot.addWidget(widget)
    widget.show()
    widget.looks.clear()
    apply_look(qapp, Look())
    apply_look(qapp)
    assert widget.looks == [], "any changed setting puts the look into force again: nothing may be restyled"
    apply_look(qapp, palette=DARK)
    assert widget.looks and {each.palette.name for each in widget.looks} == {"dark"}
    widget.looks.clear()
    apply_look(qapp, scale=1.25)
    assert {each.scale for each in widget.looks} == {1.25}
    widget.looks.clear()
    apply_look(qapp, Look(DARK, 1.25))
    assert widget.looks == []
