"""Pictures as pixels, a matrix whose numbers can be set, and small pictures side by side: by hand and by key."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from widgets.base.colors import DARK, LIGHT
from widgets.base.look import Look, apply_look
from widgets.plots.number_grid import NumberGrid
from widgets.plots.pixels import Pixels
from widgets.plots.tiles import Tile, Tiles

LEFT = Qt.MouseButton.LeftButton


def shown(qtbot: Any, widget: Any, size: tuple[int, int] = (320, 320)) -> Any:
    qtbot.addWidget(widget)
    widget.resize(*size)
    widget.show()
    widget.activateWindow()
    widget.setFocus()
    QApplication.processEvents()
    return widget


def heard(signal: Any) -> list[Any]:
    found: list[Any] = []
    signal.connect(lambda *values: found.append(values if len(values) > 1 else values[0]))
    return found


def at(widget: Any, row: int, column: int) -> QPoint:
    return widget.cell_rect(row, column).center().toPoint()


# Pixels.


def test_cells_are_square_and_found_again_also_with_padding(qtbot: Any) -> None:
    pixels = shown(qtbot, Pixels(), (400, 300))
    pixels.set_values(np.zeros((5, 9)))
    for padding in (0, 2):
        pixels.set_border(padding)
        for cell in ((0, 0), (4, 8), (2, 3)):
            spot = pixels.cell_rect(*cell)
            assert spot.width() == pytest.approx(spot.height())
            assert pixels.cell_at(spot.center()) == cell
        assert pixels.cell_at(pixels.cell_rect(0, 0).topLeft() - QPointF(3, 3)) == (-1, -1)
        assert pixels.cell_at(pixels.cell_rect(4, 8).bottomRight() + QPointF(3, 3)) == (-1, -1)


def test_a_hand_that_draws_leaves_no_gaps_and_ends_its_stroke(qtbot: Any) -> None:
    pixels = shown(qtbot, Pixels(drawable=True))
    pixels.set_values(np.zeros((8, 8)))
    painted, ended = heard(pixels.painted), list[str]()
    pixels.stroke_ended.connect(lambda: ended.append("end"))
    qtbot.mousePress(pixels, LEFT, pos=at(pixels, 1, 1))
    qtbot.mouseMove(pixels, at(pixels, 1, 5))
    qtbot.mouseRelease(pixels, LEFT, pos=at(pixels, 1, 5))
    assert [cell for cells in painted for cell in cells] == [(1, 1), (1, 2), (1, 3), (1, 4), (1, 5)]
    assert ended == ["end"]


def test_a_hand_that_points_presses_and_a_second_press_asks(qtbot: Any) -> None:
    pixels = shown(qtbot, Pixels())
    pixels.set_values(np.arange(16.0).reshape(4, 4), "diverging")
    pressed, asked = heard(pixels.pressed), heard(pixels.requested)
    qtbot.mouseClick(pixels, LEFT, pos=at(pixels, 2, 3))
    qtbot.mouseDClick(pixels, LEFT, pos=at(pixels, 2, 3))
    assert pressed[0] == (2, 3)
    assert asked == [(2, 3)]


def test_by_key_the_cursor_walks_and_enter_paints_or_asks(qtbot: Any) -> None:
    pixels = shown(qtbot, Pixels(drawable=True))
    pixels.set_values(np.zeros((6, 6)))
    painted, asked = heard(pixels.painted), heard(pixels.requested)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Return):
        qtbot.keyClick(pixels, key)
    assert painted == [[(2, 2)]]
    assert "row 3, column 3" in pixels.told()
    pixels.set_drawable(False)
    qtbot.keyClick(pixels, Qt.Key.Key_Return)
    assert asked == [(2, 2)]
    for _press in range(9):
        qtbot.keyClick(pixels, Qt.Key.Key_Down)
    assert "row 6" in pixels.told()


def test_what_is_no_picture_is_refused(qtbot: Any) -> None:
    pixels = shown(qtbot, Pixels())
    for values, scale in ((np.zeros(3), "ink"), (np.zeros((2, 2)), "mud")):
        with pytest.raises(ValueError, match="values"):
            pixels.set_values(values, scale)


def test_a_window_and_padding_are_seen_and_a_ghost_takes_their_place(qtbot: Any) -> None:
    pixels = shown(qtbot, Pixels())
    pixels.set_values(np.zeros((6, 6)))
    before = pixels.grab().toImage()
    pixels.set_window((1, 1, 3, 3))
    framed = pixels.grab().toImage()
    assert framed != before
    pixels.set_border(1, (0, 1))
    assert pixels.grab().toImage() != framed
    pixels.set_ghost("nothing here")
    assert pixels.summary() == "nothing here"


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("scale", ["ink", "light", "diverging", "one-sided"])
def test_every_scale_is_painted_in_both_themes_and_on_paper(qtbot: Any, palette: Any, scale: str) -> None:
    apply_look(QApplication.instance(), Look(palette))
    pixels = shown(qtbot, Pixels())
    pixels.set_values(np.linspace(-1, 1, 16).reshape(4, 4), scale)
    colors = [pixels.grab().toImage().pixelColor(at(pixels, *cell)).name() for cell in ((0, 0), (3, 3))]
    assert colors[0] != colors[1]
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    pixels.render_to(painter, QRectF(0, 0, 300, 200))
    painter.end()
    assert image.pixelColor(5, 100).name() == "#ffffff"
    apply_look(QApplication.instance(), Look(LIGHT))


# Numbers to set.


@pytest.fixture
def grid(qtbot: Any) -> NumberGrid:
    made = shown(qtbot, NumberGrid())
    made.set_values(np.array([[1.0, 0.0], [0.0, -1.0]]))
    return made


def test_a_cell_is_dragged_up_and_down_in_steps(grid: NumberGrid, qtbot: Any) -> None:
    changed = heard(grid.changed)
    start = at(grid, 1, 0)
    qtbot.mousePress(grid, LEFT, pos=start)
    qtbot.mouseMove(grid, start - QPoint(0, 16))
    qtbot.mouseMove(grid, start + QPoint(0, 8))
    qtbot.mouseRelease(grid, LEFT, pos=start)
    assert changed == [(1, 0, 1.0), (1, 0, -0.5)]


def test_a_cell_is_nudged_and_typed_by_key(grid: NumberGrid, qtbot: Any) -> None:
    changed = heard(grid.changed)
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert grid.highlighted() == (0, 0)
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert grid.highlighted() == (0, 1)
    qtbot.keyClick(grid, Qt.Key.Key_PageUp)
    qtbot.keyClick(grid, Qt.Key.Key_PageDown)
    assert changed == [(0, 1, 0.5), (0, 1, -0.5)]
    qtbot.keyClicks(grid, "7")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert changed[-1] == (0, 1, 7.0)


def test_a_number_beyond_reach_is_the_furthest(qtbot: Any) -> None:
    grid = shown(qtbot, NumberGrid(reach=2.0))
    grid.set_values(np.array([[2.0]]))
    changed = heard(grid.changed)
    grid.set_highlighted(0, 0)
    qtbot.keyClick(grid, Qt.Key.Key_PageUp)
    assert changed == []
    qtbot.keyClick(grid, Qt.Key.Key_PageDown)
    assert changed == [(0, 0, 1.5)]


# Tiles.


def test_tiles_lie_beside_each_other_and_are_picked_by_hand_and_key(qtbot: Any) -> None:
    tiles = shown(qtbot, Tiles("Kernels"), (400, 220))
    tiles.set_tiles([Tile(np.eye(3) * n, str(n)) for n in range(1, 7)])
    spots = [tiles.tile_rect(number) for number in range(6)]
    assert all(not a.intersects(b) for place, a in enumerate(spots) for b in spots[:place])
    assert all(QRectF(tiles.rect()).contains(spot) for spot in spots)
    picked = heard(tiles.picked)
    qtbot.mouseClick(tiles, LEFT, pos=spots[4].center().toPoint())
    tiles.set_lit(4)
    qtbot.keyClick(tiles, Qt.Key.Key_Right)
    tiles.set_lit(5)
    qtbot.keyClick(tiles, Qt.Key.Key_Right)
    assert picked == [4, 5, 5]
    assert tiles.summary().startswith("6:")
