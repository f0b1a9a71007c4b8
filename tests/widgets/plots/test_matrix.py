"""A matrix, lines between two columns and a grid of small pictures, as a hand and a key find them."""

from __future__ import annotations

import gc
import time
import weakref
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QFontMetricsF, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from widgets.base.colors import DARK, LIGHT, rgb
from widgets.base.look import Look, apply_look, look
from widgets.plots.matrix import Matrix
from widgets.plots.matrix_paint import fitting
from widgets.tokens.arcs import Arcs
from widgets.tokens.head_grid import HeadGrid

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
WORDS = ("The", "cat", "slept")
WEIGHTS = np.array([[1.0, 0.0, 0.0], [0.25, 0.75, 0.0], [0.1, 0.6, 0.3]])


def made(qtbot, widget, width: int = 360, height: int = 320):
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    return widget


@pytest.fixture
def matrix(qtbot) -> Matrix:
    shown = Matrix()
    shown.set_titles("Weights", "looks", "is looked at")
    shown.set_values(WEIGHTS, 0.0, 1.0, WORDS, WORDS)
    return made(qtbot, shown)


@pytest.fixture
def arcs(qtbot) -> Arcs:
    shown = Arcs()
    shown.set_arcs(WEIGHTS, WORDS)
    shown.set_highlighted(2, 1)
    return made(qtbot, shown)


@pytest.fixture
def grid(qtbot) -> HeadGrid:
    shown = HeadGrid()
    shown.set_pictures(np.zeros((2, 3, 4, 4), np.uint8) + 120)
    shown.set_marks((0, 0))
    return made(qtbot, shown)


def middle(rect: QRectF) -> QPoint:
    return rect.center().toPoint()


def heard(signal) -> list[tuple]:
    found: list[tuple] = []
    signal.connect(lambda *values: found.append(values))
    return found


# ------------------------------------------------------------------------------------------- matrix


def test_a_cell_has_the_colour_of_its_number(matrix) -> None:
    spot = matrix.cell_rect(0, 0)
    pixel = matrix.grab().toImage().pixelColor(QPoint(round(spot.left() + 5), round(spot.top() + 5)))
    assert np.abs(np.array(pixel.getRgb()[:3]) - rgb(LIGHT.one_sided[-1])).max() < 4


def test_a_hidden_cell_is_no_small_number(matrix) -> None:
    matrix.set_values(np.where(np.tri(3, dtype=bool), WEIGHTS, -np.inf), 0.0, 1.0, WORDS, WORDS)
    before = matrix.grab().toImage()
    matrix.set_values(WEIGHTS, 0.0, 1.0, WORDS, WORDS)
    assert before != matrix.grab().toImage()


def test_a_press_and_the_arrow_keys_choose_a_cell_and_enter_asks(matrix, qtbot) -> None:
    pressed, requested = heard(matrix.pressed), heard(matrix.requested)
    qtbot.mouseClick(matrix, LEFT, pos=middle(matrix.cell_rect(1, 1)))
    matrix.set_highlighted(1, 1)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up):
        qtbot.keyClick(matrix, key)
    qtbot.keyClick(matrix, Qt.Key.Key_Return)
    assert pressed == [(1, 1), (1, 2), (2, 1), (1, 0), (0, 1)] and requested == [(1, 1)]
    matrix.set_highlighted(0, 0)
    pressed.clear()
    qtbot.keyClick(matrix, Qt.Key.Key_Up)
    assert pressed == [(0, 0)]


def test_the_pointer_reads_and_leaves(matrix, qtbot) -> None:
    near = heard(matrix.hovered)
    qtbot.mouseMove(matrix, middle(matrix.cell_rect(2, 0)))
    assert near[-1] == (2, 0)
    matrix.leaveEvent(QEvent(QEvent.Type.Leave))
    assert near[-1] == (-1, -1)


def test_what_is_not_there_yet_cannot_be_pressed(matrix, qtbot) -> None:
    pressed = heard(matrix.pressed)
    matrix.set_ghost("not yet")
    qtbot.mouseClick(matrix, LEFT, pos=middle(matrix.cell_rect(1, 1)))
    qtbot.keyClick(matrix, Qt.Key.Key_Right)
    assert pressed == []


def test_a_matrix_refuses_what_it_cannot_show(matrix) -> None:
    with pytest.raises(ValueError, match=r"\[R, C\]"):
        matrix.set_values(np.zeros(3))
    with pytest.raises(ValueError, match="scale"):
        Matrix(scale="rainbow")


