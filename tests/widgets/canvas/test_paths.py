"""Whatever an optimiser does, QPainter gets short, finite paths."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPolygonF

from widgets.canvas.paths import (
    bends,
    beside,
    clip_polyline,
    columns,
    pieces,
    polygon,
    polyline_path,
    segments_path,
    thin,
)

BOX = (0.0, 0.0, 100.0, 80.0)
WILD = st.one_of(
    st.floats(-200, 200), st.floats(allow_nan=True, allow_infinity=True, width=64), st.just(1e300), st.just(-1e300)
)


def corners(path) -> list[tuple[float, float]]:
    return [(path.elementAt(k).x, path.elementAt(k).y) for k in range(path.elementCount())]


def test_the_lines_beside_a_curve_keep_their_distance_on_both_sides():
    turn = np.linspace(0.0, np.pi, 200)
    circle = 50 * np.stack((np.cos(turn), np.sin(turn)), axis=1)
    radii = [np.hypot(*one.T) for one in beside(circle, 0.25)]
    assert sorted(float(r.mean()) for r in radii) == pytest.approx([49.75, 50.25], abs=1e-3)
    assert all(np.ptp(r) < 1e-3 for r in radii)
    many = beside(np.stack((circle, 2 * circle)), 0.25)
    assert all(np.array_equal(some[0], one) for some, one in zip(many, beside(circle, 0.25)))


@pytest.mark.parametrize("points", [np.zeros((0, 2)), np.zeros((1, 2)), np.zeros((3, 2))])
def test_what_goes_nowhere_has_nothing_beside_it(points: np.ndarray):
    one, other = beside(points, 0.5)
    assert np.array_equal(one, points) and np.array_equal(other, points)


def test_a_line_inside_stays_as_it_is_in_one_piece():
    points = np.array([[10.0, 10], [20, 30], [50, 40]])
    path = polyline_path(*clip_polyline(points, *BOX))
    assert corners(path) == [(10, 10), (20, 30), (50, 40)]


def test_a_line_through_the_window_is_cut_at_both_borders():
    ends, joined = clip_polyline(np.array([[-50.0, 40.0], [150.0, 40.0]]), *BOX)
    assert ends.tolist() == [[[0, 40], [100, 40]]] and joined.tolist() == [False]


def test_a_line_that_leaves_and_returns_is_two_pieces():
    points = np.array([[50.0, 40], [150, 40], [150, 60], [50, 60]])
    ends, joined = clip_polyline(points, *BOX)
    assert len(ends) == 2 and not joined.any()


def test_a_step_to_1e300_keeps_its_direction():
    ends, _ = clip_polyline(np.array([[50.0, 40.0], [1e300, 1e300]]), *BOX)
    assert ends[0, 1] == pytest.approx((90, 80))


@given(hnp.arrays(float, st.tuples(st.integers(0, 12), st.just(2)), elements=WILD))
def test_nothing_leaves_the_window_and_nothing_is_lost_to_nan(points):
    ends, joined = clip_polyline(points, *BOX)
    assert np.isfinite(ends).all() and len(joined) == len(ends)
    assert (ends >= 0).all() and (ends[..., 0] <= 100).all() and (ends[..., 1] <= 80).all()
    assert polyline_path(ends, joined).elementCount() <= 2 * len(ends)


def test_thinning_keeps_the_shape_the_ends_and_the_gaps():
    t = np.linspace(0, 2 * np.pi, 20_000)
    points = np.stack((50 + 30 * np.cos(t), 40 + 30 * np.sin(t)), axis=1)
    points[7000] = np.nan
    kept = thin(points)
    assert len(kept) < 400
    assert kept[0] == pytest.approx(points[0]) and kept[-1] == pytest.approx(points[-1])
    assert np.isnan(kept).any()
    real = kept[np.isfinite(kept).all(axis=1)]
    assert np.hypot(*np.diff(real, axis=0).T).max() < 2.5


def test_only_bends_are_left_of_a_line_and_an_arc_keeps_its_shape():
    flat = np.stack((np.arange(100.0), np.full(100, 5.0)), axis=1)
    corner = np.vstack((flat, flat[-1] + [[0.0, 1.0], [0.0, 2.0]]))
    left = bends(corner)
    assert len(left) < 12 and left[0].tolist() == [0, 5] and left[-1].tolist() == [99, 7]
    assert [99, 5] in left.tolist()
    for radius in (20.0, 600.0, 5000.0):
        angles = np.arange(0, 900 / radius, 1 / radius)
        arc = radius * np.stack((np.cos(angles), np.sin(angles)), axis=1)
        inner = bends(arc)
        assert (len(inner) < 100) == (radius > 500)
        middles = (inner[1:] + inner[:-1]) / 2
        assert np.abs(np.hypot(*middles.T) - radius).max() < 0.06
    back = np.array([[0.0, 0.0], [9.0, 0.0], [4.0, 0.0], [12.0, 0.0]])
    assert len(bends(back)) == 4  # it turned back
    gap = np.array([[0.0, 0.0], [1.0, 0.0], [np.nan, np.nan], [3.0, 0.0], [4.0, 0.0]])
    assert len(bends(gap)) == 5


def test_columns_of_pixels_keep_first_last_lowest_and_highest():
    rng = np.random.default_rng(1)
    points = np.stack((np.linspace(0, 50, 10_000), rng.normal(size=10_000)), axis=1)
    kept = columns(points)
    assert len(kept) <= 51 * 4
    for column in (0, 17, 49):
        before, after = (p[(p[:, 0] >= column) & (p[:, 0] < column + 1), 1] for p in (points, kept))
        assert (before.min(), before.max(), before[0], before[-1]) == (
            after.min(),
            after.max(),
            after[0],
            after[-1],
        )
    assert len(columns(points[:100])) <= 100


def test_pieces_hold_the_same_segments_and_know_where_they_start():
    points = np.stack((np.arange(100.0), np.full(100, 5.0)), axis=1)
    ends, joined = clip_polyline(points, *BOX)
    parts = pieces(ends, joined, size=30)
    assert [round(start) for _, start in parts] == [0, 30, 60, 90]
    assert corners(parts[0][0])[-1] == corners(parts[1][0])[0] == (30, 5)
    assert sum(path.elementCount() - 1 for path, _ in parts) == len(ends)
    assert pieces(ends[:0], joined[:0]) == []


def test_separate_segments_make_a_path_of_moves_and_lines():
    path = segments_path(np.array([[[0.0, 0], [1, 1]], [[5, 5], [6, 6]]]))
    assert corners(path) == [(0, 0), (1, 1), (5, 5), (6, 6)]
    assert path.elementAt(2).isMoveTo() and path.elementAt(3).isLineTo()
    assert segments_path(np.empty((0, 2, 2))).isEmpty()


def test_a_polygon_has_the_points_as_they_are():
    rng = np.random.default_rng(3)
    across, down = rng.normal(size=(2, 300)) * 1e4
    made = polygon(across, down)
    assert made == QPolygonF([QPointF(x, y) for x, y in zip(across.tolist(), down.tolist())])
    across[:] = 0.0
    assert made[7].x() != 0.0, "the points are its own"
    assert polygon(across[:1], down[:1]).size() == 1 and polygon(across[:0], down[:0]).isEmpty()
    level = polygon(np.arange(3), np.float32([1, 2, 3]))
    assert [(point.x(), point.y()) for point in level] == [(0, 1), (1, 2), (2, 3)], "whole and short numbers, too"
