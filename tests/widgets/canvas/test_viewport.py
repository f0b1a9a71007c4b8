"""Data to pixels and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.canvas.viewport import Viewport

VIEW = Viewport(-3.0, 3.0, -2.0, 2.0, left=50, top=10, width=600, height=400)
FINITE = st.floats(-1e6, 1e6, allow_nan=False)


@given(FINITE, FINITE)
def test_there_and_back_again(x, y):
    assert VIEW.data(*VIEW.screen(x, y)) == pytest.approx((x, y), abs=1e-6)


def test_x_grows_to_the_right_and_y_upwards():
    assert VIEW.screen(-3.0, -2.0) == (50, 410)
    assert VIEW.screen(3.0, 2.0) == (650, 10)


@given(st.floats(0.1, 10), st.floats(50, 650), st.floats(10, 410))
def test_zooming_leaves_the_point_under_the_pointer_where_it_is(factor, across, down):
    before = VIEW.data(across, down)
    closer = VIEW.zoomed(factor, across, down)
    assert closer.data(across, down) == pytest.approx(before, abs=1e-9)
    assert closer.x1 - closer.x0 == pytest.approx(6 / factor)


def test_panning_takes_the_data_along_with_the_hand():
    moved = VIEW.panned(60, 40)
    assert moved.screen(*VIEW.data(100, 100)) == pytest.approx((160, 140))


def test_an_equal_view_shows_a_circle_as_a_circle_in_the_middle():
    view = Viewport(0, 2, 0, 1, left=0, top=0, width=400, height=400).equal()
    (x0, y0), (x1, y1) = view.screen(0, 0), view.screen(1, 1)
    assert x1 - x0 == pytest.approx(y0 - y1)
    assert (view.left, view.top, view.width, view.height) == (0, 100, 400, 200)


def test_enormous_numbers_become_infinite_pixels_without_a_word():
    points = VIEW.points(np.array([[1e308, -1e308], [np.nan, np.inf], [0.0, 0.0]]))
    assert np.isinf(points[0]).all() and not np.isfinite(points[1]).any()
    assert points[2] == pytest.approx((350, 210))
