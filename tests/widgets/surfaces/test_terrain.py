"""A map with things on it, and hands for them."""

from __future__ import annotations

import gc
import time
import weakref

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest

from widgets.base.colors import DARK, DASHES, MARKERS, SEQUENTIAL, rgb
from widgets.base.look import Look, apply_look
from widgets.canvas.layers import Arrow, Ball, Handle, Mark, Trail
from widgets.surfaces.terrain import Terrain

EXTENT = (-2.0, 2.0, -1.0, 1.0)
LEFT, PLAIN, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


def bowl(n: int = 40) -> np.ndarray:
    x, y = np.meshgrid(np.linspace(-2, 2, n), np.linspace(-1, 1, n))
    return x**2 + 4 * (y - 0.4) ** 2


@pytest.fixture
def terrain(qtbot) -> Terrain:
    made = Terrain()
    qtbot.addWidget(made)
    made.set_titles("w₁", "w₂", "Loss")
    made.set_key("low", "high")
    made.set_heights(bowl(), EXTENT)
    made.resize(500, 360)
    made.show()
    return made


def pixel(terrain: Terrain, x: float, y: float) -> QPoint:
    across, down = terrain.view().screen(x, y)
    return QPoint(round(across), round(down))


def color(terrain: Terrain, x: float, y: float) -> np.ndarray:
    return np.array(terrain.grab().toImage().pixelColor(pixel(terrain, x, y)).getRgb()[:3])


def test_the_valley_is_deep_water_and_north_is_up(terrain):
    assert np.abs(color(terrain, 0.02, 0.4) - rgb(SEQUENTIAL[0])).max() < 30
    assert color(terrain, 0.0, -0.9).sum() > color(terrain, 0.0, 0.9).sum() + 60


def test_isolines_can_be_taken_away(terrain):
    with_lines = terrain.grab().toImage()
    terrain.set_isolines(False)
    assert terrain.grab().toImage() != with_lines


def test_the_key_names_both_ends_and_labels_keep_off_it(terrain):
    field, view = terrain.relief(), terrain.view()
    assert [text.split()[0] for text in terrain.key_texts(field)] == ["low", "high"]
    (spot,) = terrain.fixtures(view, Look())
    assert QRectF(view.left, view.top, view.width, view.height).contains(spot)
    terrain.set_key("", "")
    assert terrain.fixtures(view, Look()) == []


def test_dragging_a_handle_tells_the_way_and_the_end(terrain):
    terrain.set_layers([Handle("start", -1.0, 0.0, "start")])
    way, ends = [], []
    terrain.dragged.connect(lambda *a: way.append(a))
    terrain.dropped.connect(lambda *a: ends.append(a))
    QTest.mousePress(terrain, LEFT, PLAIN, pixel(terrain, -1, 0) + QPoint(5, -5))
    QTest.mouseMove(terrain, pixel(terrain, 0, 0.5))
    QTest.mouseMove(terrain, pixel(terrain, 1, 0.5))
    QTest.mouseRelease(terrain, LEFT, PLAIN, pixel(terrain, 1, 0.5))
    assert [name for name, *_ in way] == ["start", "start"]
    assert way[-1][1:] == pytest.approx((1, 0.5), abs=0.02)
    assert ends == [way[-1]]


def test_a_handle_follows_the_hand_even_while_the_caller_is_late_and_stays_in_the_window(terrain):
    handle = Handle("start", -1.0, 0.0)
    terrain.set_layers([handle])
    QTest.mousePress(terrain, LEFT, PLAIN, pixel(terrain, -1, 0))
    QTest.mouseMove(terrain, QPoint(5000, -5000))
    terrain.set_layers([handle])  # a frame from before the drag
    assert terrain.handle_at("start") == pytest.approx((2, 1))
    QTest.mouseRelease(terrain, LEFT, PLAIN, QPoint(5000, -5000))
    terrain.set_layers([Handle("start", 0.3, 0.3)])
    assert terrain.handle_at("start") == (0.3, 0.3)


def test_arrow_keys_nudge_the_handle_and_shift_a_tenth(terrain):
    terrain.set_layers([Handle("start", -1.0, 0.0)])
    ends = []
    terrain.dropped.connect(lambda *a: ends.append(a))
    QTest.keyClick(terrain, Qt.Key.Key_Right)
    QTest.keyClick(terrain, Qt.Key.Key_Up, SHIFT)
    assert [e[0] for e in ends] == ["start", "start"]
    (_, x, _), (_, x2, y2) = ends
    assert x == pytest.approx(-0.95) and (x2, y2) == pytest.approx((-0.95, 0.002))


