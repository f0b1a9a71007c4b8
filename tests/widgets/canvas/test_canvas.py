"""The ground of every picture: axes, zoom, cursor, the kept layer, reading aloud, and files."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QAccessible, QColor, QImage, QKeyEvent, QPageSize, QPainter, QPdfWriter, QWheelEvent
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from widgets.base.colors import DARK
from widgets.base.look import Look, apply_look
from widgets.canvas.canvas import Canvas
from widgets.canvas.ghosts import Ghost
from widgets.canvas.viewport import Viewport


class Counting(Canvas):
    """Counts how often its picture is painted, and fills it with one colour of the palette."""

    made = 0

    def paint_picture(self, painter, view, look, ratio):
        self.made += 1
        painter.fillRect(QRectF(view.left, view.top, view.width, view.height), look.color("accent"))


@pytest.fixture
def canvas(qtbot) -> Counting:
    made = Counting()
    qtbot.addWidget(made)
    made.set_range(-2, 2, -1, 1)
    made.set_titles("weight", "loss", "A picture")
    made.resize(400, 300)
    made.show()
    return made


def middle(canvas: Canvas) -> QPoint:
    view = canvas.view()
    return QPoint(round(view.left + view.width / 2), round(view.top + view.height / 2))


def turn(canvas: Canvas, at: QPoint, steps: int) -> None:
    where = QPointF(at)
    event = QWheelEvent(
        where,
        where,
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)


def test_the_picture_is_kept_until_something_it_shows_changes(canvas, qapp):
    canvas.grab()
    before = canvas.made
    canvas.grab()
    canvas.set_readout("0.5")
    canvas.grab()
    assert canvas.made == before
    canvas.refresh()
    canvas.grab()
    assert canvas.made == before + 1
    canvas.resize(420, 300)
    canvas.grab()
    assert canvas.made == before + 2
    apply_look(qapp, Look(palette=DARK))
    canvas.grab()
    assert canvas.made == before + 3


def test_another_theme_paints_other_colours(canvas, qapp):
    def color() -> str:
        return canvas.grab().toImage().pixelColor(middle(canvas)).name()

    light = color()
    apply_look(qapp, Look(palette=DARK))
    assert color() == DARK.accent.lower() != light


def test_the_wheel_zooms_about_the_pointer_and_home_brings_back(canvas, qtbot):
    at = middle(canvas) + QPoint(60, 20)
    under = canvas.data_at(QPointF(at))
    with qtbot.waitSignal(canvas.view_changed):
        turn(canvas, at, 3)
    assert canvas.view().x1 - canvas.view().x0 < 3
    assert canvas.data_at(QPointF(at)) == pytest.approx(under)
    QTest.keyClick(canvas, Qt.Key.Key_Home)
    assert (canvas.view().x0, canvas.view().x1) == (-2, 2)
    turn(canvas, at, 2)
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert (canvas.view().x0, canvas.view().x1) == (-2, 2)


def test_a_drag_with_the_right_button_moves_the_window(canvas):
    at = middle(canvas)
    under = canvas.data_at(QPointF(at))
    QTest.mousePress(canvas, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, at)
    QTest.mouseMove(canvas, at + QPoint(30, 10))
    QTest.mouseMove(canvas, at + QPoint(50, 20))
    QTest.mouseRelease(canvas, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, at + QPoint(50, 20))
    assert canvas.data_at(QPointF(at + QPoint(50, 20))) == pytest.approx(under)


def test_a_right_click_asks_for_a_menu_and_a_left_click_names_the_point(canvas, qtbot):
    at = middle(canvas)
    with qtbot.waitSignal(canvas.customContextMenuRequested):
        QTest.mouseClick(canvas, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, at)
    with qtbot.waitSignal(canvas.clicked) as caught:
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert caught.args == pytest.approx(canvas.data_at(QPointF(at)))


def test_the_pointer_reads_the_data_under_it(canvas, qtbot):
    at = middle(canvas)
    with qtbot.waitSignal(canvas.hovered) as caught:
        QTest.mouseMove(canvas, at)
    assert caught.args == pytest.approx([0, 0], abs=0.05)
    with qtbot.waitSignal(canvas.unhovered):
        QTest.mouseMove(canvas, QPoint(2, 2))


def test_arrow_keys_move_a_crosshair_and_shift_moves_it_finely(canvas, qtbot):
    seen = []
    canvas.hovered.connect(lambda x, y: seen.append((x, y)))
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert seen[-1] == (0, 0)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    (x, y) = seen[-1]
    assert x == pytest.approx(0.05) and y == pytest.approx(0.002)
    with qtbot.waitSignal(canvas.unhovered):
        QTest.keyClick(canvas, Qt.Key.Key_Escape)


def test_keys_that_are_not_its_own_are_left_to_the_transport(canvas):
    for key in (Qt.Key.Key_Space, Qt.Key.Key_R, Qt.Key.Key_Tab):
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
        canvas.keyPressEvent(event)
        assert not event.isAccepted()


def test_data_axes_are_not_mirrored_from_right_to_left(canvas, qapp):
    before = canvas.grab().toImage()
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    canvas.refresh()
    assert canvas.grab().toImage() == before


def test_the_picture_is_sharp_on_a_dense_screen(canvas, monkeypatch):
    sizes = []
    monkeypatch.setattr(canvas, "devicePixelRatioF", lambda: 2.0)
    monkeypatch.setattr(
        canvas, "paint_picture", lambda on, *_rest: sizes.append((on.device().width(), on.device().height()))
    )
    canvas.grab()
    assert sizes == [(800, 600)]


def test_a_screen_reader_finds_a_graphic_with_name_and_state(canvas):
    canvas.set_description("Loss 2.4 at step 3")
    seen = QAccessible.queryAccessibleInterface(canvas)
    assert seen.role() == QAccessible.Role.Graphic
    assert seen.text(QAccessible.Text.Name) == "A picture"
    assert seen.text(QAccessible.Text.Value) == "Loss 2.4 at step 3"
    canvas.set_description("Loss 1.1 at step 4")
    assert seen.text(QAccessible.Text.Value) == "Loss 1.1 at step 4"


@pytest.mark.parametrize("read", (False, True), ids=("unread", "read by a screen reader"))
def test_a_closed_canvas_is_gone(qapp, read):
    canvas = Counting()
    canvas.set_range(0, 1, 0, 1)
    canvas.resize(200, 150)
    canvas.grab()
    if read:
        QAccessible.queryAccessibleInterface(canvas).text(QAccessible.Text.Value)
    gone = weakref.ref(canvas)
    canvas.deleteLater()
    del canvas
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("bad", ((1, 1, 0, 1), (0, float("nan"), 0, 1), (0, 1, 0, float("inf"))))
def test_a_range_must_be_a_range(canvas, bad):
    with pytest.raises(ValueError, match="range"):
        canvas.set_range(*bad)


def test_a_file_shows_title_and_axes_on_white_whatever_the_theme(canvas, qapp, tmp_path: Path):
    apply_look(qapp, Look(palette=DARK, scale=2.0))
    image = QImage(900, 600, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    painter = QPainter(image)
    canvas.render_to(painter, QRectF(0, 0, 900, 600))
    painter.end()
    assert image.pixelColor(2, 590).name() == "#ffffff"
    svg, pdf = tmp_path / "a.svg", tmp_path / "a.pdf"
    generator = QSvgGenerator()
    generator.setFileName(str(svg))
    generator.setViewBox(QRectF(0, 0, 900, 600))
    painter = QPainter(generator)
    canvas.render_to(painter, QRectF(0, 0, 900, 600))
    painter.end()
    text = svg.read_text("utf-8")
    assert ">A picture</text>" in text and ">weight</text>" in text and "−2" in text
    writer = QPdfWriter(str(pdf))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A5))
    painter = QPainter(writer)
    canvas.render_to(painter, QRectF(0, 0, writer.width(), writer.width() * 0.7))
    painter.end()
    assert pdf.stat().st_size > 2000 and pdf.read_bytes().startswith(b"%PDF")


class Layered(Canvas):
    """A ground, a translucent square that changes seldom, and a line that moves."""

    def __init__(self) -> None:
        super().__init__()
        self.alpha, self.at, self.times = 60, 0.0, 0

    def paint_picture(self, painter: QPainter, view: Viewport, look: Look, ratio: float) -> None:
        painter.fillRect(QRectF(view.left, view.top, view.width, view.height), QColor("#DDEEFF"))

    def paint_seldom(self, painter: QPainter, view: Viewport, look: Look) -> None:
        self.times += 1
        painter.fillRect(QRectF(60.3, 20.2, 80.5, 60.7), QColor(200, 30, 30, self.alpha))

    def paint_moving(self, painter: QPainter, view: Viewport, look: Look, live: bool) -> None:
        painter.drawLine(QPointF(view.left, view.top + self.at), QPointF(view.left + view.width, view.top + self.at))

    def frame(self, at: float) -> tuple[QImage, int]:
        """Its picture with the line there, and how often the square was painted for it."""
        before, self.at = self.times, at
        return self.grab().toImage(), self.times - before


@pytest.fixture
def layered(qtbot) -> Layered:
    made = Layered()
    qtbot.addWidget(made)
    made.resize(240, 180)
    made.seldom_changed()
    return made


def test_what_stays_for_two_frames_is_kept_and_looks_as_before(layered: Layered) -> None:
    frames = [layered.frame(at) for at in (5.0, 9.0, 5.0, 9.0)]
    assert [times for _image, times in frames] == [1, 1, 0, 0]
    assert frames[0][0] == frames[2][0] != frames[1][0] == frames[3][0]


def test_what_follows_the_hand_is_painted_in_each_frame_and_not_kept(layered: Layered) -> None:
    pictures = []
    for alpha in (60, 90, 120, 60):
        layered.alpha = alpha
        layered.seldom_changed()
        image, times = layered.frame(5.0)
        pictures.append(image)
        assert times == 1
    assert pictures[0] == pictures[3] and pictures[0] != pictures[1] != pictures[2]


@pytest.mark.parametrize("change", ["seldom", "refresh", "size", "zoom", "ghosts"])
def test_what_is_kept_is_painted_anew_when_it_would_look_otherwise(layered: Layered, change: str) -> None:
    for at in (5.0, 9.0, 5.0):
        layered.frame(at)
    if change == "seldom":
        layered.alpha = 200
        layered.seldom_changed()
    elif change == "refresh":
        layered.refresh()
    elif change == "size":
        layered.resize(250, 180)
    elif change == "zoom":
        layered.zoom(2.0)
    else:
        layered.set_ghosts([Ghost(np.array([[0.0, 0.0], [1.0, 1.0]]))])
    anew, times = layered.frame(5.0)
    assert times == 1
    kept = [layered.frame(5.0) for _again in range(2)]
    assert [times for _image, times in kept] == [1, 0]
    assert kept[1][0] == anew


def test_a_canvas_without_such_a_layer_keeps_one_picture_only(qtbot) -> None:
    made = Layered()
    qtbot.addWidget(made)
    made.resize(240, 180)
    assert [made.frame(5.0)[1] for _again in range(3)] == [1, 1, 1], "nobody has said that it changes seldom"


def test_a_file_holds_what_changes_seldom_too(layered: Layered) -> None:
    image = QImage(300, 220, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    layered.render_to(painter, QRectF(0, 0, 300, 220))
    painter.end()
    assert layered.times == 1
