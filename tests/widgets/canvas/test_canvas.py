"""The ground of every picture: axes, zoom, cursor, the kept layer, reading aloud, and files."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QAccessible, QColor, QImage, QKeyEvent, QPageSize, QPainter, QPdfWriter, QWheelEvent
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from widgets.base.colors import DARK
from widgets.base.look import Look, apply_look
from widgets.canvas.canvas import Canvas


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
