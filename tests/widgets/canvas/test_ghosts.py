"""Lines of another time: dashed and grey over a picture, on the screen and on paper, in no one's way."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from widgets.base.colors import DARK
from widgets.base.look import Look, apply_look, look
from widgets.canvas.canvas import Canvas
from widgets.canvas.ghosts import Ghost

ACROSS = Ghost(np.array([[-50.0, 0.0], [50.0, 0.0]]), "run 1")


@pytest.fixture
def canvas(qtbot) -> Canvas:
    made = Canvas()
    qtbot.addWidget(made)
    made.set_range(-2, 2, -1, 1)
    made.resize(400, 300)
    made.show()
    return made


def row_of(image: QImage, canvas: Canvas, height: float) -> list[int]:
    """How dark the picture is along y = height, pixel by pixel, 0 to 255."""
    view = canvas.view()
    y = round(view.screen(0.0, height)[1])
    return [
        255 - image.pixelColor(x, y).lightness() for x in range(int(view.left) + 6, int(view.left + view.width) - 6)
    ]


def gaps(row: list[int]) -> int:
    """How often it turns from line to ground."""
    dark = [value > 60 for value in row]
    return sum(a and not b for a, b in pairwise(dark))


def test_a_ghost_is_a_dashed_line_with_a_name_and_goes_again(canvas) -> None:
    plain = canvas.grab().toImage()
    assert gaps(row_of(plain, canvas, 0.0)) == 0
    canvas.set_ghosts([ACROSS])
    with_line = canvas.grab().toImage()
    assert gaps(row_of(with_line, canvas, 0.0)) > 10
    assert canvas.ghosts() == (ACROSS,)
    canvas.set_ghosts([Ghost(ACROSS.points)])
    assert canvas.grab().toImage() != with_line  # the name is gone
    canvas.set_ghosts(())
    assert canvas.grab().toImage() == plain


def test_a_line_of_many_short_pieces_is_dashed_too(canvas) -> None:
    x = np.linspace(-3, 3, 600)
    canvas.set_ghosts([Ghost(np.stack((x, 0 * x), axis=1))])
    assert gaps(row_of(canvas.grab().toImage(), canvas, 0.0)) > 5


def test_a_gap_and_what_is_infinite_are_not_drawn(canvas) -> None:
    plain = canvas.grab().toImage()
    canvas.set_ghosts([Ghost(np.array([[np.nan, np.nan], [1.0, np.inf]])), Ghost(np.zeros((0, 2)), "run 1")])
    assert canvas.grab().toImage() == plain


def test_a_ghost_is_on_paper_and_in_the_dark(canvas, qapp) -> None:
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    pictures = []
    for ghosts in ((), [ACROSS]):
        canvas.set_ghosts(ghosts)
        painter = QPainter(image)
        canvas.render_to(painter, QRectF(0, 0, 400, 300))
        painter.end()
        pictures.append(image.copy())
    assert pictures[0] != pictures[1]
    before = look()
    apply_look(qapp, Look(DARK))
    assert canvas.grab().toImage() != pictures[1]
    apply_look(qapp, before)


def test_points_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\[N, 2\]"):
        Ghost(np.zeros((3, 3)))
