"""Lists that paint themselves: the pointer, the keys, and the same on paper."""

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest

from widgets.canvas.painted import NOWHERE, PaintedList


class Three(PaintedList):
    """Three rows of 20 pixels."""

    def __init__(self):
        super().__init__()
        self.pressed, self.painted = [], []

    def count(self):
        return 3

    def cell_at(self, at):
        return (int(at.y() // 20), -1) if at.y() < 60 else NOWHERE

    def press(self, cell):
        self.pressed.append(cell[0])

    def tip(self, cell):
        return f"row {cell[0]}"

    def paint(self, p, room, now, live):
        self.painted.append(live)
        self.paint_mark(p, now, QRectF(room.left(), room.top(), room.width(), 20), 0)


@pytest.fixture
def rows(qtbot):
    made = Three()
    qtbot.addWidget(made)
    made.resize(100, 100)
    made.show()
    return made


def click(rows, y):
    QTest.mouseClick(rows, Qt.MouseButton.LeftButton, pos=QPointF(10, y).toPoint())


def test_a_press_on_a_row_is_heard_and_one_beside_all_is_not(rows):
    click(rows, 50)
    click(rows, 80)
    assert rows.pressed == [2]


def test_keys_walk_along_the_rows_and_return_presses(rows):
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Enter):
        QTest.keyClick(rows, key)
    assert rows.pressed == [0, 2] and rows.toolTip() == "row 2"
    QTest.keyClick(rows, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)  # the window's
    QTest.keyClick(rows, Qt.Key.Key_Return)
    assert rows.pressed[-1] == 2


def test_the_row_under_the_pointer_is_marked_until_it_leaves(rows):
    QTest.mouseMove(rows, QPointF(10, 30).toPoint())
    assert rows.marked(1) and rows.cursor().shape() == Qt.CursorShape.PointingHandCursor
    QTest.mouseMove(rows, QPointF(10, 90).toPoint())
    assert not rows.marked(1) and rows.cursor().shape() == Qt.CursorShape.ArrowCursor


def test_it_is_painted_on_paper_without_what_is_pointed_at(rows):
    image = QImage(300, 200, QImage.Format.Format_ARGB32)
    painter = QPainter(image)
    rows.render_to(painter, QRectF(0, 0, 300, 200))
    painter.end()
    assert rows.painted[-1] is False
