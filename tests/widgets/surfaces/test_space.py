"""A box with points and sheets in it, and grips that take a sheet up and down."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest

from widgets.base.colors import DARK
from widgets.base.look import apply_look
from widgets.surfaces.space import Grip, Sheet, Space
from widgets.surfaces.space_box import clipped

LEFT, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier
POINTS = np.array([[1.0, 1.0, 9.0], [5.0, 5.0, 1.0], [9.0, 9.0, 5.0]])
BOX = (0.0, 10.0, 0.0, 10.0, 0.0, 10.0)


@pytest.fixture
def box(qtbot) -> Space:
    made = Space()
    qtbot.addWidget(made)
    made.set_box(BOX)
    made.set_titles("length", "width", "A box", "height")
    made.set_points(POINTS)
    made.set_sheets([Sheet(0.2, 0.1, 3.0, "#D9620F", sticks=True)])
    made.set_grips([Grip("lift", 5.0, 5.0, 4.5, "b"), Grip("tilt", 10.0, 5.0, 5.5)])
    made.resize(460, 360)
    made.show()
    return made


def pixel(box: Space, x: float, y: float, z: float) -> QPoint:
    return box.place(x, y, z).toPoint()


def pull(box: Space, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(box, LEFT, pos=start)
    for share in (0.4, 0.7, 1.0):
        QTest.mouseMove(box, start + (end - start) * share)
    QTest.mouseRelease(box, LEFT, pos=end)


def test_up_is_up_and_the_whole_box_is_in_sight(box) -> None:
    assert box.place(5, 5, 8).y() < box.place(5, 5, 2).y()
    assert box.place(5, 5, 8).x() == pytest.approx(box.place(5, 5, 2).x())
    room = QRectF(box.rect())
    assert all(room.contains(box.place(x, y, z)) for x in (0, 10) for y in (0, 10) for z in (0, 10))


def test_a_grip_moves_up_and_down_only_and_tells_its_height(box, qtbot) -> None:
    heights: list[float] = []
    box.dragged.connect(lambda name, number, z: heights.append(z) if (name, number) == ("lift", 0.0) else None)
    start = pixel(box, 5, 5, 4.5)
    with qtbot.waitSignal(box.dropped):
        pull(box, start, pixel(box, 5, 5, 7.0) + QPoint(40, 0))
    assert heights[-1] == pytest.approx(7.0, abs=0.15)
    assert heights == sorted(heights)


def test_arrow_keys_move_the_grip_that_return_has_chosen_and_turn_the_box_otherwise(box) -> None:
    moved: list[tuple[str, float]] = []
    box.dragged.connect(lambda name, _number, z: moved.append((name, z)))
    box.setFocus()
    before = box.camera()
    QTest.keyClick(box, Qt.Key.Key_Right)
    assert box.camera() != before
    assert not moved
    QTest.keyClick(box, Qt.Key.Key_Return)
    QTest.keyClick(box, Qt.Key.Key_Up)
    QTest.keyClick(box, Qt.Key.Key_Up, SHIFT)
    assert [name for name, _z in moved] == ["lift", "lift"]
    assert 0 < moved[1][1] - moved[0][1] < moved[0][1] - 4.5


def test_a_drag_beside_the_grips_turns_and_home_puts_it_back(box) -> None:
    before = box.camera()
    pull(box, QPoint(20, 20), QPoint(120, 60))
    assert box.camera() != before
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    assert box.camera() == before


def test_points_can_be_pointed_at_and_pressed(box) -> None:
    pressed: list[int] = []
    hovered: list[int] = []
    box.point_clicked.connect(pressed.append)
    box.point_hovered.connect(hovered.append)
    at = pixel(box, 9, 9, 5)
    QTest.mouseMove(box, at)
    QTest.mouseMove(box, at + QPoint(1, 1))
    QTest.mouseClick(box, LEFT, pos=at)
    QTest.mouseClick(box, LEFT, pos=QPoint(12, 12))
    assert pressed == [2, -1]
    assert 2 in hovered


def test_a_sheet_ends_at_the_floor_and_the_ceiling_of_the_box() -> None:
    steep = Sheet(3.0, 0.0, -10.0, "#D9620F")
    corners = clipped(steep, BOX, np.array([(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]), closed=True)
    assert corners[:, 2].min() == pytest.approx(0)
    assert corners[:, 2].max() == pytest.approx(10)
    assert np.allclose(corners[:, 2], 3 * corners[:, 0] - 10)
    above = Sheet(0.0, 0.0, 99.0, "#D9620F")
    assert len(clipped(above, BOX, np.array([(0.0, 0.0), (10.0, 0.0)]), closed=False)) == 0
    lost = Sheet(np.nan, 0.0, 1.0, "#D9620F")
    assert len(clipped(lost, BOX, np.array([(0.0, 0.0), (10.0, 0.0)]), closed=False)) == 0


def test_what_lies_below_a_sheet_is_painted_before_it(box) -> None:
    seen = box.grab().toImage()
    low, high = pixel(box, 5, 5, 1.0), pixel(box, 1, 1, 9.0)
    assert seen.pixelColor(high) != seen.pixelColor(low)


def test_it_is_painted_in_both_themes_and_on_white_paper(box, qapp) -> None:
    light = box.grab().toImage()
    apply_look(qapp, palette=DARK)
    assert box.grab().toImage() != light
    image = QImage(500, 400, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    painter = QPainter(image)
    box.render_to(painter, QRectF(0, 0, 500, 400))
    painter.end()
    assert image.pixelColor(498, 2).getRgb()[:3] == (255, 255, 255)


def test_what_is_not_a_number_is_simply_not_there(box) -> None:
    box.set_points(np.array([[1.0, 1.0, np.nan], [2.0, 2.0, 2.0]]), highlighted=0)
    box.grab()
    assert box.point_at(QPointF(pixel(box, 2, 2, 2))) == 1
    box.set_points(np.zeros((0, 3)))
    box.grab()
    assert box.point_at(QPointF(5, 5)) == -1


def test_wrong_shapes_and_ranges_are_named(box) -> None:
    with pytest.raises(ValueError, match=r"points must be \[N, 3\]"):
        box.set_points(np.zeros((4, 2)))
    with pytest.raises(ValueError, match="x0 < x1"):
        box.set_box((1.0, 1.0, 0.0, 1.0, 0.0, 1.0))
    with pytest.raises(ValueError, match="finite"):
        box.set_box((0.0, np.inf, 0.0, 1.0, 0.0, 1.0))


def test_five_hundred_points_are_painted_within_a_frame(box) -> None:
    rng = np.random.default_rng(0)
    box.set_points(rng.uniform(0, 10, (500, 3)))
    box.grab()
    import time

    start = time.perf_counter()
    for _ in range(5):
        box.grab()
    assert (time.perf_counter() - start) / 5 < 0.1


def test_keys_tell_the_height_of_a_grip_the_place_of_a_point_and_from_where_the_box_is_seen(box) -> None:
    clicked: list[int] = []
    box.point_clicked.connect(clicked.append)
    key = Qt.Key
    for pressed, told in (
        (key.Key_PageUp, "point 3 of 3: length 9.000, width 9.000, height 5.000"),
        (key.Key_PageDown, "point 1 of 3: length 1.000, width 1.000, height 9.000"),
        (key.Key_Left, "turned by 37°, seen from 24° above"),
        (key.Key_Return, "b: height 4.500"),
        (key.Key_Up, "b: height 4.600"),
    ):
        QTest.keyClick(box, pressed)
        assert box.told() == told
    assert clicked == [2, 0], "the keys choose a point as a press does"
    box.set_points(POINTS, highlighted=1)
    QTest.keyClick(box, key.Key_PageDown)
    QTest.keyClick(box, key.Key_Escape)
    assert clicked[2:] == [2, -1] and box.told() == "", "from the chosen one on, and Escape chooses none"
