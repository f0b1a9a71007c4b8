"""Rows and columns in one line."""

from PySide6.QtWidgets import QLabel, QWidget

from widgets.base.layouts import fill, hbox, heading, stack, vbox


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
