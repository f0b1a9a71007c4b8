"""Fields of numbers as pictures, as fast as they come."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest

from widgets.base.colors import DARK, LIGHT, rgb
from widgets.base.look import Look, apply_look
from widgets.canvas.heatmap import Heatmap
from widgets.canvas.layers import Ball


@pytest.fixture
def matrix(qtbot) -> Heatmap:
    made = Heatmap(scale="diverging", smooth=False)
    qtbot.addWidget(made)
    made.set_field(np.array([[-2.0, 0.0, 2.0], [1.0, 1.0, 1.0]]))
    made.resize(300, 240)
    made.show()
    return made


def color(heat: Heatmap, x: float, y: float) -> np.ndarray:
    across, down = heat.view().screen(x, y)
    return np.array(heat.grab().toImage().pixelColor(QPoint(round(across), round(down))).getRgb()[:3])


def test_cells_fill_their_squares_and_the_first_row_is_at_the_bottom(matrix):
    assert np.abs(color(matrix, 0.5, 0.5) - rgb(LIGHT.diverging[0])).max() < 3
    assert np.abs(color(matrix, 1.5, 0.5) - rgb(LIGHT.diverging[3])).max() < 6
    assert np.abs(color(matrix, 2.5, 0.5) - rgb(LIGHT.diverging[-1])).max() < 3
    assert matrix.value_at(2.5, 0.5) == 2 and matrix.value_at(0.5, 1.5) == 1 and matrix.value_at(9, 9) is None


def test_another_theme_recolours_the_field(matrix, qapp):
    apply_look(qapp, Look(palette=DARK))
    assert np.abs(color(matrix, 2.5, 0.5) - rgb(DARK.diverging[-1])).max() < 3


def test_a_new_field_of_the_same_size_paints_no_axes_again(matrix, monkeypatch):
    matrix.grab()
    painted = []
    monkeypatch.setattr(matrix, "paint_frame", lambda *a: painted.append(a))
    matrix.set_field(np.full((2, 3), -2.0), lo=-2, hi=2)
    assert np.abs(color(matrix, 2.5, 1.5) - rgb(LIGHT.diverging[0])).max() < 3
    assert painted == []


def test_the_arrow_keys_go_from_cell_to_cell(matrix):
    seen = []
    matrix.hovered.connect(lambda x, y: seen.append((x, y)))
    QTest.keyClick(matrix, Qt.Key.Key_Right)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Left):
        QTest.keyClick(matrix, key)
    assert seen[1:] == [(2.5, 1.5), (2.5, 0.5), (1.5, 0.5), (0.5, 0.5), (0.5, 0.5)]


def test_a_contour_follows_the_level(qtbot):
    heat = Heatmap(scale="classes")
    qtbot.addWidget(heat)
    x = np.tile((np.arange(100) + 0.5) / 100, (100, 1))
    heat.set_field(x, (0.0, 1.0, 0.0, 1.0))
    heat.resize(300, 300)
    without = color(heat, 0.25, 0.5)
    heat.set_contour(0.25)
    assert color(heat, 0.25, 0.5).sum() < without.sum() - 150
    assert (color(heat, 0.75, 0.5) == color(heat, 0.75, 0.3)).all()


def test_layers_lie_over_the_field(matrix):
    before = matrix.grab().toImage()
    matrix.set_layers([Ball(1.5, 1.0)])
    assert matrix.grab().toImage() != before


@pytest.mark.parametrize(
    ("scale", "values", "limits"),
    (
        ("one-sided", [[0.2, 0.9]], (0, 1)),
        ("diverging", [[-1.0, 3.0]], (-3, 3)),
        ("sequential", [[2.0, 5.0]], (2, 5)),
        ("sequential", [[2.0, 2.0]], (1.5, 2.5)),
        ("diverging", [[np.nan, 0.0]], (-1, 1)),
    ),
)
def test_the_range_is_the_natural_one_of_the_scale(qtbot, scale, values, limits):
    heat = Heatmap(scale=scale)
    qtbot.addWidget(heat)
    heat.set_field(np.array(values))
    assert heat.limits == limits
    assert not heat.grab().isNull()


def test_what_cannot_be_shown_is_refused_by_name(matrix):
    with pytest.raises(ValueError, match="scale"):
        Heatmap(scale="rainbow")
    with pytest.raises(ValueError, match="values"):
        matrix.set_field(np.zeros(3))
    with pytest.raises(ValueError, match="extent"):
        matrix.set_field(np.zeros((2, 2)), (1.0, 0.0, 0.0, 1.0))
    with pytest.raises(ValueError, match="lo"):
        matrix.set_field(np.zeros((2, 2)), lo=2, hi=1)


def test_a_closed_heatmap_is_gone(qapp):
    heat = Heatmap()
    heat.set_field(np.zeros((3, 3)))
    heat.grab()
    gone = weakref.ref(heat)
    heat.deleteLater()
    del heat
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert gone() is None
