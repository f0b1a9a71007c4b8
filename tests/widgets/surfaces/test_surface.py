"""A block to turn: what is seen, what is hidden, and hands."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest

from widgets.base.look import Look
from widgets.canvas.layers import Arrow, Ball, Handle, Mark, Trail
from widgets.surfaces import surface as surface_module
from widgets.surfaces.splat import HEIGHT, Block, Camera, splat
from widgets.surfaces.surface import Surface

EXTENT = (-2.0, 2.0, -1.0, 1.0)
LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def block(heights: np.ndarray) -> Block:
    n = len(heights)
    return Block((heights * HEIGHT).astype(np.float32), np.arange(n * n, dtype=np.uint32).reshape(n, n))


def hill(n: int = 60) -> np.ndarray:
    x, y = np.meshgrid(np.linspace(-2, 2, n), np.linspace(-1, 1, n))
    return np.exp(-4 * (x**2 + y**2))


@pytest.fixture
def surface(qtbot) -> Surface:
    made = Surface()
    qtbot.addWidget(made)
    made.set_titles("w₁", "w₂", "Loss", "loss")
    made.set_heights(hill(), EXTENT)
    made.resize(420, 360)
    made.show()
    made.grab()
    return made


@given(st.floats(-180, 180), st.floats(8, 89))
def test_a_surface_without_steep_places_has_no_holes(turn, tilt):
    x, y = np.meshgrid(np.linspace(-1, 1, 100), np.linspace(-1, 1, 100))
    seen = splat(block(0.5 + 0.2 * np.sin(3 * x) * y), Camera(turn, tilt), 120, 120, 75.0, 60, 60)
    nothing = seen.ids == 100 * 100
    inside = np.zeros_like(nothing)  # with something at the left, the right, above and below
    full = ~nothing
    inside[:] = (
        np.maximum.accumulate(full, 1)
        & np.maximum.accumulate(full[:, ::-1], 1)[:, ::-1]
        & np.maximum.accumulate(full, 0)
        & np.maximum.accumulate(full[::-1], 0)[::-1]
    )
    assert (nothing & inside).sum() == 0


@given(st.floats(-180, 180), st.floats(8, 89), st.integers(0, 99), st.integers(0, 99))
def test_what_is_under_a_pixel_is_what_was_drawn_there_or_something_nearer(turn, tilt, row, column):
    made, camera = block(hill(100)), Camera(turn, tilt)
    seen = splat(made, camera, 160, 160, 90.0, 80, 80)
    u, v, w = column / 99 - 0.5, row / 99 - 0.5, made.heights[row, column]
    across, down, nearness = (float(part) for part in camera.project(u, v, w))
    found = seen.at(across * 90 + 80, down * 90 + 80)
    hidden = seen.hides(*(np.array([p]) for p in (across * 90 + 80, down * 90 + 80, nearness)))[0]
    if found is not None and not hidden:
        assert found == pytest.approx((u, v), abs=0.09)


def test_a_hill_hides_what_lies_behind_it_and_not_what_lies_before():
    made, camera = block(hill(100)), Camera(0.0, 15.0)
    seen = splat(made, camera, 200, 200, 120.0, 100, 100)
    v = np.array([0.45, -0.45])  # behind and before, seen from the south
    across, down, nearness = camera.project(np.zeros(2), v, made.heights[[95, 4], 50])
    assert seen.hides(across * 120 + 100, down * 120 + 100, nearness).tolist() == [True, False]


def test_the_wall_hides_the_bottom_of_a_bowl_seen_from_low():
    x, y = np.meshgrid(np.linspace(-1, 1, 100), np.linspace(-1, 1, 100))
    made, camera = block(np.clip(x**2 + y**2, 0, 1)), Camera(0.0, 12.0)
    seen = splat(made, camera, 200, 200, 120.0, 100, 100)
    across, down, nearness = camera.project(np.zeros(1), np.zeros(1), np.zeros(1))
    assert seen.hides(across * 120 + 100, down * 120 + 100, nearness).tolist() == [True]
    assert seen.at(100, 100 + 40) is None


def test_a_coarser_block_has_fewer_of_the_points_and_both_ends():
    made = block(hill(80))
    coarse = made.coarser(34)
    assert coarse.n == 34
    for part, whole in ((coarse.heights, made.heights), (coarse.colors, made.colors)):
        assert (part[[0, 0, -1, -1], [0, -1, 0, -1]] == whole[[0, 0, -1, -1], [0, -1, 0, -1]]).all()
        assert part.flags.c_contiguous and np.isin(part, whole).all()
    assert (made.coarser(80).heights == made.heights).all()


def test_a_camera_stays_above_the_ground():
    assert Camera().turned(0, -500).tilt == 8 and Camera().turned(0, 500).tilt == 89
    assert -180 <= Camera().turned(700, 0).turn <= 180
    assert Camera().zoomed(1e9).zoom == 8


def test_a_left_drag_turns_and_the_drawing_is_fine_again_at_the_end(surface, monkeypatch):
    sizes = []
    real = surface_module.splat
    monkeypatch.setattr(surface_module, "splat", lambda block, *rest: sizes.append(block.n) or real(block, *rest))
    before = surface.camera()
    QTest.mousePress(surface, LEFT, PLAIN, QPoint(200, 180))
    QTest.mouseMove(surface, QPoint(260, 200))
    assert surface.camera().turn != before.turn and surface.camera().tilt > before.tilt
    surface.grab()
    coarse = sizes[-1]
    QTest.mouseRelease(surface, LEFT, PLAIN, QPoint(260, 200))
    surface.grab()
    assert sizes[-1] > 2 * coarse
    QTest.keyClick(surface, Qt.Key.Key_Home)
    assert surface.camera() == before


def test_arrow_keys_turn_and_the_wheel_zooms(surface, qtbot):
    with qtbot.waitSignal(surface.camera_changed) as caught:
        QTest.keyClick(surface, Qt.Key.Key_Left)
    assert caught.args[0].turn == pytest.approx(Camera().turn + 5)
    QTest.keyClick(surface, Qt.Key.Key_Plus)
    assert surface.camera().zoom > 1


def test_the_pointer_reads_the_place_on_the_surface(surface):
    for x, y in ((0.0, 0.0), (-1.0, -0.5), (1.2, 0.4)):
        across, down, hidden = surface.spot(surface.view(), x, y)
        assert not hidden
        assert surface.data_at(QPointF(across, down)) == pytest.approx((x, y), abs=0.08)
    assert surface.data_at(QPointF(2, 2)) is None


def test_a_handle_can_be_dragged_over_the_surface_instead_of_turning_it(surface):
    surface.set_layers([Handle("start", -1.0, -0.5)])
    moved = []
    surface.dragged.connect(lambda *a: moved.append(a))
    before = surface.camera()
    start, end = (surface.spot(surface.view(), *at)[:2] for at in ((-1.0, -0.5), (-1.4, -0.2)))
    QTest.mousePress(surface, LEFT, PLAIN, QPointF(*start).toPoint())
    QTest.mouseMove(surface, QPointF(*end).toPoint())
    QTest.mouseRelease(surface, LEFT, PLAIN, QPointF(*end).toPoint())
    assert moved[-1][0] == "start" and moved[-1][1:] == pytest.approx((-1.4, -0.2), abs=0.08)
    assert surface.camera() == before


def test_a_trail_behind_the_hill_is_split_into_seen_and_hidden(surface):
    surface.set_camera(Camera(0.0, 15.0))
    surface.grab()
    trail = Trail(np.array([[0.0, 0.9], [0.0, -0.9]]))  # from behind over the top to the front
    surface.set_layers([trail])
    strokes, _ = surface.strokes(surface.view(), Look())
    hidden, seen = (np.isfinite(s.points).all(axis=1).sum() for s in strokes)
    assert hidden >= 1 and seen >= 3
    assert strokes[0].dash and not strokes[0].casing and strokes[1].casing


@pytest.mark.parametrize("wild", (1e300, np.inf, np.nan))
def test_layers_anywhere_at_all_do_no_harm(surface, wild):
    points = np.array([[0.0, 0], [wild, 0.2], [0.1, wild], [0, 0.5]])
    surface.set_layers(
        [
            Trail(points),
            Trail(np.column_stack((points, points[:, 0]))),
            Ball(wild, 0.0),
            Ball(0.0, 0.0, z=wild),
            Arrow(0.0, 0.0, wild, wild),
            Mark(wild, 0.0),
            Handle("h", 0.0, wild),
        ]
    )
    assert not surface.grab().isNull()


def test_a_file_and_the_screen_do_not_get_into_each_others_way(surface):
    before = surface.grab().toImage()
    image = QImage(900, 700, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    surface.set_layers([Ball(0.0, 0.0)])
    surface.render_to(painter, QRectF(0, 0, 900, 700))
    painter.end()
    assert image.pixelColor(3, 690).name() == "#ffffff"
    surface.set_layers([])
    assert surface.grab().toImage() == before


def test_a_closed_block_is_gone(qapp):
    surface = Surface()
    surface.set_heights(hill(), EXTENT)
    surface.resize(200, 150)
    surface.grab()
    gone = weakref.ref(surface)
    surface.deleteLater()
    del surface
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert gone() is None


def keys(surface: Surface, *pressed: Qt.Key) -> str:
    for key in pressed:
        QTest.keyClick(surface, key)
    return surface.told()


def test_return_gives_the_keys_a_cross_hair_on_the_ground_that_tells_the_height_under_it(surface, qtbot) -> None:
    hovered: list[tuple[float, float]] = []
    surface.hovered.connect(lambda x, y: hovered.append((x, y)))
    surface.set_heights(hill(61), EXTENT)
    surface.set_layers((Handle("start", -1.0, 0.5, "start"),))
    key = Qt.Key
    assert keys(surface, key.Key_Right).startswith("turned by "), "without a choice the keys turn the block"
    assert keys(surface, key.Key_Return) == "start: w₁ −1.000, w₂ 0.5000"
    assert keys(surface, key.Key_Return) == "w₁ 0, w₂ 0, loss 1.000", "the top of the hill is in the middle"
    plain, camera = surface.grab().toImage(), surface.camera()
    away = keys(surface, *[key.Key_Up] * 25)
    assert away == "w₁ 0, w₂ 0.5000, loss 0.3679" and hovered[-1] == pytest.approx((0.0, 0.5))
    assert surface.camera() == camera and surface.grab().toImage() != plain, "the cross-hair is seen to move"
    assert keys(surface, *[key.Key_Up] * 40) == "w₁ 0, w₂ 1.000, loss 0.01832", "and stays on the ground"
    with qtbot.waitSignal(surface.unhovered):
        assert keys(surface, key.Key_Return).startswith("turned by ")
    assert keys(surface, key.Key_Left) and surface.camera() != camera


def test_escape_takes_the_cross_hair_away(surface, qtbot) -> None:
    assert keys(surface, Qt.Key.Key_Return).startswith("w₁ 0, w₂ 0, loss 0.99")
    with qtbot.waitSignal(surface.unhovered):
        assert keys(surface, Qt.Key.Key_Escape) == ""