def test_enter_goes_from_handle_to_handle_to_the_crosshair(terrain, qtbot):
    terrain.set_layers([Handle("a", -1.0, 0.0), Handle("b", 1.0, 0.0)])
    names = []
    terrain.dropped.connect(lambda name, *_: names.append(name))
    for _ in range(2):
        QTest.keyClick(terrain, Qt.Key.Key_Left)
        QTest.keyClick(terrain, Qt.Key.Key_Return)
    assert names == ["a", "b"]
    with qtbot.waitSignal(terrain.hovered):
        QTest.keyClick(terrain, Qt.Key.Key_Left)


def test_the_pointer_shows_that_a_handle_can_be_taken(terrain):
    terrain.set_layers([Handle("start", -1.0, 0.0)])
    QTest.mouseMove(terrain, pixel(terrain, -1, 0))
    assert terrain.cursor().shape() == Qt.CursorShape.OpenHandCursor
    QTest.mousePress(terrain, LEFT, PLAIN, pixel(terrain, -1, 0))
    assert terrain.cursor().shape() == Qt.CursorShape.ClosedHandCursor
    QTest.mouseRelease(terrain, LEFT, PLAIN, pixel(terrain, -1, 0))
    QTest.mouseMove(terrain, pixel(terrain, 1, 0.8))
    assert terrain.cursor().shape() == Qt.CursorShape.ArrowCursor


def test_a_press_beside_the_handles_drags_nothing(terrain):
    terrain.set_layers([Handle("start", -1.0, 0.0)])
    moved = []
    terrain.dragged.connect(lambda *a: moved.append(a))
    QTest.mousePress(terrain, LEFT, PLAIN, pixel(terrain, 1, 0))
    QTest.mouseMove(terrain, pixel(terrain, 0, 0))
    QTest.mouseRelease(terrain, LEFT, PLAIN, pixel(terrain, 0, 0))
    assert moved == []


def test_a_moving_ball_does_not_repaint_the_ground(terrain, monkeypatch):
    terrain.grab()
    painted = []
    monkeypatch.setattr(terrain, "paint_picture", lambda *a: painted.append(a))
    for x in np.linspace(-1, 1, 5):
        terrain.set_layers([Ball(x, 0.0)])
        terrain.grab()
    assert painted == []


@pytest.mark.parametrize(
    "change, seen",
    (
        ({}, False),
        ({"ball": (0.5001, 0.5)}, False),
        ({"ball": (0.51, 0.5)}, True),
        ({"label": "another"}, True),
        ({"points": 60}, False),
        ({"points": 60, "last": (0.6, 0.5)}, True),
        ({"first": (-0.4, -0.5)}, True),
    ),
)
def test_what_would_look_as_it_does_is_not_painted_again(terrain, qapp, change, seen):
    def layers(ball=(0.5, 0.5), label="ball", points=50, last=(0.5, 0.5), first=(-0.5, -0.5)):
        trail = np.full((points, 2), 0.5)
        trail[0], trail[-1] = first, last
        return [Trail(trail), Ball(*ball, label=label), Arrow(0.5, 0.5, 0.2, 0.1)]

    terrain.set_layers(layers())
    qapp.processEvents()
    painted = []
    terrain.paint_moving = lambda *a, **k: painted.append(a)
    terrain.set_layers(layers(**change))
    qapp.processEvents()
    assert bool(painted) == seen
    assert terrain.layers()[1].label == change.get("label", "ball")  # whatever is painted, this is what is shown


def test_every_layer_shows(terrain):
    empty = terrain.grab().toImage()
    for layer in (
        Trail(np.array([[-1.0, -0.5], [1, 0.5]])),
        Ball(0.0, 0.0, label="Adam", letter="A", marker="star", color="#1767C2"),
        Arrow(0.0, 0.0, 0.5, 0.2, label="next step"),
        Arrow(0.0, 0.0, 1e-9, 0.0, length=40),
        Handle("h", 0.5, 0.5),
        Mark(0.0, 0.4, "minimum"),
        Mark(0.0, 0.4, "saddle", "saddle"),
    ):
        terrain.set_layers([layer])
        assert terrain.grab().toImage() != empty, layer
    terrain.set_layers([])
    assert terrain.grab().toImage() == empty


