"""Pictures of rows of cells: one is read by the pointer or the keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtTest import QTest

from widgets.base.look import Look
from widgets.canvas.painted_cells import PaintedCells

KEY = Qt.Key


class Steps(PaintedCells):
    """A row of three cells, and one of a single cell."""

    rows = [3, 1]

    def lengths(self) -> list[int]:
        return self.rows

    def spot_of(self, row: int, number: int) -> QRectF:
        return QRectF(number * 40.0, row * 30.0, 36.0, 26.0)

    def words_of(self, row: int, number: int) -> str:
        return f"cell {row} {number}"

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        if live:
            self.paint_pointed(p, now)


@pytest.fixture
def cells(front) -> Steps:
    made = Steps()
    made.resize(240, 120)
    front(made)
    made.setFocus()
    return made


@pytest.mark.parametrize(
    ("at", "found"),
    [(QPoint(5, 5), (0, 0)), (QPoint(85, 5), (0, 2)), (QPoint(5, 40), (1, 0)), (QPoint(85, 40), (-1, -1)),
     (QPoint(38, 5), (-1, -1))],
)  # fmt: skip
def test_the_pointer_reads_the_cell_under_it_and_none_beside(cells, at: QPoint, found: tuple[int, int]) -> None:
    QTest.mouseMove(cells, at)
    assert cells.pointed() == found


def test_what_is_said_stands_beside_the_cell(cells) -> None:
    before = cells.grab().toImage()
    cells.point(0, 1)
    assert cells.grab().toImage() != before
    cells.point()
    assert cells.grab().toImage() == before


def test_keys_begin_at_the_first_cell_and_stay_among_them(cells) -> None:
    right, down = (KEY.Key_Right, (0, 2)), (KEY.Key_Down, (1, 0))
    begin = ((KEY.Key_Right, (0, 0)), (KEY.Key_Left, (0, 0)), (KEY.Key_Right, (0, 1)))
    for key, found in (*begin, right, right, down, down, (KEY.Key_Up, (0, 0))):
        QTest.keyClick(cells, key)
        assert cells.pointed() == found
    cells.clearFocus()
    assert cells.pointed() == (-1, -1)


def test_a_cell_that_is_gone_is_not_pointed_at(cells) -> None:
    cells.point(0, 2)
    cells.rows = [2, 1]
    cells.point(*cells.pointed())
    assert cells.pointed() == (-1, -1)
    cells.point(0, 1)
    cells.point(*cells.pointed())
    assert cells.pointed() == (0, 1)
    cells.rows = []
    QTest.keyClick(cells, KEY.Key_Right)
