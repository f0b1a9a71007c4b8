"""Markers, labels and lines that grow: what lies over a picture."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from widgets.base.colors import DASHES, MARKERS
from widgets.base.look import Look
from widgets.canvas.callouts import Callout, place
from widgets.canvas.layers import Ball, Trail
from widgets.canvas.markers import marker_path
from widgets.canvas.overlay import OverlayPainter
from widgets.canvas.pixmap_cache import PixmapCache
from widgets.canvas.trails import Stroke, StrokeCache, paint_strokes
from widgets.canvas.viewport import Viewport

VIEW = Viewport(0, 100, 0, 100, left=0, top=0, width=100, height=100)
ROOM = (0.0, 0.0, 300.0, 200.0)


def sheet(size: int = 100) -> QImage:
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.black)
    return image


def array(image: QImage) -> np.ndarray:
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).astype(int)


def painted(draw) -> np.ndarray:
    image = sheet()
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw(painter)
    painter.end()
    return array(image)


def test_every_category_has_a_shape_of_its_own_of_about_the_same_size():
    areas = [
        painted(lambda p, m=m: p.fillPath(marker_path(m, 20).translated(50, 50), Qt.GlobalColor.white)) for m in MARKERS
    ]
    sizes = [(a[..., 1] > 128).sum() for a in areas]
    assert max(sizes) < 1.35 * min(sizes)
    for k, one in enumerate(areas):
        assert all((np.abs(one - other)[..., 1] > 128).sum() > 60 for other in areas[:k])
    with pytest.raises(ValueError, match="marker"):
        marker_path("heart", 5)


def test_labels_keep_clear_of_each_other_of_things_and_of_the_border():
    callouts = [Callout(150, 100, "a"), Callout(152, 102, "b"), Callout(295, 5, "c")]
    sizes = [(60.0, 22.0)] * 3
    boxes = place(callouts, sizes, ROOM, [(170.0, 80.0, 260.0, 120.0)])
    for k, (left, top, right, bottom) in enumerate(boxes):
        assert left >= 0 and top >= 0 and right <= 300 and bottom <= 200
        for other in [*boxes[:k], (170.0, 80.0, 260.0, 120.0)]:
            assert right <= other[0] or left >= other[2] or bottom <= other[1] or top >= other[3]
    assert boxes[2][2] < 295  # to the left of its point: there is no room at the right


def test_a_label_with_no_room_anywhere_is_still_placed():
    (box,) = place([Callout(10, 10, "wide")], [(500.0, 22.0)], (0, 0, 100, 100), [])
    assert box[0] == 0 and box[2] == 500


@pytest.mark.parametrize("dash", DASHES[:4])
def test_a_trail_that_grew_looks_like_one_painted_at_once(dash):
    points = np.array([[10.0, 10], [40, 80], [60, 20], [90, 90]])

    def show(ink: StrokeCache, count: int) -> np.ndarray:
        stroke = Stroke(points[:count], "#FFFFFF", 2.2, dash, "o", casing=True)
        return painted(lambda p: ink.paint(p, [stroke], VIEW, Look(), 1.0))

    growing = StrokeCache()
    for count in (1, 2, 3):
        show(growing, count)
    assert np.abs(show(growing, 4) - show(StrokeCache(), 4)).mean() < 0.6


def test_a_trail_that_shrank_or_changed_is_painted_afresh():
    points = np.array([[10.0, 10], [90, 10], [90, 90]])
    ink = StrokeCache()

    def show(part: np.ndarray) -> np.ndarray:
        return painted(lambda p: ink.paint(p, [Stroke(part, "#FFFFFF", 2.0)], VIEW, Look(), 1.0))

    whole = show(points)
    assert whole[50, 90, 1] > 200
    assert show(points[:2])[50, 90, 1] == 0
    moved = points.copy()
    moved[0] = (10, 50)
    assert show(moved)[90, 12, 1] == 0


def test_adding_a_step_paints_only_the_step(monkeypatch):
    import widgets.canvas.trails as module

    seen = []
    real = module.clip_polyline
    monkeypatch.setattr(module, "clip_polyline", lambda points, *room: seen.append(len(points)) or real(points, *room))
    rng = np.random.default_rng(0)
    points = rng.uniform(0, 100, size=(1000, 2))
    ink = StrokeCache()
    for count in (998, 999, 1000):
        painted(lambda p, n=count: ink.paint(p, [Stroke(points[:n], "#FFFFFF", 2.0)], VIEW, Look(), 1.0))
    assert seen == [998]  # single steps in sight do not even need the arrays


@pytest.fixture
def strokes_painted(monkeypatch):
    """How many points each piece had that was painted from now on."""
    import widgets.canvas.trails as module

    seen = []
    real = module.Piece.of

    def of(stroke, points, *rest, **more):
        seen.append(len(points))
        return real(stroke, points, *rest, **more)

    monkeypatch.setattr(module.Piece, "of", of)
    return seen


def test_a_last_point_that_does_not_stay_costs_no_more_than_one_that_does(strokes_painted):
    rng = np.random.default_rng(0)
    points, ends = rng.uniform(5, 95, size=(60, 2)), rng.uniform(5, 95, size=(60, 2))

    def show(ink: StrokeCache, count: int) -> np.ndarray:
        stroke = Stroke(np.vstack((points[:count], ends[count])), "#FFFFFF", 2.2, marker="o", casing=True)
        return painted(lambda p: ink.paint(p, [stroke], VIEW, Look(), 1.0))

    ink = StrokeCache()
    for count in (6, 7, 8, 9):
        grown = show(ink, count)
    assert np.abs(grown - show(StrokeCache(), 9)).mean() < 2
    strokes_painted.clear()
    for count in range(10, 60):
        show(ink, count)
    assert max(strokes_painted) == 2  # a step that stays, and the one that does not


def test_a_long_line_of_which_every_third_point_is_left_is_not_painted_again(strokes_painted):
    points = np.random.default_rng(0).uniform(0, 100, size=(6300, 2))
    ink = StrokeCache()

    def show(part: np.ndarray) -> np.ndarray:
        return painted(lambda p: ink.paint(p, [Stroke(part, "#FFFFFF", 2.0)], VIEW, Look(), 1.0))

    show(points[:6000])
    before = len(strokes_painted)
    show(points[:6030:3])
    assert max(strokes_painted[before:]) == 10  # from where the line was over the ten new ones
    show(points[:3000:3])
    assert max(strokes_painted[before:]) > 990  # back in time: painted afresh


def test_a_line_that_stands_still_paints_nothing_and_then_goes_on_from_where_it_stood(strokes_painted):
    start, there = np.array([[10.0, 50], [40.0, 50]]), np.array([[80.0, 50]])
    still = start[1:] + np.random.default_rng(0).uniform(0, 0.2, size=(50, 2))
    ink = StrokeCache()

    def show(part: np.ndarray) -> np.ndarray:
        return painted(lambda p: ink.paint(p, [Stroke(part, "#FFFFFF", 3.0)], VIEW, Look(), 1.0))

    show(start)
    strokes_painted.clear()
    show(np.vstack((start, still)))
    assert strokes_painted == []
    image = show(np.vstack((start, still, there)))
    assert (image[50, 12:78, 1] > 200).all()


def test_many_marks_are_stamped_where_they_would_be_painted():
    points = np.random.default_rng(0).uniform(10, 90, size=(40, 2))

    def show(count: int) -> np.ndarray:
        ink = StrokeCache()
        stroke = Stroke(points, "#FFCC00", 1.0, marker="s")
        for last in range(count, 41, count):
            image = painted(lambda p, n=last: ink.paint(p, [Stroke(points[:n], *_rest(stroke))], VIEW, Look(), 1.0))
        return image

    assert np.abs(show(40) - show(10)).mean() < 6  # all at once are stamped, ten at a time are painted


def _rest(stroke: Stroke) -> tuple:
    return stroke.color, stroke.width, stroke.dash, stroke.marker


def test_a_dark_line_stands_on_a_white_casing_and_a_bright_one_on_a_dark_one():
    def sides(color: str, ground: Qt.GlobalColor) -> int:
        stroke = Stroke(np.array([[0.0, 50], [100, 50]]), color, 2.0, casing=True)
        ink = StrokeCache()
        image = painted(
            lambda p: (p.fillRect(QRectF(0, 0, 100, 100), ground), ink.paint(p, [stroke], VIEW, Look(), 1.0))
        )
        return int(image[48, 50, 1])

    assert sides("#471589", Qt.GlobalColor.black) > 180
    assert sides("#F5E07A", Qt.GlobalColor.white) < 180


def test_casings_lie_below_all_lines_and_are_half_transparent():
    image = painted(
        lambda p: (
            p.fillRect(QRectF(0, 0, 100, 100), Qt.GlobalColor.white),
            paint_strokes(p, [Stroke(np.array([[0.0, 50], [100, 50]]), "#FFE000", 2.0, casing=True)], VIEW, Look()),
        )
    )
    assert image[50, 50, 2] > 240  # the line
    assert 60 < image[48, 50, 1] < 220  # its casing on white


@pytest.mark.parametrize("wild", (1e300, -1e300, np.inf, np.nan))
def test_a_trail_to_anywhere_neither_hangs_nor_crashes(wild):
    points = np.array([[50.0, 50], [wild, 60], [50, wild], [wild, wild], [20, 20]])
    image = painted(
        lambda p: StrokeCache().paint(p, [Stroke(points, "#FFFFFF", 2.2, (4, 2), "o", True)], VIEW, Look(), 2.0)
    )
    assert image.shape == (100, 100, 4)


def test_a_run_that_jumps_between_two_places_for_ever_paints_two_segments():
    points = np.array([[20.0, 20], [80.0, 80]] * 20_000)
    image = painted(lambda p: StrokeCache().paint(p, [Stroke(points, "#FFFFFF", 2.2)], VIEW, Look(), 1.0))
    assert image[50, 50, 1] > 100


def test_a_ball_carries_its_shape_its_letter_and_a_ring():
    def ball(**kind) -> np.ndarray:
        return painted(lambda p: OverlayPainter(p, Look()).ball(Ball(0, 0, **kind), 50, 50))

    plain = ball()
    assert (plain[50, 50, :3] != 0).any() and plain[50, 37, :3].min() > 180  # the white ring at the left
    assert np.abs(plain - ball(marker="s")).sum() > 1000
    assert np.abs(plain - ball(letter="A")).sum() > 1000
    assert np.abs(ball(highlighted=False) - plain).sum() > 1000


def test_a_stamp_looks_like_the_drawing_it_keeps():
    def ball(stamps) -> np.ndarray:
        return painted(lambda p: OverlayPainter(p, Look(), stamps).ball(Ball(0, 0, letter="A"), 50, 50))

    stamps = PixmapCache().use(Look(), 1.0)
    first, second, plain = ball(stamps), ball(stamps), ball(None)
    assert np.array_equal(first, second)
    assert np.abs(first - plain).mean() < 0.5


def test_layers_refuse_points_of_the_wrong_shape():
    with pytest.raises(ValueError, match="points"):
        Trail(np.zeros(4))