@pytest.mark.parametrize("shape", [(0, 0), (1, 1), (7, 2), (256, 256)])
def test_any_size_can_be_drawn_highlighted_and_put_on_paper(qtbot, shape) -> None:
    shown = made(qtbot, Matrix(scale="diverging"))
    shown.set_values(np.random.default_rng(0).normal(size=shape))
    shown.set_highlighted(shape[0] - 1, shape[1] - 1)
    assert not shown.grab().isNull()
    image = QImage(300, 240, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    shown.render_to(painter, QRectF(0, 0, 300, 240))
    painter.end()


def test_a_large_matrix_moves_its_light_in_no_time(qtbot) -> None:
    shown = made(qtbot, Matrix())
    names = [f"token{i}" for i in range(256)]
    shown.set_values(np.random.default_rng(0).random((256, 256)), 0.0, 1.0, names, names)
    shown.grab()
    begin = time.perf_counter()
    for row in range(50):
        shown.set_highlighted(row, 255 - row)
        shown.grab()
    print(f"{(time.perf_counter() - begin) * 20:.2f} ms")


def test_another_theme_recolours_a_matrix(matrix, qapp) -> None:
    apply_look(qapp, Look(palette=DARK))
    spot = matrix.cell_rect(0, 2)
    pixel = matrix.grab().toImage().pixelColor(middle(spot) - QPoint(12, 8))
    assert np.abs(np.array(pixel.getRgb()[:3]) - rgb(DARK.one_sided[0])).max() < 4


# --------------------------------------------------------------------------------------------- arcs


def test_a_press_at_the_left_looks_and_at_the_right_is_looked_at(arcs, qtbot) -> None:
    pressed = heard(arcs.pressed)
    qtbot.mouseClick(arcs, LEFT, pos=(arcs.place_of(0) - QPointF(20, 0)).toPoint())
    qtbot.mouseClick(arcs, LEFT, pos=(arcs.place_of(2, True) + QPointF(20, 0)).toPoint())
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Down):
        qtbot.keyClick(arcs, key)
    assert pressed == [(0, -1), (-1, 2), (1, -1), (-1, 2), (2, -1)]


def test_arcs_refuse_weights_that_do_not_fit_their_tokens(arcs) -> None:
    with pytest.raises(ValueError, match=r"\[2, 2\]"):
        arcs.set_arcs(WEIGHTS, ("a", "b"))


def test_256_tokens_can_be_drawn(qtbot) -> None:
    shown = made(qtbot, Arcs())
    weights = np.random.default_rng(0).dirichlet(np.full(256, 0.05), 256)
    shown.set_arcs(weights, [f"t{i}" for i in range(256)])
    for row in range(0, 256, 51):
        shown.set_highlighted(row, int(weights[row].argmax()))
        assert not shown.grab().isNull()
    shown.grab()


# --------------------------------------------------------------------------------------------- grid


def test_a_picture_is_chosen_by_press_and_key_alone_by_a_double_click_and_switched_by_delete(grid, qtbot) -> None:
    pressed, doubled, toggled = heard(grid.pressed), heard(grid.doubled), heard(grid.toggled)
    qtbot.mouseClick(grid, LEFT, pos=middle(grid.place_rect(1, 2)))
    assert pressed == [(1, 2)]
    grid.set_marks((1, 2), off=[(0, 0)], marked=[(0, 1)])
    assert grid.chosen() == (1, 2)
    qtbot.keyClick(grid, Qt.Key.Key_Left)
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    assert pressed[1:] == [(1, 1), (1, 2)]
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    qtbot.mouseDClick(grid, LEFT, pos=middle(grid.place_rect(0, 1)))
    assert doubled == [(1, 2), (0, 1)]
    qtbot.keyClick(grid, Qt.Key.Key_Delete)
    qtbot.mouseClick(grid, RIGHT, pos=middle(grid.place_rect(0, 0)))
    assert toggled == [(1, 2)] and len(pressed) == 3


def test_a_menu_is_requested_for_by_the_right_button_and_by_its_key(grid) -> None:
    requested = heard(grid.menu_requested)
    grid.set_marks((1, 2))
    spot, reasons = middle(grid.place_rect(0, 1)), QContextMenuEvent.Reason
    for reason in (reasons.Mouse, reasons.Keyboard):
        QApplication.sendEvent(grid, QContextMenuEvent(reason, spot, grid.mapToGlobal(spot)))
    assert [(row, column) for row, column, _at in requested] == [(0, 1), (1, 2)]
    beside = QContextMenuEvent(reasons.Mouse, grid.rect().topLeft(), grid.mapToGlobal(grid.rect().topLeft()))
    grid.contextMenuEvent(beside)
    assert not beside.isAccepted() and len(requested) == 2


def test_a_grid_refuses_what_are_no_shades(grid) -> None:
    with pytest.raises(ValueError, match="uint8"):
        grid.set_pictures(np.zeros((2, 2, 4, 4)))