@pytest.mark.parametrize("wild", (1e300, 1e308, -np.inf, np.nan))
def test_layers_anywhere_at_all_do_no_harm(terrain, wild):
    points = np.array([[0.0, 0], [wild, 0.2], [0.1, wild], [0, 0.5]])
    terrain.set_layers(
        [
            Trail(points, dash=(4, 2)),
            Ball(wild, 0.0, label="gone"),
            Arrow(0.0, 0.0, wild, wild, label="far"),
            Arrow(0.0, 0.0, np.float64(wild), 0.0, length=50),
            Mark(0.0, wild),
            Handle("h", wild, wild),
        ]
    )
    assert not terrain.grab().isNull()
    QTest.keyClick(terrain, Qt.Key.Key_Left)


@pytest.mark.parametrize("bad", (np.nan, np.inf, 1e300))
def test_heights_with_holes_and_towers_are_shown(terrain, bad):
    field = bowl()
    field[3, 4] = bad
    terrain.set_heights(field, EXTENT)
    assert np.abs(color(terrain, 0.02, 0.4) - rgb(SEQUENTIAL[0])).max() < 40


def test_a_closer_look_keeps_the_window_when_finer_heights_come(terrain):
    terrain.show_range(-0.5, 0.5, 0.2, 0.6)
    terrain.set_heights(bowl(200), EXTENT, keep_view=True)
    assert terrain.view().x0 == -0.5
    terrain.set_heights(bowl(), EXTENT)
    assert terrain.view().x0 == -2


def test_another_theme_repaints_the_frame_but_not_the_sea(terrain, qapp):
    def corner() -> tuple[int, ...]:
        return terrain.grab().toImage().pixelColor(2, 2).getRgb()

    paper, sea = corner(), color(terrain, 0.5, 0.4)
    apply_look(qapp, Look(palette=DARK))
    assert corner() != paper
    assert (color(terrain, 0.5, 0.4) == sea).all()


def test_a_file_holds_lines_as_lines(terrain, tmp_path):
    from PySide6.QtSvg import QSvgGenerator

    terrain.set_layers([Trail(np.array([[-1.0, -0.5], [1, 0.5]]), label="trail"), Ball(0.0, 0.0, label="here")])
    path = tmp_path / "map.svg"
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setViewBox(QRectF(0, 0, 900, 640))
    painter = QPainter(generator)
    terrain.render_to(painter, QRectF(0, 0, 900, 640))
    painter.end()
    text = path.read_text("utf-8")
    assert ">here</text>" in text and ">w₁</text>" in text and text.count("<path") > 10 and "<image" in text


def test_ten_thousand_steps_are_painted_in_reasonable_time(terrain, record_property):
    rng = np.random.default_rng(0)
    points = np.cumsum(rng.normal(size=(10_000, 2)) * 0.01, axis=0)
    terrain.set_layers([Trail(points)])
    start = time.perf_counter()
    terrain.grab()
    afresh = time.perf_counter() - start
    start = time.perf_counter()
    terrain.grab()
    again = time.perf_counter() - start
    record_property("10,000 steps afresh, ms", round(afresh * 1e3, 1))
    record_property("10,000 steps again, ms", round(again * 1e3, 1))
    assert again < afresh  # what is painted is kept


def test_six_runs_are_told_apart_without_colour(terrain):
    def grey(k: int) -> np.ndarray:
        trail = Trail(np.array([[-1.5, -0.5], [-0.5, 0.0], [1.5, 0.8]]), "#FFFFFF", DASHES[k], MARKERS[k])
        terrain.set_layers([trail, Ball(1.5, 0.8, color="#888888", marker=MARKERS[k], letter="ABCDEF"[k])])
        image = terrain.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1).astype(int)

    seen = [grey(k) for k in range(6)]
    for k, one in enumerate(seen):
        assert all((np.abs(one - other) > 60).sum() > 40 for other in seen[:k])


def test_a_closed_map_is_gone(qapp):
    terrain = Terrain()
    terrain.set_heights(bowl(), EXTENT)
    terrain.set_layers([Trail(np.zeros((3, 2))), Ball(0, 0), Handle("h", 0, 0)])
    terrain.resize(200, 150)
    terrain.grab()
    gone = weakref.ref(terrain)
    terrain.deleteLater()
    del terrain
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert gone() is None
