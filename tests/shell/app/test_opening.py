"""An experiment is opened in little work: what is shown is styled where it stands, not again for all around it."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from lab.shell.app import workspace


class Styled(QObject):
    """Counts how often each widget is told of a style."""

    def __init__(self) -> None:
        super().__init__()
        self.told: Counter[int] = Counter()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.StyleChange and isinstance(watched, QWidget):
            self.told[id(watched)] += 1
        return False


@pytest.mark.parametrize("name", ["activations", "decision-boundaries", "attention"])
def test_a_widget_of_a_new_box_meets_the_style_sheet_about_twice(window, qtbot, name) -> None:
    seen = Styled()
    QApplication.instance().installEventFilter(seen)
    box = window.workspace.box(window.open_experiment(window.services.find(name)))
    QApplication.instance().removeEventFilter(seen)
    parts = box.findChildren(QWidget)
    told = sum(seen.told[id(part)] for part in parts)
    assert len(parts) < told < 2.8 * len(parts)  # 3.7 when the box was put into the window as a whole


def test_a_box_is_made_where_it_will_be_and_as_large(window, descent, monkeypatch) -> None:
    docks, before = window.workspace.docks, []
    opening = docks.open
    monkeypatch.setattr(
        docks, "open", lambda box, *names: before.append((box.parentWidget(), box.size())) or opening(box, *names)
    )
    first = descent()
    room = docks.room()
    large = room.size()
    assert before.pop()[0] is room is first.parentWidget()
    descent()
    assert before.pop() == (room, large), "known before it is put there"


def test_of_a_box_that_cannot_be_made_nothing_stays(window, descent, monkeypatch) -> None:
    room = window.workspace.docks.room()
    with monkeypatch.context() as broken, pytest.raises(RuntimeError, match="no run bar"):
        broken.setattr("lab.shell.box.box.RunBar", _broken)
        descent()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not room.findChildren(workspace.ExperimentBox) and not window.boxes
    assert descent().parentWidget() is room and len(room.findChildren(workspace.ExperimentBox)) == 1


def _broken(*_args: object) -> None:
    raise RuntimeError("no run bar")
