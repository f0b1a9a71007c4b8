"""One look for all: who paints hears of a new one, and of nothing else."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from widgets.base.colors import DARK
from widgets.base.look import Look, Refreshing, Resting, apply_look, look


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


class Room(Resting, QWidget):
    """A part of a window with something painted in it."""

    def __init__(self) -> None:
        super().__init__()
        self.painted = Painted()
        self.label = QLabel("text")
        column = QVBoxLayout(self)
        for part in (self.painted, self.label):
            column.addWidget(part)


def test_what_is_hidden_hears_of_a_new_look_when_it_is_shown_again(qapp, qtbot) -> None:
    pages = QStackedWidget()
    shown, hidden = Room(), Room()
    for room in (hidden, shown):
        pages.addWidget(room)
    qtbot.addWidget(pages)
    pages.show()
    qtbot.waitExposed(pages)
    pages.setCurrentWidget(shown)
    qapp.processEvents()
    for room in (shown, hidden):
        room.painted.looks.clear()
    apply_look(qapp, palette=DARK)
    apply_look(qapp, scale=1.25)
    assert [each.scale for each in shown.painted.looks][-1] == 1.25
    assert hidden.painted.looks == []
    pages.setCurrentWidget(hidden)
    assert hidden.painted.looks == [look()]
    assert hidden.label.palette().text().color() == shown.label.palette().text().color()
    assert hidden.label.font().pixelSize() == shown.label.font().pixelSize()
    apply_look(qapp, Look())
    assert hidden.painted.looks[-1] == Look(), "it is awake again"
