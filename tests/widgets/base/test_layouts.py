"""Rows and columns in one line."""

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from widgets.base.layouts import fill, hbox, heading, set_shown, stack, vbox


def test_parts_stand_in_their_order_with_stretch_gaps_and_empty_room(qtbot):
    on, first, second = QWidget(), QLabel("first"), QLabel("second")
    qtbot.addWidget(on)
    row = hbox(first, 12, (second, 2), None, on=on, gap=5)
    assert on.layout() is row and row.spacing() == 5 and row.contentsMargins().isNull()
    assert [row.itemAt(i).widget() for i in range(4)] == [first, None, second, None]
    assert row.itemAt(1).sizeHint().width() == 12
    assert [row.stretch(i) for i in range(4)] == [0, 0, 2, 1]


def test_layouts_stand_in_layouts_and_more_can_be_filled_in(qtbot):
    on, one, other = QWidget(), QLabel(), QLabel()
    qtbot.addWidget(on)
    column = vbox((hbox(one), 3), on=on)
    fill(column, other)
    assert column.count() == 2 and column.stretch(0) == 3
    assert one.parent() is on and other.parent() is on


def test_the_first_of_a_stack_is_in_sight(qtbot):
    pages = QLabel("a"), QLabel("b")
    made = stack(*pages)
    qtbot.addWidget(made)
    assert made.currentWidget() is pages[0] and made.count() == 2


def test_a_heading_never_widens_the_window(qtbot):
    on = QWidget()
    qtbot.addWidget(on)
    hbox((heading("A heading that is far too long for its window " * 9), 1), on=on)
    assert on.minimumSizeHint().width() < 100


class Low(QVBoxLayout):
    """Gives at most so much height."""

    most = 1000

    def setGeometry(self, room: QRect) -> None:
        super().setGeometry(QRect(room.topLeft(), room.size().boundedTo(QSize(room.width(), self.most))))


class TwoLines(QWidget):
    """The second line is shown where there is room for it."""

    def __init__(self, show) -> None:
        super().__init__()
        self.first, self.second, self._show = QLabel("first"), QLabel("second"), show
        vbox(self.first, self.second, on=self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._show(self.second, self.height() > 200)


@pytest.mark.parametrize(("most", "shown"), [(150, False), (1000, True)])
def test_what_is_hidden_again_while_it_is_being_shown_is_not_in_sight(qtbot, qapp, most, shown):
    around, page, layout = QWidget(), TwoLines(set_shown), Low()
    qtbot.addWidget(around)
    fill(layout, page, on=around)
    around.resize(300, 150)
    around.show()
    assert page.second.isHidden() and not page.second.isVisible()
    layout.most = most
    around.resize(300, most)
    page.resize(300, 400)  # there seems to be room: showing the second line asks the layout, which may have less
    assert page.second.isVisible() == shown and page.second.isHidden() != shown
    if shown:
        assert page.second.geometry().top() > page.first.geometry().bottom()
    around.resize(300, 151)
    layout.most = 1000
    around.resize(300, 400)  # and it still comes when there is room
    assert page.second.isVisible() and not page.second.isHidden()


def test_without_care_qt_shows_what_is_hidden(qtbot, qapp):
    """Why `set_shown` is there; when this fails Qt has changed, and it can go."""
    around, page, layout = QWidget(), TwoLines(QWidget.setVisible), Low()
    qtbot.addWidget(around)
    fill(layout, page, on=around)
    around.resize(300, 150)
    around.show()
    layout.most = 150
    page.resize(300, 400)
    assert page.second.isVisible() and page.second.isHidden()
