"""A ground is painted when it is another one, and only then."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from widgets.base.colors import DARK
from widgets.base.look import apply_look
from widgets.canvas.cached_background import CachedBackground


class Pane(QWidget):
    """A widget whose ground is plain."""

    def __init__(self) -> None:
        super().__init__()
        self.ground, self.painted, self.color = CachedBackground(self), 0, "#FF0000"

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.ground.lay(painter, self._paint)
        painter.end()

    def _paint(self, painter: QPainter) -> None:
        self.painted += 1
        painter.fillRect(self.rect(), QColor(self.color))


@pytest.fixture
def pane(front) -> Pane:
    made = Pane()
    made.resize(40, 30)
    made = front(made)
    made.grab()
    return made


def shown(pane: Pane) -> str:
    return pane.grab().toImage().pixelColor(5, 5).name().upper()


def test_what_lies_still_is_painted_once(pane):
    before = pane.painted
    assert shown(pane) == shown(pane) == "#FF0000"
    assert pane.painted == before


def test_another_ground_is_painted_and_shown(pane):
    pane.color = "#0000FF"
    pane.ground.is_new()
    assert shown(pane) == "#0000FF"


def test_another_size_and_another_look_are_noticed(pane, qapp):
    before = pane.painted
    pane.resize(50, 40)
    shown(pane)
    assert pane.painted == before + 1
    apply_look(qapp, palette=DARK)
    shown(pane)
    assert pane.painted == before + 2
