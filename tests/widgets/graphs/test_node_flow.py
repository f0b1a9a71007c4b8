"""Numbers on links: they keep off the numbers in boxes, off each other, and stay in the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QRectF

from widgets.base.look import look
from widgets.graphs.node_flow import paint_pill, place_pills
from widgets.graphs.node_paint import numbers_of, wire

ROOM = QRectF(0, 0, 700, 300)


def boxes(*rects: QRectF) -> list[tuple[QRectF, QRectF]]:
    return [(rect, numbers_of(rect, look(), 1.0)) for rect in rects]


def test_a_pill_stands_in_the_middle_of_its_link_where_there_is_room(qapp) -> None:
    line = wire([QPointF(100, 150), QPointF(400, 150)])
    (pill,) = place_pills([(line, "+0.5")], boxes(QRectF(20, 120, 80, 60), QRectF(400, 120, 80, 60)), ROOM, look())
    assert pill.rect.center() == QPointF(250, 150)


@pytest.mark.parametrize("gap", [4, 24, 40])
def test_a_pill_wider_than_its_gap_does_not_cover_numbers(qapp, gap) -> None:
    left, right = QRectF(200, 120, 80, 56), QRectF(280 + gap, 120, 80, 56)
    line = wire([QPointF(280, 148), QPointF(280 + gap, 148)])
    (pill,) = place_pills([(line, "+6.22·10⁻⁴")], boxes(left, right), ROOM, look())
    for _box, inner in boxes(left, right):
        assert not pill.rect.intersects(inner)


def test_pills_of_links_that_lie_close_stand_apart_and_in_the_window(qapp) -> None:
    lines = [(wire([QPointF(60, 10), QPointF(200, y)]), "−1.25") for y in (4, 8, 12, 16)]
    pills = place_pills([*lines, (lines[0][0], "")], [], ROOM, look())
    assert len(pills) == 4
    for i, pill in enumerate(pills):
        assert ROOM.contains(pill.rect)
        assert not any(pill.rect.intersects(other.rect) for other in pills[:i])


def test_a_pill_that_stands_aside_is_tied_to_its_link(qapp) -> None:
    from PySide6.QtGui import QImage, QPainter

    line = wire([QPointF(280, 148), QPointF(300, 148)])
    (pill,) = place_pills([(line, "−0.00634")], boxes(QRectF(200, 120, 80, 56), QRectF(300, 120, 80, 56)), ROOM, look())
    assert not pill.rect.contains(pill.at)
    image = QImage(700, 300, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    paint_pill(painter, pill, look())
    painter.end()
    between = (pill.at.y() + (pill.rect.top() if pill.at.y() < pill.rect.top() else pill.rect.bottom())) / 2
    assert image.pixelColor(round(pill.at.x()), round(between)).name() != "#000000"