def test_an_empty_grid_takes_keys_and_presses_calmly(qtbot) -> None:
    shown = made(qtbot, HeadGrid())
    qtbot.keyClick(shown, Qt.Key.Key_Left)
    qtbot.mouseClick(shown, LEFT, pos=QPoint(100, 100))
    assert not shown.grab().isNull()


@pytest.mark.parametrize("kind", [Matrix, Arcs, HeadGrid])
def test_nothing_holds_on_to_a_closed_picture(qtbot, kind) -> None:
    shown = kind()
    shown.show()
    shown.grab()
    ref = weakref.ref(shown)
    shown.close()
    shown.deleteLater()
    del shown
    qtbot.wait(10)
    gc.collect()
    assert ref() is None


def test_a_number_too_wide_for_its_cell_is_written_the_shorter_way(qtbot):
    matrix, used = Matrix(scale="diverging"), []
    qtbot.addWidget(matrix)
    matrix.set_values(np.full((3, 3), -1.25), None, None, ("1", "2", "3"), ("a", "b", "c"))
    matrix.set_writing(lambda n: used.append("long") or f"{n:.4f}", lambda n: used.append("short") or f"{n:.0f}")
    matrix.resize(600, 300)
    matrix.grab()
    assert "short" not in used
    matrix.resize(140, 300)
    matrix.grab()
    assert used[-1] == "short"


def test_a_line_too_wide_for_the_picture_is_a_tip_and_one_that_fits_is_not(qtbot: Any) -> None:
    matrix = Matrix(scale="diverging")
    qtbot.addWidget(matrix)
    matrix.resize(84, 120)
    matrix.set_values(np.full((3, 1), 1.0))
    matrix.show()
    matrix.hovered.connect(lambda _row, _column: matrix.set_readout("0.99995460213129761"))
    QTest.mouseMove(matrix, matrix.cell_rect(1, 0).center().toPoint())
    assert QToolTip.text() == "0.99995460213129761"
    matrix.set_readout("")
    matrix.set_readout("1")
    assert QToolTip.text() != "1"


def test_between_neighbours_of_one_colour_there_is_a_line(qtbot: Any) -> None:
    matrix = Matrix(scale="diverging")
    qtbot.addWidget(matrix)
    matrix.resize(200, 200)
    matrix.set_values(np.ones((2, 2)))
    image = matrix.grab().toImage()
    a, b = (matrix.cell_rect(0, column) for column in range(2))
    inside = image.pixel(int(a.right()) - 5, int(a.top()) + 5)
    assert inside == image.pixel(int(b.left()) + 5, int(b.top()) + 5)
    border = {image.pixel(int(b.left()) + by, int(b.top()) + 5) for by in (-1, 0)}
    assert border != {inside}


@pytest.mark.parametrize(("high", "every"), [(700, 1), (440, 2), (250, 3)])
def test_where_rows_are_too_close_every_so_many_of_them_has_its_name(qtbot, high: int, every: int) -> None:
    shown = Matrix()
    shown.set_values(np.zeros((40, 3)), 0.0, 1.0, ["MMMM"] * 40, ["a", "b", "c"])
    picture = made(qtbot, shown, 500, high).grab().toImage()
    bands = [shown.cell_rect(row, 0) for row in range(40)]

    def named(cell: QRectF) -> bool:
        """Whether something is written at the left of the middle of a row."""
        places = range(int(cell.left()) - 30, int(cell.left()) - 4)
        return any(picture.pixelColor(x, int(cell.center().y())).lightness() < 150 for x in places)

    inner = range(1, 37)  # the outermost names are moved to where they have room
    assert [named(bands[row]) for row in inner] == [row % every == 0 for row in inner]


def test_numbers_are_written_shorter_where_they_would_touch_and_left_out_where_that_is_no_help() -> None:
    values = np.array([[0.47, -0.53], [np.nan, -np.inf]])

    def wide(text: str) -> int:
        return 10 * len(text)

    def at(room: float) -> str:
        write = fitting((lambda value: f"{value:.4f}", lambda value: f"{value:.2f}"), values, wide, room)
        return write(0.47) if write is not None else ""

    assert [at(room) for room in (70, 69, 50, 49, 40, 39)] == ["0.4700", "0.47", "0.47", "0.5", "0.5", ""]


@pytest.mark.parametrize(("name", "flat"), [("Asked only", True), ("Ask", False)])
def test_flat_cells_are_as_wide_as_the_names_above_them(qtbot, name: str, flat: bool) -> None:
    shown = Matrix()
    shown.set_values(np.zeros((8, 3)), 0.0, 1.0, ["row"] * 8, [name] * 3)
    cell = made(qtbot, shown, 700, 200).cell_rect(0, 0)
    assert cell.width() >= QFontMetricsF(look().font("caption", 700)).horizontalAdvance(name)
    assert (cell.width() > 1.6 * cell.height() + 0.1) == flat
